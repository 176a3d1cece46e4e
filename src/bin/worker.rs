//! The engine's thread.

#[cfg(target_arch = "wasm32")]
fn main() {
    gptling::worker::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
