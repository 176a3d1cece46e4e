//! The engine's thread. Here alone it is said where it is cut into parts, as `bin/app` does for the page.

#[cfg(target_arch = "wasm32")]
mod cut {
    use futures::FutureExt;
    use gptling::error::Error;
    use gptling::session::Session;
    use gptling::session::parts::{Area, Handle, Part};
    use gptling::worker::Worker;
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    /// The part did not come.
    struct Missing;

    impl From<SplitLoaderError> for Missing {
        fn from(_: SplitLoaderError) -> Self {
            Missing
        }
    }

    /// Everything that is reachable from this way of the session alone is in a file of its own, and of this name.
    macro_rules! load {
        ($name:ident: $handle:ident) => {{
            #[wasm_split($name, fallible)]
            fn handle() -> std::result::Result<Handle<Worker>, Missing> {
                Ok(|session, command| Session::$handle(session, command).boxed_local())
            }
            let missing = |_| Error::PartMissing { part: stringify!($name).into() };
            async move { handle().await.map_err(missing) }.boxed_local()
        }};
    }

    pub fn part(area: Area) -> Part<Worker> {
        Part::Coming(match area {
            Area::Sample => load!(sample: handle_sample_part),
            Area::Merges => load!(merges: handle_merges_part),
            Area::Tokenizer => load!(tokenizer: handle_tokenizer_part),
            Area::Storage => load!(storage: handle_storage_part),
        })
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {
    gptling::worker::start(cut::part);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
