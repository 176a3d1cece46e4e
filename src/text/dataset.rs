//! A text as token ids, in its two splits.

use super::Text;
use super::tokenizer::{Encoder, Tokenizer};
use crate::error::{Error, Result};

/// The ids of both splits and what is known of them without a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    pub train: Vec<u32>,
    pub validation: Vec<u32>,
    /// V of the tokenizer that made the ids.
    pub vocab_size: usize,
    /// Bytes of text that the splits were cut from.
    pub train_bytes: usize,
    pub validation_bytes: usize,
}

impl Dataset {
    /// Whether both splits hold an example: `block_size` tokens and the one after them.
    pub fn check(&self, block_size: usize) -> Result<()> {
        for (split, ids) in [("train", &self.train), ("validation", &self.validation)] {
            if ids.len() <= block_size {
                let (tokens, needed) = (ids.len() as u64, block_size as u64 + 1);
                return Err(Error::TextTooShort { split: split.into(), tokens, needed });
            }
        }
        Ok(())
    }

    /// How often each id occurs in the training split.
    pub fn train_counts(&self) -> Vec<u64> {
        counts(self.vocab_size, &self.train)
    }

    /// How often each id occurs in the whole text.
    pub fn counts(&self) -> Vec<u64> {
        let validation = counts(self.vocab_size, &self.validation);
        self.train_counts().iter().zip(validation).map(|(train, validation)| train + validation).collect()
    }

    /// Entropy of single tokens in the training split, in nats: the loss of a model that knows only frequencies.
    pub fn unigram_entropy(&self) -> f64 {
        let total = self.train.len() as f64;
        let shares = self.train_counts().into_iter().filter(|count| *count > 0).map(|count| count as f64 / total);
        shares.map(|share| -share * share.ln()).sum()
    }

    /// Bytes per token over the whole text.
    pub fn bytes_per_token(&self) -> f64 {
        let tokens = self.train.len() + self.validation.len();
        (self.train_bytes + self.validation_bytes) as f64 / tokens.max(1) as f64
    }

    /// A validation loss in nats per token as bits per byte of text, which compares tokenizers.
    pub fn bits_per_byte(&self, loss: f64) -> f64 {
        loss / std::f64::consts::LN_2 * self.validation.len() as f64 / self.validation_bytes.max(1) as f64
    }
}

fn counts(vocab_size: usize, ids: &[u32]) -> Vec<u64> {
    let mut counts = vec![0; vocab_size];
    for id in ids {
        counts[*id as usize] += 1;
    }
    counts
}

/// Cuts both splits of a text into ids, a piece at a time: [`Cutting::advance`] until it gives 1, then
/// [`Cutting::finish`]. No token reaches from one split into the other.
pub struct Cutting<'a> {
    train: Encoder<'a>,
    validation: Encoder<'a>,
    train_done: bool,
    text: &'a Text,
    vocab_size: usize,
}

impl<'a> Cutting<'a> {
    pub fn new(text: &'a Text, tokenizer: &'a Tokenizer) -> Self {
        let encoder = |part| Encoder::new(tokenizer, part);
        let (train, validation) = (encoder(text.train()), encoder(text.validation()));
        Self { train, validation, train_done: false, text, vocab_size: tokenizer.vocab_size() }
    }

    /// Does one piece and says which share of the text is cut.
    pub fn advance(&mut self) -> f32 {
        let train_share = self.text.train().len() as f32 / self.text.content().len() as f32;
        if !self.train_done {
            let done = self.train.advance();
            self.train_done = done >= 1.0;
            return (done * train_share).min(0.999);
        }
        let done = self.validation.advance();
        if done >= 1.0 { 1.0 } else { train_share + (1.0 - train_share) * done }
    }

    pub fn finish(self) -> Dataset {
        Dataset {
            train: self.train.finish(),
            validation: self.validation.finish(),
            vocab_size: self.vocab_size,
            train_bytes: self.text.train().len(),
            validation_bytes: self.text.validation().len(),
        }
    }
}
