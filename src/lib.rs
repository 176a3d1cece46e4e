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

/// The page. What needs no browser (state, links, sentences, numbers) builds and is tested everywhere.
pub mod ui {
    pub mod format;
    pub mod i18n;
    pub mod slider;
    pub mod state;
    pub mod url;

    #[cfg(target_arch = "wasm32")]
    pub mod app;
    #[cfg(target_arch = "wasm32")]
    pub mod components;
    #[cfg(target_arch = "wasm32")]
    pub mod hooks;
    #[cfg(target_arch = "wasm32")]
    pub mod pages;
    #[cfg(target_arch = "wasm32")]
    pub mod shell;
}
