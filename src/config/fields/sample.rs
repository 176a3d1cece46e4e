//! How it writes.

use super::{Field, Kind, LAST_SEED, Scale, Section, Value, integer, number, real};

pub const ROWS: &[Field] = &[
    number!("temperature", Sample, sample.temperature, 0.0, 3.0, Linear),
    integer!("top_k", Sample, sample.top_k, 0, 1000, 1),
    number!("top_p", Sample, sample.top_p, 0.01, 1.0, Linear),
    integer!("length", Sample, sample.length, 1, 4000, 10),
    integer!("write_seed", Sample, sample.seed, 0, LAST_SEED, 1),
];
