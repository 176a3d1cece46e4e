//! Batches: random windows of the training split, fixed ones of the validation split.

use std::sync::Arc;

use super::dataset::Dataset;
use crate::error::Result;
use crate::rng::{Rng, Stream};

/// Draws the batch of any step without those before it. A batch is (B, T) inputs and, one token later, (B, T) targets.
#[derive(Clone)]
pub struct DataLoader {
    dataset: Arc<Dataset>,
    /// T.
    block_size: usize,
    seed: u32,
}

impl DataLoader {
    /// Refuses a dataset of which a split holds no example.
    pub fn new(dataset: Arc<Dataset>, block_size: usize, seed: u32) -> Result<Self> {
        dataset.check(block_size)?;
        Ok(Self { dataset, block_size, seed })
    }

    pub fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// Fills the batch of `step`; B is as many rows of T as the slices hold. Windows begin anywhere in the split.
    pub fn batch(&self, step: u64, inputs: &mut [u32], targets: &mut [u32]) {
        let mut rng = Rng::at_step(self.seed, Stream::Batches, step as u32);
        let train = &self.dataset.train;
        self.fill(train, inputs, targets, |_| rng.below(train.len() - self.block_size));
    }

    /// The windows of the validation split that `batches` batches of `batch_size` hold at most.
    pub fn validation(&self, batches: usize, batch_size: usize) -> Windows<'_> {
        let available = (self.dataset.validation.len() - 1) / self.block_size;
        let full = available.min(batches * batch_size) / batch_size * batch_size;
        Windows { loader: self, available, used: if full > 0 { full } else { available }, batch_size }
    }

    fn fill(&self, ids: &[u32], inputs: &mut [u32], targets: &mut [u32], mut begin_of: impl FnMut(usize) -> usize) {
        let t = self.block_size;
        assert!(
            inputs.len() == targets.len() && inputs.len().is_multiple_of(t),
            "batch: {} inputs and {} targets in rows of {t}",
            inputs.len(),
            targets.len()
        );
        for (row, (input, target)) in inputs.chunks_mut(t).zip(targets.chunks_mut(t)).enumerate() {
            let begin = begin_of(row);
            input.copy_from_slice(&ids[begin..begin + t]);
            target.copy_from_slice(&ids[begin + 1..begin + 1 + t]);
        }
    }
}

/// Evenly spaced windows of the validation split that do not overlap, the same at every evaluation.
///
/// Every batch is full. A split with fewer windows than one batch repeats them in it.
pub struct Windows<'a> {
    loader: &'a DataLoader,
    /// Windows that the split holds.
    available: usize,
    used: usize,
    batch_size: usize,
}

impl Windows<'_> {
    /// Number of batches, at least one.
    pub fn batches(&self) -> usize {
        self.used.div_ceil(self.batch_size)
    }

    /// Fills batch `index`.
    pub fn batch(&self, index: usize, inputs: &mut [u32], targets: &mut [u32]) {
        let ids = &self.loader.dataset.validation;
        self.loader.fill(ids, inputs, targets, |row| self.begin(index * self.batch_size + row));
    }

    fn begin(&self, window: usize) -> usize {
        (window % self.used) * self.available / self.used * self.loader.block_size
    }
}
