//! The only files that name wgpu: from a graph to buffers, bind groups and a fixed list of dispatches.

pub mod device;
pub mod plan;
pub mod readback;
pub mod timing;

pub use device::{Counts, Gpu, Limits};
pub use plan::{Plan, Store};
