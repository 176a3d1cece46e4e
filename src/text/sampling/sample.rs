//! What was drawn.

use super::design::Design;
use super::smote::Synthetic;
use crate::text::corpus::Corpus;

/// The documents of a sample with what is known of their chances.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// In ascending order of the documents, each once.
    pub drawn: Vec<Drawn>,
    /// Points that are no documents: vectors for a classifier.
    pub synthetic: Vec<Synthetic>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    pub document: u32,
    /// How often it was drawn.
    pub times: u32,
    /// The probability that it was drawn at all.
    pub inclusion: f64,
    /// How many documents of the corpus each of its draws stands for.
    pub weight: f64,
}

/// A class before and after, as shares of 1.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassShare {
    /// The label; empty for documents without one.
    pub class: String,
    pub population: f64,
    /// As the sample is, synthetic points with it.
    pub sample: f64,
    /// As the weights estimate it, synthetic points without it.
    pub weighted: f64,
}

impl Sample {
    pub(super) fn new(design: &Design, mut documents: Vec<u32>, synthetic: Vec<Synthetic>) -> Self {
        documents.sort_unstable();
        let drawn = documents.chunk_by(|a, b| a == b).map(|same| Drawn {
            document: same[0],
            times: same.len() as u32,
            inclusion: design.inclusion(same[0] as usize),
            weight: design.weight(same[0] as usize),
        });
        Self { drawn: drawn.collect(), synthetic }
    }

    /// Draws, repetitions counted, synthetic points not.
    pub fn draws(&self) -> usize {
        self.drawn.iter().map(|drawn| drawn.times as usize).sum()
    }

    /// Every draw in the order of the corpus, with its weight.
    pub fn weighted_documents(&self) -> Vec<(u32, f64)> {
        let draws = |drawn: &Drawn| std::iter::repeat_n((drawn.document, drawn.weight), drawn.times as usize);
        self.drawn.iter().flat_map(draws).collect()
    }

    /// Different documents.
    pub fn distinct(&self) -> usize {
        self.drawn.len()
    }

    /// How many equally weighted draws would estimate as precisely: (sum w)^2 / sum w^2 (Kish, 1965).
    pub fn effective_size(&self) -> f64 {
        let sums = |power: i32| -> f64 {
            self.drawn.iter().map(|drawn| f64::from(drawn.times) * drawn.weight.powi(power)).sum()
        };
        let (sum, squares) = (sums(1), sums(2));
        if squares > 0.0 { sum * sum / squares } else { 0.0 }
    }

    /// The classes before and after, in the order of the corpus's labels; documents without a label come last.
    pub fn class_shares(&self, corpus: &Corpus) -> Vec<ClassShare> {
        let none = corpus.labels().len();
        let class_of = |document: usize| corpus.label(document).unwrap_or(none);
        let mut counts = vec![[0.0; 3]; none + 1];
        (0..corpus.len()).for_each(|document| counts[class_of(document)][0] += 1.0);
        for drawn in &self.drawn {
            let count = &mut counts[class_of(drawn.document as usize)];
            count[1] += f64::from(drawn.times);
            count[2] += f64::from(drawn.times) * drawn.weight;
        }
        self.synthetic.iter().for_each(|point| counts[class_of(point.parents.0 as usize)][1] += 1.0);
        let totals = [0, 1, 2].map(|column| counts.iter().map(|count| count[column]).sum::<f64>().max(1e-300));
        let names = corpus.labels().iter().cloned().chain([String::new()]);
        let shares = names.zip(counts).map(|(class, count)| ClassShare {
            class,
            population: count[0] / totals[0],
            sample: count[1] / totals[1],
            weighted: count[2] / totals[2],
        });
        shares.filter(|share| !share.class.is_empty() || share.population > 0.0).collect()
    }
}
