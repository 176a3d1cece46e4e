//! Effects: what the page does beyond showing its state.

mod address;
mod document;
pub mod files;
mod keep;
mod panics;
mod sweep;
mod tour;
mod width;
mod worker;

pub use address::{current_hash, use_address};
pub use document::{browser_language, focus, use_arrival, use_document, use_dropped_files, use_focus_on_tour};
pub use keep::{
    saved_choice, saved_kernels, saved_texts, use_project_file, use_saved_choice, use_saved_kernels, use_saved_texts,
};
pub use panics::watch_panics;
pub use sweep::use_sweep_clock;
pub use tour::{use_escape, use_tour_clock};
pub use width::use_width;
pub use worker::use_worker;
