//! One line of the table.

use serde::Serialize;

/// What a shape costs on an adapter. A step is one training step, a token one written token.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Row {
    pub name: String,
    pub adapter: String,
    pub n_layer: usize,
    pub n_embd: usize,
    pub block_size: usize,
    pub batch_size: usize,
    pub vocab_size: usize,
    pub parameters: u64,
    pub dispatches_per_step: f64,
    pub submits_per_step: f64,
    /// Buffers, bind groups and pipelines made.
    pub objects_per_step: f64,
    pub readbacks_per_step: f64,
    /// Floating-point operations executed over those that the mathematics needs.
    pub flops_over_ideal: f64,
    pub bytes_over_ideal: f64,
    /// Memory of weights, moments, gradients, activations, token ids and state.
    pub peak_bytes: u64,
    /// Median over several submits.
    pub ms_per_step: f64,
    /// Learned from.
    pub tokens_per_second: f64,
    pub gflops: f64,
    /// GFLOP/s of the best large matrix product on this adapter, in the same run.
    pub floor_gflops: f64,
    /// The time that the step's operations would take at the floor's rate, over the time they took.
    pub floor_share: f64,
    pub dispatches_per_token: f64,
    /// Of writing.
    pub ms_per_token: f64,
}

impl Row {
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("plain numbers")
    }
}
