//! Documents in both parts of a text are found, whole or nearly, and nothing else is.

use gptling::config::{Config, DataConfig, Split};
use gptling::text::Text;
use gptling::text::corpus::{Corpus, Document};
use gptling::text::leaks::{LeakCheck, Leaks};

fn corpus<'a>(documents: impl IntoIterator<Item = (&'a str, &'a str)>) -> Corpus {
    let mut corpus = Corpus::default();
    for (group, text) in documents {
        corpus.push(Document { group: Some(group), ..Document::of(text) }).expect("few");
    }
    corpus
}

fn split(corpus: &Corpus, split: Split, validation: f32) -> Text {
    let data = DataConfig { split, validation, ..Config::default().data };
    Text::of("test".into(), corpus, None, &data).expect("a text")
}

fn leaks(text: &Text) -> Leaks {
    let mut check = LeakCheck::new(text);
    let mut done = 0.0;
    while done < 1.0 {
        let now = check.advance(text);
        assert!(now >= done, "{now} after {done}");
        done = now;
    }
    check.finish(text)
}

/// Sentences that have little in common.
fn sentences(count: usize) -> Vec<String> {
    let words = ["amber", "brick", "cloud", "delta", "ember", "frost", "grain", "haven", "ivory", "jolly", "knoll"];
    let word = |number: usize| words[number % words.len()];
    let sentence = |at: usize| {
        let picked = (0..24).map(|place| format!("{}{}", word(at * 7 + place * place), (at * 31 + place * 17) % 97));
        picked.collect::<Vec<_>>().join(" ")
    };
    (0..count).map(sentence).collect()
}

#[test]
fn what_is_in_both_parts_is_found() {
    let mut texts = sentences(40);
    // The last tenth is held out: one of the first comes again, and one that is another but for a word.
    texts[39] = texts[3].clone();
    texts[38] = texts[5].replacen(' ', " stone ", 1);
    let corpus = corpus(texts.iter().map(|text| ("file", text.as_str())));
    let text = split(&corpus, Split::End, 0.1);
    let found = leaks(&text);
    let passages: Vec<(usize, usize, bool)> =
        found.leaks.iter().map(|leak| (leak.held_out, leak.train, leak.is_exact)).collect();
    let last = text.passages() - 1;
    assert_eq!(passages, [(last, 3, true), (last - 1, 5, false)]);
    assert!((0.8..1.0).contains(&found.leaks[1].agreement), "{:?}", found.leaks);
    assert_eq!(found.groups, [] as [usize; 0], "one file alone says nothing");
    assert!((3..=5).contains(&found.held_out), "{}", found.held_out);
}

#[test]
fn what_is_only_alike_is_no_leak() {
    let texts = sentences(60);
    let corpus = corpus(texts.iter().map(|text| ("file", text.as_str())));
    assert_eq!(leaks(&split(&corpus, Split::End, 0.2)).leaks, []);
    assert_eq!(leaks(&split(&corpus, Split::Documents, 0.2)).leaks, []);
}

#[test]
fn a_split_by_documents_keeps_equal_texts_together() {
    let texts = sentences(12);
    let repeated = || (0..60).map(|at| ("file", texts[at * 5 % 12].as_str()));
    let corpus = corpus(repeated());
    let end = leaks(&split(&corpus, Split::End, 0.2));
    assert_eq!(end.leaks.len(), end.held_out, "cut at the end every one of them is in both parts");
    assert!(end.leaks.iter().all(|leak| leak.is_exact));
    let documents = leaks(&split(&corpus, Split::Documents, 0.2));
    assert!(documents.leaks.is_empty() && documents.held_out > 0, "{documents:?}");
}

#[test]
fn sources_of_both_parts_are_named() {
    let texts = sentences(30);
    let group = |at: usize| {
        if at < 20 {
            "first"
        } else if at < 29 {
            "second"
        } else {
            "third"
        }
    };
    let corpus = corpus(texts.iter().enumerate().map(|(at, text)| (group(at), text.as_str())));
    let text = split(&corpus, Split::End, 0.2);
    let names: Vec<&str> = leaks(&text).groups.iter().map(|group| text.groups()[*group].as_str()).collect();
    assert_eq!(names, ["second"]);
}

#[test]
fn odd_texts_are_compared_too() {
    let nothing_held = split(&corpus([("f", "only one")]), Split::Documents, 0.1);
    assert_eq!((leaks(&nothing_held).held_out, leaks(&nothing_held).leaks), (0, vec![]));
    let blank = corpus([("f", "a b c d e f"), ("f", " "), ("f", "  "), ("f", "x"), ("f", " ")]);
    assert!(leaks(&split(&blank, Split::End, 0.3)).leaks.is_empty(), "white space is no text");
    let long = "the same line again\n".repeat(40_000);
    let corpus = corpus([("f", long.as_str()), ("f", long.as_str())]);
    assert_eq!(leaks(&split(&corpus, Split::End, 0.5)).leaks.len(), 1);
}
