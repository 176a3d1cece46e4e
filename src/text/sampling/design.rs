//! A method prepared for one corpus: what is drawn, and with which probabilities.

use super::pick::Pick;
use super::sample::Sample;
use super::smote::Smote;
use super::{Population, methods};
use crate::config::sampling::{SamplingConfig, SamplingMethod};
use crate::error::{Error, Result};
use crate::rng::{Rng, Stream};
use crate::text::vectors::Vectors;

/// A part of the corpus from which some are picked, independently of the other parts.
pub struct Part {
    pub units: Units,
    pub pick: Pick,
}

/// What is drawn at once.
pub enum Units {
    Documents(Vec<u32>),
    Clusters(Vec<Vec<u32>>),
}

impl Units {
    fn len(&self) -> usize {
        match self {
            Self::Documents(documents) => documents.len(),
            Self::Clusters(clusters) => clusters.len(),
        }
    }

    fn documents(&self, unit: usize) -> &[u32] {
        match self {
            Self::Documents(documents) => std::slice::from_ref(&documents[unit]),
            Self::Clusters(clusters) => &clusters[unit],
        }
    }
}

/// Time and memory to prepare one are linear in the documents; a draw takes time linear in what it draws.
pub struct Design<'a> {
    parts: Vec<Part>,
    /// Of each document how often it is drawn on average.
    expected: Vec<f64>,
    /// Of each document the probability that it is drawn at all.
    inclusion: Vec<f64>,
    smote: Option<(Smote, &'a Vectors)>,
}

impl<'a> Design<'a> {
    /// Refuses settings out of range for this corpus, and a corpus without the labels, groups, weights, vectors or
    /// clusters that the method needs.
    pub fn new(population: &Population<'a>, config: &SamplingConfig) -> Result<Self> {
        let documents = population.corpus.len();
        if documents == 0 {
            return Err(Error::Missing { missing: "text".into() });
        }
        let parts = methods::parts(population, config)?;
        let smote = match (config.method, population.vectors) {
            (SamplingMethod::Synthetic, Some(vectors)) => {
                Some((Smote::new(population.corpus, vectors, config)?, vectors))
            }
            (SamplingMethod::Synthetic, None) => return Err(Error::Missing { missing: "vectors".into() }),
            _ => None,
        };
        let (mut expected, mut inclusion) = (vec![0.0; documents], vec![0.0; documents]);
        for Part { units, pick } in &parts {
            for unit in 0..units.len() {
                for document in units.documents(unit) {
                    expected[*document as usize] = pick.expected(units.len(), unit);
                    inclusion[*document as usize] = pick.inclusion(units.len(), unit);
                }
            }
        }
        Ok(Self { parts, expected, inclusion, smote })
    }

    /// The sample of a seed.
    pub fn draw(&self, seed: u32) -> Sample {
        let mut rng = Rng::new(seed, Stream::Documents);
        let documents = self.documents(&mut rng);
        let grown = self.smote.as_ref().map_or(Vec::new(), |(smote, vectors)| smote.grow(vectors, &mut rng));
        Sample::new(self, documents, grown)
    }

    /// Documents by number, one as often as it is drawn, part by part.
    pub fn documents(&self, rng: &mut Rng) -> Vec<u32> {
        let mut drawn = Vec::new();
        for Part { units, pick } in &self.parts {
            let picked = pick.draw(units.len(), rng);
            picked.into_iter().for_each(|unit| drawn.extend_from_slice(units.documents(unit)));
        }
        drawn
    }

    /// Documents of the corpus.
    pub fn population(&self) -> usize {
        self.expected.len()
    }

    /// How often a document is drawn on average.
    pub fn expected(&self, document: usize) -> f64 {
        self.expected[document]
    }

    /// The probability that a document is drawn at least once.
    pub fn inclusion(&self, document: usize) -> f64 {
        self.inclusion[document]
    }

    /// How many documents of the corpus one draw of this document stands for; 0 for one that cannot be drawn.
    ///
    /// Sums with these weights are right on average (Horvitz & Thompson, 1952; Hansen & Hurwitz, 1943).
    pub fn weight(&self, document: usize) -> f64 {
        let expected = self.expected[document];
        if expected > 0.0 { 1.0 / expected } else { 0.0 }
    }

    /// Documents that this design never draws, so no weight can make up for them.
    pub fn out_of_reach(&self) -> usize {
        self.expected.iter().filter(|expected| **expected == 0.0).count()
    }
}
