//! How good a model is, and at what: measured on held-out or pasted text; what counting alone would do; what a model has
//! copied.

use serde::{Deserialize, Serialize};

use super::runs::RunKey;
use super::{RequestId, RunId, Token, WrittenToken};
use crate::config::SampleConfig;

/// A command of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum EvaluateCommand {
    /// Measure these models, one after the other. Training waits meanwhile; a newer command overtakes.
    Measure { request: RequestId, models: Vec<Which>, on: On },
    /// Let two models go on with the same prompt by the same seed. A newer one overtakes.
    WriteBeside { request: RequestId, models: [Which; 2], prompt: String, sample: SampleConfig },
    /// Keep the model of a run of an earlier visit too, as it was kept then: answered by [`EvaluateEvent::Kept`].
    Fetch { request: RequestId, run: RunKey },
    /// Look for these written tokens in the text that the model has learned from. A newer one overtakes.
    LookUp { request: RequestId, ids: Vec<u32> },
    /// Give up what is being measured.
    StopMeasuring,
    /// Give up what is being written side by side.
    StopWriting,
}

/// An event of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum EvaluateEvent {
    /// What counting does on the text of a run.
    Counted {
        run: RunId,
        baselines: Baselines,
    },
    /// The models that can be measured beside the one of now, oldest first.
    Kept {
        models: Vec<SavedModel>,
    },
    /// By each model, in the order in which they were asked for.
    Measured {
        request: RequestId,
        reports: Vec<Report>,
    },
    WroteBeside {
        request: RequestId,
        texts: [Vec<WrittenToken>; 2],
    },
    LookedUp {
        request: RequestId,
        copied: Box<Copied>,
    },
}

/// A model by where it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Which {
    /// That of the run, as it is now.
    #[default]
    Now,
    /// One that is kept, by its key.
    Kept(u32),
}

/// What a model is measured on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum On {
    HeldOut,
    Text(String),
}

/// A model as it was after some steps of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedModel {
    pub key: u32,
    pub origin: Origin,
    pub step: u64,
}

/// Where a model comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// A run of this visit.
    Run(RunId),
    /// What was kept of an earlier one.
    Record(RunKey),
}

/// The losses of models that only count, in nats per token of the part held out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Baselines {
    /// ln V: every token is equally likely.
    pub uniform: f32,
    /// Of n-gram models of order 1, 2, ...: interpolated Kneser-Ney.
    pub orders: Vec<f32>,
    /// Training tokens that were counted, and how many there are.
    pub counted: u64,
    pub training: u64,
    /// Held-out tokens that the losses are the means of, and how many there are.
    pub measured: u64,
    pub held_out: u64,
}

impl Baselines {
    /// Orders from 2 on, with their losses.
    pub fn ngrams(&self) -> impl Iterator<Item = (usize, f32)> + '_ {
        (1..).zip(self.orders.iter().copied()).skip(1)
    }
}

/// How well a model foretells a text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub step: u64,
    /// Tokens that were foretold, and how many the text has that have one before them.
    pub targets: u64,
    pub available: u64,
    /// Tokens of them that stand for what the vocabulary does not have.
    pub unknown: u64,
    /// Mean cross-entropy in nats per token.
    pub loss: f32,
    pub bits_per_byte: f32,
    /// Share of targets that were the likeliest token, and among the five likeliest.
    pub accuracy: f32,
    pub top_five: f32,
    /// By how sure the model was of its likeliest token, in equal steps from 0 to 1.
    pub bins: Vec<Bin>,
    /// Expected calibration error: the mean gap between sureness and accuracy.
    pub calibration_error: f32,
    /// Mean sureness less accuracy: above 0 the model is surer than right.
    pub overconfidence: f32,
    /// By the number of tokens that the model could see, from 1.
    pub positions: Vec<PositionLoss>,
    /// The targets that surprised it most, worst first.
    pub worst: Vec<Miss>,
    /// The tokens that cost it most in all, costliest first.
    pub costly: Vec<CostlyToken>,
}

impl Report {
    /// e to the loss: among so many equally likely tokens one would guess as badly.
    pub fn perplexity(&self) -> f64 {
        f64::from(self.loss).exp()
    }
}

/// The targets at which the model was about as sure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    pub targets: u64,
    /// Mean probability of the likeliest token, and how often that was right.
    pub confidence: f32,
    pub accuracy: f32,
}

/// Targets with `from` to `to` tokens before them in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PositionLoss {
    pub from: u64,
    pub to: u64,
    pub targets: u64,
    pub loss: f32,
}

/// A target that surprised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Miss {
    pub before: String,
    pub token: Token,
    pub after: String,
    pub loss: f32,
    /// Tokens that were held to be likelier.
    pub rank: u64,
    pub expected: Token,
    pub expected_probability: f32,
}

/// A token over all its places.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostlyToken {
    pub token: Token,
    pub count: u64,
    /// Mean loss at its places.
    pub loss: f32,
    /// Its part of the loss of the whole text.
    pub share: f32,
}

/// What a written text has in common with the text that the model has learned from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Copied {
    /// Characters of the written text.
    pub characters: u64,
    /// Characters of the longest run that is in the training text too.
    pub longest: u64,
    /// The longest runs of texts of the same length that were held out, in ascending order: they were copied by nobody.
    pub chance: Vec<u64>,
    /// Runs that are longer than what is common by chance, longest first.
    pub stretches: Vec<Stretch>,
    /// The passages of the training text that have most in common with the written one, best first.
    pub nearest: Vec<Near>,
    /// Documents of the training text.
    pub documents: u64,
}

impl Copied {
    /// The median of the longest runs of held-out texts.
    pub fn by_chance(&self) -> u64 {
        self.chance.get(self.chance.len() / 2).copied().unwrap_or(0)
    }
}

/// A run of written text that stands in the training text, letter by letter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stretch {
    /// Written tokens that lie wholly in it: from the first to before the last.
    pub from: u64,
    pub to: u64,
    pub characters: u64,
    /// The document in which it stands, from 0, and its text there with what is around it.
    pub document: u64,
    pub before: String,
    pub text: String,
    pub after: String,
}

/// A passage of the training text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Near {
    pub document: u64,
    /// The share of it that stands in the written text in runs that are worth the name.
    pub share: f32,
    /// Its text in parts, each shared with the written text or not.
    pub parts: Vec<(String, bool)>,
}
