//! The layers that everything is built of.

use super::{Init, Parameter, Scope};
use crate::config::ModelConfig;
use crate::config::model;
use crate::graph::{Graph, Tensor};
use crate::ops::layer_norm::Normalizer;
use crate::ops::linear::{Activation, Orientation};

/// y = x W + b, the weight (inputs, outputs) as in GPT-2's Conv1D. The model may have no b.
#[derive(Debug)]
pub struct Linear {
    weight: Parameter,
    bias: Option<Parameter>,
}

impl Linear {
    pub fn new(
        scope: &mut Scope,
        config: &ModelConfig,
        name: &str,
        [features_in, features_out]: [usize; 2],
        deviation: f32,
    ) -> Self {
        scope.within(name, |scope| Self {
            weight: scope.parameter("weight", &[features_in, features_out], Init::Normal(deviation)),
            bias: config.bias.then(|| scope.parameter("bias", &[features_out], Init::Zeros)),
        })
    }

    /// From here on the graph computes with a weight of 16 bits.
    pub fn to_f16(&self, graph: &Graph) {
        self.weight.of(graph).to_f16();
    }

    /// (.., I) -> (.., O)
    pub fn forward<'g>(&self, x: Tensor<'g>) -> Tensor<'g> {
        x.linear(self.weight.for_products(x.graph), self.bias_of(x), Orientation::InOut)
    }

    /// activation(x W + b): (.., I) -> (.., O)
    pub fn forward_activated<'g>(&self, x: Tensor<'g>, activation: Activation) -> Tensor<'g> {
        x.linear_activated(self.weight.for_products(x.graph), self.bias_of(x), Orientation::InOut, activation)
    }

    /// residual + x W + b: (.., I) -> (.., O)
    pub fn forward_onto<'g>(&self, residual: Tensor<'g>, x: Tensor<'g>) -> Tensor<'g> {
        x.linear_onto(residual, self.weight.for_products(x.graph), self.bias_of(x), Orientation::InOut)
    }

    fn bias_of<'g>(&self, x: Tensor<'g>) -> Option<Tensor<'g>> {
        self.bias.as_ref().map(|bias| bias.of(x.graph))
    }
}

/// The norm that the model has, with scale and, where it has one, shift.
#[derive(Debug)]
pub struct Norm {
    kind: model::Norm,
    weight: Parameter,
    bias: Option<Parameter>,
}

impl Norm {
    /// Added to the variance or the mean square: the value of GPT-2 and of Llama.
    const EPSILON: f32 = 1e-5;

    pub fn new(scope: &mut Scope, config: &ModelConfig, name: &str) -> Self {
        let (kind, width) = (config.norm, config.n_embd);
        scope.within(name, |scope| {
            if config.norm_shifts() {
                let [weight, bias] = scope.norm(width);
                return Self { kind, weight, bias: Some(bias) };
            }
            Self { kind, weight: scope.norm_scale(width), bias: None }
        })
    }

    /// (.., C) -> (.., C)
    pub fn forward<'g>(&self, x: Tensor<'g>) -> Tensor<'g> {
        x.normalized(self.of(x.graph))
    }

    /// The norm with its weights in this graph.
    pub fn of<'g>(&self, graph: &'g Graph) -> Normalizer<'g> {
        let weight = self.weight.of(graph);
        match self.kind {
            model::Norm::LayerNorm => {
                Normalizer::layer_norm(weight, self.bias.as_ref().map(|bias| bias.of(graph)), Self::EPSILON)
            }
            model::Norm::RmsNorm => Normalizer::rms_norm(weight, Self::EPSILON),
        }
    }
}
