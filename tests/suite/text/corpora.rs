//! The built-in corpora are correct, varied and the same for everyone.

use std::collections::HashSet;

use gptling::config::Source;
use gptling::config::corpus::Labelled;
use gptling::text::corpora::grammar::Grammar;
use gptling::text::corpora::{self, labelled};
use gptling::text::corpus::Corpus;
use gptling::text::sampling::strata;
use gptling::text::words::words;

use super::chance::check_multinomial;

const SOURCES: [Source; 3] = [Source::Stories, Source::StoriesZh, Source::Arithmetic];

/// The corpora with labels: how many different words or characters 4,000 documents have, and different documents.
const LABELLED: [(Labelled, std::ops::Range<usize>, usize); 14] = [
    (Labelled::Names, 100..6000, 1000),
    (Labelled::NamesZh, 80..130, 1000),
    (Labelled::Couplets, 150..350, 1000),
    (Labelled::CoupletsZh, 100..250, 1000),
    (Labelled::Dialogues, 150..350, 1000),
    (Labelled::DialoguesZh, 200..350, 1000),
    (Labelled::Instructions, 150..300, 500),
    (Labelled::InstructionsZh, 150..300, 500),
    (Labelled::Messages, 150..350, 2000),
    (Labelled::MessagesZh, 200..400, 2000),
    (Labelled::Reviews, 150..350, 2000),
    (Labelled::ReviewsZh, 200..400, 2000),
    (Labelled::Headlines, 150..350, 1500),
    (Labelled::HeadlinesZh, 200..450, 1200),
];

/// The grammar's text, from the file that the page fetches.
pub fn grammar_of(kind: Labelled) -> String {
    let name = Source::Labelled(kind).name();
    let path = format!("{}/static/corpora/{name}.grammar", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The first `count` documents of a seed.
pub fn labelled(kind: Labelled, count: usize, seed: u32) -> Corpus {
    let text = grammar_of(kind);
    let grammar = Grammar::checked(&text).expect("a grammar of ours");
    let long = labelled::corpus(&grammar, 300 * count, seed).expect("a corpus");
    assert!(long.len() >= count, "{kind:?}: {} documents", long.len());
    long.chosen(0..count).expect("not too many")
}

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
        assert_eq!(mistakes(source), Vec::<&str>::new());
    }
    for (source, ..) in LABELLED {
        assert_eq!(Grammar::checked(&grammar_of(source)).map(drop), Ok(()), "{source:?}");
    }
    let labels = "! ham 3\n! spam 1\n/ sender.kind\n: ham\nhello";
    assert_eq!(mistakes(labels), ["spam", "sender"]);
    let broken = ": story\n{hero.name} {hero.age} {place}\n@ hero | name he\nTom";
    assert_eq!(mistakes(broken), ["hero.age", "place", "Tom"]);
}

fn mistakes(grammar: &str) -> Vec<&str> {
    Grammar::parse(grammar).expect("rules").mistakes()
}

/// What a server may send in the place of a file.
#[test]
fn what_is_no_grammar_is_refused() {
    for (text, wrong) in [
        ("<!DOCTYPE html>\n<p>Not found", "<!DOCTYPE html>"),
        ("", "!"),
        (": a\nsaid\n: a", ": a"),
        ("! spam many", "! spam many"),
        ("! spam 1\n: spam\n: ham\nhello", "spam"),
        ("! spam 0\n: spam\nhello", "!"),
    ] {
        assert_eq!(Grammar::checked(text).map(drop), Err(wrong));
    }
}

#[test]
fn labelled_corpora_are_whole_documents_of_the_size_asked_for() {
    let text = grammar_of(Labelled::Reviews);
    let grammar = Grammar::checked(&text).expect("a grammar of ours");
    let long = labelled::corpus(&grammar, 20_000, 5).expect("a corpus");
    let short = labelled::corpus(&grammar, 10_000, 5).expect("a corpus");
    let characters = long.content().chars().count();
    assert!((19_700..=20_000).contains(&characters), "{characters}");
    assert!(long.iter().zip(short.iter()).all(|(long, short)| long == short) && short.len() * 2 > long.len() - 20);
    assert_eq!(labelled::corpus(&grammar, 1, 5).expect("a corpus").len(), 1);
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

/// Class shares, vocabulary and variety are those that the grammars promise.
#[test]
fn labelled_corpora_have_known_statistics() {
    for (source, vocabulary, variety) in LABELLED {
        let corpus = labelled(source, 4000, 1);
        let text = grammar_of(source);
        let grammar = Grammar::checked(&text).expect("a grammar of ours");
        let classes = strata::classes(&corpus).expect("labels");
        let total: usize = grammar.labels().iter().map(|(_, share)| share).sum();
        let count = |label: &str| {
            classes.iter().find(|class| class.name == label).map_or(0.0, |class| class.documents.len() as f64)
        };
        let counts: Vec<f64> = grammar.labels().iter().map(|(label, _)| count(label)).collect();
        let shares: Vec<f64> = grammar.labels().iter().map(|(_, share)| *share as f64 / total as f64).collect();
        assert!(classes.len() == shares.len() && shares.len() >= 2, "{source:?}");
        check_multinomial(&format!("{source:?}"), &counts, &shares);

        let groups = strata::groups(&corpus).expect("groups");
        assert!(groups.len() >= 2 && groups.iter().all(|group| !group.name.is_empty()), "{source:?}");
        let known: HashSet<String> =
            (0..corpus.len()).flat_map(|at| words(corpus.text(at)).map(str::to_lowercase)).collect();
        assert!(vocabulary.contains(&known.len()), "{source:?}: {} words", known.len());
        let different: HashSet<&str> = (0..corpus.len()).map(|at| corpus.text(at)).collect();
        assert!(different.len() > variety, "{source:?}: {} different documents", different.len());
    }
}

#[test]
fn labelled_corpora_are_clean() {
    let wrong = [
        "{", "}", "|", "  ", "..", "。。", " ,", " .", "\\", " a a ", " an b", " a o", " a e", " \n", "\n ", "，，",
        "，。", "。，", "？。", "！。", ".,", "!,",
    ];
    for (source, ..) in LABELLED {
        let corpus = labelled(source, 3000, 2);
        for document in corpus.iter() {
            let found = wrong.iter().find(|wrong| document.text.contains(**wrong));
            assert!(
                found.is_none() && document.text == document.text.trim(),
                "{source:?}: {found:?} in {}",
                document.text
            );
            assert_eq!(document.text.matches('"').count() % 2, 0, "{}", document.text);
        }
    }
}

/// What makes them what they are: seven characters a line, a rhyme, an answer that follows from the task.
#[test]
fn couplets_and_answers_keep_their_form() {
    let lines = |text: &str| text.lines().map(|line| line.trim_end_matches(['，', '。']).chars().count()).collect();
    for document in labelled(Labelled::CoupletsZh, 2000, 3).iter() {
        let lines: Vec<usize> = lines(document.text);
        assert_eq!(lines, [7, 7], "{}", document.text);
    }
    let mut answers = std::collections::HashMap::new();
    for document in labelled(Labelled::Instructions, 4000, 3).iter() {
        let (task, answer) = document.text.split_once("\nAnswer: ").expect("an answer");
        let (_, task) = task.split_once(['.', '?', ':']).expect("a question");
        assert_eq!(*answers.entry(task.to_string()).or_insert(answer.to_string()), answer, "{task}");
    }
    assert!(answers.len() > 150, "{} tasks", answers.len());
}
