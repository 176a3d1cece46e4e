//! The model as a kit: its sizes, what its blocks are made of, and how many weights that makes.

use crate::config::names::names;
use serde::{Deserialize, Serialize};

/// A transformer whose parts can be exchanged. The vocabulary size comes from the tokenizer.
///
/// What an older file does not say is as in GPT-2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelConfig {
    pub n_layer: usize,
    pub n_head: usize,
    pub n_embd: usize,
    /// Longest context, in tokens.
    pub block_size: usize,
    /// Probability of dropping an activation while training.
    pub dropout: f32,
    pub positions: Positions,
    pub norm: Norm,
    pub norm_place: NormPlace,
    pub mixer: Mixer,
    pub heads: Heads,
    /// With [`Heads::GroupedQuery`], so many heads share their keys and values: see [`ModelConfig::group`].
    pub group_size: usize,
    /// Queries and keys are normalized before they meet.
    pub qk_norm: bool,
    /// A token sees so many tokens, itself among them; 0 stands for the whole context.
    pub window: usize,
    pub activation: Activation,
    /// Layers and norms have something to add, and not only to multiply with.
    pub bias: bool,
    /// The head reads with the vectors of the tokens, and has no weights of its own.
    pub tied: bool,
    /// No logit becomes larger than this; 0 for no limit.
    pub softcap: f32,
}

/// How a model knows where a token stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Positions {
    None,
    /// Waves of different lengths, added to the vectors of the tokens (Vaswani et al., 2017).
    Sinusoidal,
    /// A vector for every place, added too.
    #[default]
    Learned,
    /// Queries and keys are turned by angles that grow with the place (Su et al., 2021).
    Rope,
    /// The farther a token is, the less it counts (Press et al., 2022).
    Alibi,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Norm {
    /// Mean 0 and variance 1 (Ba et al., 2016).
    #[default]
    LayerNorm,
    /// Mean square 1 (Zhang and Sennrich, 2019).
    RmsNorm,
}

/// Where a block normalizes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NormPlace {
    /// What goes into its two parts.
    #[default]
    Before,
    /// The sums that come out of them, as the first transformers did.
    After,
}

/// What carries something from one token to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mixer {
    #[default]
    Attention,
    /// No attention: every channel sums the tokens of the window with weights that depend on their distance alone.
    Convolution,
}

/// How many heads share keys and values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Heads {
    /// None: each has its own.
    #[default]
    MultiHead,
    /// Groups of them (Ainslie et al., 2023).
    GroupedQuery,
    /// All (Shazeer, 2019).
    MultiQuery,
}

/// What the mlp computes between its two layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    #[default]
    Gelu,
    Relu,
    /// So et al., 2021.
    ReluSquared,
    Silu,
    /// silu(a) b of two halves (Shazeer, 2020).
    SwiGlu,
    /// gelu(a) b of two halves (Shazeer, 2020).
    GeGlu,
}

/// Known models by name: what they are made of, at any size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// Radford et al., 2019.
    Gpt2,
    /// Touvron et al., 2023.
    Llama,
    /// Parts of the Gemma models (Gemma Team, 2024).
    Gemma,
    /// What a model can do without any attention.
    AttentionFree,
}

impl Activation {
    /// It multiplies one half of what the first layer makes with the other.
    pub fn is_gated(self) -> bool {
        matches!(self, Self::SwiGlu | Self::GeGlu)
    }
}

impl ModelConfig {
    /// GPT-2's parts at a size for tests and examples.
    pub const GPT2: ModelConfig = ModelConfig {
        n_layer: 2,
        n_head: 3,
        n_embd: 48,
        block_size: 64,
        dropout: 0.0,
        positions: Positions::Learned,
        norm: Norm::LayerNorm,
        norm_place: NormPlace::Before,
        mixer: Mixer::Attention,
        heads: Heads::MultiHead,
        group_size: 2,
        qk_norm: false,
        window: 0,
        activation: Activation::Gelu,
        bias: true,
        tied: true,
        softcap: 0.0,
    };

    /// D: channels per head.
    pub fn head_size(&self) -> usize {
        self.n_embd / self.n_head
    }

    /// Heads that share their keys and values: where the chosen number does not divide the heads, the next smaller one
    /// that does.
    pub fn group(&self) -> usize {
        let most = match self.heads {
            Heads::MultiHead => 1,
            Heads::GroupedQuery => self.group_size.clamp(1, self.n_head),
            Heads::MultiQuery => self.n_head,
        };
        (1..=most).rev().find(|&group| self.n_head.is_multiple_of(group)).unwrap_or(1)
    }

    /// Heads that have keys and values of their own.
    pub fn n_kv_head(&self) -> usize {
        self.n_head / self.group()
    }

    /// Tokens that a token sees in one layer, itself among them.
    pub fn reach(&self) -> usize {
        if self.window == 0 { self.block_size } else { self.window.min(self.block_size) }
    }

    /// Numbers that the first layer of a block makes of a token: queries, keys and values, or what a convolution mixes.
    pub fn mixed(&self) -> usize {
        match self.mixer {
            Mixer::Attention => (self.n_head + 2 * self.n_kv_head()) * self.head_size(),
            Mixer::Convolution => self.n_embd,
        }
    }

    /// Numbers between the two layers of the mlp. A gated one has three matrices for two, and so two thirds as many.
    pub fn hidden(&self) -> usize {
        if self.activation.is_gated() { (8 * self.n_embd).div_ceil(3).next_multiple_of(8) } else { 4 * self.n_embd }
    }

    /// Whether a norm has a shift beside its scale.
    pub fn norm_shifts(&self) -> bool {
        self.norm == Norm::LayerNorm && self.bias
    }

    /// Whether a setting changes anything beside the others as they are.
    pub fn matters(&self, key: &str) -> bool {
        match key {
            "heads" | "qk_norm" | "n_head" => self.mixer == Mixer::Attention,
            "group_size" => self.mixer == Mixer::Attention && self.heads == Heads::GroupedQuery,
            _ => true,
        }
    }

    /// The same parts with the sizes of another model.
    pub fn sized_like(&self, other: &ModelConfig) -> ModelConfig {
        let ModelConfig { n_layer, n_head, n_embd, block_size, .. } = *other;
        ModelConfig { n_layer, n_head, n_embd, block_size, ..self.clone() }
    }
}

/// How many weights the parts have.
impl ModelConfig {
    /// Weights of all, for a vocabulary of `vocab_size`.
    pub fn parameter_count(&self, vocab_size: usize) -> usize {
        let block = 2 * self.norm_parameters() + self.mixer_parameters() + self.mlp_parameters();
        self.token_parameters(vocab_size)
            + self.position_parameters()
            + self.n_layer * block
            + self.last_norm_parameters()
            + self.head_parameters(vocab_size)
    }

    pub fn token_parameters(&self, vocab_size: usize) -> usize {
        vocab_size * self.n_embd
    }

    pub fn position_parameters(&self) -> usize {
        if self.positions == Positions::Learned { self.block_size * self.n_embd } else { 0 }
    }

    /// Of one norm.
    pub fn norm_parameters(&self) -> usize {
        if self.norm_shifts() { 2 * self.n_embd } else { self.n_embd }
    }

    /// Of the norm behind all blocks: where they end with one there is none.
    pub fn last_norm_parameters(&self) -> usize {
        if self.norm_place == NormPlace::Before { self.norm_parameters() } else { 0 }
    }

    /// Of the attention of one block, or of what stands in its place.
    pub fn mixer_parameters(&self) -> usize {
        let kernel = if self.mixer == Mixer::Convolution { self.reach() * self.n_embd } else { 0 };
        self.linear(self.n_embd, self.mixed()) + kernel + self.linear(self.n_embd, self.n_embd)
    }

    /// Of the mlp of one block.
    pub fn mlp_parameters(&self) -> usize {
        let halves = if self.activation.is_gated() { 2 } else { 1 };
        self.linear(self.n_embd, halves * self.hidden()) + self.linear(self.hidden(), self.n_embd)
    }

    /// Of the head: none where the vectors of the tokens serve.
    pub fn head_parameters(&self, vocab_size: usize) -> usize {
        if self.tied { 0 } else { self.token_parameters(vocab_size) }
    }

    fn linear(&self, inputs: usize, outputs: usize) -> usize {
        inputs * outputs + if self.bias { outputs } else { 0 }
    }
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self::GPT2
    }
}

names! {
    /// Its name in locales: `model.architecture.<name>`.
    Architecture { Gpt2 = "gpt-2", Llama = "llama", Gemma = "gemma", AttentionFree = "attention-free" }
}

impl Architecture {
    /// This architecture at the sizes of a model, and with its dropout.
    pub fn apply(self, model: &ModelConfig) -> ModelConfig {
        let parts = match self {
            Self::Gpt2 => ModelConfig::GPT2,
            Self::Llama => ModelConfig {
                positions: Positions::Rope,
                norm: Norm::RmsNorm,
                heads: Heads::GroupedQuery,
                activation: Activation::SwiGlu,
                bias: false,
                tied: false,
                ..ModelConfig::GPT2
            },
            Self::Gemma => ModelConfig {
                positions: Positions::Rope,
                norm: Norm::RmsNorm,
                heads: Heads::MultiQuery,
                activation: Activation::GeGlu,
                bias: false,
                softcap: 30.0,
                ..ModelConfig::GPT2
            },
            Self::AttentionFree => {
                ModelConfig { positions: Positions::None, mixer: Mixer::Convolution, window: 8, ..ModelConfig::GPT2 }
            }
        };
        ModelConfig { dropout: model.dropout, ..parts }.sized_like(model)
    }

    /// The architecture that a model is, if it is one of these.
    pub fn of(model: &ModelConfig) -> Option<Architecture> {
        Self::ALL.into_iter().find(|architecture| architecture.apply(model) == *model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_share_as_they_come_out_even() {
        let groups = |heads, n_head, group_size| ModelConfig { heads, n_head, group_size, ..ModelConfig::GPT2 }.group();
        assert_eq!(groups(Heads::MultiHead, 6, 3), 1);
        assert_eq!(groups(Heads::MultiQuery, 6, 2), 6);
        assert_eq!(groups(Heads::GroupedQuery, 6, 3), 3);
        assert_eq!(groups(Heads::GroupedQuery, 6, 5), 3);
        assert_eq!(groups(Heads::GroupedQuery, 3, 2), 1);
        assert_eq!(groups(Heads::GroupedQuery, 4, 16), 4);
    }

    #[test]
    fn an_architecture_is_known_at_any_size() {
        let size = ModelConfig { n_layer: 5, n_head: 4, n_embd: 64, dropout: 0.1, ..ModelConfig::GPT2 };
        for architecture in Architecture::ALL {
            let model = architecture.apply(&size);
            assert_eq!(Architecture::of(&model), Some(architecture));
            assert_eq!((model.n_layer, model.n_embd, model.dropout), (5, 64, 0.1));
        }
        assert_eq!(Architecture::of(&ModelConfig { qk_norm: true, ..size }), None);
    }

    #[test]
    fn what_an_older_file_does_not_say_is_as_in_gpt_2() {
        let old = r#"{"n_layer": 4, "n_head": 2, "n_embd": 32, "block_size": 16, "dropout": 0.2}"#;
        let model: ModelConfig = serde_json::from_str(old).expect("a model");
        let want = ModelConfig { n_layer: 4, n_head: 2, n_embd: 32, block_size: 16, dropout: 0.2, ..ModelConfig::GPT2 };
        assert_eq!(model, want);
    }
}
