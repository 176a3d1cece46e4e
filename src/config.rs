//! Everything that a run depends on, as plain data that is checked at the door.
//!
//! A setting exists in one place: its struct field and its row in [`fields`]. Controls, links, ranges and help
//! texts are drawn from that row.

pub mod corpus;
pub mod examples;
pub mod fields;
pub mod model;
pub mod names;
pub mod presets;
pub mod sampling;
pub mod tokenizer;
pub mod train;

use serde::{Deserialize, Serialize};

use corpus::{CleaningConfig, Labelled};
use examples::ExamplesConfig;
pub use model::ModelConfig;
use sampling::SamplingConfig;
pub use tokenizer::{Normalization, RulesConfig, TokenizerConfig, TokenizerMethod};
pub use train::{LearningRate, Optimizer, Schedule, TrainConfig};

use crate::error::{Error, Result};

/// A run, but for the text itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Config {
    pub data: DataConfig,
    pub tokenizer: TokenizerConfig,
    pub examples: ExamplesConfig,
    pub model: ModelConfig,
    pub train: TrainConfig,
    pub sample: SampleConfig,
}

/// Which text, and how much of it is held out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataConfig {
    pub source: Source,
    /// Characters that a built-in corpus is grown to.
    pub characters: usize,
    /// Seed of the built-in grammars.
    pub corpus_seed: u32,
    pub cleaning: CleaningConfig,
    /// Which documents are chosen; without it, all.
    pub sampling: Option<SamplingConfig>,
    /// Share of the text held out for validation.
    pub validation: f32,
    pub split: Split,
    /// Seed of a split by documents.
    pub split_seed: u32,
}

/// Which part of the text is held out for validation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// Its end.
    #[default]
    End,
    /// Whole documents, drawn with [`DataConfig::split_seed`]; equal ones are never in both parts.
    Documents,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Short stories in English.
    Stories,
    /// Short stories in Chinese.
    StoriesZh,
    /// Sums with their results.
    Arithmetic,
    /// Documents with labels and groups.
    Labelled(Labelled),
    /// Text that the student pasted, dropped or chose.
    Own,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleConfig {
    /// Logits are divided by it; 0 always takes the likeliest token.
    pub temperature: f32,
    /// Keep the k likeliest tokens; 0 keeps all.
    pub top_k: usize,
    /// Keep the fewest tokens whose probabilities add up to this (Holtzman et al., 2019); 1 keeps all.
    pub top_p: f32,
    /// Tokens to write.
    pub length: usize,
    pub seed: u32,
}

impl Config {
    /// The configuration as it came, or the first thing that is wrong with it.
    pub fn validated(self) -> Result<Self> {
        for field in fields::Field::all() {
            field.check(&field.get(&self))?;
        }
        let ModelConfig { n_embd, n_head, .. } = self.model;
        if !n_embd.is_multiple_of(n_head) {
            return Err(Error::HeadsDoNotDivide { n_embd: n_embd as u64, n_head: n_head as u64 });
        }
        Ok(self)
    }
}

impl Default for Config {
    fn default() -> Self {
        presets::Preset::Seedling.config()
    }
}
