//! Every run that the page knows, of this visit and of earlier ones: station Train, parts Runs and Sweep.
//!
//! The records themselves are those that are kept (see [`Storage`](super::Storage)); here is what is done with them. What is
//! changed of a run is ordered of the engine too, so that what is kept on disk follows, and shown at once: where nothing is
//! kept, the engine has nothing to answer.

use std::rc::Rc;

use crate::error::Error;
use crate::protocol::runs::{RunKey, RunRecord};
use crate::protocol::storage::StorageCommand;
use crate::protocol::{Command, RunState};

use crate::ui::charts::overlay::Across;
use crate::ui::kit::scale::Spacing;
use crate::ui::listing::evaluation;

use super::sweep::{Sweep, SweepAction};
use super::{Part, State};
use crate::config::names::names;

#[derive(Clone, Debug, Default)]
pub struct Runs {
    /// Those on the chart, in the order in which they came there.
    pub shown: Vec<Shown>,
    /// What the others are compared with; without it the first one on the chart.
    reference: Option<RunKey>,
    /// Put away on this visit, latest last.
    pub deleted: Vec<Rc<RunRecord>>,
    pub chart: Chart,
    pub sweep: Sweep,
    /// The run that was put on the chart last by itself.
    seen: Option<RunKey>,
}

/// A run on the chart with its colour and dashes, which it keeps whatever comes and goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub key: RunKey,
    pub look: usize,
}

/// What the chart of runs shows, and along what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    pub curve: Curve,
    pub across: Across,
    pub upward: Spacing,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Curve {
    #[default]
    Validation,
    /// Smoothed.
    Training,
    /// What can be compared between tokenizers.
    BitsPerByte,
}

names! {
    /// Its name in locales.
    Curve { Validation = "validation", Training = "training", BitsPerByte = "bits" }
}

#[derive(Clone, Debug)]
pub enum RunsAction {
    /// Put a run on the chart, or take it from there.
    Show(RunKey),
    /// Compare the others with this one.
    Refer(RunKey),
    Draw(Chart),
    Rename(RunKey, String),
    /// Take over the settings of a run, ready to be changed and started.
    Duplicate(RunKey),
    Delete(RunKey),
    /// Bring back what was put away last.
    Undo,
    Sweep(SweepAction),
}

impl Runs {
    /// The colour and dashes of a run, if it is on the chart.
    pub fn look(&self, key: &str) -> Option<usize> {
        self.shown.iter().find(|shown| shown.key == key).map(|shown| shown.look)
    }

    fn show(&mut self, key: RunKey) {
        let taken = |look: &usize| self.shown.iter().any(|shown| shown.look == *look);
        let look = (0..).find(|look| !taken(look)).expect("there are more looks than runs");
        if self.look(&key).is_none() {
            self.shown.push(Shown { key, look });
        }
    }

    fn hide(&mut self, key: &str) {
        self.shown.retain(|shown| shown.key != key);
    }
}

impl State {
    /// Every run that is known, oldest first.
    pub fn records(&self) -> &[Rc<RunRecord>] {
        &self.storage.records
    }

    /// Runs on the chart, oldest first.
    pub fn on_chart(&self) -> impl Iterator<Item = (usize, &Rc<RunRecord>)> {
        self.records().iter().filter_map(|record| Some((self.runs.look(&record.key)?, record)))
    }

    /// The run that the others on the chart are compared with.
    pub fn reference(&self) -> Option<&Rc<RunRecord>> {
        let chosen = self.runs.reference.as_ref().filter(|key| self.runs.look(key).is_some());
        let key = chosen.or_else(|| self.runs.shown.first().map(|shown| &shown.key))?;
        self.storage.record(key)
    }

    /// Whether the engine is at work on this run.
    pub fn is_training(&self, record: &RunRecord) -> bool {
        let busy = matches!(record.state, RunState::Preparing | RunState::Running { .. });
        busy && self.storage.current().is_some_and(|current| current.key == record.key)
    }

    /// The step at which a run of earlier can be gone on with: its weights are kept, and the engine is not at it now.
    pub fn saved_step(&self, record: &RunRecord) -> Option<u64> {
        let is_current = self.storage.current().is_some_and(|current| current.key == record.key);
        let is_free = self.training.run.as_ref().is_none_or(|run| !run.is_running()) && !self.training.is_starting();
        record.kept.filter(|_| is_free && !is_current)
    }

    /// Runs that have ended with an evaluation, on the text that the last of them has learned from: of other texts, loss
    /// and bits say something else.
    pub fn comparable(&self) -> Vec<Rc<RunRecord>> {
        let ended = |record: &&Rc<RunRecord>| {
            matches!(record.state, RunState::Finished { .. } | RunState::Stopped { .. } | RunState::Failed { .. })
                && evaluation(record).is_some()
        };
        let ended: Vec<_> = self.records().iter().filter(ended).cloned().collect();
        let text = ended.last().map(|record| record.text.clone());
        ended.into_iter().filter(|record| Some(&record.text) == text.as_ref()).collect()
    }

    pub(super) fn act_on_runs(&mut self, action: RunsAction) {
        match action {
            RunsAction::Show(key) if self.runs.look(&key).is_some() => self.runs.hide(&key),
            RunsAction::Show(key) => self.runs.show(key),
            RunsAction::Refer(key) => self.runs.reference = Some(key),
            RunsAction::Draw(chart) => self.runs.chart = chart,
            RunsAction::Rename(key, name) => self.rename_run(key, name.trim().to_string()),
            RunsAction::Duplicate(key) => self.duplicate_run(&key),
            RunsAction::Delete(key) => self.delete_run(&key),
            RunsAction::Undo => self.bring_back_a_run(),
            RunsAction::Sweep(action) => self.act_on_sweep(action),
        }
    }

    pub(super) fn rename_run(&mut self, key: RunKey, name: String) {
        self.storage.change(&key, |record| record.name.clone_from(&name));
        self.send(Command::Storage(StorageCommand::Rename { key, name }));
    }

    /// Takes over the settings of a run. What no link carries has to be there: a text of one's own.
    fn duplicate_run(&mut self, key: &str) {
        let Some(record) = self.storage.record(key).cloned() else { return };
        self.take_config(record.config.clone());
        self.open_part(Part::Live);
    }

    /// The run that is training can not be put away: it would come back with its next step.
    fn delete_run(&mut self, key: &str) {
        let Some(record) = self.storage.record(key).filter(|record| !self.is_training(record)).cloned() else { return };
        self.storage.records.retain(|other| other.key != key);
        self.runs.hide(key);
        self.send(Command::Storage(StorageCommand::Delete { key: record.key.clone() }));
        self.runs.deleted.push(record);
    }

    fn bring_back_a_run(&mut self) {
        let Some(record) = self.runs.deleted.pop() else { return };
        self.send(Command::Storage(StorageCommand::Restore { key: record.key.clone() }));
        self.storage.put(RunRecord::clone(&record));
    }

    /// The run that the engine was at has ended with it, and what was put away is gone with the engine that could bring it
    /// back.
    pub(super) fn runs_lose_engine(&mut self, error: &Error) {
        self.runs.deleted.clear();
        if let Some(record) = self.storage.current().filter(|record| self.is_training(record)).cloned() {
            let state = RunState::Failed { step: record.step(), error: error.clone() };
            self.storage.change(&record.key, |record| record.state = state);
        }
        self.sweep_loses_engine();
    }

    /// A run that has begun is put on the chart, unless it is one of a sweep, which has a picture of its own.
    pub(super) fn sync_runs(&mut self) {
        let begun = self.storage.current().map(|record| record.key.clone());
        if self.runs.seen != begun {
            self.runs.seen.clone_from(&begun);
            if let Some(key) = begun
                && !self.name_a_trial(&key)
            {
                self.runs.show(key);
            }
        }
        self.sync_sweep();
    }
}
