//! Drawings as data: numbers in, marks out. Compiled everywhere, so that they are tested without a browser.

pub mod baselines;
pub mod layers;
pub mod lengths;
pub mod live;
pub mod loss;
pub mod memorized;
pub mod merges;
pub mod network;
pub mod overlay;
pub mod positions;
pub mod probability;
pub mod reliability;
pub mod sampling;
pub mod schedule;
pub mod sweep;
pub mod windows;
pub mod zipf;
