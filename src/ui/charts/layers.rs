//! The layers of the network with their shapes, weights and calculations: what the picture draws, what a pressed box
//! tells and what the table lists.

mod pieces;

pub use pieces::Piece;

use crate::config::model::{Mixer, NormPlace, Positions};
use crate::config::{Config, ModelConfig};

/// A box of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiagramNode {
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

impl DiagramNode {
    pub const ALL: [DiagramNode; 12] = [
        DiagramNode::Tokens,
        DiagramNode::Positions,
        DiagramNode::Embedding,
        DiagramNode::Blocks,
        DiagramNode::Norm1,
        DiagramNode::Mixer,
        DiagramNode::Norm2,
        DiagramNode::Mlp,
        DiagramNode::LastNorm,
        DiagramNode::Head,
        DiagramNode::SoftCap,
        DiagramNode::Scores,
    ];

    /// Its name in locales (`model.layer.<name>`) and style sheets.
    pub fn name(self) -> &'static str {
        match self {
            DiagramNode::Tokens => "tokens",
            DiagramNode::Positions => "positions",
            DiagramNode::Embedding => "embedding",
            DiagramNode::Blocks => "blocks",
            DiagramNode::Norm1 => "norm_1",
            DiagramNode::Mixer => "mixer",
            DiagramNode::Norm2 => "norm_2",
            DiagramNode::Mlp => "mlp",
            DiagramNode::LastNorm => "norm_f",
            DiagramNode::Head => "head",
            DiagramNode::SoftCap => "softcap",
            DiagramNode::Scores => "scores",
        }
    }
}

/// One layer of the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    pub spot: DiagramNode,
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
pub struct ModelDiagram {
    pub model: ModelConfig,
    /// B
    pub batch: u64,
    /// V
    pub vocabulary: u64,
}

impl ModelDiagram {
    pub fn new(config: &Config, vocabulary: usize) -> Self {
        let batch = config.train.batch_size as u64;
        ModelDiagram { model: config.model.clone(), batch, vocabulary: vocabulary as u64 }
    }

    /// Top to bottom, the layers of a block once.
    pub fn layers(&self) -> Vec<Layer> {
        let blocks = self.model.n_layer as u64;
        let mut layers = vec![self.layer(DiagramNode::Tokens, 1)];
        if self.adds_positions() {
            layers.push(self.layer(DiagramNode::Positions, 1));
        }
        layers.push(self.layer(DiagramNode::Embedding, 1));
        let block = match self.model.norm_place {
            NormPlace::Before => [DiagramNode::Norm1, DiagramNode::Mixer, DiagramNode::Norm2, DiagramNode::Mlp],
            NormPlace::After => [DiagramNode::Mixer, DiagramNode::Norm1, DiagramNode::Mlp, DiagramNode::Norm2],
        };
        layers.extend(block.map(|spot| self.layer(spot, blocks)));
        if self.model.norm_place == NormPlace::Before {
            layers.push(self.layer(DiagramNode::LastNorm, 1));
        }
        layers.push(self.layer(DiagramNode::Head, 1));
        if self.model.softcap > 0.0 {
            layers.push(self.layer(DiagramNode::SoftCap, 1));
        }
        layers.push(self.layer(DiagramNode::Scores, 1));
        layers
    }

    /// The layers below this box: those of all blocks, or the one.
    pub fn layers_of(&self, spot: DiagramNode) -> Vec<Layer> {
        let inside = |layer: &Layer| match spot {
            DiagramNode::Blocks => {
                matches!(layer.spot, DiagramNode::Norm1 | DiagramNode::Mixer | DiagramNode::Norm2 | DiagramNode::Mlp)
            }
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

    fn layer(&self, spot: DiagramNode, copies: u64) -> Layer {
        let (batch, time) = (self.batch, self.model.block_size as u64);
        let (symbols, shape) = match spot {
            DiagramNode::Tokens => ("B, T", vec![batch, time]),
            DiagramNode::Positions => ("T, C", vec![time, self.model.n_embd as u64]),
            DiagramNode::Head | DiagramNode::SoftCap | DiagramNode::Scores => {
                ("B, T, V", vec![batch, time, self.vocabulary])
            }
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
