//! A run: a model that trains, is measured at its marks, and says how far it is.

mod divergence_guard;
mod in_flight;
mod milestones;
mod pace;
mod recovery;
mod snapshots;

use std::rc::Rc;
use std::time::Duration;

use super::live::moved;
use super::project::Parts;
use super::submit_size::SubmitSize;
use super::{Host, shown};
use crate::config::{Config, SampleConfig};
use crate::error::{Error, Result};
use crate::protocol::{DeviceKind, Event, Kernels, RunId, RunState, StepPoint, Work, WrittenToken};
use crate::text::loader::DataLoader;
use crate::text::tokenizer::Tokenizer;
use crate::train::machine::Plan;
use crate::train::trainer::points;
use crate::train::{Device, Evaluator, Generator, Model, Storage, Targets, Trainer, Written};
use divergence_guard::DivergenceGuard;
use in_flight::{Completed, InFlight};
use pace::Speed;
use recovery::Losses;
use snapshots::Snapshots;

/// The most steps of one submit. Two submits are on their way, and it takes two steps to tell an explosion from a strange
/// batch: so what goes wrong is noticed within ten steps.
const SUBMIT: usize = 4;

/// How long kernels are compared before the first run of a model's sizes on an adapter.
const TUNING: Duration = Duration::from_secs(2);

/// Whether there is time to compare kernels before a run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tuning {
    Run,
    /// It was running a moment ago.
    Skip,
}

pub struct Run {
    id: RunId,
    device: Device,
    config: Config,
    state: RunState,
    tokenizer: Rc<Tokenizer>,
    loader: DataLoader,
    trainer: Trainer,
    /// Made when it is wanted: a run that is rescued trains first.
    evaluator: Option<Evaluator>,
    generator: Option<Generator>,
    submit_size: SubmitSize,
    in_flight: InFlight,
    speed: Speed,
    divergence_guard: DivergenceGuard,
    /// What the run goes on from when something goes wrong; without any, from its seed.
    snapshots: Snapshots,
    /// Records of steps that are done and were not told yet.
    untold: Vec<StepPoint>,
    /// The last step whose record is told or waits to be.
    told: u64,
    /// The device went away or failed, and nothing has been told of it yet.
    lost: Option<Error>,
    losses: Losses,
}

impl Run {
    pub async fn build(
        host: &impl Host,
        device: &Device,
        parts: Parts,
        id: RunId,
        config: Config,
        tuning: Tuning,
    ) -> Result<Self> {
        let Parts { tokenizer, loader } = parts;
        let tell = |done| host.emit(Event::Progress { work: Work::BuildingModel, done });
        tell(0.0);
        host.yield_now().await;
        let model = Rc::new(Model::new(device, &config.model, tokenizer.vocab_size(), config.train.seed).await?);
        tell(0.2);
        let mut trainer = Trainer::new(&model, &config.train, Targets::weighted(loader.is_weighted())).await?;
        trainer.reserve_snapshot().await?;
        tell(0.3);
        if tuning == Tuning::Run {
            tune(&mut trainer, device, host).await?;
        }
        tell(0.6);
        let mut run = Self {
            id,
            device: device.clone(),
            state: RunState::Preparing,
            divergence_guard: DivergenceGuard::new(tokenizer.vocab_size()),
            tokenizer,
            loader,
            evaluator: None,
            generator: None,
            submit_size: SubmitSize::up_to(SUBMIT.min(trainer.steps_at_once())),
            in_flight: InFlight::new(),
            speed: Speed::new(trainer.tokens_per_step(), config.train.steps),
            trainer,
            config,
            snapshots: Snapshots::new(),
            untold: Vec::new(),
            told: 0,
            lost: None,
            losses: Losses::default(),
        };
        if tuning == Tuning::Run {
            run.evaluator().await?;
            tell(0.8);
            run.generator().await?;
        }
        tell(1.0);
        host.emit(Event::Started { run: id, report: run.trainer.report().clone() });
        Ok(run)
    }

    /// Changes over to the kernels that are wanted now.
    pub async fn choose_kernels(&mut self, host: &impl Host) {
        if let Err(error) = tune(&mut self.trainer, &self.device, host).await {
            self.fail(host, error);
        }
        self.trainer.choose_kernels();
        self.evaluator.iter_mut().for_each(Evaluator::choose_kernels);
        self.generator.iter_mut().for_each(Generator::choose_kernels);
    }

    pub fn trainer(&self) -> &Trainer {
        &self.trainer
    }

    pub fn id(&self) -> RunId {
        self.id
    }

    pub fn device(&self) -> DeviceKind {
        if self.device.is_gpu() { DeviceKind::Gpu } else { DeviceKind::Cpu }
    }

    /// The kernels that it is computed with: on the same graphics card the same kernels give the same bits.
    pub fn kernels(&self) -> Kernels {
        let beside = [self.evaluator.as_ref().map(Evaluator::plan), self.generator.as_ref().map(Generator::plan)];
        let plans = beside.into_iter().flatten().chain([self.trainer.plan()]);
        plans.flat_map(Plan::kernels).collect()
    }

    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Steps ordered so far.
    pub fn step(&self) -> u64 {
        self.trainer.step()
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The model as it is now and from now on.
    pub fn model(&self) -> &Rc<Model> {
        self.trainer.model()
    }

    /// What it has of the project.
    pub fn parts(&self) -> Parts {
        Parts { tokenizer: Rc::clone(&self.tokenizer), loader: self.loader.clone() }
    }

    pub fn is_on(&self, device: &Device) -> bool {
        self.device.is(device)
    }

    pub fn emit_state(&self, host: &impl Host) {
        host.emit(Event::StateChanged { run: self.id, state: self.state.clone() });
    }

    /// The first state, and what the model is like before it has learned anything.
    pub async fn begin(&mut self, host: &impl Host) {
        self.turn(host, RunState::Running { step: 0 });
        if let Err(error) = self.try_to_begin(host).await {
            self.fail(host, error);
        }
    }

    pub fn is_running(&self) -> bool {
        matches!(self.state, RunState::Running { .. })
    }

    /// As many steps as one submit takes, up to the next mark, and what is due then.
    pub async fn train(&mut self, host: &impl Host) {
        let count = self.submit_size.count().min(self.steps_to_the_next_milestone());
        if let Err(error) = self.try_to_train(host, count).await {
            self.fail(host, error);
        }
    }

    pub async fn pause(&mut self, host: &impl Host) {
        if self.is_running() {
            self.close(host, |step| RunState::Paused { step }).await;
        }
    }

    pub async fn resume(&mut self, host: &impl Host) {
        if let RunState::Paused { step } = self.state {
            self.turn(host, RunState::Running { step });
        }
    }

    /// Trains one step and pauses, unless it was the last.
    pub async fn step_once(&mut self, host: &impl Host) {
        if matches!(self.state, RunState::Running { .. } | RunState::Paused { .. }) {
            match self.try_to_train(host, 1).await {
                Ok(()) if matches!(self.state, RunState::Finished { .. }) => {}
                Ok(()) => self.close(host, |step| RunState::Paused { step }).await,
                Err(error) => self.fail(host, error),
            }
        }
    }

    pub async fn stop(&mut self, host: &impl Host) {
        if matches!(self.state, RunState::Running { .. } | RunState::Paused { .. }) {
            self.close(host, |step| RunState::Stopped { step }).await;
        }
    }

    /// Prepares writing; an empty prompt begins where a line begins. Gives the number of tokens of the prompt that the
    /// window does not hold.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn start_writing(&mut self, prompt: &str, sample: &SampleConfig) -> Result<usize> {
        let mut ids = self.tokenizer.encode(prompt);
        if ids.is_empty() {
            ids = self.tokenizer.beginning();
        }
        let beyond = ids.len().saturating_sub(self.config.model.block_size);
        let generator = self.generator().await;
        let started = generator.map(|generator| generator.start(&ids, sample));
        self.lost = started.as_ref().err().filter(|error| error.blames_device()).cloned();
        started.map(|()| beyond)
    }

    /// The next `count` tokens of what [`Run::start_writing`] began, at most [`BURST`].
    pub async fn write(&mut self, count: usize) -> Result<Vec<Written>> {
        let drawn = match self.generator().await {
            Ok(generator) => generator.draw(count).await,
            Err(error) => Err(error),
        };
        self.lost = drawn.as_ref().err().filter(|error| error.blames_device()).cloned();
        drawn
    }

    pub fn written(&self, written: &Written) -> Result<WrittenToken> {
        shown::written(&self.tokenizer, written)
    }

    async fn generator(&mut self) -> Result<&mut Generator> {
        if self.generator.is_none() {
            self.generator = Some(Generator::new(self.trainer.model(), Storage::of(&self.device)).await?);
        }
        Ok(self.generator.as_mut().expect("it was just made"))
    }

    async fn try_to_begin(&mut self, host: &impl Host) -> Result<()> {
        self.snapshots.take(&self.trainer).await?;
        self.measure(host).await
    }

    async fn try_to_train(&mut self, host: &impl Host, count: usize) -> Result<()> {
        let (loader, first) = (&self.loader, self.trainer.step());
        self.in_flight.prepare();
        self.trainer.queue_batches(count, |step, batch| loader.batch(step, batch));
        let step = self.trainer.step();
        let completed = self.in_flight.follow(first..step, self.trainer.state_later()).await?;
        self.note(completed)?;
        self.snapshots.keep_up(&self.trainer, &self.divergence_guard)?;
        let at_a_milestone = self.is_at_a_milestone();
        if at_a_milestone {
            let completed = self.in_flight.land().await?;
            self.note(completed)?;
        }
        if at_a_milestone || self.speed.is_report_due() {
            self.report(host);
        }
        if at_a_milestone {
            self.measure(host).await?;
        }
        match self.state {
            _ if step >= self.config.train.steps as u64 => self.close(host, |step| RunState::Finished { step }).await,
            RunState::Running { .. } => self.state = RunState::Running { step },
            _ => {}
        }
        Ok(())
    }

    /// Looks at what steps gave. It is told later: more often than it can be seen would be for nothing.
    fn note(&mut self, completed: Option<Completed>) -> Result<()> {
        let Some(Completed { steps, time, state }) = completed else { return Ok(()) };
        let (count, end) = ((steps.end - steps.start) as usize, steps.end);
        self.submit_size.took(count, time);
        self.speed.trained(count, time);
        self.trainer.note_update_ratios(&state);
        let (points, failure) = points(&state, steps);
        self.untold.extend(points.iter().filter(|point| point.step > self.told));
        self.told = self.untold.last().map_or(self.told, |last| last.step.max(self.told));
        self.divergence_guard.check(&points)?;
        self.losses.progressed(end);
        failure.map_or(Ok(()), Err)
    }

    /// Tells the steps since the last report.
    fn report(&mut self, host: &impl Host) {
        if let Some(moves) = self.trainer.take_update_ratios() {
            host.emit(moved(self.id, self.trainer.model(), &moves));
        }
        self.trainer.watch();
        let points = std::mem::take(&mut self.untold);
        if !points.is_empty() {
            let pace = self.speed.report(self.told, &self.snapshots);
            host.emit(Event::Stepped { run: self.id, points, pace });
        }
    }

    async fn report_and_save(&mut self, host: &impl Host) -> Result<()> {
        let completed = self.in_flight.land().await?;
        self.note(completed)?;
        self.report(host);
        self.snapshots.take(&self.trainer).await
    }

    /// Tells what has not been told yet and turns to a state that is not running.
    async fn close(&mut self, host: &impl Host, state: impl FnOnce(u64) -> RunState) {
        match self.report_and_save(host).await {
            Ok(()) => self.turn(host, state(self.trainer.step())),
            Err(error) => self.fail(host, error),
        }
    }

    /// What the device did is mended by the session, what the training did by going back; otherwise the model stays as it
    /// is and can still write.
    fn fail(&mut self, host: &impl Host, error: Error) {
        match error {
            _ if error.blames_device() || matches!(error, Error::OutOfMemory { .. }) => self.lost = Some(error),
            _ if error.blames_training() => self.roll_back(host, error),
            error => self.turn(host, RunState::Failed { step: self.trainer.step(), error }),
        }
    }

    fn turn(&mut self, host: &impl Host, state: RunState) {
        self.state = state;
        self.emit_state(host);
    }
}

/// Compares kernels that were never compared on this device, and tells what came out.
async fn tune(trainer: &mut Trainer, device: &Device, host: &impl Host) -> Result<()> {
    let measured = trainer.tune(TUNING).await?;
    if let (Device::Gpu(gpu), 1..) = (device, measured) {
        host.emit(Event::KernelsMeasured { kernels: gpu.kernel_choices().measured() });
    }
    Ok(())
}
