//! What is kept beyond the visit: runs, checkpoints, whole projects.

use serde::{Deserialize, Serialize};

/// An order of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum KeepingCommand {}

/// A fact of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum KeepingEvent {}
