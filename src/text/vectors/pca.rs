//! Two dimensions out of thousands: principal components of sparse rows, by randomized subspace iteration
//! (Halko, Martinsson & Tropp, 2011). The mean is taken off without ever making the rows dense.

use super::Vectors;
use crate::rng::{Rng, Stream};

/// Directions that are followed: two are wanted, the others make the two converge.
const DIRECTIONS: usize = 8;
const ROUNDS: usize = 12;

/// Finds the picture of some vectors, a piece at a time: [`Components::advance`] until it gives 1, then
/// [`Components::finish`]. Every piece takes time linear in the entries of the vectors.
pub struct Components<'a> {
    vectors: &'a Vectors,
    /// (W)
    mean: Vec<f32>,
    /// (8, W), orthonormal.
    directions: Vec<Vec<f32>>,
    round: usize,
}

/// Where each document is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// (N, 2)
    pub places: Vec<[f32; 2]>,
    /// Share of the whole variance along each axis.
    pub explained: [f32; 2],
    mean: Vec<f32>,
    /// (2, W)
    axes: [Vec<f32>; 2],
}

impl<'a> Components<'a> {
    pub fn new(vectors: &'a Vectors, seed: u32) -> Self {
        let mut mean = vec![0.0; vectors.width()];
        vectors.rows().for_each(|row| row.add_to(&mut mean, 1.0 / vectors.len() as f32));
        let mut rng = Rng::new(seed, Stream::Clusters);
        let directions = (0..DIRECTIONS.min(vectors.width())).map(|_| mean.iter().map(|_| rng.normal()).collect());
        let mut directions: Vec<Vec<f32>> = directions.collect();
        orthonormalize(&mut directions);
        Self { vectors, mean, directions, round: 0 }
    }

    /// Turns the directions towards the components once and says which share of the rounds is done.
    pub fn advance(&mut self) -> f32 {
        self.directions = self.turned();
        orthonormalize(&mut self.directions);
        self.round += 1;
        (self.round as f32 / ROUNDS as f32).min(1.0)
    }

    /// The covariance times each direction, but for a factor: (8, W).
    fn turned(&self) -> Vec<Vec<f32>> {
        let means: Vec<f32> = self.directions.iter().map(|direction| inner(&self.mean, direction)).collect();
        let mut turned = vec![vec![0.0; self.vectors.width()]; self.directions.len()];
        for row in self.vectors.rows() {
            for ((direction, mean), turned) in self.directions.iter().zip(&means).zip(&mut turned) {
                row.add_to(turned, row.dot(direction) - mean);
            }
        }
        // Scores add up to 0, so taking the mean off once more changes nothing: X'(X - 1 m') is (X - 1 m')'(X - 1 m').
        turned
    }

    pub fn finish(self) -> Picture {
        let width = self.vectors.width();
        let turned = self.turned();
        let small: Vec<Vec<f32>> =
            turned.iter().map(|row| self.directions.iter().map(|direction| inner(row, direction)).collect()).collect();
        let mut components = eigen(small);
        components.sort_by(|a, b| b.0.total_cmp(&a.0));
        let total: f32 =
            self.vectors.rows().map(|row| row.squares()).sum::<f32>() - self.vectors.len() as f32 * squares(&self.mean);
        let axis = |at: usize| match components.get(at) {
            Some((_, parts)) => upright(combined(&self.directions, parts, width)),
            None => vec![0.0; width],
        };
        let explained = [0, 1].map(|at| components.get(at).map_or(0.0, |(variance, _)| variance / total.max(1e-12)));
        let mut picture = Picture { places: Vec::new(), explained, mean: self.mean, axes: [axis(0), axis(1)] };
        picture.places = self.vectors.rows().map(|row| picture.place(row)).collect();
        picture
    }
}

impl Picture {
    /// Where a vector is drawn, a synthetic one too.
    pub fn place(&self, row: super::Row) -> [f32; 2] {
        [0, 1].map(|at| row.dot(&self.axes[at]) - inner(&self.mean, &self.axes[at]))
    }
}

/// Gram and Schmidt, twice for precision. A direction that the others contain becomes 0.
fn orthonormalize(directions: &mut [Vec<f32>]) {
    for at in 0..directions.len() {
        let (before, rest) = directions.split_at_mut(at);
        let direction = &mut rest[0];
        let length = squares(direction).sqrt();
        for _ in 0..2 {
            for other in &*before {
                let along = inner(other, direction);
                direction.iter_mut().zip(other).for_each(|(value, other)| *value -= along * other);
            }
        }
        let left = squares(direction).sqrt();
        let factor = if left > 1e-5 * length { 1.0 / left } else { 0.0 };
        direction.iter_mut().for_each(|value| *value *= factor);
    }
}

/// Eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations.
fn eigen(mut matrix: Vec<Vec<f32>>) -> Vec<(f32, Vec<f32>)> {
    let n = matrix.len();
    let mut vectors: Vec<Vec<f32>> =
        (0..n).map(|at| (0..n).map(|other| f32::from(u8::from(at == other))).collect()).collect();
    for _ in 0..30 {
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut matrix, &mut vectors, p, q);
            }
        }
    }
    vectors.into_iter().enumerate().map(|(at, vector)| (matrix[at][at], vector)).collect()
}

/// Makes element (p, q) of the matrix 0. Rows of `vectors` are turned with it.
fn rotate(matrix: &mut [Vec<f32>], vectors: &mut [Vec<f32>], p: usize, q: usize) {
    if matrix[p][q].abs() < f32::MIN_POSITIVE {
        return;
    }
    let theta = (matrix[q][q] - matrix[p][p]) / (2.0 * matrix[p][q]);
    let tangent = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    let turn = |a: &mut f32, b: &mut f32| (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
    for row in matrix.iter_mut() {
        let (left, right) = row.split_at_mut(q);
        turn(&mut left[p], &mut right[0]);
    }
    for rows in [matrix, vectors] {
        let (above, below) = rows.split_at_mut(q);
        above[p].iter_mut().zip(&mut below[0]).for_each(|(a, b)| turn(a, b));
    }
}

fn combined(directions: &[Vec<f32>], parts: &[f32], width: usize) -> Vec<f32> {
    let mut axis = vec![0.0; width];
    for (direction, part) in directions.iter().zip(parts) {
        axis.iter_mut().zip(direction).for_each(|(value, other)| *value += part * other);
    }
    axis
}

/// The sign of an axis means nothing: its largest entry is made positive, so that the picture does not flip.
fn upright(mut axis: Vec<f32>) -> Vec<f32> {
    let largest = axis.iter().copied().fold(0.0f32, |most, value| if value.abs() > most.abs() { value } else { most });
    if largest < 0.0 {
        axis.iter_mut().for_each(|value| *value = -*value);
    }
    axis
}

fn inner(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn squares(a: &[f32]) -> f32 {
    inner(a, a)
}
