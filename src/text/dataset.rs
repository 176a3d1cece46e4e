//! A text as token ids, in its two splits.

use super::tokenizer::{Encoder, Tokenizer};
use super::{Passage, Text};
use crate::error::{Error, Result};

/// The ids of both splits and what is known of them without a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    pub train: Vec<u32>,
    pub validation: Vec<u32>,
    pub train_documents: Documents,
    pub validation_documents: Documents,
    /// Stands where a window has no token. Nothing is learned there, and causal attention looks at none of it.
    pub padding: u32,
    /// V of the tokenizer that made the ids.
    pub vocab_size: usize,
    /// Bytes of text that the splits were cut from.
    pub train_bytes: usize,
    pub validation_bytes: usize,
}

/// Where the documents of a split begin in its ids, and what each counts for in training.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Documents {
    pub begins: Vec<u32>,
    pub weights: Vec<f32>,
}

impl Documents {
    /// The document in which this token stands.
    pub fn at(&self, token: usize) -> usize {
        self.begins.partition_point(|begin| *begin as usize <= token).saturating_sub(1)
    }

    pub fn differ_in_weight(&self) -> bool {
        self.weights.windows(2).any(|pair| pair[0] != pair[1])
    }
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

/// Cuts both splits of a text into ids, document by document and a piece at a time: [`Cutting::advance`] until it gives 1,
/// then [`Cutting::finish`]. No token reaches from one document into another.
pub struct Cutting<'a> {
    train: Part<'a>,
    validation: Part<'a>,
    text: &'a Text,
    padding: u32,
    vocab_size: usize,
}

/// Bytes of documents that one [`Cutting::advance`] takes at least, where there are so many.
const PIECE: usize = 128 * 1024;

/// A split on its way.
struct Part<'a> {
    encoder: Encoder<'a>,
    /// The documents that are still to come.
    passages: Box<dyn Iterator<Item = Passage<'a>> + 'a>,
    documents: Documents,
    /// Bytes of the documents that are done, and of the one that the encoder has with the share of it that is.
    done: usize,
    here: Option<usize>,
    share: f32,
}

impl<'a> Part<'a> {
    fn new(tokenizer: &'a Tokenizer, passages: impl Iterator<Item = Passage<'a>> + 'a) -> Self {
        let encoder = Encoder::new(tokenizer, "");
        Self { encoder, passages: Box::new(passages), documents: Documents::default(), done: 0, here: None, share: 0.0 }
    }

    /// Does one piece; false when all is done.
    fn advance(&mut self) -> bool {
        let goal = self.done + PIECE;
        while self.done < goal {
            self.share = self.encoder.advance();
            if self.share < 1.0 {
                return true;
            }
            if let Some(document) = self.here.take() {
                self.encoder.end_document();
                self.done += document;
            }
            let Some(passage) = self.passages.next() else { return false };
            self.documents.begins.push(self.encoder.count() as u32);
            self.documents.weights.push(passage.weight);
            self.here = Some(passage.text.len());
            self.encoder.go_on(passage.text);
        }
        true
    }

    fn bytes(&self) -> f32 {
        self.done as f32 + self.share * self.here.unwrap_or(0) as f32
    }
}

impl<'a> Cutting<'a> {
    pub fn new(text: &'a Text, tokenizer: &'a Tokenizer) -> Self {
        let (train, validation) =
            (Part::new(tokenizer, text.train_passages()), Part::new(tokenizer, text.validation_passages()));
        // Without a token for it, id 0 will do as well as any other.
        let padding = tokenizer.padding().unwrap_or(0);
        Self { train, validation, text, padding, vocab_size: tokenizer.vocab_size() }
    }

    /// Does one piece and says which share of the text is cut.
    pub fn advance(&mut self) -> f32 {
        if !self.train.advance() && !self.validation.advance() {
            return 1.0;
        }
        ((self.train.bytes() + self.validation.bytes()) / self.text.content().len() as f32).min(0.999)
    }

    pub fn finish(self) -> Dataset {
        Dataset {
            train: self.train.encoder.finish(),
            validation: self.validation.encoder.finish(),
            train_documents: self.train.documents,
            validation_documents: self.validation.documents,
            padding: self.padding,
            vocab_size: self.vocab_size,
            train_bytes: self.text.train().len(),
            validation_bytes: self.text.validation().len(),
        }
    }
}
