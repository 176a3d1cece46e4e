//! Any text as a page: what is left of it is no longer than it was.
#![no_main]

use gptling::text::corpus::html::strip;

libfuzzer_sys::fuzz_target!(|text: &str| assert!(strip(text).len() <= text.len()));
