//! Three sizes to begin with.

use super::corpus::CleaningConfig;
use super::{
    Config, DataConfig, ModelConfig, Optimizer, SampleConfig, Schedule, Source, Split, TokenizerConfig,
    TokenizerMethod, TrainConfig,
};
use crate::config::names::names;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Trains on anything: tens of thousands of parameters.
    Seedling,
    /// About a million parameters.
    Sprout,
    /// About ten million parameters.
    Shrub,
}

names! {
    Preset { Seedling = "seedling", Sprout = "sprout", Shrub = "shrub" }
}

impl Preset {
    /// The whole configuration of the preset.
    pub fn config(self) -> Config {
        match self {
            Preset::Seedling => config(model(2, 3, 48, 64), characters(), train(300, 16, 4e-3, 20)),
            Preset::Sprout => config(model(4, 4, 128, 128), bpe(1024), train(1000, 16, 1.5e-3, 50)),
            Preset::Shrub => config(model(6, 6, 384, 256), bpe(2048), train(2000, 16, 8e-4, 100)),
        }
    }

    /// The preset whose sizes this model has, if any, whatever it is made of.
    pub fn of(config: &Config) -> Option<Preset> {
        let model = &config.model;
        Self::ALL.into_iter().find(|preset| model.sized_like(&preset.config().model) == *model)
    }
}

fn config(model: ModelConfig, tokenizer: TokenizerConfig, train: TrainConfig) -> Config {
    let data = DataConfig {
        source: Source::Stories,
        characters: 300_000,
        corpus_seed: 1,
        cleaning: CleaningConfig::default(),
        sampling: None,
        validation: 0.1,
        split: Split::End,
        split_seed: 1,
    };
    let sample = SampleConfig { temperature: 0.8, top_k: 0, top_p: 0.95, length: 200, seed: 1 };
    Config { data, tokenizer, examples: Default::default(), model, train, sample }
}

fn model(n_layer: usize, n_head: usize, n_embd: usize, block_size: usize) -> ModelConfig {
    ModelConfig { n_layer, n_head, n_embd, block_size, ..ModelConfig::GPT2 }
}

fn characters() -> TokenizerConfig {
    TokenizerConfig::new(TokenizerMethod::Characters, 512)
}

fn bpe(vocab_size: usize) -> TokenizerConfig {
    TokenizerConfig::new(TokenizerMethod::Bpe, vocab_size)
}

fn train(steps: usize, batch_size: usize, learning_rate: f32, warmup: usize) -> TrainConfig {
    TrainConfig {
        steps,
        batch_size,
        accumulation: 1,
        optimizer: Optimizer::AdamW,
        learning_rate,
        schedule: Schedule::Cosine,
        warmup,
        decay_share: 0.2,
        final_share: 0.1,
        momentum: 0.9,
        weight_decay: 0.1,
        beta1: 0.9,
        beta2: 0.99,
        clip: 1.0,
        label_smoothing: 0.0,
        z_loss: 0.0,
        seed: 1,
        eval_every: 50,
        sample_every: 25,
        sample_prompt: String::new(),
    }
}
