//! A run: a model that trains, is measured at its marks, and says how far it is.

mod flight;
mod marks;
mod pace;
mod rescue;
mod snapshots;
mod vitals;

use std::rc::Rc;
use std::time::Duration;

use super::portion::Portion;
use super::project::Parts;
use super::watching::moved;
use super::{Host, shown};
use crate::config::{Config, SampleConfig};
use crate::error::{Error, Result};
use crate::protocol::{DeviceKind, Event, Kernels, RunId, RunState, StepPoint, Work, WrittenToken};
use crate::text::loader::DataLoader;
use crate::text::tokenizer::Tokenizer;
use crate::train::machine::Plan;
use crate::train::trainer::points;
use crate::train::{Device, Evaluator, Generator, Model, Storage, Targets, Trainer, Written};
use flight::{Flights, Landed};
use pace::Speed;
use rescue::Losses;
use snapshots::Snapshots;
use vitals::Vitals;

/// The most steps of one submit. Two submits are on their way, and it takes two steps to tell an explosion from a strange
/// batch: so what goes wrong is noticed within ten steps.
const SUBMIT: usize = 4;

/// How long kernels are compared before the first run of a model's sizes on an adapter.
const TUNING: Duration = Duration::from_secs(2);

/// Whether there is time to compare kernels before a run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Haste {
    No,
    /// It was running a moment ago.
    Rescue,
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
    portion: Portion,
    flights: Flights,
    speed: Speed,
    vitals: Vitals,
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
        haste: Haste,
    ) -> Result<Self> {
        let Parts { tokenizer, loader } = parts;
        let tell = |done| host.tell(Event::Progress { work: Work::BuildingModel, done });
        tell(0.0);
        host.breathe().await;
        let model = Rc::new(Model::new(device, &config.model, tokenizer.vocab_size(), config.train.seed).await?);
        tell(0.2);
        let mut trainer = Trainer::new(&model, &config.train, Targets::weighted(loader.is_weighted())).await?;
        trainer.reserve_snapshot().await?;
        tell(0.3);
        if haste == Haste::No {
            tune(&mut trainer, device, host).await?;
        }
        tell(0.6);
        let mut run = Self {
            id,
            device: device.clone(),
            state: RunState::Preparing,
            vitals: Vitals::new(tokenizer.vocab_size()),
            tokenizer,
            loader,
            evaluator: None,
            generator: None,
            portion: Portion::up_to(SUBMIT.min(trainer.steps_at_once())),
            flights: Flights::new(),
            speed: Speed::new(trainer.tokens_per_step(), config.train.steps),
            trainer,
            config,
            snapshots: Snapshots::new(),
            untold: Vec::new(),
            told: 0,
            lost: None,
            losses: Losses::default(),
        };
        if haste == Haste::No {
            run.evaluator().await?;
            tell(0.8);
            run.generator().await?;
        }
        tell(1.0);
        host.tell(Event::Started { run: id, report: run.trainer.report().clone() });
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

    pub fn tell_state(&self, host: &impl Host) {
        host.tell(Event::StateChanged { run: self.id, state: self.state.clone() });
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
        let count = self.portion.count().min(self.steps_to_the_next_mark());
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
        self.flights.prepare();
        self.trainer.queue_batches(count, |step, batch| loader.batch(step, batch));
        let step = self.trainer.step();
        let landed = self.flights.follow(first..step, self.trainer.state_later()).await?;
        self.note(landed)?;
        self.snapshots.keep_up(&self.trainer, &self.vitals)?;
        let at_a_mark = self.is_at_a_mark();
        if at_a_mark {
            let landed = self.flights.land().await?;
            self.note(landed)?;
        }
        if at_a_mark || self.speed.is_report_due() {
            self.report(host);
        }
        if at_a_mark {
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
    fn note(&mut self, landed: Option<Landed>) -> Result<()> {
        let Some(Landed { steps, time, state }) = landed else { return Ok(()) };
        let (count, end) = ((steps.end - steps.start) as usize, steps.end);
        self.portion.took(count, time);
        self.speed.trained(count, time);
        self.trainer.note_moves(&state);
        let (points, failure) = points(&state, steps);
        self.untold.extend(points.iter().filter(|point| point.step > self.told));
        self.told = self.untold.last().map_or(self.told, |last| last.step.max(self.told));
        self.vitals.check(&points)?;
        self.losses.progressed(end);
        failure.map_or(Ok(()), Err)
    }

    /// Tells the steps since the last report.
    fn report(&mut self, host: &impl Host) {
        if let Some(moves) = self.trainer.take_moves() {
            host.tell(moved(self.id, self.trainer.model(), &moves));
        }
        self.trainer.watch();
        let points = std::mem::take(&mut self.untold);
        if !points.is_empty() {
            let pace = self.speed.report(self.told, &self.snapshots);
            host.tell(Event::Stepped { run: self.id, points, pace });
        }
    }

    async fn report_and_save(&mut self, host: &impl Host) -> Result<()> {
        let landed = self.flights.land().await?;
        self.note(landed)?;
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
        self.tell_state(host);
    }
}

/// Compares kernels that were never compared on this device, and tells what came out.
async fn tune(trainer: &mut Trainer, device: &Device, host: &impl Host) -> Result<()> {
    let measured = trainer.tune(TUNING).await?;
    if let (Device::Gpu(gpu), 1..) = (device, measured) {
        host.tell(Event::KernelsMeasured { kernels: gpu.tuning().measured() });
    }
    Ok(())
}
