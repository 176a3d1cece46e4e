//! The whole model: GPT-2 (Radford et al., 2019), and what becomes of it when its parts are exchanged. B batch, T time, C
//! channels, V vocabulary.

use super::block::{Block, Stream};
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
        let stream = self.embed(ids, Rows::All, mode);
        self.h.iter().fold(stream, |stream, block| block.forward(stream, angles, mode).into()).x
    }

    /// (B, T) ids -> (B, T, C), and in the same kernel what the first block's norm makes of it; of the last token alone,
    /// (1, 1, C). What is dropped in between is dropped before the norm, which then stands by itself.
    fn embed<'g>(&self, ids: Tensor<'g>, rows: Rows, mode: Mode) -> Stream<'g> {
        let (tokens, positions) = (self.wte.of(ids.graph), self.positions.vectors(ids.graph));
        let dropout = mode.at(0);
        let norm = self.h.first().and_then(Block::first_norm).filter(|_| dropout.is_none());
        let normed = norm.map(|norm| norm.of(ids.graph)).map(|norm| match rows {
            Rows::All => ids.embedding_normed(tokens, positions, norm),
            Rows::Last => ids.last_embedding_normed(tokens, positions, norm),
        });
        if let Some([x, normal]) = normed {
            return Stream { x, normal: Some(normal) };
        }
        let x = match rows {
            Rows::All => ids.embedding(tokens, positions),
            Rows::Last => ids.last_embedding(tokens, positions),
        };
        dropout.map_or(x, |dropout| x.dropout(dropout)).into()
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
        let stream = self.embed(window, Rows::All, Mode::Evaluate);
        let stream = before.iter().fold(stream, |stream, block| {
            kv_cache.push(block.project_in(stream, angles, Rows::All).keep());
            block.forward_from(stream.x, kv_cache[kv_cache.len() - 1], Mode::Evaluate).into()
        });
        kv_cache.push(last.project_in(stream, angles, Rows::All).keep());
        kv_cache
    }

    /// (1, T) ids -> (1, 1, V): the logits after the last token of the window, whose length is in the state. What it
    /// needs of the tokens before stands in `kv_cache`, which it joins.
    pub fn decode<'g>(&self, window: Tensor<'g>, kv_cache: &[Tensor<'g>]) -> Tensor<'g> {
        let angles = self.positions.angles(window.graph);
        let stream = self.embed(window, Rows::Last, Mode::Evaluate);
        let blocks = self.h.iter().zip(kv_cache);
        self.head(blocks.fold(stream, |stream, (block, kv_cache)| block.decode(stream, angles, *kv_cache).into()).x)
    }
}
