//! Models that learn, are measured, and write: plans over one set of weights.

pub mod checkpoint;
pub mod evaluate;
pub mod generate;
pub mod histogram;
pub mod machine;
pub mod metrics;
pub mod model;
pub mod probe;
pub mod rate_finder;
pub mod scorer;
pub mod snapshot;
pub mod trainer;

pub use checkpoint::Checkpoint;
pub use evaluate::Evaluator;
pub use generate::{Generator, Storage, Written};
pub use machine::{Device, Plan};
pub use metrics::Metrics;
pub use model::Model;
pub use scorer::{Score, Scorer};
pub use snapshot::Snapshot;
pub use trainer::{Targets, Trainer};
