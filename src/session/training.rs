//! A run: a model that trains, is measured at its marks, and says how far it is.

mod flight;
mod pace;

use std::rc::Rc;
use std::time::Duration;

use web_time::Instant;

use super::portion::Portion;
use super::project::Parts;
use super::{Host, shown};
use crate::config::{Config, SampleConfig};
use crate::error::{Error, Result};
use crate::protocol::{DeviceKind, Evaluation, Event, Kernels, RunId, RunState, TimelineSample, Work, WrittenToken};
use crate::text::loader::{Batch, DataLoader};
use crate::text::tokenizer::Tokenizer;
use crate::train::generate::BURST;
use crate::train::machine::Plan;
use crate::train::trainer::SLOTS;
use crate::train::{Checkpoint, Device, Evaluator, Generator, Model, Storage, Targets, Trainer, Written};
use flight::{Flights, Landed};
use pace::Speed;

/// Batches of one evaluation.
const EVALUATION_BATCHES: usize = 8;
/// Tokens of one line of the timeline: enough to see what it is like, few enough not to slow the training.
const TIMELINE_TOKENS: usize = 96;

/// How long kernels are compared before the first run of a model's sizes on an adapter.
const TUNING: Duration = Duration::from_secs(2);

/// Lost devices after which a run gives up: a model that brings its device down would do so for ever.
const LOSSES: usize = 3;

pub struct Run {
    id: RunId,
    device: Device,
    config: Config,
    state: RunState,
    tokenizer: Rc<Tokenizer>,
    loader: DataLoader,
    trainer: Trainer,
    evaluator: Evaluator,
    generator: Generator,
    portion: Portion,
    flights: Flights,
    speed: Speed,
    /// The last step whose record was told.
    told: u64,
    /// What the run goes on from when its device is lost; without it, from its seed.
    saved: Option<Checkpoint>,
    /// The device went away or failed, and nothing has been told of it yet.
    lost: Option<Error>,
    /// How often that has happened.
    losses: usize,
}

impl Run {
    pub async fn build(host: &impl Host, device: &Device, parts: Parts, id: RunId, config: Config) -> Result<Self> {
        let Parts { tokenizer, loader } = parts;
        let tell = |done| host.tell(Event::Progress { work: Work::BuildingModel, done });
        tell(0.0);
        host.breathe().await;
        let model = Rc::new(Model::new(device, &config.model, tokenizer.vocab_size(), config.train.seed).await?);
        tell(0.2);
        let mut trainer = Trainer::new(&model, &config.train, Targets::weighted(loader.is_weighted())).await?;
        tell(0.3);
        tune(&mut trainer, device, host).await?;
        tell(0.6);
        let evaluator = evaluator(&model, &config, &loader).await?;
        tell(0.8);
        let generator = Generator::new(&model, Storage::of(device)).await?;
        tell(1.0);
        host.tell(Event::Started { run: id, report: trainer.report().clone() });
        Ok(Self {
            id,
            device: device.clone(),
            state: RunState::Preparing,
            tokenizer,
            loader,
            evaluator,
            generator,
            portion: Portion::up_to(SLOTS),
            flights: Flights::new(device),
            speed: Speed::new(trainer.tokens_per_step(), config.train.steps),
            trainer,
            config,
            told: 0,
            saved: None,
            lost: None,
            losses: 0,
        })
    }

    /// Changes over to the kernels that are wanted now.
    pub async fn choose_kernels(&mut self, host: &impl Host) {
        if let Err(error) = tune(&mut self.trainer, &self.device, host).await {
            self.fail(host, error);
        }
        self.trainer.choose_kernels();
        self.evaluator.choose_kernels();
        self.generator.choose_kernels();
    }

    pub fn id(&self) -> RunId {
        self.id
    }

    pub fn device(&self) -> DeviceKind {
        if self.device.is_gpu() { DeviceKind::Gpu } else { DeviceKind::Cpu }
    }

    /// The kernels that it is computed with: on the same graphics card the same kernels give the same bits.
    pub fn kernels(&self) -> Kernels {
        let plans = [self.trainer.plan(), self.evaluator.plan(), self.generator.plan()];
        plans.into_iter().flat_map(Plan::kernels).collect()
    }

    /// What the run goes on from when everything else is lost.
    pub fn saved(&self) -> Option<&Checkpoint> {
        self.saved.as_ref()
    }

    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Goes on where a run of an earlier visit was, after so many seconds of training.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] if it is of another model; then nothing is changed.
    pub fn go_on_from(
        &mut self,
        host: &impl Host,
        checkpoint: Checkpoint,
        state: RunState,
        seconds: f32,
    ) -> Result<()> {
        self.trainer.restore(&checkpoint)?;
        self.told = checkpoint.step;
        self.saved = Some(checkpoint);
        self.speed.go_on_after(seconds);
        self.turn(host, state);
        Ok(())
    }

    pub fn is_on(&self, device: &Device) -> bool {
        self.device.is(device)
    }

    /// What happened to the device.
    pub fn take_loss(&mut self) -> Option<Error> {
        self.lost.take()
    }

    /// Counts a lost device; says whether that was one too many.
    pub fn count_loss(&mut self) -> bool {
        self.losses += 1;
        self.losses > LOSSES
    }

    /// Remembers where the run is, if its device still answers.
    pub async fn save(&mut self, host: &impl Host) {
        if let Err(error) = self.report_and_save(host).await {
            self.fail(host, error);
        }
    }

    /// The same run on another device, where it was when it was last saved. This one is as it was.
    pub async fn build_again(&self, host: &impl Host, device: &Device) -> Result<Self> {
        let parts = Parts { tokenizer: Rc::clone(&self.tokenizer), loader: self.loader.clone() };
        let mut run = Self::build(host, device, parts, self.id, self.config.clone()).await?;
        if let Some(checkpoint) = &self.saved {
            run.trainer.restore(checkpoint)?;
        }
        let state = at_step(self.state.clone(), run.trainer.step());
        let (speed, saved) = (self.speed.clone(), self.saved.clone());
        run = Self { speed, saved, told: self.told, losses: self.losses, ..run };
        run.turn(host, state);
        Ok(run)
    }

    pub fn tell_state(&self, host: &impl Host) {
        host.tell(Event::StateChanged { run: self.id, state: self.state.clone() });
    }

    /// The first state, and what the model is like before it has learned anything.
    pub async fn begin(&mut self, host: &impl Host) {
        self.turn(host, RunState::Running { step: 0 });
        if let Err(error) = self.measure(host).await {
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
    pub fn start_writing(&mut self, prompt: &str, sample: &SampleConfig) -> usize {
        let mut ids = self.tokenizer.encode(prompt);
        if ids.is_empty() {
            ids = self.tokenizer.beginning();
        }
        self.generator.start(&ids, sample);
        ids.len().saturating_sub(self.config.model.block_size)
    }

    /// The next `count` tokens of what [`Run::start_writing`] began, at most [`BURST`].
    pub async fn write(&mut self, count: usize) -> Result<Vec<Written>> {
        let drawn = self.generator.draw(count).await;
        self.lost = drawn.as_ref().err().filter(|error| error.blames_device()).cloned();
        drawn
    }

    pub fn written(&self, written: &Written) -> Result<WrittenToken> {
        let named = |(id, probability): &(u32, f32)| Ok((shown::token_in_text(&self.tokenizer, *id)?, *probability));
        Ok(WrittenToken {
            token: shown::token_in_text(&self.tokenizer, written.id)?,
            probability: written.probability,
            runners_up: written.runners_up.iter().map(named).collect::<Result<_>>()?,
        })
    }

    async fn try_to_train(&mut self, host: &impl Host, count: usize) -> Result<()> {
        let loader = &self.loader;
        self.flights.prepare();
        self.trainer.queue_batches(count, |step, batch| loader.batch(step, batch));
        let landed = self.flights.follow(count).await?;
        self.note(landed);
        let at_a_mark = self.is_at_a_mark();
        if at_a_mark {
            let landed = self.flights.land().await?;
            self.note(landed);
        }
        if at_a_mark || self.speed.is_report_due() {
            self.report(host).await?;
        }
        if at_a_mark {
            self.measure(host).await?;
        }
        let step = self.trainer.step();
        match self.state {
            _ if step >= self.config.train.steps as u64 => self.turn(host, RunState::Finished { step }),
            RunState::Running { .. } => self.state = RunState::Running { step },
            _ => {}
        }
        Ok(())
    }

    fn note(&mut self, landed: Option<Landed>) {
        if let Some(Landed { steps, time }) = landed {
            self.portion.took(steps, time);
            self.speed.trained(steps, time);
        }
    }

    /// Tells the steps since the last report: the one reading from the device in steady training.
    async fn report(&mut self, host: &impl Host) -> Result<()> {
        let mut points = self.trainer.read_points().await?;
        let last = points.last().map_or(0, |point| point.step);
        let failure = if last < self.trainer.step() && !points.is_empty() {
            self.trainer.read_points().await.map(|more| points.extend(more)).err()
        } else {
            None
        };
        points.retain(|point| point.step > self.told);
        if let Some(last) = points.last() {
            self.told = last.step;
            let pace = self.speed.report(self.trainer.step());
            host.tell(Event::Stepped { run: self.id, points, pace });
        }
        failure.map_or(Ok(()), Err)
    }

    async fn report_and_save(&mut self, host: &impl Host) -> Result<()> {
        let landed = self.flights.land().await?;
        self.note(landed);
        self.report(host).await?;
        self.saved = Some(self.trainer.checkpoint().await?);
        Ok(())
    }

    /// Evaluates and writes a line of the timeline, where that is due.
    async fn measure(&mut self, host: &impl Host) -> Result<()> {
        let began = Instant::now();
        let step = self.trainer.step();
        let is_last = step >= self.config.train.steps as u64;
        if is_last || step.is_multiple_of(self.config.train.eval_every as u64) {
            let loss = self.evaluator.loss().await?;
            let bits_per_byte = self.loader.dataset().bits_per_byte(f64::from(loss)) as f32;
            host.tell(Event::Evaluated { run: self.id, evaluation: Evaluation { step, loss, bits_per_byte } });
        }
        if is_last || step.is_multiple_of(self.config.train.sample_every as u64) {
            let sample = self.timeline_sample().await?;
            host.tell(Event::Sampled { run: self.id, sample });
        }
        if is_last || step.is_multiple_of(self.config.train.eval_every as u64) {
            self.saved = Some(self.trainer.checkpoint().await?);
        }
        self.speed.measured(began.elapsed());
        Ok(())
    }

    async fn timeline_sample(&mut self) -> Result<TimelineSample> {
        let prompt = self.config.train.sample_prompt.clone();
        let sample = self.config.sample.clone();
        self.start_writing(&prompt, &sample);
        let mut ids = Vec::new();
        let wanted = TIMELINE_TOKENS.min(sample.length);
        while ids.len() < wanted {
            let written = self.write(BURST.min(wanted - ids.len())).await?;
            ids.extend(written.iter().map(|written| written.id));
        }
        Ok(TimelineSample { step: self.trainer.step(), prompt, text: self.tokenizer.decode(&ids)? })
    }

    fn is_at_a_mark(&self) -> bool {
        let train = &self.config.train;
        let step = self.trainer.step() as usize;
        step >= train.steps || step.is_multiple_of(train.eval_every) || step.is_multiple_of(train.sample_every)
    }

    fn steps_to_the_next_mark(&self) -> usize {
        let train = &self.config.train;
        let step = self.trainer.step() as usize;
        let to_multiple = |every: usize| every - step % every;
        (train.steps - step).min(to_multiple(train.eval_every)).min(to_multiple(train.sample_every))
    }

    /// Tells what has not been told yet and turns to a state that is not running.
    async fn close(&mut self, host: &impl Host, state: impl FnOnce(u64) -> RunState) {
        match self.report_and_save(host).await {
            Ok(()) => self.turn(host, state(self.trainer.step())),
            Err(error) => self.fail(host, error),
        }
    }

    /// The model stays as it is and can still write, unless the device is gone or refuses to work.
    fn fail(&mut self, host: &impl Host, error: Error) {
        let step = match error {
            _ if error.blames_device() => return self.lost = Some(error),
            Error::NotFinite { step } => step,
            _ => self.trainer.step(),
        };
        self.turn(host, RunState::Failed { step, error });
    }

    fn turn(&mut self, host: &impl Host, state: RunState) {
        self.state = state;
        self.tell_state(host);
    }
}

/// The same kind of state at another step.
fn at_step(state: RunState, step: u64) -> RunState {
    match state {
        RunState::Preparing | RunState::Running { .. } => RunState::Running { step },
        RunState::Paused { .. } => RunState::Paused { step },
        RunState::Finished { .. } => RunState::Finished { step },
        RunState::Stopped { .. } => RunState::Stopped { step },
        RunState::Failed { error, .. } => RunState::Failed { step, error },
    }
}

async fn evaluator(model: &Rc<Model>, config: &Config, loader: &DataLoader) -> Result<Evaluator> {
    let (rows, time) = (config.train.batch_size, config.model.block_size);
    let windows = loader.validation(EVALUATION_BATCHES, rows);
    let batch = |index| {
        let mut batch = Batch::of(rows * time);
        windows.batch(index, &mut batch);
        batch
    };
    let batches: Vec<_> = (0..windows.batches()).map(batch).collect();
    Evaluator::new(model, rows, time, &batches).await
}

/// Compares kernels that were never compared on this device, and tells what came out.
async fn tune(trainer: &mut Trainer, device: &Device, host: &impl Host) -> Result<()> {
    let measured = trainer.tune(TUNING).await?;
    if let (Device::Gpu(gpu), 1..) = (device, measured) {
        host.tell(Event::KernelsMeasured { kernels: gpu.tuning().measured() });
    }
    Ok(())
}
