//! Training: a plan of forward, backward and update that is replayed.

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use futures::future::LocalBoxFuture;
use futures::{FutureExt, TryFutureExt};

use super::checkpoint::Checkpoint;
use super::machine::{Plan, report_segments};
use super::model::Model;
use super::snapshot::Snapshot;
use crate::config::{Config, ModelConfig, TrainConfig};
use crate::error::{Error, Result};
use crate::gpu::{self, Limits};
use crate::graph::{ALIGNMENT, Graph, Layout, Memory, ParameterLayout, Segment, TensorId, state};
use crate::nn::gpt::{Gpt, Mode};
use crate::nn::{Parameter, Parameters};
use crate::ops::cross_entropy::{Losses, Objective};
use crate::ops::step::end_batch;
use crate::ops::update_ratio::{measure_layers, place, save_weights};
use crate::optim::{Moment, append_scalars, append_update, moments};
use crate::protocol::live::Numbers;
use crate::protocol::{PlanReport, StepPoint};
use crate::text::loader::Batch;

/// Steps of one submit at most, where each is of one batch.
pub const SLOTS: usize = 16;

pub struct Trainer {
    model: Rc<Model>,
    plan: Plan,
    report: PlanReport,
    recorded: Recorded,
    /// Steps ordered so far.
    step: u64,
    /// Steps whose records were read.
    read: u64,
    /// The last step of the next submit is to be watched.
    watches: bool,
    moves: Option<UpdateRatios>,
    /// The step of the last measurement that was read.
    measured: u64,
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

/// How far the matrices of each layer moved in a step, and how long they are then.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateRatios {
    pub step: u64,
    /// By layer, in the order of [`layers`]: lengths of the update and of the weights.
    pub lengths: Vec<[f32; 2]>,
}

/// The nodes of a training step, and its token tensors.
#[derive(Clone, Debug)]
struct Recorded {
    inputs: TensorId,
    targets: TensorId,
    weights: Option<TensorId>,
    /// From the tokens to the gradients of every batch, and the scalars of the update.
    gradients: Vec<Segment>,
    /// Weights are kept for [`Recorded::measures`].
    keeps: Segment,
    updates: Segment,
    measures: Segment,
    /// Layers that are measured.
    layers: usize,
}

impl Recorded {
    /// Records a whole training step: forward and backward of every batch, update, and what can be measured around it.
    fn new(
        graph: &Graph,
        gpt: &Gpt,
        parameters: &Parameters,
        config: &TrainConfig,
        model: &ModelConfig,
        weighting: Targets,
    ) -> Self {
        let tokens = || graph.tokens(config.batch_size, model.block_size, steps_at_once(config) * config.accumulation);
        let (inputs, targets) = (tokens(), tokens());
        let weights = (weighting == Targets::Weighted).then(tokens);
        let TrainConfig { label_smoothing, z_loss, seed, accumulation, .. } = *config;
        let pass = |gradient: fn(&Graph, Losses)| {
            let logits = gpt.forward(inputs, Mode::Train { dropout: model.dropout, seed });
            let losses = logits.learned_cross_entropy(targets, weights, Objective { label_smoothing, z_loss });
            gradient(graph, losses);
            losses.plain
        };
        let begin = Cell::new(0);
        let segment = |times| Segment { nodes: begin.replace(graph.node_count())..graph.node_count(), times };
        let mut losses = pass(|graph, losses| drop(graph.differentiate(losses.objective, None)));
        let mut gradients = Vec::new();
        if accumulation > 1 {
            end_batch(losses);
            gradients.push(segment(1));
            losses = pass(|graph, losses| drop(graph.differentiate_onto(losses.objective)));
            end_batch(losses);
            gradients.push(segment(accumulation - 1));
        }
        append_scalars(losses, config);
        gradients.push(segment(1));
        let before = save_weights(graph);
        let keeps = segment(1);
        append_update(graph, config);
        let updates = segment(1);
        let words: Vec<_> = layers(parameters, graph.parameters()).into_iter().map(|(_, words)| words).collect();
        measure_layers(before, &words, accumulation);
        let measures = segment(1);
        let weights = weights.map(|weights| weights.id);
        let layers = words.len();
        Self { inputs: inputs.id, targets: targets.id, weights, gradients, keeps, updates, measures, layers }
    }

    /// The nodes of a step.
    fn step(&self) -> impl Iterator<Item = Segment> + '_ {
        self.gradients.iter().chain([&self.updates]).cloned()
    }

    /// The nodes of a step whose moves are measured.
    fn watched_step(&self) -> impl Iterator<Item = Segment> + '_ {
        self.gradients.iter().chain([&self.keeps, &self.updates, &self.measures]).cloned()
    }
}

/// Steps of one submit at most: what is written for them before must fit into token memory.
fn steps_at_once(config: &TrainConfig) -> usize {
    (SLOTS / config.accumulation).max(1)
}

/// Where the matrices of a model lie, layer after layer: those of a block together, others one by one.
pub fn layers(parameters: &Parameters, layout: &ParameterLayout) -> Vec<(String, Range<usize>)> {
    let mut layers: Vec<(String, Range<usize>)> = Vec::new();
    let matrices = parameters.list.iter().filter(|parameter| layout.offsets[parameter.index()] < layout.decayed);
    for parameter in matrices {
        let start = layout.offsets[parameter.index()];
        let end = start + parameter.shape.words().next_multiple_of(ALIGNMENT);
        let mut parts = parameter.name.split('.');
        let first = parts.next().unwrap_or_default();
        let name = if first == "h" { format!("h.{}", parts.next().unwrap_or_default()) } else { first.to_string() };
        match layers.last_mut() {
            Some((last, words)) if *last == name && words.end == start => words.end = end,
            _ => layers.push((name, start..end)),
        }
    }
    layers.truncate(state::LAYERS);
    layers
}

/// Records a whole training step into a graph over the weights of a model.
pub fn record_step(graph: &Graph, gpt: &Gpt, parameters: &Parameters, config: &Config, targets: Targets) {
    Recorded::new(graph, gpt, parameters, &config.train, &config.model, targets);
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
    let recorded = Recorded::new(&graph, &gpt, &parameters, &config.train, &config.model, targets);
    let layout = Layout::new(&graph);
    let refusal = limits.and_then(|limits| gpu::plan::check_limits(&graph, &layout, limits).err());
    (report_segments(&graph, &layout, &recorded.step().collect::<Vec<_>>()), refusal)
}

impl Trainer {
    /// # Errors
    /// [`Error::ModelTooLarge`] before anything is allocated, or what the device says.
    pub async fn new(model: &Rc<Model>, config: &TrainConfig, targets: Targets) -> Result<Self> {
        let graph = model.graph();
        let recorded = Recorded::new(&graph, &model.gpt, &model.parameters, config, &model.config, targets);
        let plan = model.plan(&graph).await?;
        let report = plan.report_of(&graph, &recorded.step().collect::<Vec<_>>());
        Ok(Self {
            model: Rc::clone(model),
            plan,
            report,
            recorded,
            step: 0,
            read: 0,
            watches: false,
            moves: None,
            measured: 0,
            scratch: Batch::of(config.rows_per_step() * model.config.block_size),
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

    /// What one step costs.
    pub fn report(&self) -> &PlanReport {
        &self.report
    }

    /// Steps that one submit may have.
    pub fn steps_at_once(&self) -> usize {
        steps_at_once(&self.config)
    }

    /// Measures how far the layers move in the last step of the next submit.
    pub fn watch(&mut self) {
        self.watches = true;
    }

    /// What was measured last, if it is new.
    pub fn take_update_ratios(&mut self) -> Option<UpdateRatios> {
        self.moves.take()
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

    /// Tokens that a step learns from: B T of every batch.
    pub fn tokens_per_step(&self) -> usize {
        self.scratch.inputs.len()
    }

    /// Orders `count` steps in one submit, without waiting. `fill` writes the inputs and targets of a step, counted
    /// from 0, each (B T) of every batch.
    ///
    /// # Panics
    /// If `count` is more than [`Trainer::steps_at_once`], or targets have weights.
    pub fn queue(&mut self, count: usize, mut fill: impl FnMut(u64, &mut [u32], &mut [u32])) {
        self.queue_batches(count, |step, batch| fill(step, &mut batch.inputs, &mut batch.targets));
    }

    /// The same with whole batches, whose weights are 1 on average where targets have any.
    ///
    /// # Panics
    /// If `count` is more than [`Trainer::steps_at_once`], or a batch has weights and the plan none, or the other way round.
    pub fn queue_batches(&mut self, count: usize, mut fill: impl FnMut(u64, &mut Batch)) {
        assert!((1..=self.steps_at_once()).contains(&count), "{count} steps in one submit");
        for step in self.step..self.step + count as u64 {
            let mut batch = std::mem::take(&mut self.scratch);
            fill(step, &mut batch);
            self.write(step, &batch);
            self.scratch = batch;
        }
        let watched = usize::from(std::mem::take(&mut self.watches));
        let plain = (watched..count).flat_map(|_| self.recorded.step());
        let watched = (0..watched).flat_map(|_| self.recorded.watched_step());
        self.plan.run_segments(&plain.chain(watched).collect::<Vec<_>>());
        self.step += count as u64;
    }

    /// Writes what a step reads, batch after batch.
    fn write(&self, step: u64, batch: &Batch) {
        let Recorded { inputs, targets, weights, .. } = self.recorded;
        assert_eq!(weights.is_some(), !batch.weights.is_empty(), "weights of targets, in plan and batch");
        let passes = self.config.accumulation;
        let (tokens, slots) = (batch.inputs.len() / passes, self.steps_at_once() * passes);
        for pass in 0..passes {
            let slot = (step as usize * passes + pass) % slots;
            let rows = pass * tokens..(pass + 1) * tokens;
            self.plan.write_ids(inputs, slot, &batch.inputs[rows.clone()]);
            self.plan.write_ids(targets, slot, &batch.targets[rows.clone()]);
            if let Some(weights) = weights {
                self.plan.write_weights(weights, slot, &batch.weights[rows]);
            }
        }
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
        self.note_update_ratios(&words);
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
        self.go_on_with(&snapshot.state, snapshot.step);
    }

    /// A measurement that the state brings along was told when it was taken.
    fn go_on_with(&mut self, words: &[f32], step: u64) {
        self.plan.write(Memory::State, 0, words);
        (self.step, self.read) = (step, step);
        self.measured = words[state::MOVES] as u64;
        self.moves = None;
    }

    /// Looks for a new measurement in words of state memory.
    pub fn note_update_ratios(&mut self, words: &[f32]) {
        let step = words[state::MOVES] as u64;
        if step > 0 && step != self.measured {
            let lengths =
                (0..self.recorded.layers).map(|layer| [words[place(layer)], words[place(layer) + 1]]).collect();
            self.measured = step;
            self.moves = Some(UpdateRatios { step, lengths });
        }
    }

    /// The numbers of a weight by its name, or their gradients after the last step; nothing where there is no such weight.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn numbers(&self, name: &str, of: Numbers) -> Result<Option<Vec<f32>>> {
        let Some(parameter) = self.model.parameters.list.iter().find(|parameter| parameter.name == name) else {
            return Ok(None);
        };
        let start = self.model.layout.offsets[parameter.index()];
        let memory = match of {
            Numbers::Weights => Memory::Parameter,
            Numbers::Gradients => Memory::Gradient,
        };
        let words = self.plan.read(memory, start..start + parameter.shape.words()).await?;
        let mut numbers = parameter.shape.unpad(&words);
        if of == Numbers::Gradients {
            let passes = self.config.accumulation as f32;
            numbers.iter_mut().for_each(|gradient| *gradient /= passes);
        }
        Ok(Some(numbers))
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
            state: without_measurements(&snapshot.state),
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
        self.go_on_with(&checkpoint.state, checkpoint.step);
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

/// State memory without what depends on when somebody looked: the same run is kept as the same bytes.
fn without_measurements(state: &[f32]) -> Vec<f32> {
    let mut kept = state.to_vec();
    kept[state::MOVES..].fill(0.0);
    kept
}
