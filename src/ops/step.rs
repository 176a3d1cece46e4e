//! `step`: the scalars of a step, computed where they are used: nobody reads them back to decide the next dispatch.

use crate::config::{LearningRate, Schedule};
use crate::graph::kernel::Kernel;
use crate::graph::state::{self, RECORD, RECORDS, RING};
use crate::graph::{Compute, Cost, CpuIo, Dispatch, Float, IoShapes, Op, Params, Shape, Slot, Tensor};

const SOURCE: &str = include_str!("../../shaders/step.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/state.wgsl")];

/// What the scalars of a training step are functions of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepRule {
    /// Largest gradient norm, 0 for none.
    pub clip: f32,
    pub rate: LearningRate,
    /// What the bias corrections are computed of.
    pub beta1: f32,
    pub beta2: f32,
}

/// Inputs: losses (B T), then partial sums of squared gradients if the step trains. Advances the step counter.
#[derive(Clone, Copy, Debug)]
struct Step {
    rule: Option<StepRule>,
    /// Batches of a step. Where there are several each has ended with an [`EndBatch`], and gradients are sums over them.
    batches: usize,
}

/// Ends a training step: mean loss, gradient norm, clip scale, learning rate and bias corrections go into the state.
pub fn end_training_step<'g>(losses: Tensor<'g>, square_sums: Tensor<'g>, rule: StepRule, batches: usize) {
    losses.graph.record(Step { rule: Some(rule), batches }, &[losses, square_sums]);
}

/// Ends a batch of a step that has several: its mean loss is added to those before it.
pub fn end_batch(losses: Tensor<'_>) {
    losses.graph.record(EndBatch, &[losses]);
}

/// Ends an evaluation step: the mean loss goes into the ring of records.
pub fn end_evaluation_step(losses: Tensor<'_>) {
    losses.graph.record(Step { rule: None, batches: 1 }, &[losses]);
}

impl Op for Step {
    fn name(&self) -> &'static str {
        "step"
    }

    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape> {
        assert_eq!(inputs.len(), 1 + usize::from(self.rule.is_some()), "step: {inputs:?}");
        Vec::new()
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("step", "advance", SOURCE, PRELUDE)
            .with("TRAINS", self.rule.is_some())
            .with("SEVERAL", self.batches > 1);
        let sums = if self.rule.is_some() { Slot::Input(1) } else { Slot::Unused(0) };
        let bindings = vec![(0, Slot::Input(0)), (1, sums), (2, Slot::State)];
        vec![Dispatch::new(kernel, bindings, self.params(io), [1, 1, 1])]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, io.inputs.iter().map(Shape::elements).sum::<usize>() as u64)
    }
}

impl Step {
    fn params(&self, io: &IoShapes) -> Params {
        let rule = self.rule.unwrap_or(StepRule::NONE);
        Params::new()
            .u32("losses", io.inputs[0].elements())
            .u32("sums", io.inputs.get(1).map_or(0, Shape::elements))
            .u32("batches", self.batches)
            .f32("clip", rule.clip)
            .u32("schedule", rule.rate.schedule as usize)
            .f32("peak", rule.rate.peak)
            .f32("warmup", rule.rate.warmup as f32)
            .f32("steps", rule.rate.steps as f32)
            .f32("decay_share", rule.rate.decay_share)
            .f32("final_share", rule.rate.final_share)
            .f32("log_beta_1", f64::from(rule.beta1).ln() as f32)
            .f32("log_beta_2", f64::from(rule.beta2).ln() as f32)
    }
}

impl StepRule {
    const NONE: StepRule = StepRule { clip: 0.0, rate: NO_RATE, beta1: 0.5, beta2: 0.5 };
}

const NO_RATE: LearningRate =
    LearningRate { schedule: Schedule::Constant, peak: 0.0, warmup: 0, steps: 0, decay_share: 0.0, final_share: 0.0 };

impl Compute for Step {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let count = io.shapes.inputs[0].elements();
        let batches = F::of(self.batches as f64);
        let loss = match self.batches {
            1 => io.inputs[0][..count].iter().copied().sum::<F>() / F::of(count as f64),
            _ => std::mem::replace(&mut io.state[state::LOSSES], F::zero()) / batches,
        };
        let squares = io.inputs.get(1).map_or(F::zero(), |sums| sums.iter().copied().sum());
        let (state, norm) = (&mut *io.state, squares.sqrt() / batches);
        let done = state[state::STEP].to_f64().expect("a step is a number");
        let step = if self.batches == 1 { done } else { done / self.batches as f64 - 1.0 };
        let finite = loss.is_finite() && squares.is_finite();
        if !finite && state[state::NOT_FINITE] == F::zero() {
            state[state::NOT_FINITE] = F::of(step + 1.0);
        }
        if let Some(rule) = self.rule {
            let correction = |beta: f32| F::of(1.0 - f64::from(beta).powf(step + 1.0));
            state[state::LEARNING_RATE] = F::of(rule.rate.at(step));
            state[state::CORRECTION_1] = correction(rule.beta1);
            state[state::CORRECTION_2] = correction(rule.beta2);
            let clip = F::of(f64::from(rule.clip));
            let clips = clip > F::zero() && norm > clip;
            state[state::CLIP_SCALE] = if clips { clip / (norm + F::of(1e-6)) } else { F::one() } / batches;
        }
        let record = RECORDS + RECORD * (step as usize % RING);
        let values = [loss, state[state::LEARNING_RATE], norm, F::of(step + 1.0)];
        state[record..][..RECORD].copy_from_slice(&values);
        if self.batches == 1 {
            state[state::STEP] = F::of(step + 1.0);
        }
    }
}

/// Input: losses (B T). Their mean is added to those of the step's other batches; the next batch is the next in memory.
#[derive(Clone, Copy, Debug)]
struct EndBatch;

impl Op for EndBatch {
    fn name(&self) -> &'static str {
        "step.end_batch"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        Vec::new()
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("step", "end_batch", SOURCE, PRELUDE);
        let params = Step { rule: None, batches: 1 }.params(io);
        vec![Dispatch::new(kernel, vec![(0, Slot::Input(0)), (2, Slot::State)], params, [1, 1, 1])]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, io.inputs[0].elements() as u64)
    }
}

impl Compute for EndBatch {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let count = io.shapes.inputs[0].elements();
        let loss = io.inputs[0][..count].iter().copied().sum::<F>() / F::of(count as f64);
        io.state[state::LOSSES] += loss;
        io.state[state::STEP] += F::one();
    }
}
