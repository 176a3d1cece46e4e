//! k-means (Lloyd, 1982) with seeds far from each other (k-means++, Arthur & Vassilvitskii, 2007), on sparse rows.

use super::Vectors;
use crate::rng::{Rng, Stream};

const MAX_ROUNDS: usize = 50;

/// Clusters some vectors, a piece at a time: [`KMeans::advance`] until it gives 1, then [`KMeans::finish`].
///
/// A piece takes time in proportion to k times the entries of the vectors; the centres take (k, W).
pub struct KMeans<'a> {
    vectors: &'a Vectors,
    /// (k, W)
    centres: Vec<Vec<f32>>,
    /// (N)
    clusters: Vec<u32>,
    round: usize,
    settled: bool,
}

/// Which cluster each row belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Clustering {
    /// (N), below k. A cluster may be empty.
    pub clusters: Vec<u32>,
    /// Sum of the squared distances from the centres.
    pub inertia: f64,
}

impl<'a> KMeans<'a> {
    /// k is lowered to the number of rows where there are fewer.
    pub fn new(vectors: &'a Vectors, k: usize, seed: u32) -> Self {
        let centres = seeds(vectors, k.min(vectors.len()), &mut Rng::new(seed, Stream::Clusters));
        Self { vectors, centres, clusters: vec![u32::MAX; vectors.len()], round: 0, settled: false }
    }

    /// Assigns and moves the centres once; says which share of the rounds is done, 1 once no row changes its cluster.
    pub fn advance(&mut self) -> f32 {
        if !self.settled {
            let clusters = self.assign();
            self.settled = clusters == self.clusters;
            self.clusters = clusters;
            self.move_centres();
            self.round += 1;
        }
        if self.settled { 1.0 } else { self.round as f32 / MAX_ROUNDS as f32 }
    }

    pub fn finish(mut self) -> Clustering {
        if !self.settled {
            self.clusters = self.assign();
            self.move_centres();
        }
        let lengths = lengths(&self.centres);
        let rows = self.vectors.rows().zip(&self.clusters);
        let distances = rows.map(|(row, cluster)| {
            let cluster = *cluster as usize;
            f64::from(row.squares() + lengths[cluster] - 2.0 * row.dot(&self.centres[cluster]))
        });
        let inertia = distances.sum();
        Clustering { clusters: self.clusters, inertia }
    }

    /// The nearest centre of each row; of equals the first.
    fn assign(&self) -> Vec<u32> {
        let lengths = lengths(&self.centres);
        let nearest = |row: super::Row| {
            let distance = |cluster: usize| lengths[cluster] - 2.0 * row.dot(&self.centres[cluster]);
            let distances = (0..self.centres.len()).map(|cluster| (distance(cluster), cluster as u32));
            distances.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(0, |(_, cluster)| cluster)
        };
        self.vectors.rows().map(nearest).collect()
    }

    /// To the mean of their rows. One that has none stays where it is.
    fn move_centres(&mut self) {
        let mut counts = vec![0u32; self.centres.len()];
        self.clusters.iter().for_each(|cluster| counts[*cluster as usize] += 1);
        for (centre, _) in self.centres.iter_mut().zip(&counts).filter(|(_, count)| **count > 0) {
            centre.fill(0.0);
        }
        for (row, cluster) in self.vectors.rows().zip(&self.clusters) {
            row.add_to(&mut self.centres[*cluster as usize], 1.0 / counts[*cluster as usize] as f32);
        }
    }
}

/// Each seed is a row, drawn in proportion to its squared distance from the nearest seed before.
fn seeds(vectors: &Vectors, k: usize, rng: &mut Rng) -> Vec<Vec<f32>> {
    let mut distances = vec![f32::INFINITY; vectors.len()];
    let mut seeds: Vec<Vec<f32>> = Vec::new();
    for _ in 0..k {
        let seed = vectors.dense(match seeds.is_empty() {
            true => rng.below(vectors.len()),
            false => weighted(&distances, rng),
        });
        let length: f32 = seed.iter().map(|value| value * value).sum();
        for (row, distance) in vectors.rows().zip(&mut distances) {
            *distance = distance.min((row.squares() + length - 2.0 * row.dot(&seed)).max(0.0));
        }
        seeds.push(seed);
    }
    seeds
}

/// An index in proportion to weights; any one where all are 0.
fn weighted(weights: &[f32], rng: &mut Rng) -> usize {
    let total: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
    if total <= 0.0 {
        return rng.below(weights.len());
    }
    let mut left = rand::Rng::random::<f64>(rng) * total;
    let passed = weights.iter().position(|weight| {
        left -= f64::from(*weight);
        left < 0.0
    });
    passed.unwrap_or(weights.len() - 1)
}

fn lengths(centres: &[Vec<f32>]) -> Vec<f32> {
    centres.iter().map(|centre| centre.iter().map(|value| value * value).sum()).collect()
}
