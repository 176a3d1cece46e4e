//! Everything that is tested without a browser, as one binary.

mod case;
mod compare;
mod figures;
mod golden;
mod halves;
mod imports;
mod kernels;
mod kit;
mod layouts;
mod machine;
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
