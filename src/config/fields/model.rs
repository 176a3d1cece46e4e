//! The size of the model.

use super::{Field, Kind, Scale, Section, Value, integer, number, real};

pub const ROWS: &[Field] = &[
    integer!("n_layer", Model, model.n_layer, 1, 24, 1),
    integer!("n_head", Model, model.n_head, 1, 16, 1),
    integer!("n_embd", Model, model.n_embd, 8, 1024, 8),
    integer!("block_size", Model, model.block_size, 8, 1024, 8),
    number!("dropout", Model, model.dropout, 0.0, 0.9, Linear),
];
