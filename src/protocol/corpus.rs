//! Documents: what came in, and cleaning them.

use serde::{Deserialize, Serialize};

/// An order of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum CorpusCommand {}

/// A fact of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum CorpusEvent {}
