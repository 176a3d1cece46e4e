//! The loss on a fixed set of batches.

use std::rc::Rc;

use super::machine::Plan;
use super::model::Model;
use crate::error::Result;
use crate::graph::{Memory, TensorId, state};
use crate::nn::gpt::Mode;
use crate::ops::step::end_evaluation_step;
use crate::text::loader::Batch;

/// Measures a model on the same batches every time.
pub struct Evaluator {
    plan: Plan,
    logits: TensorId,
    batches: usize,
}

impl Evaluator {
    /// The batches are all of `batch_size` sequences of `time` tokens; at most [`state::RING`] of them. Where one has
    /// weights all have: a target counts for as much in any of them.
    ///
    /// # Errors
    /// [`crate::error::Error::ModelTooLarge`] before anything is allocated, or what the device says.
    pub async fn new(model: &Rc<Model>, batch_size: usize, time: usize, batches: &[Batch]) -> Result<Self> {
        assert!((1..=state::RING).contains(&batches.len()), "{} batches to evaluate", batches.len());
        let graph = model.graph();
        let inputs = graph.tokens(batch_size, time, batches.len());
        let targets = graph.tokens(batch_size, time, batches.len());
        let logits = model.gpt.forward(inputs, Mode::Evaluate).keep();
        let weights = (!batches[0].weights.is_empty()).then(|| graph.tokens(batch_size, time, batches.len()));
        end_evaluation_step(match weights {
            None => logits.cross_entropy_only(targets),
            Some(weights) => logits.weighted_cross_entropy_only(targets, weights),
        });
        let plan = model.plan(&graph).await?;
        for (slot, batch) in batches.iter().enumerate() {
            plan.write_ids(inputs.id, slot, &batch.inputs);
            plan.write_ids(targets.id, slot, &batch.targets);
        }
        if let Some(weights) = weights {
            write_weights(&plan, weights.id, batches);
        }
        Ok(Self { plan, logits: logits.id, batches: batches.len() })
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Takes the kernels that the device's tuning says by now.
    pub fn choose_kernels(&mut self) {
        self.plan.choose_kernels();
    }

    /// Mean loss over all targets that count, in nats per token.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn loss(&self) -> Result<f32> {
        self.plan.write(Memory::State, 0, &[0.0; state::WORDS]);
        self.plan.run(self.batches);
        let words = self.plan.read(Memory::State, 0..state::WORDS).await?;
        let losses = words[state::RECORDS..].chunks_exact(state::RECORD).take(self.batches).map(|record| record[0]);
        Ok(losses.sum::<f32>() / self.batches as f32)
    }

    /// The logits of the last batch that [`Evaluator::loss`] ran, (B T V).
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn logits(&self) -> Result<Vec<f32>> {
        self.plan.read_tensor(self.logits).await
    }
}

/// Weights that are 1 on average over all batches, so that the mean of their means is the mean of all.
fn write_weights(plan: &Plan, tensor: TensorId, batches: &[Batch]) {
    let all = || batches.iter().flat_map(|batch| &batch.weights).copied();
    let sum: f64 = all().map(f64::from).sum();
    let factor = if sum > 0.0 { all().count() as f64 / sum } else { 1.0 };
    for (slot, batch) in batches.iter().enumerate() {
        let weights: Vec<f32> = batch.weights.iter().map(|weight| (f64::from(*weight) * factor) as f32).collect();
        plan.write_weights(tensor, slot, &weights);
    }
}
