//! Runs as they are kept, listed, drawn and compared.

use serde::{Deserialize, Serialize};

use super::evaluate::{Baselines, EvaluateEvent};
use super::{DeviceKind, Evaluation, Event, PlanReport, RunState, StepPoint, TimelineSample};
use crate::config::{Config, TrainConfig};

/// Names a run for ever, on every machine.
pub type RunKey = String;

/// Everything that is known of a run but its weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    pub key: RunKey,
    /// Counted up by the engine: what a run without a name is called by.
    pub number: u32,
    /// As the student calls it; empty at first.
    pub name: String,
    /// Milliseconds since 1970 when it began.
    pub begun: u64,
    pub config: Config,
    pub text: TextMark,
    /// V of its tokenizer.
    pub vocab_size: u64,
    pub state: RunState,
    pub report: Option<PlanReport>,
    /// Entropy of single tokens of its text, in nats: an honest baseline.
    pub unigram_entropy: f32,
    /// What models that only count come to on its text.
    pub baselines: Option<Baselines>,
    pub points: Vec<StepPoint>,
    pub evaluations: Vec<Evaluation>,
    pub samples: Vec<TimelineSample>,
    /// Seconds of training.
    pub seconds: f32,
    /// Readings of the clock: steps done, and the seconds that they had taken.
    #[serde(default)]
    pub clock: Vec<(u64, f32)>,
    /// What it was computed on last.
    pub device: DeviceKind,
    /// The step of the weights that are kept; without it there are none to go on with.
    pub kept: Option<u64>,
}

impl RunRecord {
    /// Steps done.
    pub fn step(&self) -> u64 {
        let told = match self.state {
            RunState::Preparing => 0,
            RunState::Running { step }
            | RunState::Paused { step }
            | RunState::Finished { step }
            | RunState::Stopped { step }
            | RunState::Failed { step, .. } => step,
        };
        self.points.last().map_or(told, |point| point.step.max(told))
    }

    /// Takes up what an event says of this run; whoever calls knows that it is about this one.
    pub fn hear(&mut self, event: &Event) {
        match event {
            Event::Started { report, .. } => self.report = Some(report.clone()),
            Event::StateChanged { state, .. } => self.state = state.clone(),
            Event::Recovered { recovery, .. } if recovery.cause.blames_training() => self.back_to(recovery.resumed),
            Event::Amended { train, .. } => self.config.train = TrainConfig::clone(train),
            Event::Stepped { points, pace, .. } => {
                if let Some(first) = points.first() {
                    follow(&mut self.points, first.step, |point| point.step);
                    self.points.extend(points);
                }
                if let Some(last) = points.last() {
                    follow(&mut self.clock, last.step, |reading| reading.0);
                    self.clock.push((last.step, pace.elapsed_seconds));
                }
                self.seconds = pace.elapsed_seconds;
            }
            Event::Evaluated { evaluation, .. } => {
                follow(&mut self.evaluations, evaluation.step, |evaluation| evaluation.step);
                self.evaluations.push(*evaluation);
            }
            Event::Sampled { sample, .. } => {
                follow(&mut self.samples, sample.step, |sample| sample.step);
                self.samples.push(sample.clone());
            }
            Event::Evaluate(EvaluateEvent::Counted { baselines, .. }) => self.baselines = Some(baselines.clone()),
            _ => (),
        }
    }

    /// Seconds that `step` steps took: between two readings of the clock a run is even.
    pub fn seconds_at(&self, step: f64) -> f64 {
        let after = self.clock.partition_point(|reading| (reading.0 as f64) < step);
        let reading = |at: usize| self.clock.get(at).map(|(step, seconds)| (*step as f64, f64::from(*seconds)));
        let (from, since) = after.checked_sub(1).and_then(reading).unwrap_or_default();
        match reading(after) {
            Some((to, until)) if to > from => since + (until - since) * (step - from) / (to - from),
            _ => since,
        }
    }

    /// The record as it was after `step` steps: what came later is done again.
    pub fn back_to(&mut self, step: u64) {
        follow(&mut self.points, step + 1, |point| point.step);
        follow(&mut self.clock, step + 1, |reading| reading.0);
        follow(&mut self.evaluations, step + 1, |evaluation| evaluation.step);
        follow(&mut self.samples, step + 1, |sample| sample.step);
    }
}

/// Keeps what was measured before `step`: a run that goes on from an earlier step takes some again, and the later
/// measurement counts.
fn follow<T>(measured: &mut Vec<T>, step: u64, step_of: impl Fn(&T) -> u64) {
    measured.truncate(measured.partition_point(|earlier| step_of(earlier) < step));
}

/// Which text a run has learned from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextMark {
    pub name: String,
    pub bytes: u64,
    /// Of all that was trained on and held out: the same text has the same hash on every machine.
    pub hash: u64,
}
