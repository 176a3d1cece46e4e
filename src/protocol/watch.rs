//! What is watched while a model trains: its numbers, and which learning rate suits it.

use serde::{Deserialize, Serialize};

/// An order of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum WatchCommand {}

/// A fact of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum WatchEvent {}
