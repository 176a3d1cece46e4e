//! The whole model: GPT-2 (Radford et al., 2019), and what becomes of it when its parts are exchanged. B batch, T time, C
//! channels, V vocabulary.

use super::block::Block;
use super::layers::Norm;
use super::mixer::Rows;
use super::positions::Positions;
use super::{INIT_STD, Init, Parameter, Parameters, Scope};
use crate::config::ModelConfig;
use crate::config::model::NormPlace;
use crate::graph::{Graph, Tensor};
use crate::ops::dropout::Dropout;
use crate::ops::linear::Orientation;

#[derive(Debug)]
pub struct Gpt {
    wte: Parameter,
    positions: Positions,
    h: Vec<Block>,
    /// Where blocks end with a norm there is none behind them.
    ln_f: Option<Norm>,
    /// Where the head is tied to the token embedding it has no weight.
    lm_head: Option<Parameter>,
    /// 0 for none.
    softcap: f32,
}

/// Whether numbers are dropped.
#[derive(Clone, Copy, Debug)]
pub enum Mode {
    Evaluate,
    Train { dropout: f32, seed: u32 },
}

impl Mode {
    /// The dropout at one place of the network.
    pub(super) fn at(self, place: u32) -> Option<Dropout> {
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
        let vectors =
            |scope: &mut Scope| scope.parameter("weight", &[vocab_size, config.n_embd], Init::Normal(INIT_STD));
        let gpt = Self {
            wte: scope.within("wte", vectors),
            positions: Positions::new(&mut scope, config),
            h: (0..config.n_layer)
                .map(|layer| scope.within(&format!("h.{layer}"), |scope| Block::new(scope, config, layer)))
                .collect(),
            ln_f: (config.norm_place == NormPlace::Before).then(|| Norm::new(&mut scope, config, "ln_f")),
            lm_head: (!config.tied).then(|| scope.within("lm_head", vectors)),
            softcap: config.softcap,
        };
        (gpt, scope.finish())
    }

    /// (B, T) ids -> (B, T, C): what the head reads.
    fn features<'g>(&self, ids: Tensor<'g>, mode: Mode) -> Tensor<'g> {
        let angles = self.positions.angles(ids.graph);
        let x = ids.embedding(self.wte.of(ids.graph), self.positions.vectors(ids.graph));
        let x = mode.at(0).map_or(x, |dropout| x.dropout(dropout));
        self.h.iter().fold(x, |x, block| block.forward(x, angles, mode))
    }

    /// (.., C) -> (.., V) logits.
    fn head<'g>(&self, x: Tensor<'g>) -> Tensor<'g> {
        let x = self.ln_f.as_ref().map_or(x, |norm| norm.forward(x));
        let logits = x.linear(self.head_weight().for_products(x.graph), None, Orientation::OutIn);
        if self.softcap > 0.0 { logits.softcap(self.softcap) } else { logits }
    }

    /// (V, C)
    fn head_weight(&self) -> &Parameter {
        self.lm_head.as_ref().unwrap_or(&self.wte)
    }

    /// (B, T) ids -> (B, T, V) logits.
    pub fn forward<'g>(&self, ids: Tensor<'g>, mode: Mode) -> Tensor<'g> {
        self.head(self.features(ids, mode))
    }

    /// Copies the weights of all products, so that what is recorded next computes with numbers of 16 bits.
    pub fn to_f16(&self, graph: &Graph) {
        self.h.iter().for_each(|block| block.to_f16(graph));
        self.head_weight().of(graph).to_f16();
    }

    /// (1, T) ids -> what each layer caches of a window for [`Gpt::decode`], (1, T, M): queries, keys and values, or what
    /// a convolution mixes.
    pub fn prefill<'g>(&self, window: Tensor<'g>) -> Vec<Tensor<'g>> {
        let (last, before) = self.h.split_last().expect("a model has layers");
        let angles = self.positions.angles(window.graph);
        let mut kv_cache = Vec::new();
        let x = window.embedding(self.wte.of(window.graph), self.positions.vectors(window.graph));
        let x = before.iter().fold(x, |x, block| {
            kv_cache.push(block.project_in(x, angles, Rows::All).keep());
            block.forward_from(x, kv_cache[kv_cache.len() - 1], Mode::Evaluate)
        });
        kv_cache.push(last.project_in(x, angles, Rows::All).keep());
        kv_cache
    }

    /// (1, T) ids -> (1, 1, V): the logits after the last token of the window, whose length is in the state. What it
    /// needs of the tokens before stands in `kv_cache`, where what it is remembered by takes its place.
    pub fn decode<'g>(&self, window: Tensor<'g>, kv_cache: &[Tensor<'g>]) -> Tensor<'g> {
        let angles = self.positions.angles(window.graph);
        let x = window.last_embedding(self.wte.of(window.graph), self.positions.vectors(window.graph));
        let x = self.h.iter().zip(kv_cache).fold(x, |x, (block, kv_cache)| block.decode(x, angles, *kv_cache));
        self.head(x)
    }
}
