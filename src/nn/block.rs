//! One block of the model: tokens look at each other, then each thinks for itself.

use super::gpt::Mode;
use super::layers::{Linear, Norm};
use super::mixer::{Mixer, Rows};
use super::{INIT_STD, Scope};
use crate::config::ModelConfig;
use crate::config::model::{self, NormPlace};
use crate::graph::{Graph, Tensor};
use crate::ops::dropout::Dropout;
use crate::ops::linear::Activation;

/// What a block reads: the residual stream, and what its first norm makes of it, where that is known already.
#[derive(Clone, Copy)]
pub struct Stream<'g> {
    /// (B, T, C)
    pub x: Tensor<'g>,
    pub normal: Option<Tensor<'g>>,
}

impl<'g> From<Tensor<'g>> for Stream<'g> {
    fn from(x: Tensor<'g>) -> Self {
        Stream { x, normal: None }
    }
}

#[derive(Debug)]
pub struct Block {
    ln_1: Norm,
    mixer: Mixer,
    ln_2: Norm,
    mlp: Mlp,
    place: NormPlace,
    layer: u32,
}

impl Block {
    pub fn new(scope: &mut Scope, config: &ModelConfig, layer: usize) -> Self {
        // Projections onto the residual stream begin smaller, so that its variance does not grow with depth.
        let onto_residual = INIT_STD / (2.0 * config.n_layer as f32).sqrt();
        Self {
            ln_1: Norm::new(scope, config, "ln_1"),
            mixer: Mixer::new(scope, config, onto_residual),
            ln_2: Norm::new(scope, config, "ln_2"),
            mlp: scope.within("mlp", |scope| Mlp::new(scope, config, onto_residual)),
            place: config.norm_place,
            layer: layer as u32,
        }
    }

    /// From here on the graph computes with weights of 16 bits.
    pub fn to_f16(&self, graph: &Graph) {
        self.mixer.to_f16(graph);
        self.mlp.c_fc.to_f16(graph);
        self.mlp.c_proj.to_f16(graph);
    }

    /// The norm that the block begins with, if it begins with one.
    pub fn first_norm(&self) -> Option<&Norm> {
        (self.place == NormPlace::Before).then_some(&self.ln_1)
    }

    /// (B, T, C) -> (B, T, C)
    pub fn forward<'g>(&self, stream: Stream<'g>, angles: Option<Tensor<'g>>, mode: Mode) -> Tensor<'g> {
        self.forward_from(stream.x, self.project_in(stream, angles, Rows::All), mode)
    }

    /// What the tokens say for themselves: (B, T, C) -> (B, T, M).
    pub fn project_in<'g>(&self, stream: Stream<'g>, angles: Option<Tensor<'g>>, rows: Rows) -> Tensor<'g> {
        let normal = stream.normal.unwrap_or_else(|| self.before(&self.ln_1, stream.x));
        self.mixer.project_in(normal, angles, rows)
    }

    /// What follows [`Block::look`]: (B, T, C), (B, T, M) -> (B, T, C).
    pub fn forward_from<'g>(&self, x: Tensor<'g>, seen: Tensor<'g>, mode: Mode) -> Tensor<'g> {
        self.finish(x, self.mixer.mix(seen, mode.at(self.dropouts())), mode)
    }

    /// The last token alone: (1, 1, C) -> (1, 1, C).
    pub fn decode<'g>(&self, stream: Stream<'g>, angles: Option<Tensor<'g>>, kv_cache: Tensor<'g>) -> Tensor<'g> {
        let y = self.mixer.decode(self.project_in(stream, angles, Rows::Last), kv_cache);
        self.finish(stream.x, y, Mode::Evaluate)
    }

    /// What was found goes onto the residual stream, and from there through the mlp.
    fn finish<'g>(&self, x: Tensor<'g>, y: Tensor<'g>, mode: Mode) -> Tensor<'g> {
        let x = project_onto(self.mixer.projection(), x, y, mode.at(self.dropouts() + 1));
        let x = self.after(&self.ln_1, x);
        let y = self.mlp.forward_onto(x, self.before(&self.ln_2, x), mode.at(self.dropouts() + 2));
        self.after(&self.ln_2, y)
    }

    fn before<'g>(&self, norm: &Norm, x: Tensor<'g>) -> Tensor<'g> {
        if self.place == NormPlace::Before { norm.forward(x) } else { x }
    }

    fn after<'g>(&self, norm: &Norm, x: Tensor<'g>) -> Tensor<'g> {
        if self.place == NormPlace::After { norm.forward(x) } else { x }
    }

    /// The first of the block's three dropouts.
    fn dropouts(&self) -> u32 {
        1 + 3 * self.layer
    }
}

#[derive(Debug)]
struct Mlp {
    c_fc: Linear,
    c_proj: Linear,
    activation: Activation,
    /// The first layer makes two halves, of which one opens and closes the other.
    gated: bool,
}

impl Mlp {
    fn new(scope: &mut Scope, config: &ModelConfig, onto_residual: f32) -> Self {
        let (width, hidden, gated) = (config.n_embd, config.hidden(), config.activation.is_gated());
        let made = if gated { 2 * hidden } else { hidden };
        Self {
            c_fc: Linear::new(scope, config, "c_fc", [width, made], INIT_STD),
            c_proj: Linear::new(scope, config, "c_proj", [hidden, width], onto_residual),
            activation: match config.activation {
                model::Activation::Gelu | model::Activation::GeGlu => Activation::Gelu,
                model::Activation::Relu => Activation::Relu,
                model::Activation::ReluSquared => Activation::ReluSquared,
                model::Activation::Silu | model::Activation::SwiGlu => Activation::Silu,
            },
            gated,
        }
    }

    /// residual + mlp(x)
    fn forward_onto<'g>(&self, residual: Tensor<'g>, x: Tensor<'g>, dropout: Option<Dropout>) -> Tensor<'g> {
        let hidden = match self.gated {
            true => self.c_fc.forward(x).gated(self.activation), // (B, T, C) -> (B, T, 2H) -> (B, T, H)
            false => self.c_fc.forward_activated(x, self.activation), // (B, T, C) -> (B, T, H)
        };
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
