//! What a model is measured on: pieces of a text, each as long as the model sees, none over another.

use super::loader::{Batch, DataLoader};
use super::tokenizer::Tokenizer;
use super::windows::Sliding;
use crate::error::{Error, Result};

/// Tokens that are foretold at most.
pub const MAX_TARGETS: usize = 65_536;
/// Bytes of a text that was pasted.
pub const MAX_BYTES: usize = 1 << 20;

/// Windows of a text.
pub struct EvalWindows {
    /// T.
    time: usize,
    padding: u32,
    /// The tokens of each window, and the one after them.
    windows: Vec<Box<[u32]>>,
    /// Tokens of the whole text that have one before them.
    pub available: usize,
    bytes_per_token: f64,
}

impl EvalWindows {
    /// The part that was held out; where it is long, windows spread evenly over it.
    pub fn held_out(loader: &DataLoader) -> Self {
        let (windows, dataset) = (loader.held_out(), loader.dataset());
        let most = (MAX_TARGETS / windows.time()).max(1);
        let bytes_per_token = dataset.validation_bytes as f64 / dataset.validation.len().max(1) as f64;
        Self::of(&dataset.validation, windows, most, dataset.padding, bytes_per_token)
    }

    /// A text by itself.
    ///
    /// # Errors
    /// One that is too long, or in which no token has one before it.
    pub fn text(text: &str, tokenizer: &Tokenizer, time: usize) -> Result<Self> {
        if text.len() > MAX_BYTES {
            let (bytes, limit) = (text.len() as u64, MAX_BYTES as u64);
            return Err(Error::PastedTextTooLong { bytes, limit });
        }
        let ids = tokenizer.encode(text);
        if ids.len() < 2 {
            return Err(Error::PastedTextTooShort { tokens: ids.len() as u64 });
        }
        let windows = Sliding::over([0], ids.len(), time, time);
        let bytes_per_token = text.len() as f64 / ids.len() as f64;
        Ok(Self::of(&ids, &windows, (MAX_TARGETS / time).max(1), tokenizer.padding().unwrap_or(0), bytes_per_token))
    }

    fn of(ids: &[u32], windows: &Sliding, most: usize, padding: u32, bytes_per_token: f64) -> Self {
        let (count, used) = (windows.count(), windows.count().min(most));
        let window = |number: usize| {
            let window = windows.window(number * count / used);
            ids[window.begin..=window.begin + window.length].into()
        };
        Self {
            time: windows.time(),
            padding,
            windows: (0..used).map(window).collect(),
            available: windows.targets() as usize,
            bytes_per_token,
        }
    }

    pub fn windows(&self) -> usize {
        self.windows.len()
    }

    /// The tokens of a window: each but the first is a target, foretold from those before it.
    pub fn window(&self, number: usize) -> &[u32] {
        &self.windows[number]
    }

    pub fn targets(&self) -> usize {
        self.windows.iter().map(|window| window.len() - 1).sum()
    }

    /// How often this token is a target.
    pub fn count(&self, token: u32) -> usize {
        self.windows.iter().map(|window| window[1..].iter().filter(|id| **id == token).count()).sum()
    }

    /// The windows from this number on as the rows of a batch, as many as there are; what is left of it is padding.
    pub fn batch(&self, first: usize, batch: &mut Batch) {
        batch.inputs.fill(self.padding);
        batch.targets.fill(self.padding);
        let rows = batch.inputs.chunks_mut(self.time).zip(batch.targets.chunks_mut(self.time));
        for (window, (inputs, targets)) in self.windows[first..].iter().zip(rows) {
            inputs[..window.len() - 1].copy_from_slice(&window[..window.len() - 1]);
            targets[..window.len() - 1].copy_from_slice(&window[1..]);
        }
    }

    /// A loss in nats per token as bits per byte of text, which compares tokenizers.
    pub fn bits_per_byte(&self, loss: f64) -> f64 {
        loss / std::f64::consts::LN_2 / self.bytes_per_token.max(f64::MIN_POSITIVE)
    }
}
