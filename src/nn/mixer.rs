//! What carries something from one token to another: attention, or a convolution in its place.

use super::layers::Linear;
use super::{INIT_STD, Init, Parameter, Scope};
use crate::config::ModelConfig;
use crate::config::model::{self, Positions};
use crate::graph::{Graph, Tensor};
use crate::ops::attention::Pattern;
use crate::ops::dropout::Dropout;

/// Which tokens stand in the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    All,
    /// The last one of a text whose length is in the state.
    Last,
}

#[derive(Debug)]
pub enum Mixer {
    Attention(Attention),
    Convolution(Convolution),
}

impl Mixer {
    pub fn new(scope: &mut Scope, config: &ModelConfig, onto_residual: f32) -> Self {
        match config.mixer {
            model::Mixer::Attention => {
                Self::Attention(scope.within("attn", |scope| Attention::new(scope, config, onto_residual)))
            }
            model::Mixer::Convolution => {
                Self::Convolution(scope.within("conv", |scope| Convolution::new(scope, config, onto_residual)))
            }
        }
    }

    pub fn to_f16(&self, graph: &Graph) {
        let linears = match self {
            Self::Attention(attention) => [&attention.c_attn, &attention.c_proj],
            Self::Convolution(convolution) => [&convolution.c_in, &convolution.c_proj],
        };
        linears.into_iter().for_each(|linear| linear.to_f16(graph));
    }

    /// What each token says for itself, and what is cached of it: (B, T, C) -> (B, T, M).
    pub fn project_in<'g>(&self, x: Tensor<'g>, angles: Option<Tensor<'g>>, rows: Rows) -> Tensor<'g> {
        match self {
            Self::Attention(attention) => attention.project_in(x, angles, rows),
            Self::Convolution(convolution) => convolution.c_in.forward(x),
        }
    }

    /// What follows: (B, T, M) -> (B, T, C), still to be projected.
    pub fn mix<'g>(&self, seen: Tensor<'g>, dropout: Option<Dropout>) -> Tensor<'g> {
        match self {
            Self::Attention(attention) => seen.causal_attention(attention.pattern, dropout),
            Self::Convolution(convolution) => seen.convolution(convolution.kernel.of(seen.graph)),
        }
    }

    /// The same for the last token alone, (1, 1, M) -> (1, 1, C), with the `kv_cache` of those before, which it joins.
    pub fn decode<'g>(&self, seen: Tensor<'g>, kv_cache: Tensor<'g>) -> Tensor<'g> {
        match self {
            Self::Attention(attention) => seen.cached_attention(kv_cache, attention.pattern),
            Self::Convolution(convolution) => seen.cached_convolution(kv_cache, convolution.kernel.of(seen.graph)),
        }
    }

    /// (.., C) -> (.., C): onto the residual stream.
    pub fn projection(&self) -> &Linear {
        match self {
            Self::Attention(attention) => &attention.c_proj,
            Self::Convolution(convolution) => &convolution.c_proj,
        }
    }
}

#[derive(Debug)]
pub struct Attention {
    c_attn: Linear,
    c_proj: Linear,
    pattern: Pattern,
    normalizes: bool,
}

impl Attention {
    fn new(scope: &mut Scope, config: &ModelConfig, onto_residual: f32) -> Self {
        let width = config.n_embd;
        let alibi = config.positions == Positions::Alibi;
        Self {
            c_attn: Linear::new(scope, config, "c_attn", [width, config.mixed()], INIT_STD),
            c_proj: Linear::new(scope, config, "c_proj", [width, width], onto_residual),
            pattern: Pattern { heads: config.n_head, group: config.group(), window: config.reach(), alibi },
            normalizes: config.qk_norm,
        }
    }

    /// Queries, keys and values: (B, T, C) -> (B, T, (H + 2G) D). Turning changes no length, so it may come first.
    fn project_in<'g>(&self, x: Tensor<'g>, angles: Option<Tensor<'g>>, rows: Rows) -> Tensor<'g> {
        let qkv = self.c_attn.forward(x);
        let qkv = match (angles, rows) {
            (None, _) => qkv,
            (Some(angles), Rows::All) => qkv.rotary(angles, self.pattern),
            (Some(angles), Rows::Last) => qkv.last_rotary(angles, self.pattern),
        };
        if self.normalizes { qkv.qk_norm(self.pattern) } else { qkv }
    }
}

#[derive(Debug)]
pub struct Convolution {
    c_in: Linear,
    /// (K, C)
    kernel: Parameter,
    c_proj: Linear,
}

impl Convolution {
    fn new(scope: &mut Scope, config: &ModelConfig, onto_residual: f32) -> Self {
        let (width, reach) = (config.n_embd, config.reach());
        // Sums of K numbers begin as large as each of them.
        let start = Init::Normal((reach as f32).sqrt().recip());
        Self {
            c_in: Linear::new(scope, config, "c_in", [width, width], INIT_STD),
            kernel: scope.parameter("kernel", &[reach, width], start),
            c_proj: Linear::new(scope, config, "c_proj", [width, width], onto_residual),
        }
    }
}
