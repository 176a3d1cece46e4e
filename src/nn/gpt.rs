//! The whole model: GPT-2 (Radford et al., 2019). B batch, T time, C channels, V vocabulary.

use super::layers::{LayerNorm, Linear};
use super::{Parameter, Parameters, Scope, Start};
use crate::config::ModelConfig;
use crate::graph::Tensor;
use crate::ops::dropout::Dropout;
use crate::ops::linear::Orientation;

/// Learned positions, blocks that normalize before they compute, a head tied to the token embedding.
#[derive(Debug)]
pub struct Gpt {
    wte: Parameter,
    wpe: Parameter,
    h: Vec<Block>,
    ln_f: LayerNorm,
}

/// Whether numbers are dropped.
#[derive(Clone, Copy, Debug)]
pub enum Mode {
    Evaluate,
    Train { dropout: f32, seed: u32 },
}

impl Mode {
    /// The dropout at one place of the network.
    fn at(self, place: u32) -> Option<Dropout> {
        match self {
            Mode::Train { dropout, seed } if dropout > 0.0 => Some(Dropout { probability: dropout, seed, place }),
            _ => None,
        }
    }
}

impl Gpt {
    /// The model and its weights, named as on the Hugging Face hub.
    pub fn new(config: &ModelConfig, vocab_size: usize) -> (Self, Parameters) {
        let mut scope = Scope::default();
        let width = config.n_embd;
        let embedding = Start::Normal(DEVIATION);
        let gpt = Self {
            wte: scope.within("wte", |scope| scope.parameter("weight", &[vocab_size, width], embedding)),
            wpe: scope.within("wpe", |scope| scope.parameter("weight", &[config.block_size, width], embedding)),
            h: (0..config.n_layer)
                .map(|layer| scope.within(&format!("h.{layer}"), |scope| Block::new(scope, config, layer)))
                .collect(),
            ln_f: LayerNorm::new(&mut scope, "ln_f", width),
        };
        (gpt, scope.finish())
    }

    /// (B, T) ids -> (B, T, C): what the head reads.
    pub fn features<'g>(&self, ids: Tensor<'g>, mode: Mode) -> Tensor<'g> {
        let x = ids.embedding(self.wte.of(ids.graph), self.wpe.of(ids.graph));
        let x = mode.at(0).map_or(x, |dropout| x.dropout(dropout));
        let x = self.h.iter().fold(x, |x, block| block.forward(x, mode));
        self.ln_f.forward(x)
    }

    /// (.., C) -> (.., V) logits, by the token embedding.
    pub fn head<'g>(&self, x: Tensor<'g>) -> Tensor<'g> {
        x.linear(self.wte.of(x.graph), None, Orientation::OutIn)
    }

    /// (B, T) ids -> (B, T, V) logits.
    pub fn forward<'g>(&self, ids: Tensor<'g>, mode: Mode) -> Tensor<'g> {
        self.head(self.features(ids, mode))
    }
}

/// Deviation of the first weights of GPT-2.
const DEVIATION: f32 = 0.02;

#[derive(Debug)]
struct Block {
    ln_1: LayerNorm,
    attn: Attention,
    ln_2: LayerNorm,
    mlp: Mlp,
    layer: u32,
}

impl Block {
    fn new(scope: &mut Scope, config: &ModelConfig, layer: usize) -> Self {
        // Projections onto the residual stream begin smaller, so that its variance does not grow with depth.
        let onto_residual = DEVIATION / (2.0 * config.n_layer as f32).sqrt();
        Self {
            ln_1: LayerNorm::new(scope, "ln_1", config.n_embd),
            attn: scope.within("attn", |scope| Attention::new(scope, config, onto_residual)),
            ln_2: LayerNorm::new(scope, "ln_2", config.n_embd),
            mlp: scope.within("mlp", |scope| Mlp::new(scope, config.n_embd, onto_residual)),
            layer: layer as u32,
        }
    }

    /// (B, T, C) -> (B, T, C)
    fn forward<'g>(&self, x: Tensor<'g>, mode: Mode) -> Tensor<'g> {
        let place = 1 + 3 * self.layer;
        let x = self.attn.forward_onto(x, self.ln_1.forward(x), [mode.at(place), mode.at(place + 1)]);
        self.mlp.forward_onto(x, self.ln_2.forward(x), mode.at(place + 2))
    }
}

#[derive(Debug)]
struct Attention {
    c_attn: Linear,
    c_proj: Linear,
    heads: usize,
}

impl Attention {
    fn new(scope: &mut Scope, config: &ModelConfig, onto_residual: f32) -> Self {
        let width = config.n_embd;
        Self {
            c_attn: Linear::new(scope, "c_attn", width, 3 * width, DEVIATION),
            c_proj: Linear::new(scope, "c_proj", width, width, onto_residual),
            heads: config.n_head,
        }
    }

    /// residual + attention(x). The dropouts are those of the probabilities and of the result.
    fn forward_onto<'g>(&self, residual: Tensor<'g>, x: Tensor<'g>, dropouts: [Option<Dropout>; 2]) -> Tensor<'g> {
        let qkv = self.c_attn.forward(x); // (B, T, C) -> (B, T, 3C)
        let y = qkv.causal_attention(self.heads, dropouts[0]); // (B, T, 3C) -> (B, T, C)
        project_onto(&self.c_proj, residual, y, dropouts[1])
    }
}

#[derive(Debug)]
struct Mlp {
    c_fc: Linear,
    c_proj: Linear,
}

impl Mlp {
    fn new(scope: &mut Scope, width: usize, onto_residual: f32) -> Self {
        Self {
            c_fc: Linear::new(scope, "c_fc", width, 4 * width, DEVIATION),
            c_proj: Linear::new(scope, "c_proj", 4 * width, width, onto_residual),
        }
    }

    /// residual + mlp(x)
    fn forward_onto<'g>(&self, residual: Tensor<'g>, x: Tensor<'g>, dropout: Option<Dropout>) -> Tensor<'g> {
        let hidden = self.c_fc.forward_gelu(x); // (B, T, C) -> (B, T, 4C)
        project_onto(&self.c_proj, residual, hidden, dropout)
    }
}

/// residual + dropout(projection(x)), in one kernel where nothing is dropped.
fn project_onto<'g>(projection: &Linear, residual: Tensor<'g>, x: Tensor<'g>, dropout: Option<Dropout>) -> Tensor<'g> {
    match dropout {
        Some(dropout) => projection.forward(x).dropout_onto(residual, dropout),
        None => projection.forward_onto(residual, x),
    }
}
