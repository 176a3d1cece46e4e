//! The text, from bytes to batches.

mod corpora;
mod dataset;
mod loader;
mod own;
mod tokenizer;
