//! The ten methods: whom they draw, judged by statistics over 10,000 draws, and what they say about it.

mod estimates;
mod methods;
mod smote;

use gptling::config::sampling::{Balance, SamplingConfig, SamplingMethod};
use gptling::error::Error;
use gptling::rng::{Rng, Stream};
use gptling::text::corpus::{Corpus, Document};
use gptling::text::sampling::{Design, Population};
use gptling::text::vectors::Vectors;
use gptling::text::vectors::tfidf::Vectorizing;

/// 120 documents: labels a, b, c for 72, 36 and 12 of them, 13 groups of 4 to 16, lengths from 1 to 40 words, weights.
pub fn corpus() -> Corpus {
    let mut corpus = Corpus::default();
    let words = ["sun", "rain", "wind", "snow", "hail", "fog", "frost"];
    let mut group = 0;
    let mut left = 4;
    for at in 0..120usize {
        let length = 1 + at * at % 37 + at % 4;
        let text: Vec<&str> = (0..length).map(|word| words[(at * 3 + word * word) % words.len()]).collect();
        let label = ["a", "b", "a", "c", "a", "b", "a", "a", "b", "a"][at % 10];
        let (text, group_name) = (text.join(" "), format!("group {group}"));
        corpus
            .push(Document { text: &text, label: Some(label), group: Some(&group_name), weight: (at % 7 + 1) as f32 })
            .expect("a document");
        left -= 1;
        if left == 0 {
            group += 1;
            left = 4 + group * 12 / 11;
        }
    }
    corpus
}

pub fn vectors(corpus: &Corpus) -> Vectors {
    let mut work = Vectorizing::new(corpus);
    while work.advance() < 1.0 {}
    work.finish()
}

pub fn design<'a>(population: &Population<'a>, config: &SamplingConfig) -> Design<'a> {
    Design::new(population, config).unwrap_or_else(|error| panic!("{:?}: {error}", config.method))
}

/// How often each document was drawn, and in how many of the samples it was, over `draws` samples.
pub fn counts(design: &Design, draws: u32) -> (Vec<f64>, Vec<f64>) {
    let (mut times, mut samples) = (vec![0.0; design.population()], vec![0.0; design.population()]);
    let mut last = vec![u32::MAX; design.population()];
    for draw in 0..draws {
        for document in design.documents(&mut Rng::at_step(9, Stream::Documents, draw)) {
            let document = document as usize;
            times[document] += 1.0;
            samples[document] += f64::from(u8::from(last[document] != draw));
            last[document] = draw;
        }
    }
    (times, samples)
}

#[test]
fn a_seed_draws_one_sample_and_another_another() {
    let corpus = corpus();
    let vectors = vectors(&corpus);
    let clusters: Vec<u32> = (0..120).map(|at| at % 5).collect();
    let population = Population { corpus: &corpus, vectors: Some(&vectors), clusters: Some(&clusters) };
    for method in SamplingMethod::ALL {
        let balance = if method == SamplingMethod::Balanced { Balance::Size } else { Balance::Largest };
        let design = design(&population, &SamplingConfig { method, balance, ..Default::default() });
        assert_eq!(design.draw(3), design.draw(3), "{method:?}");
        let others = (4..24).filter(|seed| design.draw(*seed) != design.draw(3)).count();
        assert!(others >= 10, "{method:?}: only {others} of 20 seeds draw another sample");
    }
}

#[test]
fn what_a_method_lacks_is_named() {
    let mut bare = Corpus::default();
    for text in ["one", "two words", "three words here"] {
        bare.push(Document::of(text)).expect("a document");
    }
    let missing = |what: &str| Err(Error::Missing { missing: what.into() });
    for (method, result) in [
        (SamplingMethod::SimpleRandom, Ok(())),
        (SamplingMethod::Stratified, missing("labels")),
        (SamplingMethod::StratifiedRandom, missing("labels")),
        (SamplingMethod::Cluster, missing("groups")),
        (SamplingMethod::Importance, Ok(())),
        (SamplingMethod::StratifiedImportance, missing("labels")),
        (SamplingMethod::Bootstrap, Ok(())),
        (SamplingMethod::Balanced, missing("labels")),
        (SamplingMethod::Synthetic, missing("vectors")),
    ] {
        let config = SamplingConfig { method, ..Default::default() };
        assert_eq!(Design::new(&Population::of(&bare), &config).map(drop), result, "{method:?}");
    }
    let empty = Corpus::default();
    assert_eq!(Design::new(&Population::of(&empty), &SamplingConfig::default()).map(drop), missing("text"));
}
