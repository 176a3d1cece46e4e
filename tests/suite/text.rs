//! The text, from bytes to batches.

mod chance;
mod corpora;
mod corpus;
mod dataset;
mod loader;
mod merging;
mod own;
mod sampling;
mod splitting;
mod tokenizer;
mod vectors;
