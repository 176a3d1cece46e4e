//! The card of a corpus.

use gptling::text::corpus::describe::{Describing, Description, Script};
use gptling::text::corpus::{Corpus, Document};

use super::corpus;

fn describe(corpus: &Corpus) -> Description {
    let mut work = Describing::default();
    while work.advance(corpus) < 1.0 {}
    work.finish(corpus)
}

#[test]
fn everything_is_counted() {
    let mut corpus = corpus(["The cat sat. The CAT!", "the 小明 и"]);
    for label in ["b", "a", "b"] {
        corpus.push(Document { label: Some(label), group: Some(label), ..Document::of("end") }).expect("a document");
    }
    let card = describe(&corpus);
    assert_eq!((card.documents, card.characters, card.words, card.types), (5, 21 + 8 + 9, 12, 7));
    assert!((card.type_token_ratio() - 7.0 / 12.0).abs() < 1e-12 && !card.types_capped);
    assert_eq!(card.frequent[..3], [("end".into(), 3), ("the".into(), 3), ("cat".into(), 2)]);
    assert_eq!((card.classes, card.unlabelled, card.groups), (vec![("b".into(), 2), ("a".into(), 1)], 2, 2));
    let letters = 15 + 3 + 2 + 1 + 9;
    let share = |count: usize| count as f32 / letters as f32;
    assert_eq!(card.scripts, [(Script::Latin, share(27)), (Script::Han, share(2)), (Script::Cyrillic, share(1))]);
}

#[test]
fn lengths_fill_bars_of_equal_width() {
    let texts: Vec<String> = (1..=100).map(|length| "x".repeat(length)).collect();
    let lengths = describe(&corpus(texts.iter().map(String::as_str))).lengths;
    assert_eq!((lengths.shortest, lengths.longest, lengths.median, lengths.width), (1, 100, 51, 5));
    assert_eq!(lengths.counts, [5; 20]);
    let same = describe(&corpus(["abc", "xyz"])).lengths;
    assert_eq!((same.width, same.counts), (1, vec![2]));
    let nothing = describe(&Corpus::default());
    assert_eq!((nothing.documents, nothing.lengths.counts.len(), nothing.type_token_ratio()), (0, 0, 0.0));
}
