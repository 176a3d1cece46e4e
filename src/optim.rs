//! Optimizers: what is appended to a training step behind the gradients.

use crate::config::TrainConfig;
use crate::graph::Tensor;
use crate::ops::adamw::adamw;
use crate::ops::gradient_norm::gradient_norm;
use crate::ops::step::{StepRule, end_training_step};

/// AdamW (Loshchilov and Hutter, 2019) with global gradient clipping and a warm-up and cosine schedule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamW {
    pub rule: StepRule,
    pub epsilon: f32,
    pub weight_decay: f32,
}

impl AdamW {
    pub fn new(config: &TrainConfig) -> Self {
        let rule = StepRule { clip: config.clip, rate: config.rate(), beta1: config.beta1, beta2: config.beta2 };
        Self { rule, epsilon: 1e-8, weight_decay: config.weight_decay }
    }

    /// Appends gradient norm, scalars and update to a graph whose gradients are complete: three dispatches.
    pub fn append(&self, losses: Tensor<'_>) {
        let graph = losses.graph;
        end_training_step(losses, gradient_norm(graph), self.rule);
        adamw(graph, self.rule.beta1, self.rule.beta2, self.epsilon, self.weight_decay);
    }
}
