//! What the engine computes on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::names::names;
use crate::error::Error;

/// The fastest kernel of each operation and size on a graphics card: `linear NN 512 x 128 x 384` -> `16x16`.
pub type Kernels = BTreeMap<String, String>;

/// What the student wants to compute on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceChoice {
    /// What was measured to be faster.
    #[default]
    Automatic,
    Gpu,
    Cpu,
}

names! {
    DeviceChoice { Automatic = "automatic", Gpu = "gpu", Cpu = "cpu" }
}

/// What the engine computes on, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adapter {
    pub device: DeviceKind,
    /// What the student asked for.
    pub choice: DeviceChoice,
    /// The graphics card, or why there is none.
    pub gpu: std::result::Result<GpuSummary, Error>,
    /// How fast both are, once that was measured.
    pub speeds: Option<Speeds>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceKind {
    Gpu,
    Cpu,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GpuSummary {
    pub name: String,
    /// It computes on the processor.
    pub software: bool,
    /// Names of the kernels among which matrix products choose.
    pub kernels: Vec<String>,
}

/// Billions of floating-point operations a second; 0 for a graphics card that was not done in time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Speeds {
    pub gpu: f32,
    pub cpu: f32,
}
