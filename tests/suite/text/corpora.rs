//! The built-in corpora are correct, varied and the same for everyone.

use std::collections::HashSet;

use gptling::config::Source;
use gptling::text::corpora::{self, grammar::Grammar};

const SOURCES: [Source; 3] = [Source::Stories, Source::StoriesZh, Source::Arithmetic];

fn grow(source: Source, characters: usize, seed: u32) -> String {
    corpora::grow(source, characters, seed).expect("a built-in corpus")
}

#[test]
fn has_the_length_asked_for_and_begins_like_the_shorter_one() {
    for source in SOURCES {
        let long = grow(source, 30_000, 7);
        assert_eq!(long.chars().count(), 30_000, "{source:?}");
        assert!(long.starts_with(&grow(source, 10_000, 7)), "{source:?}");
        assert_ne!(long, grow(source, 30_000, 8), "{source:?}: the seed must matter");
    }
    assert!(corpora::grow(Source::Own, 100, 1).is_err());
}

#[test]
fn grammars_name_only_what_they_have() {
    for source in [corpora::STORIES, corpora::STORIES_ZH] {
        assert_eq!(Grammar::parse(source).mistakes(), Vec::<&str>::new());
    }
    let broken = ": story\n{hero.name} {hero.age} {place}\n@ hero | name he\nTom";
    assert_eq!(Grammar::parse(broken).mistakes(), ["hero.age", "place", "Tom"]);
}

#[test]
fn stories_are_clean_and_varied() {
    check_stories(Source::Stories, 1_000_000, &[". ", "! ", "? ", "\" "], 5_000);
    check_stories(Source::StoriesZh, 400_000, &["。", "！", "？"], 4_000);
}

fn check_stories(source: Source, characters: usize, ends: &[&str], sentences: usize) {
    let text = grow(source, characters, 1);
    for wrong in ["{", "}", "|", "  ", "..", "。。", " ,", " .", "\n\n\n", " a a", " an b", " a o", "selfself"] {
        assert!(!text.contains(wrong), "{source:?} contains {wrong:?}");
    }
    for document in text.split("\n\n").take(400) {
        assert!(!document.contains('\n'), "{document}");
        assert!(document.ends_with(['.', '!', '?', '"', '。', '！', '？', '”']), "{document}");
        assert_eq!(document.matches(['"']).count() % 2, 0, "quotes must close: {document}");
        assert_eq!(document.matches('“').count(), document.matches('”').count(), "{document}");
    }
    let mut marked = text.clone();
    for end in ends {
        marked = marked.replace(end, "\n");
    }
    let distinct: HashSet<&str> = marked.lines().collect();
    assert!(distinct.len() > sentences, "{source:?}: only {} distinct sentences", distinct.len());
}

#[test]
fn chinese_stays_within_a_small_alphabet() {
    let characters: HashSet<char> = grow(Source::StoriesZh, 300_000, 1).chars().collect();
    assert!((300..600).contains(&characters.len()), "{} characters", characters.len());
}

#[test]
fn every_sum_is_right() {
    let text = grow(Source::Arithmetic, 100_000, 3);
    let complete = &text[..text.rfind('\n').expect("many lines")];
    let mut checked = 0;
    for part in complete.split(['\n', '.']).filter(|part| part.contains(" = ")) {
        let (left, right) = part.trim().split_once(" = ").expect("filtered");
        assert_eq!(value(left), right.parse::<i64>().expect("a number"), "{part}");
        checked += 1;
    }
    assert!(checked > 3_000, "{checked} sums");
}

fn value(expression: &str) -> i64 {
    let words: Vec<&str> = expression.split(' ').collect();
    let number = |word: &str| -> i64 { word.parse().expect("a number") };
    words[1..].chunks(2).fold(number(words[0]), |sum, pair| match pair[0] {
        "+" => sum + number(pair[1]),
        "-" => sum - number(pair[1]),
        "*" => sum * number(pair[1]),
        "/" => sum / number(pair[1]),
        other => panic!("{other} is no operator"),
    })
}
