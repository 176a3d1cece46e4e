//! What is measured: the presets, and two shapes that others can be compared with.

use gptling::config::presets::Preset;
use gptling::config::{Config, ModelConfig};

/// A model with its vocabulary and the batches it learns from.
pub struct Shape {
    pub name: &'static str,
    pub config: Config,
    /// V.
    pub vocab_size: usize,
}

/// Distinct characters of a text, about: the presets' corpora have fewer than this many.
const CHARACTERS: usize = 64;

pub fn all() -> Vec<Shape> {
    let presets = Preset::ALL.into_iter().map(|preset| {
        let config = preset.config();
        let vocab_size = if preset == Preset::Seedling { CHARACTERS } else { config.tokenizer.vocab_size };
        Shape { name: preset.name(), config, vocab_size }
    });
    presets.chain([small(), medium()]).collect()
}

/// The shape that the rivals are measured with.
pub fn small() -> Shape {
    shape("L 4, d 128, T 64, B 8, V 64", [4, 4, 128, 64], 8, 64)
}

fn medium() -> Shape {
    shape("L 6, d 256, T 128, B 16, V 512", [6, 4, 256, 128], 16, 512)
}

fn shape(name: &'static str, model: [usize; 4], batch_size: usize, vocab_size: usize) -> Shape {
    let [n_layer, n_head, n_embd, block_size] = model;
    let mut config =
        Config { model: ModelConfig { n_layer, n_head, n_embd, block_size, ..ModelConfig::GPT2 }, ..Config::default() };
    config.train.batch_size = batch_size;
    Shape { name, config, vocab_size }
}
