//! What a model is shown: windows of tokens.

use serde::{Deserialize, Serialize};

/// An order of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ExamplesCommand {}

/// A fact of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ExamplesEvent {}
