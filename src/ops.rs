//! One file per operation, one WGSL file of the same name in `shaders/`.
//!
//! A file holds everything about its op: shapes, gradient, dispatches, cost, and the CPU implementation. Its backward
//! passes are ops too and stand below it.

pub mod adamw;
pub mod attention;
pub mod cached_attention;
pub mod cast_f16;
pub mod convolution;
pub mod cross_entropy;
pub mod dropout;
pub mod embedding;
pub mod gated;
pub mod gradient_norm;
pub mod layer_norm;
pub mod linear;
pub mod lion;
pub mod muon;
pub mod qk_norm;
pub mod rotary;
pub mod rows;
pub mod sample;
pub mod score;
pub mod sgd;
pub mod softcap;
pub mod step;
pub mod update_ratio;

/// The WGSL files, by the name of their op.
pub const SHADERS: [(&str, &str); 22] = [
    ("adamw", include_str!("../shaders/adamw.wgsl")),
    ("attention", include_str!("../shaders/attention.wgsl")),
    ("cached_attention", include_str!("../shaders/cached_attention.wgsl")),
    ("convolution", include_str!("../shaders/convolution.wgsl")),
    ("cross_entropy", include_str!("../shaders/cross_entropy.wgsl")),
    ("dropout", include_str!("../shaders/dropout.wgsl")),
    ("embedding", include_str!("../shaders/embedding.wgsl")),
    ("gated", include_str!("../shaders/gated.wgsl")),
    ("gradient_norm", include_str!("../shaders/gradient_norm.wgsl")),
    ("cast_f16", include_str!("../shaders/cast_f16.wgsl")),
    ("layer_norm", include_str!("../shaders/layer_norm.wgsl")),
    ("linear", include_str!("../shaders/linear.wgsl")),
    ("lion", include_str!("../shaders/lion.wgsl")),
    ("muon", include_str!("../shaders/muon.wgsl")),
    ("qk_norm", include_str!("../shaders/qk_norm.wgsl")),
    ("rotary", include_str!("../shaders/rotary.wgsl")),
    ("sample", include_str!("../shaders/sample.wgsl")),
    ("score", include_str!("../shaders/score.wgsl")),
    ("sgd", include_str!("../shaders/sgd.wgsl")),
    ("softcap", include_str!("../shaders/softcap.wgsl")),
    ("step", include_str!("../shaders/step.wgsl")),
    ("update_ratio", include_str!("../shaders/update_ratio.wgsl")),
];
