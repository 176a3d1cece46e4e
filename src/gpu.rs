//! The only files that name wgpu: from a graph to buffers, bind groups and a fixed list of dispatches.

mod buffer;
pub mod device;
pub mod kernel_benchmark;
pub mod kernel_choices;
pub mod plan;
mod probe;
pub mod readback;
pub mod timing;

pub use buffer::Held;
pub use device::{Counts, Gpu, Limits};
pub use kernel_choices::KernelChoices;
pub use plan::{Plan, Store};
