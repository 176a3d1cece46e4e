//! The only files that name wgpu: from a graph to buffers, bind groups and a fixed list of dispatches.

pub mod autotune;
mod buffer;
pub mod device;
pub mod plan;
mod probe;
pub mod readback;
pub mod timing;
pub mod tuning;

pub use buffer::Held;
pub use device::{Counts, Gpu, Limits};
pub use plan::{Plan, Store};
pub use tuning::Tuning;
