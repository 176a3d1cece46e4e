//! SMOTE: new points on the lines between a document and its nearest neighbours of the same class, as TF-IDF vectors.
//!
//! Points, not texts: no text has these vectors, so none is pretended. They train a classifier.

use super::methods::balance;
use super::strata::{Stratum, classes};
use crate::config::sampling::SamplingConfig;
use crate::error::{Error, Result};
use crate::rng::Rng;
use crate::text::corpus::Corpus;
use crate::text::vectors::{Sparse, Vectors};

/// Documents of a class that can be parents; of a larger class these many, evenly spread. The search for neighbours
/// compares all of them with each other.
pub const MAX_PARENTS: usize = 1000;
/// Points that are grown at most: each holds the words of two documents.
pub const MAX_POINTS: usize = 20_000;

/// A point between two documents of one class.
#[derive(Clone, Debug, PartialEq)]
pub struct Synthetic {
    pub parents: (u32, u32),
    /// Where on the way from the first parent (0) to the second (1).
    pub position: f32,
    pub vector: Sparse,
}

/// The classes that shall grow, with the neighbours in them.
pub struct Smote {
    classes: Vec<Class>,
}

struct Class {
    /// Points to grow.
    points: usize,
    parents: Vec<u32>,
    /// Of each parent, the nearest others, nearest first.
    neighbours: Vec<Vec<u32>>,
}

impl Smote {
    /// Takes time in proportion to the square of the parents of each class that grows. Refuses one with a single document.
    pub fn new(corpus: &Corpus, vectors: &Vectors, config: &SamplingConfig) -> Result<Self> {
        let mut classes = classes(corpus)?;
        classes.retain(|class| !class.name.is_empty());
        let sizes: Vec<usize> = classes.iter().map(|class| class.documents.len()).collect();
        let points: Vec<usize> =
            balance(&sizes, config)?.iter().zip(&sizes).map(|(wanted, size)| wanted.saturating_sub(*size)).collect();
        let all: usize = points.iter().sum();
        if all > MAX_POINTS {
            return Err(Error::TooManyPoints { points: all as u64, most: MAX_POINTS as u64 });
        }
        let growing = classes.iter().zip(points).filter(|(_, points)| *points > 0);
        let classes = growing.map(|(class, points)| Class::new(class, points, vectors, config.neighbours.max(1)));
        Ok(Self { classes: classes.collect::<Result<_>>()? })
    }

    /// The points of one draw, class by class.
    pub fn grow(&self, vectors: &Vectors, rng: &mut Rng) -> Vec<Synthetic> {
        let classes = self.classes.iter().flat_map(|class| (0..class.points).map(move |_| class));
        classes.map(|class| class.grow(vectors, rng)).collect()
    }
}

impl Class {
    fn new(class: &Stratum, points: usize, vectors: &Vectors, neighbours: usize) -> Result<Self> {
        let documents = class.documents.len();
        if documents < 2 {
            return Err(Error::ClassTooSmall { class: class.name.clone(), documents: documents as u64 });
        }
        let used = documents.min(MAX_PARENTS);
        let parents: Vec<u32> = (0..used).map(|at| class.documents[at * documents / used]).collect();
        let neighbours = parents.iter().map(|parent| nearest(*parent, &parents, vectors, neighbours)).collect();
        Ok(Self { points, parents, neighbours })
    }

    fn grow(&self, vectors: &Vectors, rng: &mut Rng) -> Synthetic {
        let at = rng.below(self.parents.len());
        let neighbours = &self.neighbours[at];
        let parents = (self.parents[at], neighbours[rng.below(neighbours.len())]);
        let position = rng.uniform();
        let (first, second) = (vectors.row(parents.0 as usize), vectors.row(parents.1 as usize));
        Synthetic { parents, position, vector: Sparse::between(first, second, position) }
    }
}

/// The documents nearest to one by Euclidean distance, itself not among them; the first of equals first.
fn nearest(document: u32, among: &[u32], vectors: &Vectors, count: usize) -> Vec<u32> {
    let here = vectors.dense(document as usize);
    let length = vectors.row(document as usize).squares();
    let others = among.iter().filter(|other| **other != document);
    let mut distances: Vec<(f32, u32)> = others
        .map(|other| {
            let row = vectors.row(*other as usize);
            (length + row.squares() - 2.0 * row.dot(&here), *other)
        })
        .collect();
    let nearer = |a: &(f32, u32), b: &(f32, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    if distances.len() > count {
        distances.select_nth_unstable_by(count - 1, nearer);
        distances.truncate(count);
    }
    distances.sort_unstable_by(nearer);
    distances.into_iter().map(|(_, other)| other).collect()
}
