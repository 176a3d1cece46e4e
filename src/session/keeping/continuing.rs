//! Runs of earlier visits: opened, gone on with, renamed, put away, duplicated.

use super::kept::{self, KeptRun};
use super::{at_rest, finite, imported, now, project};
use crate::error::Result;
use crate::protocol::keeping::{Hold, KeepingEvent, Opened};
use crate::protocol::runs::RunRecord;
use crate::protocol::{RunId, RunState};
use crate::session::training::{Haste, Run};
use crate::session::{Host, Session};
use crate::train::Targets;

impl<H: Host> Session<H> {
    /// What the page needs to be where this run was.
    pub(super) async fn open_run(&mut self, key: &str) -> Result<Opened> {
        let kept = self.kept_run(key).await?;
        let tokenizer = match self.guest(key) {
            Some(guest) => guest.tokenizer.clone(),
            None => imported(self.host.store(), Some(kept.tokenizer)).await?,
        };
        let project = project(kept.record.config.clone(), kept.texts, tokenizer);
        Ok(Opened { project, record: Some(at_rest(kept.record)) })
    }

    /// Builds a run of an earlier visit again, and goes on where its weights are.
    pub(super) async fn go_on(&mut self, run: RunId, key: &str) {
        self.tell_state(run, RunState::Preparing);
        if let Err(error) = self.try_to_go_on(run, key).await {
            self.tell_state(run, RunState::Failed { step: 0, error });
        }
    }

    async fn try_to_go_on(&mut self, id: RunId, key: &str) -> Result<()> {
        if self.is_current(key) {
            self.keep_now().await;
        }
        let (kept, config, parts, checkpoint) = self.lend(key).await?;
        let KeptRun { mut record, texts, tokenizer, card, kernels, .. } = kept;
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
        let mut run = Run::build(&self.host, &device, parts, id, config, Haste::No).await?;
        run.go_on_from(&self.host, &checkpoint, state, seconds).await?;
        self.run = Some(run);
        self.count_for_the_run();
        Ok(())
    }

    /// Changes what is kept of a run beside its weights.
    pub(super) async fn change_run(&mut self, key: &str, change: impl FnOnce(&mut KeptRun)) {
        let changed = self.try_to_change_run(key, change).await;
        self.note_trouble(changed);
    }

    /// A tab that keeps nothing changes only its own run, as long as it lives.
    async fn try_to_change_run(&mut self, key: &str, change: impl FnOnce(&mut KeptRun)) -> Result<()> {
        let ours = self.keeping.hold == Hold::Ours;
        if self.is_current(key) {
            self.keep_now().await;
        }
        let mut kept = match self.current_run(key) {
            Some(run) => run,
            None if ours => self.kept_run(key).await?,
            None => return Ok(()),
        };
        change(&mut kept);
        if let Some(guest) = self.keeping.guest.as_mut().filter(|guest| guest.run.record.key == key) {
            guest.run = kept.clone();
        }
        if ours {
            kept::keep_run(self.host.store(), &kept, None).await?;
        }
        let KeptRun { record, deleted, .. } = kept;
        if let Some(current) = self.keeping.current.as_mut().filter(|_| self.host.key().as_deref() == Some(key)) {
            (current.slots, current.deleted) = (None, deleted);
            self.host.with_record(|it| it.name.clone_from(&record.name));
        }
        self.tell_keeping(match deleted {
            true => KeepingEvent::Deleted { key: key.into() },
            false => KeepingEvent::Changed { record: Box::new(self.shown(record)) },
        });
        Ok(())
    }

    /// The same run once more, weights and all.
    pub(super) async fn duplicate(&mut self, key: &str, name: String) -> Result<()> {
        if self.is_current(key) {
            self.keep_now().await;
        }
        let mut copy = self.kept_run(key).await?;
        self.keeping.numbers += 1;
        let (begun, number) = (now(), self.keeping.numbers);
        copy.record = RunRecord { key: begun.to_string(), begun, number, name, ..at_rest(copy.record) };
        if self.keeping.hold == Hold::Ours {
            let store = self.host.store();
            if let Some(weights) = kept::open_weights(store, key).await?.1 {
                kept::open_weights(store, &copy.record.key).await?.0.save(store, &[&weights]).await?;
            }
            kept::open_record(store, &copy.record.key).await?.0.save(store, &[&kept::to_json(&copy)]).await?;
        }
        self.tell_keeping(KeepingEvent::Changed { record: Box::new(copy.record) });
        Ok(())
    }

    /// The run that is going on, if it is this one.
    fn current_run(&self, key: &str) -> Option<KeptRun> {
        let current = self.keeping.current.as_ref().filter(|_| self.is_current(key))?;
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
