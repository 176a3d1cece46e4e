//! What is watched while a model trains: its numbers, and which learning rate suits it.

use serde::{Deserialize, Serialize};

use super::{RequestId, RunId};
use crate::config::Config;

/// A command of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum LiveCommand {
    /// Try learning rates on a copy of the model that this configuration begins with. Training waits meanwhile.
    FindRate {
        request: RequestId,
        config: Box<Config>,
    },
    StopFinding,
    /// Which weights the model of the run has.
    ListTensors {
        request: RequestId,
    },
    /// How the numbers of a weight are distributed, or their gradients after the last step.
    Histogram {
        request: RequestId,
        tensor: String,
        of: Numbers,
    },
}

/// An event of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum LiveEvent {
    /// How far the matrices of each layer moved in a step.
    Moved {
        run: RunId,
        step: u64,
        layers: Vec<LayerMove>,
    },
    /// How far the test of learning rates is.
    RateTested {
        request: RequestId,
        test: RateTest,
    },
    Tensors {
        request: RequestId,
        names: Vec<String>,
    },
    Histogram {
        request: RequestId,
        histogram: Histogram,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Numbers {
    Weights,
    Gradients,
}

/// Lengths (roots of sums of squares) of a layer's update and of its weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerMove {
    /// `wte`, `h.0`: what the names of its weights begin with.
    pub name: String,
    pub update: f32,
    pub weights: f32,
}

impl LayerMove {
    /// How far the layer moves, measured by its own length. About a thousandth is healthy.
    pub fn ratio(&self) -> f32 {
        self.update / self.weights.max(f32::MIN_POSITIVE)
    }
}

/// Steps at learning rates that rise by one factor (Smith, 2017).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RateTest {
    pub points: Vec<RatePoint>,
    /// Points that there will be, unless the loss explodes.
    pub steps: u64,
    /// Where the loss falls fastest; nothing while the test goes on, or where it never falls.
    pub suggestion: Option<f32>,
    pub is_over: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RatePoint {
    pub rate: f32,
    /// Of the batch before the update.
    pub loss: f32,
    /// The losses so far, smoothed.
    pub smooth: f32,
}

/// How many numbers lie in each of some intervals of one width.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    pub tensor: String,
    pub of: Numbers,
    /// Steps done.
    pub step: u64,
    pub low: f32,
    pub high: f32,
    pub bins: Vec<u32>,
    pub mean: f32,
    pub deviation: f32,
}
