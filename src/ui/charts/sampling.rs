//! The pictures of part Sample: documents as dots, class shares, estimates of many samples.

pub mod dots;
pub mod files;
pub mod hull;
pub mod look;
pub mod read;
pub mod shape;
pub mod shares;
pub mod spreads;
