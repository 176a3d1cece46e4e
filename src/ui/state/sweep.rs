//! A sweep: the same experiment again and again with other values of up to three settings, until all have had their turn
//! or the time is up.
//!
//! Its runs are started one after the other like any run, and stand in the table of runs like any run. The plan of a sweep
//! is in `plan`; here is what drives it.

mod plan;

use std::rc::Rc;

use crate::config::Config;
use crate::config::fields::{Field, Value};
use crate::error::Error;
use crate::protocol::runs::RunKey;
use crate::protocol::{RunId, RunState};
use crate::ui::differences::value;
use crate::ui::i18n::I18n;
use crate::ui::listing::tokens_per_step;

use plan::trials;
pub use plan::{Fault, MAX_FIELDS, MAX_VALUES, SweepField, offered, spread_out};

use super::{Run, State};

/// Minutes that a sweep may take, until somebody says otherwise.
const MINUTES: f64 = 5.0;
pub const MIN_MINUTES: f64 = 0.1;
pub const MAX_MINUTES: f64 = 600.0;

#[derive(Clone, Debug)]
pub struct Sweep {
    /// What is going to be swept.
    pub fields: Vec<SweepField>,
    pub minutes: f64,
    /// The sweep that is under way, or the last one.
    pub done: Option<SweepRun>,
}

/// What a sweep would come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Planned {
    pub runs: usize,
    /// That all of them learn from.
    pub tokens: f64,
}

/// A sweep that was started.
#[derive(Clone, Debug)]
pub struct SweepRun {
    pub fields: Rc<Vec<SweepField>>,
    /// Every combination of values; the values of the last setting change fastest.
    pub trials: Rc<Vec<Trial>>,
    pub stage: Stage,
    /// Seconds that it may take, and has taken.
    pub budget: f64,
    pub spent: f64,
    /// Trials that were not begun yet, next one last.
    waiting: Vec<usize>,
    current: Option<Current>,
}

#[derive(Clone, Copy, Debug)]
struct Current {
    trial: usize,
    run: RunId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Running,
    /// The run that is under way is being stopped.
    Ending(End),
    Ended(End),
}

/// Why a sweep has come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Every combination had its turn.
    Complete,
    OutOfTime,
    Stopped,
}

#[derive(Clone, Debug)]
pub struct Trial {
    /// The place of its value in each of the settings.
    pub places: Vec<usize>,
    pub config: Box<Config>,
    pub run: Option<RunKey>,
    pub outcome: Outcome,
}

/// What a trial came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Its turn has not come, or never will.
    Waiting,
    Running,
    /// Validation loss after all steps.
    Finished {
        loss: f32,
        bits_per_byte: f32,
    },
    /// Ended before its last step: not to be compared.
    CutShort {
        step: u64,
    },
    Failed(Error),
    /// These values do not fit each other.
    Impossible(Error),
}

impl Trial {
    /// The settings with the values that this trial has of them.
    pub fn values<'a>(&'a self, fields: &'a [SweepField]) -> impl Iterator<Item = (&'static Field, Value)> + 'a {
        fields.iter().map(|swept| (swept.field, swept.field.get(&self.config)))
    }

    pub fn loss(&self) -> Option<f32> {
        if let Outcome::Finished { loss, .. } = self.outcome { Some(loss) } else { None }
    }

    pub fn error(&self) -> Option<&Error> {
        match &self.outcome {
            Outcome::Failed(error) | Outcome::Impossible(error) => Some(error),
            _ => None,
        }
    }
}

impl Outcome {
    /// Its name in locales and files.
    pub fn name(&self) -> &'static str {
        match self {
            Outcome::Waiting => "waiting",
            Outcome::Running => "running",
            Outcome::Finished { .. } => "finished",
            Outcome::CutShort { .. } => "cut_short",
            Outcome::Failed(_) => "failed",
            Outcome::Impossible(_) => "impossible",
        }
    }
}

#[derive(Clone, Debug)]
pub enum SweepAction {
    /// Sweep this setting, in this place.
    Choose(usize, &'static Field),
    /// What is typed in for the values of the setting in this place.
    Type(usize, String),
    Remove(usize),
    Minutes(f64),
    Start,
    Stop,
    /// So many seconds have gone by.
    Tick(f64),
}

impl Default for Sweep {
    fn default() -> Self {
        let rate = Field::find("learning_rate").expect("a setting");
        Sweep { fields: vec![SweepField::suggested(rate, &Config::default())], minutes: MINUTES, done: None }
    }
}

impl Sweep {
    pub fn is_running(&self) -> bool {
        self.done.as_ref().is_some_and(|swept| !matches!(swept.stage, Stage::Ended(_)))
    }

    /// Whether every setting has values that can be tried.
    pub fn is_ready(&self) -> bool {
        !self.fields.is_empty() && self.fields.iter().all(|field| field.values().is_ok())
    }

    /// What the sweep would come to with these settings: combinations that do not fit are not trained.
    pub fn planned(&self, config: &Config) -> Planned {
        let trials = trials(&self.fields, config);
        let possible = trials.iter().filter(|trial| trial.outcome == Outcome::Waiting);
        possible.fold(Planned { runs: 0, tokens: 0.0 }, |planned, Trial { config, .. }| Planned {
            runs: planned.runs + 1,
            tokens: planned.tokens + config.train.steps as f64 * tokens_per_step(config) as f64,
        })
    }
}

impl SweepRun {
    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Ended(_))
    }

    /// Trials that have had no turn.
    pub fn left_out(&self) -> usize {
        self.trials.iter().filter(|trial| trial.outcome == Outcome::Waiting).count()
    }

    /// Whether another run would still end in time, as long as those before it took.
    fn has_time(&self) -> bool {
        let ended = |trial: &&Trial| matches!(trial.outcome, Outcome::Finished { .. });
        let finished = self.trials.iter().filter(ended).count();
        let each = if finished == 0 { 0.0 } else { self.spent / finished as f64 };
        self.spent + each <= self.budget
    }

    fn note(&mut self, trial: usize, outcome: Outcome) {
        Rc::make_mut(&mut self.trials)[trial].outcome = outcome;
    }

    fn end(&mut self, end: End) {
        self.current = None;
        self.waiting.clear();
        self.stage = Stage::Ended(end);
    }
}

impl State {
    pub(super) fn act_on_sweep(&mut self, action: SweepAction) {
        let sweep = &mut self.runs.sweep;
        match action {
            SweepAction::Choose(at, field) => {
                let chosen = SweepField::suggested(field, &self.config);
                match sweep.fields.get_mut(at) {
                    Some(swept) => *swept = chosen,
                    None => sweep.fields.push(chosen),
                }
                sweep.fields.truncate(MAX_FIELDS);
            }
            SweepAction::Type(at, typed) => {
                if let Some(swept) = sweep.fields.get_mut(at) {
                    swept.typed = typed;
                }
            }
            SweepAction::Remove(at) if at < sweep.fields.len() && sweep.fields.len() > 1 => _ = sweep.fields.remove(at),
            SweepAction::Remove(_) => {}
            SweepAction::Minutes(minutes) => sweep.minutes = minutes.clamp(MIN_MINUTES, MAX_MINUTES),
            SweepAction::Start => self.start_sweep(),
            SweepAction::Stop => self.end_sweep(End::Stopped),
            SweepAction::Tick(seconds) => self.tick_sweep(seconds),
        }
    }

    /// Whether a sweep can begin: no run is under way that it would end.
    pub fn can_sweep(&self) -> bool {
        let free = self.training.run.as_ref().is_none_or(|run| !run.is_running());
        self.can_train() && free && !self.training.is_starting() && self.runs.sweep.is_ready()
    }

    fn start_sweep(&mut self) {
        if self.runs.sweep.is_running() || !self.can_sweep() {
            return;
        }
        let fields = self.runs.sweep.fields.clone();
        let trials = trials(&fields, &self.config);
        let (fields, trials) = (Rc::new(fields), Rc::new(trials));
        let possible = |at: &usize| trials[*at].outcome == Outcome::Waiting;
        let mut waiting: Vec<usize> = spread_out(trials.len()).into_iter().filter(possible).collect();
        waiting.reverse();
        let budget = 60.0 * self.runs.sweep.minutes;
        let stage = Stage::Running;
        self.runs.sweep.done = Some(SweepRun { fields, trials, stage, budget, spent: 0.0, waiting, current: None });
    }

    /// Time counts while a run trains or is built, and not while it is paused.
    fn tick_sweep(&mut self, seconds: f64) {
        let is_running = self.training.is_starting() || self.training.run.as_ref().is_some_and(Run::is_running);
        let Some(swept) = self.runs.sweep.done.as_mut().filter(|swept| swept.stage == Stage::Running) else { return };
        if is_running {
            swept.spent += seconds.max(0.0);
        }
        if swept.spent >= swept.budget {
            self.end_sweep(End::OutOfTime);
        }
    }

    fn end_sweep(&mut self, end: End) {
        let Some(swept) = self.runs.sweep.done.as_mut().filter(|swept| swept.stage == Stage::Running) else { return };
        swept.waiting.clear();
        swept.stage = Stage::Ending(end);
        if swept.current.is_some() {
            self.stop();
        }
    }

    /// Notes what the run that is under way came to, and begins the next one.
    pub(super) fn sync_sweep(&mut self) {
        self.note_outcome();
        let Some(swept) = self.runs.sweep.done.as_mut().filter(|swept| !swept.is_over() && swept.current.is_none())
        else {
            return;
        };
        if let Stage::Ending(end) = swept.stage {
            return swept.end(end);
        }
        let Some(trial) = swept.waiting.last().copied() else { return swept.end(End::Complete) };
        if !swept.has_time() {
            return swept.end(End::OutOfTime);
        }
        swept.waiting.pop();
        swept.note(trial, Outcome::Running);
        let config = swept.trials[trial].config.clone();
        let run = self.start_with(config);
        if let Some(swept) = &mut self.runs.sweep.done {
            swept.current = Some(Current { trial, run });
        }
    }

    fn note_outcome(&mut self) {
        let current = self.runs.sweep.done.as_ref().and_then(|swept| swept.current);
        let Some(Current { trial, run: id }) = current else { return };
        if self.training.is_starting() {
            return;
        }
        let outcome = match self.training.run.as_ref().filter(|run| run.id == id) {
            Some(run) if !run.has_ended() && run.trouble().is_none() => return,
            Some(run) => outcome(run),
            // The start was called off, or the model was forgotten.
            None => None,
        };
        let Some(swept) = &mut self.runs.sweep.done else { return };
        swept.current = None;
        // Whoever stops a run of a sweep by hand wants the sweep to stop.
        let by_hand = matches!(outcome, None | Some(Outcome::CutShort { .. }));
        if by_hand && swept.stage == Stage::Running {
            swept.stage = Stage::Ending(End::Stopped);
        }
        swept.note(trial, outcome.unwrap_or(Outcome::Waiting));
    }

    /// A run of the sweep is called by its values. Says whether this is one.
    pub(super) fn name_a_trial(&mut self, key: &RunKey) -> bool {
        let t = I18n::new(self.view.lang());
        let Some(swept) = &mut self.runs.sweep.done else { return false };
        let begun = self.training.run.as_ref().map(|run| run.id);
        let Some(Current { trial, .. }) = swept.current.filter(|current| Some(current.run) == begun) else {
            return false;
        };
        let values = swept.trials[trial].values(&swept.fields);
        let value =
            |(field, found): (&'static Field, Value)| format!("{} {}", t.field(field).0, value(field, &found, &t));
        let name = values.map(value).collect::<Vec<_>>().join(" · ");
        Rc::make_mut(&mut swept.trials)[trial].run = Some(key.clone());
        self.rename_run(key.clone(), name);
        true
    }

    pub(super) fn sweep_loses_engine(&mut self) {
        if let Some(swept) = self.runs.sweep.done.as_mut().filter(|swept| !swept.is_over()) {
            if let Some(current) = swept.current {
                swept.note(current.trial, Outcome::Waiting);
            }
            swept.end(End::Stopped);
        }
    }
}

fn outcome(run: &Run) -> Option<Outcome> {
    // A run that diverged waits for somebody to change its settings: in a sweep, nobody does.
    if let Some(recovery) = run.trouble() {
        return Some(Outcome::Failed(recovery.cause.clone()));
    }
    let measured = run.evaluations.last().filter(|evaluation| evaluation.loss.is_finite());
    Some(match (&run.state, measured) {
        (RunState::Failed { error, .. }, _) => Outcome::Failed(error.clone()),
        (RunState::Finished { .. }, Some(evaluation)) => {
            Outcome::Finished { loss: evaluation.loss, bits_per_byte: evaluation.bits_per_byte }
        }
        (RunState::Finished { step } | RunState::Stopped { step }, _) => Outcome::CutShort { step: *step },
        _ => return None,
    })
}
