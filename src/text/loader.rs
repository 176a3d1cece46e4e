//! Batches: windows of the training split in one of three orders, fixed ones of the validation split.

use std::sync::Arc;

use super::dataset::{Dataset, Documents};
use super::ngram::Stream;
use super::windows::{Shuffle, Sliding, Window};
use crate::config::examples::{Boundaries, ExamplesConfig, Order, Weights};
use crate::error::{Error, Result};
use crate::rng::{self, Rng};

/// Rows of T tokens: inputs, the token after each, and what each target counts for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    pub inputs: Vec<u32>,
    pub targets: Vec<u32>,
    /// As many as there are targets, 0 for what is not to be learned; empty where all count alike.
    pub weights: Vec<f32>,
}

/// Draws the batch of any step without those before it: (B, T) inputs and, one token later, (B, T) targets.
#[derive(Clone)]
pub struct DataLoader {
    dataset: Arc<Dataset>,
    examples: ExamplesConfig,
    /// T.
    block_size: usize,
    seed: u32,
    train: Arc<Sliding>,
    validation: Arc<Sliding>,
    /// Documents count for more or less than others.
    weighs: bool,
    is_weighted: bool,
}

/// What one pass over the training split is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch {
    pub windows: u64,
    /// Targets that are learned; where windows overlap a token is one several times.
    pub targets: u64,
    /// Places for targets: windows times T.
    pub places: u64,
}

impl DataLoader {
    /// Refuses a dataset of which a split holds no example.
    pub fn new(dataset: Arc<Dataset>, examples: &ExamplesConfig, block_size: usize, seed: u32) -> Result<Self> {
        let keeps = examples.boundaries() == Boundaries::Keep;
        let over = |documents: &Documents, ids: &[u32], stride| match keeps {
            true => Sliding::over(documents.begins.iter().copied(), ids.len(), block_size, stride),
            false => Sliding::over([0], ids.len(), block_size, stride),
        };
        // Windows drawn at random are all that there are: one begins at every token.
        let stride = if examples.order == Order::Random { 1 } else { examples.stride_of(block_size) };
        let train = over(&dataset.train_documents, &dataset.train, stride);
        let validation = over(&dataset.validation_documents, &dataset.validation, block_size);
        match keeps {
            false => dataset.check(block_size)?,
            true => {
                let splits = [("train", &train), ("validation", &validation)];
                if let Some((split, _)) = splits.into_iter().find(|(_, windows)| windows.count() == 0) {
                    return Err(Error::TextTooShort { split: split.into(), tokens: 1, needed: 2 });
                }
            }
        }
        let weighs = examples.weights == Weights::Use && dataset.train_documents.differ_in_weight();
        let is_weighted = weighs || train.pads();
        let (train, validation) = (Arc::new(train), Arc::new(validation));
        Ok(Self { dataset, examples: examples.clone(), block_size, seed, train, validation, weighs, is_weighted })
    }

    pub fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// Whether targets have weights: some are padding, or documents count for more or less than others.
    pub fn is_weighted(&self) -> bool {
        self.is_weighted
    }

    /// Whether documents count for more or less than others.
    pub fn weighs_documents(&self) -> bool {
        self.weighs
    }

    /// Tokens from one window to the next.
    pub fn stride(&self) -> usize {
        self.train.stride()
    }

    pub fn epoch(&self) -> Epoch {
        let windows = self.train.count() as u64;
        Epoch { windows, targets: self.train.targets(), places: windows * self.block_size as u64 }
    }

    /// The windows of the part held out; each begins where the one before it ends.
    pub fn held_out(&self) -> &Sliding {
        &self.validation
    }

    /// Whether one who counts reads the same with both.
    pub fn counts_like(&self, other: &Self) -> bool {
        let keeps = |loader: &Self| loader.examples.boundaries() == Boundaries::Keep;
        Arc::ptr_eq(&self.dataset, &other.dataset) && keeps(self) == keeps(other)
    }

    /// The tokens of training and those held out, as one who counts shall read them: over the boundaries of documents where
    /// windows reach over them.
    pub fn streams(&self) -> [Stream<'_>; 2] {
        let Dataset { train, validation, train_documents, validation_documents, .. } = &*self.dataset;
        let keeps = self.examples.boundaries() == Boundaries::Keep;
        match keeps {
            true => [
                Stream { ids: train, begins: &train_documents.begins },
                Stream { ids: validation, begins: &validation_documents.begins },
            ],
            false => [train, validation].map(|ids| Stream { ids, begins: &[0] }),
        }
    }

    /// Fills the batch of `step`; B is as many rows of T as it has room for. Weights are 1 on average.
    pub fn batch(&self, step: u64, batch: &mut Batch) {
        self.draw(step, batch);
        batch.make_weights_average_one();
    }

    /// The same with the weights as the documents have them.
    pub fn draw(&self, step: u64, batch: &mut Batch) {
        let windows = self.windows(step, batch.inputs.len() / self.block_size);
        batch.weights.resize(if self.is_weighted { batch.targets.len() } else { 0 }, 0.0);
        self.fill(&self.dataset.train, &windows, batch);
        if self.weighs {
            self.weigh(&windows, batch);
        }
    }

    /// The windows that are the rows of a step's batch.
    pub fn windows(&self, step: u64, rows: usize) -> Vec<Window> {
        let count = self.train.count();
        let index = |row: usize| step * rows as u64 + row as u64;
        let numbers: Vec<usize> = match self.examples.order {
            Order::Random => {
                let mut rng = Rng::at_step(self.seed, rng::Stream::Batches, step as u32);
                (0..rows).map(|_| rng.below(count)).collect()
            }
            Order::InOrder => (0..rows).map(|row| (index(row) % count as u64) as usize).collect(),
            Order::ByDocument => {
                let shuffled = |index: u64| {
                    let (epoch, place) = (index / count as u64, (index % count as u64) as usize);
                    Shuffle::new(count, self.seed, epoch as u32).at(place)
                };
                (0..rows).map(index).map(shuffled).collect()
            }
        };
        numbers.into_iter().map(|number| self.train.window(number)).collect()
    }

    /// The first windows of the training split as the window slides, at most `most`.
    pub fn first_windows(&self, most: usize) -> Vec<Window> {
        (0..self.train.count().min(most)).map(|number| self.train.window(number)).collect()
    }

    /// The windows of the validation split that `batches` batches of `batch_size` hold at most.
    ///
    /// Padding does not count there; nor do the weights of documents, for the loss shall be that of a text as it is.
    pub fn validation(&self, batches: usize, batch_size: usize) -> Windows<'_> {
        let keeps = self.examples.boundaries() == Boundaries::Keep;
        // A text in one piece is long enough to leave out what does not fill a window.
        let full = (self.dataset.validation.len().saturating_sub(1)) / self.block_size;
        let available = if keeps { self.validation.count() } else { full };
        let full = available.min(batches * batch_size) / batch_size * batch_size;
        Windows { loader: self, available, used: if full > 0 { full } else { available }, batch_size }
    }

    /// Inputs and targets of these windows, padded; weights, where there are any, are 1 for what is not padding.
    fn fill(&self, ids: &[u32], windows: &[Window], batch: &mut Batch) {
        let t = self.block_size;
        let (inputs, targets) = (&mut batch.inputs, &mut batch.targets);
        assert!(
            inputs.len() == targets.len() && inputs.len() == t * windows.len(),
            "batch: {} inputs and {} targets in rows of {t}",
            inputs.len(),
            targets.len()
        );
        for (row, &Window { begin, length }) in windows.iter().enumerate() {
            let (input, target) = (&mut inputs[row * t..][..t], &mut targets[row * t..][..t]);
            input[..length].copy_from_slice(&ids[begin..begin + length]);
            target[..length].copy_from_slice(&ids[begin + 1..begin + 1 + length]);
            input[length..].fill(self.dataset.padding);
            target[length..].fill(self.dataset.padding);
            if let Some(weights) = batch.weights.get_mut(row * t..(row + 1) * t) {
                weights[..length].fill(1.0);
                weights[length..].fill(0.0);
            }
        }
    }

    /// Each target gets the weight of the document in which it stands.
    fn weigh(&self, windows: &[Window], batch: &mut Batch) {
        let documents = &self.dataset.train_documents;
        for (row, window) in windows.iter().enumerate() {
            let weights = &mut batch.weights[row * self.block_size..][..window.length];
            let mut document = documents.at(window.begin + 1);
            for (place, weight) in (window.begin + 1..).zip(weights) {
                while documents.begins.get(document + 1).is_some_and(|next| *next as usize <= place) {
                    document += 1;
                }
                *weight = documents.weights[document];
            }
        }
    }
}

impl Batch {
    /// Room for this many tokens.
    pub fn of(tokens: usize) -> Self {
        Self { inputs: vec![0; tokens], targets: vec![0; tokens], weights: Vec::new() }
    }

    /// Divides the weights by their mean, so that the mean of weighted losses is their weighted mean. Where all are 0 they
    /// stay so, and nothing is learned.
    fn make_weights_average_one(&mut self) {
        let sum: f64 = self.weights.iter().copied().map(f64::from).sum();
        if sum > 0.0 {
            let factor = self.weights.len() as f64 / sum;
            self.weights.iter_mut().for_each(|weight| *weight = (f64::from(*weight) * factor) as f32);
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

    /// Fills batch `index`; with weights, 1 or 0, where some windows are padded.
    pub fn batch(&self, index: usize, batch: &mut Batch) {
        let DataLoader { dataset, examples, validation, .. } = self.loader;
        let pads = examples.boundaries() == Boundaries::Keep && validation.pads();
        batch.weights.resize(if pads { batch.targets.len() } else { 0 }, 0.0);
        let number = |row| (index * self.batch_size + row) % self.used * self.available / self.used;
        let windows: Vec<Window> = (0..self.batch_size).map(|row| validation.window(number(row))).collect();
        self.loader.fill(&dataset.validation, &windows, batch);
    }
}
