//! Runs of earlier visits: opened, gone on with, renamed, put away, duplicated.

use super::saved::{self, SavedRun};
use super::{at_rest, finite, imported, now, project};
use crate::error::Result;
use crate::protocol::runs::RunRecord;
use crate::protocol::storage::{LockState, Opened, StorageEvent};
use crate::protocol::{RunId, RunState};
use crate::session::run::{Run, Tuning};
use crate::session::{Host, Session};
use crate::train::Targets;

impl<H: Host> Session<H> {
    /// What the page needs to be where this run was.
    pub(super) async fn open_run(&mut self, key: &str) -> Result<Opened> {
        let kept = self.saved_run(key).await?;
        let tokenizer = match self.imported_run(key) {
            Some(imported_run) => imported_run.tokenizer.clone(),
            None => imported(self.host.store(), Some(kept.tokenizer)).await?,
        };
        let project = project(kept.record.config.clone(), kept.texts, tokenizer);
        Ok(Opened { project, record: Some(at_rest(kept.record)) })
    }

    /// Builds a run of an earlier visit again, and goes on where its weights are.
    pub(super) async fn go_on(&mut self, run: RunId, key: &str) {
        self.emit_state(run, RunState::Preparing);
        if let Err(error) = self.try_to_go_on(run, key).await {
            self.emit_state(run, RunState::Failed { step: 0, error });
        }
    }

    async fn try_to_go_on(&mut self, id: RunId, key: &str) -> Result<()> {
        if self.is_current(key) {
            self.save_now().await;
        }
        let (kept, config, parts, checkpoint) = self.load_run(key).await?;
        let SavedRun { mut record, texts, tokenizer, card, kernels, .. } = kept;
        self.get_ready().await;
        let targets = Targets::weighted(parts.loader.is_weighted());
        if let Some(refusal) = self.cost(&config, parts.tokenizer.vocab_size(), targets).1 {
            return Err(refusal);
        }
        let device = self.devices.device_like(record.device);
        if card == self.devices.card() {
            self.devices.remember_kernels(kernels);
        }
        self.end_run().await;
        record.back_to(checkpoint.step);
        record.kept = Some(checkpoint.step);
        let state = state_at(&record, checkpoint.step);
        let seconds = record.seconds;
        self.follow_run(id, record, texts, tokenizer);
        let mut run = Run::build(&self.host, &device, parts, id, config, Tuning::Run).await?;
        run.go_on_from(&self.host, &checkpoint, state, seconds).await?;
        self.run = Some(run);
        self.count_for_the_run();
        Ok(())
    }

    /// Changes what is kept of a run beside its weights.
    pub(super) async fn change_run(&mut self, key: &str, change: impl FnOnce(&mut SavedRun)) {
        let changed = self.try_to_change_run(key, change).await;
        self.note_error(changed);
    }

    /// A tab that keeps nothing changes only its own run, as long as it lives.
    async fn try_to_change_run(&mut self, key: &str, change: impl FnOnce(&mut SavedRun)) -> Result<()> {
        let ours = self.storage.hold == LockState::Ours;
        if self.is_current(key) {
            self.save_now().await;
        }
        let mut kept = match self.current_run(key) {
            Some(run) => run,
            None if ours => self.saved_run(key).await?,
            None => return Ok(()),
        };
        change(&mut kept);
        if let Some(imported_run) =
            self.storage.imported_run.as_mut().filter(|imported_run| imported_run.run.record.key == key)
        {
            imported_run.run = kept.clone();
        }
        if ours {
            saved::save_run(self.host.store(), &kept, None).await?;
        }
        let SavedRun { record, deleted, .. } = kept;
        if let Some(current) = self.storage.current.as_mut().filter(|_| self.host.key().as_deref() == Some(key)) {
            (current.slots, current.deleted) = (None, deleted);
            self.host.with_record(|it| it.name.clone_from(&record.name));
        }
        self.emit_storage(match deleted {
            true => StorageEvent::Deleted { key: key.into() },
            false => StorageEvent::Changed { record: Box::new(self.shown(record)) },
        });
        Ok(())
    }

    /// The same run once more, weights and all.
    pub(super) async fn duplicate(&mut self, key: &str, name: String) -> Result<()> {
        if self.is_current(key) {
            self.save_now().await;
        }
        let mut copy = self.saved_run(key).await?;
        self.storage.numbers += 1;
        let (begun, number) = (now(), self.storage.numbers);
        copy.record = RunRecord { key: begun.to_string(), begun, number, name, ..at_rest(copy.record) };
        if self.storage.hold == LockState::Ours {
            let store = self.host.store();
            if let Some(weights) = saved::open_weights(store, key).await?.1 {
                saved::open_weights(store, &copy.record.key).await?.0.save(store, &[&weights]).await?;
            }
            saved::open_record(store, &copy.record.key).await?.0.save(store, &[&saved::to_json(&copy)]).await?;
        }
        self.emit_storage(StorageEvent::Changed { record: Box::new(copy.record) });
        Ok(())
    }

    /// The run that is going on, if it is this one.
    fn current_run(&self, key: &str) -> Option<SavedRun> {
        let current = self.storage.current.as_ref().filter(|_| self.is_current(key))?;
        self.host.with_record(|record| current.kept(finite(record)))
    }

    fn is_current(&self, key: &str) -> bool {
        self.host.key().as_deref() == Some(key)
    }

    /// The record of a run that is going on is newer than what is kept of it.
    fn shown(&self, record: RunRecord) -> RunRecord {
        match self.is_current(&record.key) {
            true => self.host.with_record(|record| record.clone()).unwrap_or(record),
            false => at_rest(record),
        }
    }
}

/// The name by which a student knows a run; without one its number.
pub(super) fn called(record: &RunRecord) -> String {
    if record.name.is_empty() { record.number.to_string() } else { record.name.clone() }
}

/// A run that had ended has ended; any other goes on.
fn state_at(record: &RunRecord, step: u64) -> RunState {
    match record.state {
        RunState::Finished { step: last } if last == step => RunState::Finished { step },
        RunState::Stopped { .. } => RunState::Stopped { step },
        _ => RunState::Running { step },
    }
}
