//! What a layer is made of: its weights one by one, and what a training step calculates with each.

use super::{DiagramNode, ModelDiagram};
use crate::config::model::Positions;

/// One set of weights, or one calculation without any.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Its name in locales: `model.piece.<name>`.
    pub name: &'static str,
    /// Rows and columns of its weights; empty where it has none of its own.
    pub dims: Vec<u64>,
    /// Weights, those of its bias too.
    pub parameters: u64,
    /// Operations of one training step, forward and backward, a multiply-add being two.
    pub flops: f64,
}

/// Matrix products of a layer in a training step: its result, the gradient of what goes in, and that of its weights.
const PRODUCTS: f64 = 3.0;
/// Products of two heads for a query and a key that it sees: two forward, five backward.
const HEAD_PRODUCTS: f64 = 7.0;
/// Operations on every number, forward and backward.
const SOFTMAX: f64 = 10.0;
const NORM: f64 = 24.0;
const LENGTHS: f64 = 9.0;
const TURNING: f64 = 6.0;
const BEND: f64 = 12.0;
const GATE: f64 = 30.0;
const CAP: f64 = 14.0;
const LOSS: f64 = 8.0;

impl ModelDiagram {
    pub(super) fn pieces(&self, spot: DiagramNode) -> Vec<Piece> {
        let (width, model) = (self.width(), &self.model);
        match spot {
            DiagramNode::Tokens | DiagramNode::Blocks => vec![],
            DiagramNode::Positions if model.positions == Positions::Learned => {
                vec![Piece { flops: self.numbers(), ..weights("places", &[model.block_size as u64, width]) }]
            }
            DiagramNode::Positions => vec![calculation("waves", self.numbers())],
            DiagramNode::Embedding => {
                vec![Piece { flops: 2.0 * self.numbers(), ..weights("vectors", &[self.vocabulary, width]) }]
            }
            DiagramNode::Norm1 | DiagramNode::Norm2 | DiagramNode::LastNorm => self.norm(),
            DiagramNode::Mixer if self.attends() => self.attention(),
            DiagramNode::Mixer => self.convolution(),
            DiagramNode::Mlp => self.mlp(),
            DiagramNode::Head => vec![self.head()],
            DiagramNode::SoftCap => vec![calculation("cap", CAP * self.rows() * self.vocabulary as f64)],
            DiagramNode::Scores => vec![calculation("loss", LOSS * self.rows() * self.vocabulary as f64)],
        }
    }

    fn norm(&self) -> Vec<Piece> {
        let scale = Piece { flops: NORM * self.numbers(), ..weights("scale", &[self.width()]) };
        match self.model.norm_shifts() {
            true => vec![scale, weights("shift", &[self.width()])],
            false => vec![scale],
        }
    }

    fn attention(&self) -> Vec<Piece> {
        let (width, head) = (self.width(), self.model.head_size() as u64);
        let shared = self.model.n_kv_head() as u64 * head;
        let mut pieces = vec![
            self.linear("queries", width, self.model.n_head as u64 * head),
            self.linear("keys", width, shared),
            self.linear("values", width, shared),
        ];
        let compared = self.rows() * (self.model.n_head as u64 * head + shared) as f64;
        if self.model.qk_norm {
            pieces.push(calculation("lengths", LENGTHS * compared));
        }
        if self.model.positions == Positions::Rope {
            pieces.push(calculation("turning", TURNING * compared));
        }
        pieces.push(calculation("looking", self.pairs() * (2.0 * HEAD_PRODUCTS * head as f64 + SOFTMAX)));
        pieces.push(self.linear("output", width, width));
        pieces
    }

    fn convolution(&self) -> Vec<Piece> {
        let (width, reach) = (self.width(), self.model.reach() as u64);
        let sums = 2.0 * PRODUCTS * (self.batch * self.seen() * width) as f64;
        vec![
            self.linear("input", width, width),
            Piece { flops: sums, ..weights("kernel", &[reach, width]) },
            self.linear("output", width, width),
        ]
    }

    fn mlp(&self) -> Vec<Piece> {
        let (width, hidden, gated) = (self.width(), self.model.hidden() as u64, self.model.activation.is_gated());
        let bend = if gated { GATE } else { BEND };
        let bent = calculation("bend", bend * self.rows() * hidden as f64);
        let narrow = self.linear("narrow", hidden, width);
        match gated {
            true => vec![self.linear("gate", width, hidden), self.linear("widen", width, hidden), bent, narrow],
            false => vec![self.linear("widen", width, hidden), bent, narrow],
        }
    }

    fn head(&self) -> Piece {
        let flops = 2.0 * PRODUCTS * self.numbers() * self.vocabulary as f64;
        match self.model.tied {
            true => calculation("comparing", flops),
            false => Piece { flops, ..weights("vectors_of_head", &[self.vocabulary, self.width()]) },
        }
    }

    /// A matrix product with what is added to it, if anything is.
    fn linear(&self, name: &'static str, inputs: u64, outputs: u64) -> Piece {
        let mut piece = weights(name, &[inputs, outputs]);
        piece.flops = 2.0 * PRODUCTS * self.rows() * (inputs * outputs) as f64;
        if self.model.bias {
            piece.parameters += outputs;
            piece.flops += self.rows() * outputs as f64;
        }
        piece
    }

    fn width(&self) -> u64 {
        self.model.n_embd as u64
    }

    /// Tokens of a batch: B T.
    fn rows(&self) -> f64 {
        (self.batch * self.model.block_size as u64) as f64
    }

    /// Numbers on the way from layer to layer: B T C.
    fn numbers(&self) -> f64 {
        self.rows() * self.width() as f64
    }

    /// Pairs of a token and one that it sees, in one text.
    fn seen(&self) -> u64 {
        let (time, reach) = (self.model.block_size as u64, self.model.reach() as u64);
        reach * (reach + 1) / 2 + (time - reach) * reach
    }

    /// The same for every head of a batch.
    fn pairs(&self) -> f64 {
        (self.batch * self.model.n_head as u64 * self.seen()) as f64
    }
}

fn weights(name: &'static str, dims: &[u64]) -> Piece {
    Piece { name, dims: dims.to_vec(), parameters: dims.iter().product(), flops: 0.0 }
}

fn calculation(name: &'static str, flops: f64) -> Piece {
    Piece { name, dims: vec![], parameters: 0, flops }
}
