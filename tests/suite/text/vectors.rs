//! TF-IDF, principal components and k-means against scikit-learn (`tests/golden/vectors/make.py`).

use std::collections::HashMap;

use gptling::text::corpus::{Corpus, Document};
use gptling::text::vectors::Vectors;
use gptling::text::vectors::kmeans::{Clustering, KMeans};
use gptling::text::vectors::pca::{Components, Picture};
use gptling::text::vectors::tfidf::{MAX_WORDS, Vectorizing};
use gptling::text::words::words;

#[derive(serde::Deserialize)]
struct Golden {
    documents: Vec<String>,
    words: Vec<String>,
    rows: Vec<HashMap<String, f32>>,
    places: Vec<[f32; 2]>,
    explained: [f32; 2],
    inertia: f64,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../../golden/vectors/golden.json")).expect("the golden file")
}

fn corpus<'a>(texts: impl IntoIterator<Item = &'a str>) -> Corpus {
    let mut corpus = Corpus::default();
    texts.into_iter().for_each(|text| corpus.push(Document::of(text)).expect("a document"));
    corpus
}

fn vectors(corpus: &Corpus) -> Vectors {
    let mut work = Vectorizing::new(corpus);
    while work.advance() < 1.0 {}
    work.finish()
}

fn picture(vectors: &Vectors, seed: u32) -> Picture {
    let mut work = Components::new(vectors, seed);
    while work.advance() < 1.0 {}
    work.finish()
}

fn clusters(vectors: &Vectors, k: usize, seed: u32) -> Clustering {
    let mut work = KMeans::new(vectors, k, seed);
    while work.advance() < 1.0 {}
    work.finish()
}

#[test]
fn tf_idf_is_that_of_scikit_learn() {
    let golden = golden();
    let vectors = vectors(&corpus(golden.documents.iter().map(String::as_str)));
    let mut known = vectors.words.clone();
    known.sort_unstable();
    assert_eq!(known, golden.words);
    for (row, wanted) in vectors.rows().zip(&golden.rows) {
        assert_eq!(row.columns.len(), wanted.len());
        assert!(row.columns.windows(2).all(|pair| pair[0] < pair[1]));
        for (column, value) in row.iter() {
            let wanted = wanted[&vectors.words[column]];
            assert!((value - wanted).abs() < 1e-5, "{value} beside {wanted}");
        }
    }
}

#[test]
fn principal_components_are_those_of_scikit_learn() {
    let golden = golden();
    let vectors = vectors(&corpus(golden.documents.iter().map(String::as_str)));
    for seed in 0..5 {
        let picture = picture(&vectors, seed);
        for axis in 0..2 {
            assert!((picture.explained[axis] - golden.explained[axis]).abs() < 1e-3, "{:?}", picture.explained);
            let distances = picture.places.iter().zip(&golden.places).map(|(a, b)| (a[axis] - b[axis]).abs());
            let worst = distances.fold(0.0, f32::max);
            assert!(worst < 0.01, "axis {axis}, seed {seed}: {worst} off");
        }
        assert_eq!(picture.place(vectors.row(3)), picture.places[3]);
    }
}

#[test]
fn k_means_finds_what_scikit_learn_finds() {
    let golden = golden();
    let vectors = vectors(&corpus(golden.documents.iter().map(String::as_str)));
    let least = (0..40).map(|seed| clusters(&vectors, 4, seed).inertia).fold(f64::INFINITY, f64::min);
    assert!((least / golden.inertia - 1.0).abs() < 1e-4, "{least} beside {}", golden.inertia);
    let found = clusters(&vectors, 4, 1);
    assert_eq!(found, clusters(&vectors, 4, 1));
    assert!(found.clusters.iter().all(|cluster| *cluster < 4) && found.clusters.len() == 80);
}

#[test]
fn odd_corpora_have_pictures_too() {
    for texts in [&["", "  ", "..."][..], &["one"], &["same", "same", "same"], &["a b", "a b", "c d"], &["", "word"]] {
        let vectors = vectors(&corpus(texts.iter().copied()));
        let picture = picture(&vectors, 1);
        assert!(picture.places.iter().flatten().chain(&picture.explained).all(|place| place.is_finite()), "{texts:?}");
        assert_eq!((picture.places.len(), clusters(&vectors, 9, 1).clusters.len()), (texts.len(), texts.len()));
    }
    assert!(vectors(&Corpus::default()).is_empty());
}

#[test]
fn the_vocabulary_is_bounded_and_takes_the_frequent_words() {
    let texts: Vec<String> = (0..MAX_WORDS + 500).map(|at| format!("common w{at} w{}", at / 2)).collect();
    let vectors = vectors(&corpus(texts.iter().map(String::as_str)));
    assert_eq!((vectors.width(), vectors.words[0].as_str(), vectors.len()), (MAX_WORDS, "common", texts.len()));
    assert!(vectors.rows().all(|row| (row.squares() - 1.0).abs() < 1e-5));
}

#[test]
fn words_are_cut_as_they_are_counted() {
    for (text, wanted) in [
        ("It’s 3 o'clock, don't -- run!", &["It’s", "3", "o'clock", "don't", "run"][..]),
        ("小明说：hello世界", &["小", "明", "说", "hello", "世", "界"]),
        ("naïve cafe\u{301} Straße 'quoted'", &["naïve", "cafe\u{301}", "Straße", "quoted"]),
        ("ひらがな und 한국어 단어", &["ひ", "ら", "が", "な", "und", "한국어", "단어"]),
        ("🌱 — …", &[]),
    ] {
        assert_eq!(words(text).collect::<Vec<_>>(), wanted);
    }
}
