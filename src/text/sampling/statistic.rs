//! What is estimated from a sample: a number of each document, of which the mean over the corpus is wanted.

use crate::text::corpus::Corpus;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// Characters of a document, on average.
    MeanLength,
    /// Share of the documents with a label, by its index in [`Corpus::labels`].
    ClassShare(usize),
}

impl Statistic {
    /// The number of each document.
    pub fn values(self, corpus: &Corpus) -> Vec<f64> {
        let value = |at: usize| match self {
            Self::MeanLength => corpus.characters(at) as f64,
            Self::ClassShare(label) => f64::from(u8::from(corpus.label(at) == Some(label))),
        };
        (0..corpus.len()).map(value).collect()
    }
}
