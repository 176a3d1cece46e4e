//! What a model is shown: windows of tokens, and whether any of it was held out.

use serde::{Deserialize, Serialize};

use super::{RequestId, Token};
use crate::config::Config;

/// A command of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ExamplesCommand {
    /// The batch of a step, counted from 0, as a run with this configuration would learn it.
    DrawBatch {
        request: RequestId,
        config: Box<Config>,
        step: u64,
    },
    /// Look for documents that are in both parts of the text. Other work goes first; a new text ends it unanswered.
    CheckLeaks {
        request: RequestId,
    },
    StopChecking,
}

/// An event of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ExamplesEvent {
    Drawn { request: RequestId, batch: Box<DrawnBatch> },
    LeaksChecked { request: RequestId, report: LeakReport },
}

/// A batch and where it comes from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DrawnBatch {
    pub step: u64,
    /// T: tokens of a row.
    pub time: u64,
    /// B: rows of the batch, of which the first are here.
    pub batch_size: u64,
    pub rows: Vec<DrawnRow>,
    /// Where every row begins, those included that are not here, as (first token, targets).
    pub windows: Vec<(u64, u64)>,
    /// The tokens that occur here, in ascending order of their ids.
    pub tokens: Vec<Token>,
    pub epoch: EpochSummary,
    /// Whether some targets count for more than others, padding aside.
    pub has_weights: bool,
    /// Whether documents have different weights, used or not.
    pub could_have_weights: bool,
    pub slide: Slide,
}

/// A row of T places.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DrawnRow {
    /// Where in the training tokens it begins.
    pub begin: u64,
    /// The document in which it begins, counted from 0.
    pub document: u64,
    /// Places that are no padding.
    pub length: u64,
    pub inputs: Vec<u32>,
    pub targets: Vec<u32>,
    /// What each target counts for, 0 for padding; empty where all count alike.
    pub weights: Vec<f32>,
    /// Places whose target is the first token of a document.
    pub starts: Vec<u64>,
}

/// One pass over the training tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EpochSummary {
    /// Tokens of the training part, and its documents.
    pub tokens: u64,
    pub documents: u64,
    pub windows: u64,
    /// Targets that are learned, as often as windows show them.
    pub targets: u64,
    /// Places for targets; the rest is padding.
    pub places: u64,
}

impl EpochSummary {
    /// Share of places that is padding.
    pub fn padding(&self) -> f64 {
        (self.places - self.targets) as f64 / self.places.max(1) as f64
    }
}

/// How the window moves over the beginning of the training tokens.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Slide {
    /// Tokens from one window to the next; 1 where they are drawn at random.
    pub stride: u64,
    /// The first tokens.
    pub ids: Vec<u32>,
    /// Where documents begin among them.
    pub documents: Vec<u64>,
    /// The first windows, as (first token, targets).
    pub windows: Vec<(u64, u64)>,
}

/// What the parts of the text have in common.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LeakReport {
    /// Documents held out that hold more than white space.
    pub held_out: u64,
    /// Of these, those of which the same text is in training, and those with nearly the same.
    pub exact: u64,
    pub similar: u64,
    pub examples: Vec<LeakExample>,
    /// Sources of which both parts have documents: how many, and the first names.
    pub groups: u64,
    pub group_names: Vec<String>,
    /// The cut goes through a document.
    pub cuts_a_document: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeakExample {
    /// How the two begin.
    pub held_out: String,
    pub train: String,
    /// The share of what they say that both say: 1 where they are the same.
    pub agreement: f32,
}

impl LeakReport {
    pub fn is_clean(&self) -> bool {
        self.exact == 0 && self.similar == 0 && self.groups == 0
    }
}
