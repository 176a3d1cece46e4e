//! The text, from bytes to batches.

mod chance;
mod copied;
mod corpora;
mod corpus;
mod dataset;
mod leaks;
mod loader;
mod merging;
mod ngrams;
mod sampling;
mod splitting;
mod tokenizer;
mod user_text;
mod vectors;

/// What the browser does for the page, by the same standard.
pub fn gb18030(bytes: &[u8]) -> Option<String> {
    encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes).map(String::from)
}
