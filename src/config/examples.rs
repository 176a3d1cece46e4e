//! How training examples are taken from the tokens of a text.

use serde::{Deserialize, Serialize};

/// Windows as long as the context, [`super::ModelConfig::block_size`]; the token after each one is its target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExamplesConfig {
    pub order: Order,
    /// Tokens from the beginning of a window to that of the next; 0 for the context, so that none overlap. Windows that
    /// are drawn at random begin anywhere.
    pub stride: usize,
    pub boundaries: Boundaries,
    pub weights: Weights,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// Every window is as likely as any other, at every step.
    #[default]
    Random,
    /// One window after the other, and again from the first.
    InOrder,
    /// Windows begin where documents begin; every epoch shows all of them, shuffled anew.
    ByDocument,
}

/// What a window does at the end of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Boundaries {
    /// It reads on in the next one.
    #[default]
    Cross,
    /// It ends, and is filled up with padding, which nobody learns.
    Keep,
}

/// What the weights of documents do, which make up for unequal chances of being chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weights {
    /// A target counts as much as its document.
    #[default]
    Use,
    Ignore,
}

impl ExamplesConfig {
    /// The stride of windows of `time` tokens: no token between two of them is left out.
    pub fn stride_of(&self, time: usize) -> usize {
        if self.stride == 0 { time } else { self.stride.min(time) }
    }

    /// Whether windows end where documents end.
    pub fn boundaries(&self) -> Boundaries {
        if self.order == Order::ByDocument { Boundaries::Keep } else { self.boundaries }
    }
}
