//! From bytes to batches: corpora, tokenizers, datasets, the loader. No I/O, no clock; long work comes in pieces whose
//! owner decides when to go on.

pub mod corpora;
pub mod corpus;
pub mod dataset;
pub mod loader;
pub mod own;
pub mod sampling;
pub mod split;
pub mod statistics;
pub mod tokenizer;
pub mod vectors;
pub mod words;

use crate::config::Source;
use crate::error::Result;
use statistics::Statistics;

/// The text of a project, with its end held out for validation.
pub struct Text {
    pub name: String,
    pub statistics: Statistics,
    content: String,
    /// Byte offset at which the part held out begins.
    cut: usize,
}

impl Text {
    /// A built-in corpus of `characters` characters; `validation` is the share held out.
    pub fn built_in(source: Source, characters: usize, seed: u32, validation: f32) -> Result<Self> {
        Ok(Self::new(source.name().into(), corpora::grow(source, characters, seed)?, validation))
    }

    /// What the student brought; the error says why it is not a text.
    pub fn own(name: String, bytes: &[u8], validation: f32) -> Result<Self> {
        let content = own::read(&name, bytes)?;
        Ok(Self::new(name, content, validation))
    }

    fn new(name: String, content: String, validation: f32) -> Self {
        let statistics = Statistics::of(&content);
        let cut = split::at(&content, statistics.characters, validation);
        Self { name, statistics, content, cut }
    }

    /// The whole text.
    pub fn content(&self) -> &str {
        &self.content
    }

    pub fn train(&self) -> &str {
        &self.content[..self.cut]
    }

    pub fn validation(&self) -> &str {
        &self.content[self.cut..]
    }
}
