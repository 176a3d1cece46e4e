//! The weights by which importance sampling draws.

use crate::config::sampling::WeightsBy;
use crate::error::{Error, Result};
use crate::text::corpus::Corpus;

/// One weight for each document: finite, not negative, not all zero.
pub fn weights(corpus: &Corpus, by: WeightsBy) -> Result<Vec<f64>> {
    let weights: Vec<f64> = match by {
        WeightsBy::Column => (0..corpus.len()).map(|at| f64::from(corpus.weight(at))).collect(),
        WeightsBy::Length(power) => (0..corpus.len()).map(|at| length(corpus, at).powf(power)).collect(),
        WeightsBy::ClassSize(power) => class_sizes(corpus)?.into_iter().map(|size| size.powf(power)).collect(),
    };
    checked(weights)
}

/// An empty document counts as one of one character, since 0 to a negative power is no number.
fn length(corpus: &Corpus, at: usize) -> f64 {
    corpus.characters(at).max(1) as f64
}

/// Of each document, how many documents its class has.
fn class_sizes(corpus: &Corpus) -> Result<Vec<f64>> {
    let mut sizes = vec![0.0; corpus.len()];
    for class in super::strata::classes(corpus)? {
        let size = class.documents.len() as f64;
        class.documents.iter().for_each(|document| sizes[*document as usize] = size);
    }
    Ok(sizes)
}

fn checked(weights: Vec<f64>) -> Result<Vec<f64>> {
    let wrong = |weight: &f64| !weight.is_finite() || *weight < 0.0;
    let refuse = |at: usize| Error::BadWeight { document: at as u64 + 1, value: weights[at].to_string() };
    match weights.iter().position(wrong) {
        Some(at) => Err(refuse(at)),
        None if weights.iter().all(|weight| *weight == 0.0) => Err(refuse(0)),
        None if !weights.iter().sum::<f64>().is_finite() => Err(refuse(0)),
        None => Ok(weights),
    }
}
