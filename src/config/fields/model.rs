//! The size of the model, and what it is made of.

use super::super::model::{Activation, Heads, Mixer, Norm, NormPlace, Positions};
use super::{Field, Kind, Scale, Section, Value, choice, integer, name_of, named, number, real, switch};

const POSITIONS: [(&str, Positions); 5] = [
    ("none", Positions::None),
    ("sinusoidal", Positions::Sinusoidal),
    ("learned", Positions::Learned),
    ("rope", Positions::Rope),
    ("alibi", Positions::Alibi),
];
const NORMS: [(&str, Norm); 2] = [("layer-norm", Norm::LayerNorm), ("rms-norm", Norm::RmsNorm)];
const PLACES: [(&str, NormPlace); 2] = [("before", NormPlace::Before), ("after", NormPlace::After)];
const MIXERS: [(&str, Mixer); 2] = [("attention", Mixer::Attention), ("convolution", Mixer::Convolution)];
const HEADS: [(&str, Heads); 3] =
    [("multi-head", Heads::MultiHead), ("grouped-query", Heads::GroupedQuery), ("multi-query", Heads::MultiQuery)];
const ACTIVATIONS: [(&str, Activation); 6] = [
    ("gelu", Activation::Gelu),
    ("relu", Activation::Relu),
    ("relu-squared", Activation::ReluSquared),
    ("silu", Activation::Silu),
    ("swiglu", Activation::SwiGlu),
    ("geglu", Activation::GeGlu),
];

pub const ROWS: &[Field] = &[
    integer!("n_layer", Model, model.n_layer, 1, 24, 1),
    integer!("n_head", Model, model.n_head, 1, 16, 1),
    integer!("n_embd", Model, model.n_embd, 8, 1024, 8),
    integer!("block_size", Model, model.block_size, 8, 1024, 8),
    number!("dropout", Model, model.dropout, 0.0, 0.9, Linear),
    choice!("positions", Model, model.positions, POSITIONS),
    choice!("norm", Model, model.norm, NORMS),
    choice!("norm_place", Model, model.norm_place, PLACES),
    choice!("mixer", Model, model.mixer, MIXERS),
    choice!("heads", Model, model.heads, HEADS),
    integer!("group_size", Model, model.group_size, 1, 16, 1),
    switch!("qk_norm", Model, model.qk_norm),
    integer!("window", Model, model.window, 0, 1024, 1),
    choice!("activation", Model, model.activation, ACTIVATIONS),
    switch!("bias", Model, model.bias),
    switch!("tied", Model, model.tied),
    number!("softcap", Model, model.softcap, 0.0, 100.0, Linear),
];
