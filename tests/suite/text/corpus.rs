//! Documents: what files become, what cleaning does to them, what is counted.

mod cleaning;
mod describing;
mod encodings;
mod hostile;
mod reading;

use gptling::config::corpus::ReadConfig;
use gptling::text::corpus::{Corpus, Document, MAX_DOCUMENTS, read};

use crate::text::gb18030;

pub fn corpus<'a>(texts: impl IntoIterator<Item = &'a str>) -> Corpus {
    let mut corpus = Corpus::default();
    texts.into_iter().for_each(|text| corpus.push(Document::of(text)).expect("a document"));
    corpus
}

pub fn texts(corpus: &Corpus) -> Vec<&str> {
    (0..corpus.len()).map(|at| corpus.text(at)).collect()
}

pub fn documents(name: &str, text: &str, config: &ReadConfig) -> gptling::error::Result<Corpus> {
    read::read(name, text.as_bytes(), config, &gb18030)
}

#[test]
fn documents_come_out_as_they_went_in() {
    let mut corpus = Corpus::default();
    let documents = [
        Document { text: "小明", label: Some("a"), group: Some("x"), weight: 2.0 },
        Document::of(""),
        Document { text: "third", label: Some("b"), group: None, weight: 0.0 },
        Document { text: "fourth", label: Some("a"), group: Some("y"), weight: 1.0 },
    ];
    documents.iter().for_each(|document| corpus.push(*document).expect("a document"));
    assert_eq!(corpus.iter().collect::<Vec<_>>(), documents);
    assert_eq!(
        (corpus.labels(), corpus.groups()),
        (&["a".to_string(), "b".into()][..], &["x".to_string(), "y".into()][..])
    );
    assert_eq!((corpus.label(3), corpus.label(1), corpus.group(3), corpus.characters(0)), (Some(0), None, Some(1), 2));
    let chosen = corpus.chosen([3, 0, 3]).expect("three documents");
    assert_eq!(texts(&chosen), ["fourth", "小明", "fourth"]);
    assert_eq!((chosen.label(0), chosen.groups()[0].as_str()), (Some(0), "y"));
    let mut both = corpus.clone();
    both.append(chosen.clone()).expect("seven documents");
    assert_eq!((both.len(), both.document(5)), (7, corpus.document(0)));
}

#[test]
fn a_document_too_many_is_refused() {
    let mut corpus = Corpus::default();
    (0..MAX_DOCUMENTS).for_each(|_| corpus.push(Document::of("")).expect("a document"));
    assert!(corpus.push(Document::of("")).is_err());
}
