//! The layers of the network with their shapes, weights and calculations: what the picture draws, what a pressed box
//! tells and what the table lists.

mod pieces;

pub use pieces::Piece;

use crate::config::model::{Mixer, NormPlace, Positions};
use crate::config::{Config, ModelConfig};

/// A box of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    Tokens,
    Positions,
    Embedding,
    /// What repeats: all blocks.
    Blocks,
    Norm1,
    Mixer,
    Norm2,
    Mlp,
    LastNorm,
    Head,
    SoftCap,
    Scores,
}

impl Spot {
    pub const ALL: [Spot; 12] = [
        Spot::Tokens,
        Spot::Positions,
        Spot::Embedding,
        Spot::Blocks,
        Spot::Norm1,
        Spot::Mixer,
        Spot::Norm2,
        Spot::Mlp,
        Spot::LastNorm,
        Spot::Head,
        Spot::SoftCap,
        Spot::Scores,
    ];

    /// Its name in locales (`model.layer.<name>`) and style sheets.
    pub fn name(self) -> &'static str {
        match self {
            Spot::Tokens => "tokens",
            Spot::Positions => "positions",
            Spot::Embedding => "embedding",
            Spot::Blocks => "blocks",
            Spot::Norm1 => "norm_1",
            Spot::Mixer => "mixer",
            Spot::Norm2 => "norm_2",
            Spot::Mlp => "mlp",
            Spot::LastNorm => "norm_f",
            Spot::Head => "head",
            Spot::SoftCap => "softcap",
            Spot::Scores => "scores",
        }
    }
}

/// One layer of the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    pub spot: Spot,
    /// The shape of what comes out, in letters: `"B, T, C"`.
    pub symbols: &'static str,
    pub shape: Vec<u64>,
    /// What it is made of.
    pub pieces: Vec<Piece>,
    /// How often the network has it.
    pub copies: u64,
}

impl Layer {
    /// Weights of all copies.
    pub fn parameters(&self) -> u64 {
        self.copies * self.pieces.iter().map(|piece| piece.parameters).sum::<u64>()
    }

    /// Operations of all copies in one training step, forward and backward.
    pub fn flops(&self) -> f64 {
        self.copies as f64 * self.pieces.iter().map(|piece| piece.flops).sum::<f64>()
    }
}

/// Everything that decides what the network looks like.
#[derive(Clone, Debug, PartialEq)]
pub struct Blueprint {
    pub model: ModelConfig,
    /// B
    pub batch: u64,
    /// V
    pub vocabulary: u64,
}

impl Blueprint {
    pub fn new(config: &Config, vocabulary: usize) -> Self {
        let batch = config.train.batch_size as u64;
        Blueprint { model: config.model.clone(), batch, vocabulary: vocabulary as u64 }
    }

    /// Top to bottom, the layers of a block once.
    pub fn layers(&self) -> Vec<Layer> {
        let blocks = self.model.n_layer as u64;
        let mut layers = vec![self.layer(Spot::Tokens, 1)];
        if self.adds_positions() {
            layers.push(self.layer(Spot::Positions, 1));
        }
        layers.push(self.layer(Spot::Embedding, 1));
        let block = match self.model.norm_place {
            NormPlace::Before => [Spot::Norm1, Spot::Mixer, Spot::Norm2, Spot::Mlp],
            NormPlace::After => [Spot::Mixer, Spot::Norm1, Spot::Mlp, Spot::Norm2],
        };
        layers.extend(block.map(|spot| self.layer(spot, blocks)));
        if self.model.norm_place == NormPlace::Before {
            layers.push(self.layer(Spot::LastNorm, 1));
        }
        layers.push(self.layer(Spot::Head, 1));
        if self.model.softcap > 0.0 {
            layers.push(self.layer(Spot::SoftCap, 1));
        }
        layers.push(self.layer(Spot::Scores, 1));
        layers
    }

    /// The layers below this box: those of all blocks, or the one.
    pub fn layers_of(&self, spot: Spot) -> Vec<Layer> {
        let inside = |layer: &Layer| match spot {
            Spot::Blocks => matches!(layer.spot, Spot::Norm1 | Spot::Mixer | Spot::Norm2 | Spot::Mlp),
            spot => layer.spot == spot,
        };
        self.layers().into_iter().filter(inside).collect()
    }

    /// Whether something for the place of each token is added to its vector.
    pub fn adds_positions(&self) -> bool {
        matches!(self.model.positions, Positions::Learned | Positions::Sinusoidal)
    }

    pub fn attends(&self) -> bool {
        self.model.mixer == Mixer::Attention
    }

    fn layer(&self, spot: Spot, copies: u64) -> Layer {
        let (batch, time) = (self.batch, self.model.block_size as u64);
        let (symbols, shape) = match spot {
            Spot::Tokens => ("B, T", vec![batch, time]),
            Spot::Positions => ("T, C", vec![time, self.model.n_embd as u64]),
            Spot::Head | Spot::SoftCap | Spot::Scores => ("B, T, V", vec![batch, time, self.vocabulary]),
            _ => ("B, T, C", vec![batch, time, self.model.n_embd as u64]),
        };
        Layer { spot, symbols, shape, pieces: self.pieces(spot), copies }
    }
}

/// Numbers of heads that divide the width, the nearest to the wanted one first, at most `most` of them.
pub fn heads_that_divide(n_embd: u64, n_head: u64, most: usize) -> Vec<u64> {
    let mut heads: Vec<u64> = (1..=16).filter(|heads| n_embd.is_multiple_of(*heads)).collect();
    heads.sort_by_key(|heads| heads.abs_diff(n_head));
    heads.truncate(most);
    heads
}

#[cfg(test)]
pub use tests::every_model;

#[cfg(test)]
#[path = "layers/tests.rs"]
mod tests;
