//! The layers of GPT-2.

use super::{Parameter, Scope, Start};
use crate::graph::{Graph, Tensor};
use crate::ops::linear::Orientation;

/// y = x W + b, the weight (inputs, outputs) as in GPT-2's Conv1D.
#[derive(Debug)]
pub struct Linear {
    weight: Parameter,
    bias: Parameter,
}

impl Linear {
    pub fn new(scope: &mut Scope, name: &str, features_in: usize, features_out: usize, deviation: f32) -> Self {
        scope.within(name, |scope| Self {
            weight: scope.parameter("weight", &[features_in, features_out], Start::Normal(deviation)),
            bias: scope.parameter("bias", &[features_out], Start::Zeros),
        })
    }

    /// From here on the graph computes with a weight of 16 bits.
    pub fn halve(&self, graph: &Graph) {
        self.weight.of(graph).halve();
    }

    /// (.., I) -> (.., O)
    pub fn forward<'g>(&self, x: Tensor<'g>) -> Tensor<'g> {
        x.linear(self.weight.for_products(x.graph), Some(self.bias.of(x.graph)), Orientation::InOut)
    }

    /// gelu(x W + b): (.., I) -> (.., O)
    pub fn forward_gelu<'g>(&self, x: Tensor<'g>) -> Tensor<'g> {
        x.linear_gelu(self.weight.for_products(x.graph), Some(self.bias.of(x.graph)), Orientation::InOut)
    }

    /// residual + x W + b: (.., I) -> (.., O)
    pub fn forward_onto<'g>(&self, residual: Tensor<'g>, x: Tensor<'g>) -> Tensor<'g> {
        x.linear_onto(residual, self.weight.for_products(x.graph), Some(self.bias.of(x.graph)), Orientation::InOut)
    }
}

/// Layer norm with scale and shift.
#[derive(Debug)]
pub struct LayerNorm {
    weight: Parameter,
    bias: Parameter,
}

impl LayerNorm {
    /// Added to the variance: GPT-2's value.
    const EPSILON: f32 = 1e-5;

    pub fn new(scope: &mut Scope, name: &str, width: usize) -> Self {
        let [weight, bias] = scope.within(name, |scope| scope.norm(width));
        Self { weight, bias }
    }

    /// (.., C) -> (.., C)
    pub fn forward<'g>(&self, x: Tensor<'g>) -> Tensor<'g> {
        x.layer_norm(self.weight.of(x.graph), self.bias.of(x.graph), Self::EPSILON)
    }
}
