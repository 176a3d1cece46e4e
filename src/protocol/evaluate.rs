//! How good a model is, and at what: measured on held-out or pasted text.

use serde::{Deserialize, Serialize};

/// An order of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum EvaluateCommand {}

/// A fact of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum EvaluateEvent {}
