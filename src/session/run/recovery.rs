//! What a run does when something goes wrong: it goes on from its last good state, elsewhere or with other settings.

use std::time::Duration;

use super::{Host, Run, Tuning};
use crate::config::TrainConfig;
use crate::error::{Error, Result};
use crate::protocol::{DeviceKind, Event, Recovery, RunState};
use crate::train::{Checkpoint, Device, Targets, Trainer};

/// Lost devices in a row, without a step between them that was never done before, after which a run gives up: a model
/// that brings its device down would do so for ever.
const MAX_LOSSES: usize = 3;

#[derive(Clone, Copy, Default)]
pub struct Losses {
    in_a_row: usize,
    /// Steps done at the last loss, and by now.
    before: u64,
    done: u64,
}

impl Losses {
    pub fn progressed(&mut self, step: u64) {
        self.done = self.done.max(step);
    }

    /// Steps after this one are done again.
    fn go_back(&mut self, step: u64) {
        (self.done, self.before) = (step, self.before.min(step));
    }

    /// Counts one; says whether that was one too many.
    fn count(&mut self) -> bool {
        self.in_a_row = if self.done > self.before { 1 } else { self.in_a_row + 1 };
        self.before = self.done;
        self.in_a_row > MAX_LOSSES
    }
}

impl Run {
    /// What happened to the device.
    pub fn take_loss(&mut self) -> Option<Error> {
        self.lost.take()
    }

    /// Counts a lost device; says whether that was one too many.
    pub fn count_loss(&mut self) -> bool {
        self.losses.count()
    }

    /// The last good state, as it is kept beyond the visit: at most a few steps old, and never with anything in it that
    /// is no number. Nothing waits for it.
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        self.snapshots.newest().map(|snapshot| self.trainer.unpack(snapshot))
    }

    /// Goes on where a run of an earlier visit was, after so many seconds of training.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] if it is of another model, then nothing is changed; or what went wrong on the device.
    pub async fn go_on_from(
        &mut self,
        host: &impl Host,
        checkpoint: &Checkpoint,
        state: RunState,
        seconds: f32,
    ) -> Result<()> {
        self.trainer.restore(checkpoint)?;
        self.told = checkpoint.step;
        self.losses.progressed(checkpoint.step);
        self.speed.go_on_after(seconds);
        self.snapshots.take(&self.trainer).await?;
        self.turn(host, state);
        Ok(())
    }

    /// Remembers where the run is, if its device still answers.
    pub async fn save(&mut self, host: &impl Host) {
        if let Err(error) = self.report_and_save(host).await {
            self.fail(host, error);
        }
    }

    /// The same run on another device, where its last good state was. This one is as it was, but has told all.
    pub async fn build_again(&mut self, host: &impl Host, device: &Device, tuning: Tuning) -> Result<Self> {
        self.report(host);
        let mut run = Self::build(host, device, self.parts(), self.id, self.config.clone(), tuning).await?;
        if let Some(snapshot) = self.snapshots.newest() {
            run.trainer.go_back(snapshot);
        }
        let state = at_step(self.state.clone(), run.trainer.step());
        run.speed = self.speed.clone();
        run.snapshots = self.snapshots.inherited();
        run.divergence_guard = self.divergence_guard.clone();
        run.told = self.told;
        run.losses = self.losses;
        run.turn(host, state);
        Ok(run)
    }

    /// Tells that `self` took over from a run that had done `steps`, after something went wrong.
    pub fn emit_recovery(&self, host: &impl Host, steps: u64, cause: Error, time: Duration) {
        let device = if self.device.is_gpu() { DeviceKind::Gpu } else { DeviceKind::Cpu };
        let (resumed, seconds) = (self.trainer.step(), time.as_secs_f32());
        let recovery = Recovery { step: steps, resumed, cause, device, seconds };
        host.emit(Event::Recovered { run: self.id, recovery });
    }

    /// Steps that are known to be done.
    pub fn steps_done(&self) -> u64 {
        self.losses.done
    }

    /// Back to the last state before the training diverged, and no further until the student has seen what happened.
    pub(super) fn roll_back(&mut self, host: &impl Host, cause: Error) {
        self.report(host);
        let (Error::NotFinite { step } | Error::Exploded { step, .. }) = cause else { unreachable!("{cause}") };
        let Some(good) = self.snapshots.go_back_before(step) else {
            return self.turn(host, RunState::Failed { step, error: cause });
        };
        self.trainer.go_back(good);
        self.in_flight.forget();
        self.divergence_guard.forget();
        self.told = good.step;
        self.losses.go_back(good.step);
        self.emit_recovery(host, step, cause, Duration::ZERO);
        self.turn(host, RunState::Paused { step: self.trainer.step() });
    }

    /// Goes on from the last good state with a calmer learning rate, warm-up or clipping.
    pub async fn amend(&mut self, host: &impl Host, train: &TrainConfig) {
        if !matches!(self.state, RunState::Paused { .. }) {
            return;
        }
        let (learning_rate, warmup, clip) = (train.learning_rate, train.warmup, train.clip);
        let train = TrainConfig { learning_rate, warmup, clip, ..self.config.train.clone() };
        match self.trainer_with(&train).await {
            Ok(trainer) => {
                self.trainer = trainer;
                host.emit(Event::Amended { run: self.id, train: Box::new(train.clone()) });
                self.config.train = train;
                self.turn(host, RunState::Running { step: self.trainer.step() });
            }
            Err(error @ Error::OutOfMemory { .. }) => host.emit(Event::Failed { error }),
            Err(error) => self.fail(host, error),
        }
    }

    async fn trainer_with(&self, train: &TrainConfig) -> Result<Trainer> {
        let targets = Targets::weighted(self.loader.is_weighted());
        let mut trainer = Trainer::new(self.trainer.model(), train, targets).await?;
        if let Some(snapshot) = self.snapshots.newest() {
            trainer.go_back(snapshot);
        }
        Ok(trainer)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_count_only_without_a_new_step_between_them() {
        let mut losses = Losses::default();
        for step in 1..=20 {
            losses.progressed(step);
            assert!(!losses.count(), "after step {step}");
        }
        // Steps that were done before are no progress.
        let counted = [20, 12, 20, 19].map(|step| {
            losses.progressed(step);
            losses.count()
        });
        assert_eq!(counted, [false, false, true, true]);
    }
}
