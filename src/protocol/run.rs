//! Models: what they cost, how they train, what they write.

use serde::{Deserialize, Serialize};

use super::{DeviceKind, Token};
use crate::error::Error;

/// What a plan costs, known before anything is allocated.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanReport {
    pub parameters: u64,
    /// Dispatches of one training step.
    pub dispatches: u64,
    /// Floating-point operations that one training step needs.
    pub flops: u64,
    /// Those that its kernels execute, on padding and for what they compute twice too.
    pub executed_flops: u64,
    /// Bytes of the numbers that its operations read and write, each once an operation.
    pub ideal_bytes: u64,
    /// Bytes of the memory that its dispatches read and write, each once a dispatch.
    pub traffic_bytes: u64,
    /// GPU memory by kind: `("parameters", bytes)`, ...
    pub memory: Vec<(String, u64)>,
}

impl PlanReport {
    /// Operations executed for each that is needed.
    pub fn flops_over_ideal(&self) -> f64 {
        self.executed_flops as f64 / self.flops.max(1) as f64
    }

    /// Bytes moved for each that must be.
    pub fn bytes_over_ideal(&self) -> f64 {
        self.traffic_bytes as f64 / self.ideal_bytes.max(1) as f64
    }

    /// Bytes of all memory together.
    pub fn peak_bytes(&self) -> u64 {
        self.memory.iter().map(|(_, bytes)| bytes).sum()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub report: PlanReport,
    /// V of the tokenizer that the estimate is for.
    pub vocab_size: u64,
    /// Why this adapter would refuse it.
    pub refusal: Option<Error>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RunState {
    Preparing,
    Running {
        step: u64,
    },
    Paused {
        step: u64,
    },
    /// All steps are done.
    Finished {
        step: u64,
    },
    /// Ended by the student.
    Stopped {
        step: u64,
    },
    Failed {
        step: u64,
        error: Error,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepPoint {
    /// Steps done when this was measured, from 1.
    pub step: u64,
    /// Mean cross-entropy of the batch, before the update, in nats per token.
    pub loss: f32,
    pub learning_rate: f32,
    /// Global gradient norm before clipping.
    pub grad_norm: f32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    pub tokens_per_second: f32,
    pub elapsed_seconds: f32,
    pub remaining_seconds: f32,
    /// The last step that is safe: if the device went away now, the run would go on from there.
    pub safe_step: u64,
    /// The share of the training time that it takes to keep it safe.
    pub safe_share: f32,
}

/// Something went wrong with a run, and it got over it: it goes on elsewhere, or waits at its last good state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recovery {
    /// Steps done when it happened.
    pub step: u64,
    /// Steps done where it goes on from.
    pub resumed: u64,
    pub cause: Error,
    /// What it computes on now.
    pub device: DeviceKind,
    /// From the news to the next step.
    pub seconds: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    pub step: u64,
    /// Mean cross-entropy on the validation split, in nats per token.
    pub loss: f32,
    /// The same in bits per byte of text.
    pub bits_per_byte: f32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimelineSample {
    pub step: u64,
    pub prompt: String,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WrittenToken {
    pub token: Token,
    /// Under the temperature, before top-k and top-p cut the rest off.
    pub probability: f32,
    /// The five likeliest others, likeliest first.
    pub runners_up: Vec<(Token, f32)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum WriteEnd {
    /// As many tokens as were asked for. `evicted` of them were written after the oldest tokens had left the window
    /// (of a full one the older half leaves).
    Finished {
        evicted: u64,
    },
    Stopped,
    Failed {
        error: Error,
    },
}
