//! Optimizers: what is appended to a training step behind the gradients, and what it remembers of the weights.

use crate::config::{Optimizer, TrainConfig};
use crate::graph::{Graph, ParameterLayout, Tensor};
use crate::ops::adamw::{AdamW, adamw};
use crate::ops::gradient_norm::gradient_norm;
use crate::ops::lion::{Lion, lion};
use crate::ops::muon::{Muon, muon};
use crate::ops::sgd::{Sgd, sgd};
use crate::ops::step::{StepRule, end_training_step};

const EPSILON: f32 = 1e-8;

/// Appends gradient norm, scalars and updates to a graph whose gradients are complete: three dispatches, but for Muon.
pub fn append_updates(losses: Tensor<'_>, config: &TrainConfig) {
    append_scalars(losses, config);
    append_update(losses.graph, config);
}

/// Appends gradient norm, learning rate and whatever else the update reads. Of several batches that make a step each has
/// ended by itself.
pub fn append_scalars(losses: Tensor<'_>, config: &TrainConfig) {
    let TrainConfig { clip, beta1, beta2, accumulation, .. } = *config;
    let rule = StepRule { clip, rate: config.rate(), beta1, beta2 };
    end_training_step(losses, gradient_norm(losses.graph), rule, accumulation);
}

/// Appends what moves the weights.
pub fn append_update(graph: &Graph, config: &TrainConfig) {
    let TrainConfig { momentum, weight_decay, beta1, beta2, .. } = *config;
    let words = graph.parameters().words;
    let coupled = config.optimizer == Optimizer::Adam;
    let adam = AdamW { beta1, beta2, epsilon: EPSILON, weight_decay, coupled };
    match config.optimizer {
        Optimizer::Sgd => sgd(graph, Sgd { momentum, weight_decay }),
        Optimizer::Adam | Optimizer::AdamW => adamw(graph, 0..words, words, adam),
        Optimizer::Lion => lion(graph, Lion { beta1, beta2, weight_decay }),
        Optimizer::Muon => {
            let hidden = graph.parameters().hidden_words();
            muon(graph, Muon { momentum, weight_decay });
            adamw(graph, 0..hidden.start, words, adam);
            adamw(graph, hidden.end..words, words + hidden.start, adam);
        }
    }
}

/// What an optimizer remembers of weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    pub name: &'static str,
    /// Where it lies in moment memory, by parameter.
    pub offsets: Vec<Option<usize>>,
}

/// Names of what an optimizer remembers: the first of everything, the second of some weights or all.
pub fn moment_names(optimizer: Optimizer) -> &'static [&'static str] {
    match optimizer {
        Optimizer::Sgd => &["sgd.velocity"],
        Optimizer::Adam | Optimizer::AdamW => &["adam.mean", "adam.square"],
        Optimizer::Lion => &["lion.mean"],
        Optimizer::Muon => &["muon.mean", "muon.square"],
    }
}

/// What an optimizer remembers of the weights of a layout, and where.
pub fn moments(optimizer: Optimizer, layout: &ParameterLayout) -> Vec<Moment> {
    let hidden = layout.hidden_words();
    let second = |offset: usize| match optimizer {
        Optimizer::Muon if hidden.contains(&offset) => None,
        Optimizer::Muon if offset >= hidden.end => Some(layout.words + offset - hidden.len()),
        _ => Some(layout.words + offset),
    };
    let places =
        [layout.offsets.iter().copied().map(Some).collect(), layout.offsets.iter().copied().map(second).collect()];
    let named = moment_names(optimizer).iter().zip(places);
    named.map(|(&name, offsets)| Moment { name, offsets }).collect()
}
