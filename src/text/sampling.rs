//! Choosing documents: ten methods, one result, one picture.
//!
//! A [`Design`] is a method prepared for one corpus. It knows of every document how often it is drawn on average and how
//! likely it is drawn at all, so every sample carries the weights that make its estimates right. Drawing once more
//! ([`redraws`]) shows how much chance is in them.

pub mod allocation;
pub mod design;
mod methods;
pub mod pick;
pub mod redraws;
pub mod sample;
pub mod smote;
pub mod statistic;
pub mod strata;
mod weights;

pub use design::Design;
pub use redraws::{Estimate, Estimator, Redraws, Spread};
pub use sample::{ClassShare, Drawn, Sample};
pub use smote::Synthetic;
pub use statistic::Statistic;

use super::corpus::Corpus;
use super::vectors::Vectors;

/// What is drawn from, with what some methods need beside the documents.
#[derive(Clone, Copy)]
pub struct Population<'a> {
    pub corpus: &'a Corpus,
    /// For the synthetic method.
    pub vectors: Option<&'a Vectors>,
    /// For clusters by k-means: the cluster of each document.
    pub clusters: Option<&'a [u32]>,
}

impl<'a> Population<'a> {
    /// A population for the methods that need the documents alone.
    pub fn of(corpus: &'a Corpus) -> Self {
        Self { corpus, vectors: None, clusters: None }
    }
}
