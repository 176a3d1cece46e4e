//! Runs as they are kept, listed, drawn and compared.

use serde::{Deserialize, Serialize};

use super::{Evaluation, PlanReport, RunState, StepPoint, TimelineSample};
use crate::config::Config;

/// Names a run for ever, on every machine.
pub type RunKey = String;

/// Everything that is known of a run but its weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    pub key: RunKey,
    /// As the student calls it.
    pub name: String,
    /// Milliseconds since 1970 when it began.
    pub begun: u64,
    pub config: Config,
    pub text: TextMark,
    /// V of its tokenizer.
    pub vocab_size: u64,
    pub state: RunState,
    pub report: Option<PlanReport>,
    /// Entropy of single tokens of its text, in nats: an honest baseline.
    pub unigram_entropy: f32,
    pub points: Vec<StepPoint>,
    pub evaluations: Vec<Evaluation>,
    pub samples: Vec<TimelineSample>,
    /// Seconds of training.
    pub seconds: f32,
}

/// Which text a run has learned from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextMark {
    pub name: String,
    pub bytes: u64,
    /// Of all that was trained on and held out: the same text has the same hash on every machine.
    pub hash: u64,
}
