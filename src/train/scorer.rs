//! What a model makes of each single target: a plan that reads back four numbers for each, and no logits.

use std::rc::Rc;

use super::machine::Plan;
use super::model::Model;
use crate::error::Result;
use crate::graph::{Segment, TensorId};
use crate::nn::gpt::Mode;
use crate::ops::score::SCORE;
use crate::text::loader::Batch;

pub struct Scorer {
    plan: Plan,
    inputs: TensorId,
    targets: TensorId,
    scores: TensorId,
    all: Segment,
}

/// How a target was foretold.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// -log of its probability, in nats.
    pub loss: f32,
    /// Tokens that were held to be likelier.
    pub rank: u32,
    /// The probability of the likeliest token.
    pub confidence: f32,
    pub likeliest: u32,
}

impl Scorer {
    /// For batches of `rows` sequences of `time` tokens.
    ///
    /// # Errors
    /// [`crate::error::Error::ModelTooLarge`] before anything is allocated, or what the device says.
    pub async fn new(model: &Rc<Model>, rows: usize, time: usize) -> Result<Self> {
        let graph = model.graph();
        let (inputs, targets) = (graph.tokens(rows, time, 1), graph.tokens(rows, time, 1));
        let scores = model.gpt.forward(inputs, Mode::Evaluate).score(targets).keep();
        let all = Segment { nodes: 0..graph.node_count(), times: 1 };
        let plan = model.plan(&graph).await?;
        Ok(Self { plan, inputs: inputs.id, targets: targets.id, scores: scores.id, all })
    }

    /// The scores of all targets of a batch, row by row: one submit, one readback.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn score(&self, batch: &Batch) -> Result<Vec<Score>> {
        self.plan.write_ids(self.inputs, 0, &batch.inputs);
        self.plan.write_ids(self.targets, 0, &batch.targets);
        let words = self.plan.run_and_read(std::slice::from_ref(&self.all), self.scores).await?;
        Ok(words.chunks_exact(SCORE).map(Score::of).collect())
    }
}

impl Score {
    /// From the four numbers of [`crate::graph::Tensor::score`].
    pub fn of(words: &[f32]) -> Self {
        let [loss, rank, confidence, likeliest] = words else { panic!("a score of {} numbers", words.len()) };
        Self { loss: *loss, rank: *rank as u32, confidence: *confidence, likeliest: *likeliest as u32 }
    }
}
