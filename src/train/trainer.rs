//! Training: a plan of forward, backward and update that is replayed.

use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use futures::future::LocalBoxFuture;
use futures::{FutureExt, TryFutureExt};

use super::checkpoint::Checkpoint;
use super::machine::{Plan, report};
use super::model::Model;
use super::snapshot::Snapshot;
use crate::config::{Config, ModelConfig, TrainConfig};
use crate::error::{Error, Result};
use crate::gpu::{self, Limits};
use crate::graph::{Graph, Layout, Memory, TensorId, state};
use crate::nn::Parameter;
use crate::nn::gpt::{Gpt, Mode};
use crate::optim::{Moment, append_updates, moments};
use crate::protocol::{PlanReport, StepPoint};
use crate::text::loader::Batch;

/// Batches that fit into token memory, and so the most steps of one submit.
pub const SLOTS: usize = 16;

pub struct Trainer {
    model: Rc<Model>,
    plan: Plan,
    inputs: TensorId,
    targets: TensorId,
    weights: Option<TensorId>,
    /// Steps ordered so far.
    step: u64,
    /// Steps whose records were read.
    read: u64,
    scratch: Batch,
    config: TrainConfig,
}

/// Whether targets count for more or less than others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Targets {
    /// All alike: nothing is computed for weights.
    Alike,
    /// For what their weights say.
    Weighted,
}

impl Targets {
    pub fn weighted(is_weighted: bool) -> Self {
        if is_weighted { Targets::Weighted } else { Targets::Alike }
    }
}

/// The token tensors of a training step.
struct Io {
    inputs: TensorId,
    targets: TensorId,
    weights: Option<TensorId>,
}

/// Records a whole training step: forward, backward, update.
fn record(graph: &Graph, gpt: &Gpt, train: &TrainConfig, model: &ModelConfig, weighting: Targets) -> Io {
    let tokens = || graph.tokens(train.batch_size, model.block_size, SLOTS);
    let (inputs, targets) = (tokens(), tokens());
    let weights = (weighting == Targets::Weighted).then(tokens);
    let logits = gpt.forward(inputs, Mode::Train { dropout: model.dropout, seed: train.seed });
    let losses = match weights {
        None => logits.cross_entropy(targets),
        Some(weights) => logits.weighted_cross_entropy(targets, weights),
    };
    graph.differentiate(losses, None);
    append_updates(losses, train);
    Io { inputs: inputs.id, targets: targets.id, weights: weights.map(|weights| weights.id) }
}

/// What training this configuration would cost, and whether these limits allow it. Builds nothing.
pub fn estimate(
    config: &Config,
    vocab_size: usize,
    targets: Targets,
    limits: Option<Limits>,
) -> (PlanReport, Option<Error>) {
    let (gpt, parameters) = Gpt::new(&config.model, vocab_size);
    let graph = Graph::new(parameters.layout());
    record(&graph, &gpt, &config.train, &config.model, targets);
    let layout = Layout::new(&graph);
    let refusal = limits.and_then(|limits| gpu::plan::check_limits(&graph, &layout, limits).err());
    (report(&graph, &layout), refusal)
}

impl Trainer {
    /// # Errors
    /// [`Error::ModelTooLarge`] before anything is allocated, or what the device says.
    pub async fn new(model: &Rc<Model>, config: &TrainConfig, targets: Targets) -> Result<Self> {
        let graph = model.graph();
        let io = record(&graph, &model.gpt, config, &model.config, targets);
        let plan = model.plan(&graph).await?;
        let tokens = config.batch_size * model.config.block_size;
        Ok(Self {
            model: Rc::clone(model),
            plan,
            inputs: io.inputs,
            targets: io.targets,
            weights: io.weights,
            step: 0,
            read: 0,
            scratch: Batch::of(tokens),
            config: config.clone(),
        })
    }

    /// Takes the fastest kernels: see [`Plan::tune`]. Before the first step.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn tune(&mut self, budget: Duration) -> Result<usize> {
        self.plan.tune(budget).await
    }

    /// Takes the kernels that the device's tuning says by now.
    pub fn choose_kernels(&mut self) {
        self.plan.choose_kernels();
    }

    pub fn report(&self) -> &PlanReport {
        self.plan.report()
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    pub fn model(&self) -> &Rc<Model> {
        &self.model
    }

    /// Steps ordered so far.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Tokens that a step learns from: B T.
    pub fn tokens_per_step(&self) -> usize {
        self.scratch.inputs.len()
    }

    /// Orders `count` steps in one submit, without waiting. `fill` writes the inputs and targets of a step, counted
    /// from 0, each (B T).
    ///
    /// # Panics
    /// If `count` is more than [`SLOTS`], or targets have weights.
    pub fn queue(&mut self, count: usize, mut fill: impl FnMut(u64, &mut [u32], &mut [u32])) {
        self.queue_batches(count, |step, batch| fill(step, &mut batch.inputs, &mut batch.targets));
    }

    /// The same with whole batches, whose weights are 1 on average where targets have any.
    ///
    /// # Panics
    /// If `count` is more than [`SLOTS`], or a batch has weights and the plan none, or the other way round.
    pub fn queue_batches(&mut self, count: usize, mut fill: impl FnMut(u64, &mut Batch)) {
        assert!((1..=SLOTS).contains(&count), "{count} steps in one submit");
        for step in self.step..self.step + count as u64 {
            let batch = &mut self.scratch;
            fill(step, batch);
            let slot = step as usize % SLOTS;
            self.plan.write_ids(self.inputs, slot, &batch.inputs);
            self.plan.write_ids(self.targets, slot, &batch.targets);
            assert_eq!(self.weights.is_some(), !batch.weights.is_empty(), "weights of targets, in plan and batch");
            if let Some(weights) = self.weights {
                self.plan.write_weights(weights, slot, &batch.weights);
            }
        }
        self.plan.run(count);
        self.step += count as u64;
    }

    /// Waits until every step ordered so far is done.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn done(&self) -> Result<()> {
        self.plan.done().await
    }

    /// The records of the steps since the last call, at most the last [`state::RING`].
    ///
    /// # Errors
    /// [`Error::NotFinite`] if a step's loss or gradient was no number: from then on the weights have not changed.
    pub async fn read_points(&mut self) -> Result<Vec<StepPoint>> {
        let words = self.state_later().await?;
        let first = self.read.max(self.step.saturating_sub(state::RING as u64));
        let (points, failure) = points(&words, first..self.step);
        self.read = first + points.len() as u64;
        match failure {
            Some(error) if points.is_empty() => Err(error),
            _ => Ok(points),
        }
    }

    /// The words of state memory after the steps ordered so far, for [`points`]: ordered now, to be waited for when they
    /// are wanted.
    pub fn state_later(&self) -> LocalBoxFuture<'static, Result<Vec<f32>>> {
        self.plan.read_later(Memory::State, 0..state::WORDS)
    }

    /// What a run can go on from after the steps ordered so far, copied on the device: steps ordered meanwhile neither
    /// wait for it nor change it.
    pub fn snapshot(&self) -> LocalBoxFuture<'static, Result<Snapshot>> {
        let step = self.step;
        let snapshot = move |[parameters, moments, state]: [Vec<f32>; 3]| Snapshot { step, parameters, moments, state };
        self.plan.copy_out().map_ok(snapshot).boxed_local()
    }

    /// Makes the memory for snapshots.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub async fn reserve_snapshot(&self) -> Result<()> {
        self.plan.reserve_copies().await
    }

    /// Goes on where a snapshot of a model of the same sizes was taken, on whatever device.
    pub fn go_back(&mut self, snapshot: &Snapshot) {
        self.plan.write(Memory::Parameter, 0, &snapshot.parameters);
        self.plan.write(Memory::Moment, 0, &snapshot.moments);
        self.plan.write(Memory::State, 0, &snapshot.state);
        self.step = snapshot.step;
        self.read = snapshot.step;
    }

    /// Everything that is needed to go on: weights, moments, counters.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn checkpoint(&self) -> Result<Checkpoint> {
        Ok(self.unpack(&self.snapshot().await?))
    }

    /// A snapshot of this training with every weight under its name.
    pub fn unpack(&self, snapshot: &Snapshot) -> Checkpoint {
        let remembered = |moment: &Moment| {
            let place = |parameter: &Parameter| {
                let padded = &snapshot.moments[moment.offsets[parameter.index()]?..][..parameter.shape.words()];
                Some((parameter.name.clone(), parameter.shape.unpad(padded)))
            };
            self.model.parameters.list.iter().filter_map(place).collect()
        };
        Checkpoint {
            config: self.model.config.clone(),
            vocab_size: self.model.vocab_size,
            train: self.config.clone(),
            step: snapshot.step,
            weights: self.model.named(&snapshot.parameters),
            moments: moments(self.config.optimizer, &self.model.layout).iter().map(remembered).collect(),
            state: snapshot.state.clone(),
        }
    }

    /// Goes on where a checkpoint of the same configuration was taken.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] if it does not fit; then nothing is changed.
    pub fn restore(&mut self, checkpoint: &Checkpoint) -> Result<()> {
        checkpoint.check(&self.model)?;
        if checkpoint.train.optimizer != self.config.optimizer {
            let detail = "it was trained with another optimizer".to_string();
            return Err(Error::Checkpoint { entry: "optimizer".into(), detail });
        }
        self.model.set_weights(&checkpoint.weights)?;
        let mut words = vec![0.0; self.plan.words(Memory::Moment)];
        for (moment, numbers) in moments(self.config.optimizer, &self.model.layout).iter().zip(&checkpoint.moments) {
            for parameter in &self.model.parameters.list {
                let Some(offset) = moment.offsets[parameter.index()] else { continue };
                let padded = parameter.shape.pad(&numbers[&parameter.name]);
                words[offset..][..padded.len()].copy_from_slice(&padded);
            }
        }
        self.plan.write(Memory::Moment, 0, &words);
        self.plan.write(Memory::State, 0, &checkpoint.state);
        self.step = checkpoint.step;
        self.read = checkpoint.step;
        Ok(())
    }
}

/// The records of steps, counted from 0, in words of state memory: those up to the first whose loss or gradient was no
/// number, and that failure.
pub fn points(words: &[f32], steps: Range<u64>) -> (Vec<StepPoint>, Option<Error>) {
    let point = |step: u64| {
        let record = &words[state::RECORDS + state::RECORD * (step as usize % state::RING)..];
        StepPoint { step: step + 1, loss: record[0], learning_rate: record[1], grad_norm: record[2] }
    };
    let failed = words[state::NOT_FINITE] as u64;
    let end = if failed > 0 { steps.end.min(failed - 1) } else { steps.end };
    ((steps.start..end).map(point).collect(), (failed > 0).then_some(Error::NotFinite { step: failed }))
}
