//! A training run as the page has heard of it.

use std::rc::Rc;

use crate::config::Config;
use crate::config::fields::{Field, Value};
use crate::error::Error;
use crate::protocol::evaluate::Baselines;
use crate::protocol::runs::RunRecord;
use crate::protocol::storage::StorageCommand;
use crate::protocol::{Command, Evaluation, Pace, PlanReport, Recovery, RunId, RunState, StepPoint, TimelineSample};

use super::State;

#[derive(Clone, Debug, Default)]
pub struct Training {
    pub run: Option<Run>,
    start: Start,
    /// What is started, where that is not what the settings say: a trial of a sweep.
    other: Option<Box<Config>>,
}

/// A start waits until the tokenizer is the one that the settings describe.
#[derive(Clone, Debug, Default, PartialEq)]
enum Start {
    #[default]
    No,
    WhenReady,
    /// The same, and pause after the first step.
    OneStep,
    /// The same with a run of an earlier visit, which goes on.
    From(Rc<RunRecord>),
}

#[derive(Clone, Debug)]
pub struct Run {
    pub id: RunId,
    /// What it was started with; the page's settings may have moved on.
    pub config: Rc<Config>,
    pub state: RunState,
    /// Known when the plan is built.
    pub report: Option<Rc<PlanReport>>,
    /// Every step so far, in order.
    pub points: Rc<Vec<StepPoint>>,
    pub pace: Pace,
    pub evaluations: Rc<Vec<Evaluation>>,
    pub samples: Rc<Vec<TimelineSample>>,
    /// What it got over, in order.
    pub recoveries: Rc<Vec<Recovery>>,
    /// Went astray and waits at its last good state until the visitor has seen what happened.
    pub is_diverged: bool,
    /// Entropy of single tokens of its text, in nats: an honest baseline.
    pub unigram_entropy: f32,
    /// V of its tokenizer.
    pub vocab_size: u64,
    /// What models that only count come to on its text, once they have.
    pub baselines: Option<Rc<Baselines>>,
}

impl Run {
    /// Steps done.
    pub fn step(&self) -> u64 {
        match &self.state {
            RunState::Preparing => 0,
            RunState::Paused { step } => *step,
            RunState::Running { step }
            | RunState::Finished { step }
            | RunState::Stopped { step }
            | RunState::Failed { step, .. } => self.points.last().map_or(*step, |point| point.step.max(*step)),
        }
    }

    /// Share of the steps done, from 0 to 1.
    pub fn share(&self) -> f32 {
        (self.step() as f32 / self.config.train.steps.max(1) as f32).min(1.0)
    }

    pub fn is_running(&self) -> bool {
        matches!(self.state, RunState::Preparing | RunState::Running { .. })
    }

    pub fn is_paused(&self) -> bool {
        matches!(self.state, RunState::Paused { .. })
    }

    pub fn has_ended(&self) -> bool {
        matches!(self.state, RunState::Finished { .. } | RunState::Stopped { .. } | RunState::Failed { .. })
    }

    /// What went wrong with it, while it waits for the visitor.
    pub fn trouble(&self) -> Option<&Recovery> {
        self.recoveries.last().filter(|_| self.is_diverged)
    }

    pub(super) fn recovered(&mut self, recovery: Recovery) {
        self.is_diverged = recovery.cause.blames_training();
        Rc::make_mut(&mut self.recoveries).push(recovery);
    }

    /// Where it goes on after it diverged, what it did meanwhile is no longer its past.
    pub(super) fn turn(&mut self, state: RunState) {
        if let RunState::Running { step } = state
            && std::mem::take(&mut self.is_diverged)
        {
            follow(&mut self.points, step + 1, |point| point.step);
            follow(&mut self.evaluations, step + 1, |evaluation| evaluation.step);
            follow(&mut self.samples, step + 1, |sample| sample.step);
        }
        self.state = state;
    }

    pub(super) fn stepped(&mut self, points: Vec<StepPoint>, pace: Pace) {
        if let Some(first) = points.first() {
            follow(&mut self.points, first.step, |point| point.step).extend(points);
        }
        self.pace = pace;
    }

    pub(super) fn evaluated(&mut self, evaluation: Evaluation) {
        follow(&mut self.evaluations, evaluation.step, |evaluation| evaluation.step).push(evaluation);
    }

    pub(super) fn sampled(&mut self, sample: TimelineSample) {
        follow(&mut self.samples, sample.step, |sample| sample.step).push(sample);
    }
}

/// What was measured before `step`. A run that lost its device takes some steps again: the later measurement counts.
fn follow<T: Clone>(measured: &mut Rc<Vec<T>>, step: u64, step_of: impl Fn(&T) -> u64) -> &mut Vec<T> {
    let measured = Rc::make_mut(measured);
    measured.truncate(measured.partition_point(|earlier| step_of(earlier) < step));
    measured
}

impl Training {
    pub fn is_starting(&self) -> bool {
        self.start != Start::No
    }

    pub(super) fn cancel_start(&mut self) {
        self.start = Start::No;
        self.other = None;
    }

    /// Late news of an earlier run are dropped.
    pub(super) fn update(&mut self, run: RunId, change: impl FnOnce(&mut Run)) {
        if let Some(current) = self.run.as_mut().filter(|current| current.id == run) {
            change(current);
        }
    }

    pub(super) fn engine_died(&mut self, error: &Error) {
        self.cancel_start();
        if let Some(run) = self.run.as_mut().filter(|run| !matches!(run.state, RunState::Failed { .. })) {
            run.state = RunState::Failed { step: run.step(), error: error.clone() };
        }
    }
}

impl State {
    /// Starts as soon as text and tokenizer are there.
    pub(super) fn start(&mut self) {
        self.training.start = Start::WhenReady;
        self.training.other = None;
        self.project.tokenizer_wanted = !self.tokenizer_is_current();
    }

    /// Starts with other settings of model and training than those of the page, which stay as they are. Gives the run
    /// that it is going to be.
    pub(super) fn start_with(&mut self, config: Box<Config>) -> RunId {
        self.start();
        self.training.other = Some(config);
        self.last_run + 1
    }

    /// One step of the run that is paused, or the first step of a new one.
    pub(super) fn step(&mut self) {
        match &self.training.run {
            Some(run) if !run.has_ended() => self.send(Command::Step),
            _ => {
                self.start();
                self.training.start = Start::OneStep;
            }
        }
    }

    /// Goes on with a run of an earlier visit as soon as its text and tokenizer are there.
    pub(super) fn start_from(&mut self, record: RunRecord) {
        self.start();
        self.training.start = Start::From(Rc::new(record));
    }

    /// The run that waits goes on with another value of a setting, which is also that of the next run.
    pub(super) fn amend(&mut self, field: &'static Field, value: &Value) {
        let Some(run) = &self.training.run else { return };
        let mut config = Config::clone(&run.config);
        if field.set(&mut config, value).is_ok() {
            let train = Box::new(config.train);
            self.set(field, value);
            self.send(Command::Amend { train });
        }
    }

    pub(super) fn stop(&mut self) {
        self.training.cancel_start();
        self.send(Command::Stop);
    }

    pub(super) fn reset(&mut self) {
        self.training = Training::default();
        self.writing.forget();
        self.send(Command::Reset);
    }

    pub(super) fn sync_start(&mut self) {
        if !self.training.is_starting() || !self.tokenizer_is_current() {
            return;
        }
        let Some(tokenizer) = self.project.tokenizer.answer.clone() else { return };
        let start = std::mem::take(&mut self.training.start);
        let config = self.training.other.take().unwrap_or_else(|| Box::new(self.config.clone()));
        self.last_run += 1;
        if let Start::From(record) = start {
            return self.go_on_from(&record);
        }
        self.training.run = Some(Run {
            id: self.last_run,
            config: Rc::new(Config::clone(&config)),
            state: RunState::Preparing,
            report: None,
            points: Rc::default(),
            pace: Pace::default(),
            evaluations: Rc::default(),
            samples: Rc::default(),
            recoveries: Rc::default(),
            is_diverged: false,
            unigram_entropy: tokenizer.unigram_entropy,
            vocab_size: tokenizer.vocab_size,
            baselines: None,
        });
        self.writing.forget();
        self.send(Command::Start { run: self.last_run, config });
        if start == Start::OneStep {
            self.send(Command::Step);
        }
    }

    fn go_on_from(&mut self, record: &RunRecord) {
        let run = self.last_run;
        let mut past = record.clone();
        past.back_to(record.kept.unwrap_or_else(|| record.step()));
        self.training.run = Some(Run {
            id: run,
            config: Rc::new(past.config),
            state: RunState::Preparing,
            report: past.report.map(Rc::new),
            points: Rc::new(past.points),
            pace: Pace::default(),
            evaluations: Rc::new(past.evaluations),
            samples: Rc::new(past.samples),
            recoveries: Rc::default(),
            is_diverged: false,
            unigram_entropy: past.unigram_entropy,
            vocab_size: past.vocab_size,
            baselines: past.baselines.map(Rc::new),
        });
        self.writing.forget();
        self.send(Command::Storage(StorageCommand::Continue { run, key: past.key }));
    }
}
