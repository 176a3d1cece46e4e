//! Everything that is tested without a browser, as one binary.

mod areas;
mod case;
mod cast_f16;
mod compare;
mod golden;
mod imports;
mod kernels;
mod kit;
mod layouts;
mod machine;
mod metrics;
mod models;
mod network;
mod operations;
mod optimizer;
mod project_file;
mod sampling;
mod score;
mod session;
mod shaders;
mod store;
mod text;
mod training;
mod weighted_loss;
mod writing;
