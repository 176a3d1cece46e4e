//! Gptling: a tiny GPT that grows in a web page.

pub mod config;
pub mod cpu;
pub mod error;
pub mod gpu;
pub mod graph;
pub mod nn;
pub mod ops;
pub mod optim;
pub mod protocol;
pub mod rng;
pub mod text;
pub mod train;
