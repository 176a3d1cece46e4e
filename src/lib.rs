//! Gptling: a tiny GPT that grows in a web page.

pub mod config;
pub mod error;
pub mod protocol;
pub mod rng;
pub mod text;
