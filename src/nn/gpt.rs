//! The whole model: GPT-2 (Radford et al., 2019). B batch, T time, C channels, V vocabulary.

use super::layers::{LayerNorm, Linear};
use super::{Parameter, Parameters, Scope, Start};
use crate::config::ModelConfig;
use crate::graph::{Graph, Tensor};
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
    fn features<'g>(&self, ids: Tensor<'g>, mode: Mode) -> Tensor<'g> {
        let x = ids.embedding(self.wte.of(ids.graph), self.wpe.of(ids.graph));
        let x = mode.at(0).map_or(x, |dropout| x.dropout(dropout));
        let x = self.h.iter().fold(x, |x, block| block.forward(x, mode));
        self.ln_f.forward(x)
    }

    /// (.., C) -> (.., V) logits, by the token embedding.
    fn head<'g>(&self, x: Tensor<'g>) -> Tensor<'g> {
        x.linear(self.wte.for_products(x.graph), None, Orientation::OutIn)
    }

    /// (B, T) ids -> (B, T, V) logits.
    pub fn forward<'g>(&self, ids: Tensor<'g>, mode: Mode) -> Tensor<'g> {
        self.head(self.features(ids, mode))
    }

    /// Copies the weights of all products, so that what is recorded next computes with numbers of 16 bits.
    pub fn halve(&self, graph: &Graph) {
        let linears = self
            .h
            .iter()
            .flat_map(|block| [&block.attn.c_attn, &block.attn.c_proj, &block.mlp.c_fc, &block.mlp.c_proj]);
        linears.for_each(|linear| linear.halve(graph));
        self.wte.of(graph).halve();
    }

    /// (1, T) ids -> the queries, keys and values of each layer, (1, T, 3C): what [`Gpt::next`] remembers of a window.
    pub fn remember<'g>(&self, window: Tensor<'g>) -> Vec<Tensor<'g>> {
        let (last, before) = self.h.split_last().expect("a model has layers");
        let mut memory = Vec::new();
        let x = window.embedding(self.wte.of(window.graph), self.wpe.of(window.graph));
        let x = before.iter().fold(x, |x, block| {
            memory.push(block.look(x).keep());
            block.forward_from(x, memory[memory.len() - 1], Mode::Evaluate)
        });
        memory.push(last.look(x).keep());
        memory
    }

    /// (1, T) ids -> (1, 1, V): the logits after the last token of the window, whose length is in the state. What it
    /// needs of the tokens before stands in `memory`, where its own keys and values take their place.
    pub fn next<'g>(&self, window: Tensor<'g>, memory: &[Tensor<'g>]) -> Tensor<'g> {
        let x = window.last_embedding(self.wte.of(window.graph), self.wpe.of(window.graph));
        let x = self.h.iter().zip(memory).fold(x, |x, (block, memory)| block.next(x, *memory));
        self.head(self.ln_f.forward(x))
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
        self.forward_from(x, self.look(x), mode)
    }

    /// Queries, keys and values: (B, T, C) -> (B, T, 3C).
    fn look<'g>(&self, x: Tensor<'g>) -> Tensor<'g> {
        self.attn.c_attn.forward(self.ln_1.forward(x))
    }

    /// What follows [`Block::look`]: (B, T, C), (B, T, 3C) -> (B, T, C).
    fn forward_from<'g>(&self, x: Tensor<'g>, qkv: Tensor<'g>, mode: Mode) -> Tensor<'g> {
        let y = qkv.causal_attention(self.attn.heads, mode.at(self.place())); // (B, T, 3C) -> (B, T, C)
        self.finish(x, y, mode)
    }

    /// The last token alone: (1, 1, C) -> (1, 1, C).
    fn next<'g>(&self, x: Tensor<'g>, memory: Tensor<'g>) -> Tensor<'g> {
        let y = self.look(x).cached_attention(memory, self.attn.heads); // (1, 1, 3C) -> (1, 1, C)
        self.finish(x, y, Mode::Evaluate)
    }

    /// What the heads found goes onto the residual stream, and from there through the mlp.
    fn finish<'g>(&self, x: Tensor<'g>, y: Tensor<'g>, mode: Mode) -> Tensor<'g> {
        let x = project_onto(&self.attn.c_proj, x, y, mode.at(self.place() + 1));
        self.mlp.forward_onto(x, self.ln_2.forward(x), mode.at(self.place() + 2))
    }

    /// The first of the block's three dropouts.
    fn place(&self) -> u32 {
        1 + 3 * self.layer
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
