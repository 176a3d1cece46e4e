//! The text, from bytes to batches.

mod corpora;
mod own;
