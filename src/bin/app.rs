//! The page.

#[cfg(target_arch = "wasm32")]
fn main() {
    gptling::ui::app::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
