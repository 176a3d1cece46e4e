//! The last good states of a run, in memory: what it goes on from when its device is lost or its loss explodes.
//!
//! The device copies while it trains, and the copy is fetched when it has arrived, so that no step waits. A snapshot is
//! due when the last one is ten steps or two seconds old, whichever comes first, but never so soon that snapshots would
//! take two percent of the time.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use web_time::Instant;

use super::SUBMIT;
use super::divergence_guard::DivergenceGuard;
use crate::error::{Error, Result};
use crate::train::{Snapshot, Trainer};

/// How old the last snapshot may become.
const STEPS: u64 = 10;
const AGE: Duration = Duration::from_secs(2);
/// The most of the time that snapshots take: one in fifty.
const BUDGET: u32 = 50;
/// A snapshot may be the very one from which the loss explodes; the one before it is not.
const KEPT: usize = 2;

pub struct Snapshots {
    /// Newest last.
    kept: VecDeque<Rc<Snapshot>>,
    coming: Option<LocalBoxFuture<'static, Result<Snapshot>>>,
    /// Step and moment of the last one that was ordered.
    ordered: Option<(u64, Instant)>,
    /// What it took of our time.
    cost: Duration,
    /// What all together took.
    pub spent: Duration,
}

impl Snapshots {
    pub fn new() -> Self {
        Self { kept: VecDeque::new(), coming: None, ordered: None, cost: Duration::ZERO, spent: Duration::ZERO }
    }

    /// Those of a run that goes on elsewhere.
    pub fn inherited(&self) -> Self {
        Self { kept: self.kept.clone(), spent: self.spent, ..Self::new() }
    }

    /// Step of the newest, for the page.
    pub fn step(&self) -> u64 {
        self.newest().map_or(0, |newest| newest.step)
    }

    pub fn newest(&self) -> Option<&Rc<Snapshot>> {
        self.kept.back()
    }

    /// The newest that owes nothing to what went wrong at `step`; those after it are forgotten.
    pub fn go_back_before(&mut self, step: u64) -> Option<&Rc<Snapshot>> {
        self.coming = None;
        self.ordered = None;
        while self.kept.len() > 1 && self.kept.back().is_some_and(|newest| newest.step + 1 >= step) {
            self.kept.pop_back();
        }
        self.kept.back()
    }

    /// Orders one if it is time, and takes in the one that was ordered if it has arrived.
    ///
    /// # Errors
    /// What went wrong on the device, or [`Error::NotFinite`] where what arrived is not all numbers.
    pub fn keep_up(&mut self, trainer: &Trainer, divergence_guard: &DivergenceGuard) -> Result<()> {
        let began = Instant::now();
        if let Some(arrived) = self.coming.as_mut().and_then(|coming| coming.now_or_never()) {
            self.coming = None;
            self.keep_if_fine(arrived?, divergence_guard)?;
            self.paid(began);
        } else if self.is_due(trainer.step()) {
            self.order(trainer);
            self.cost = Duration::ZERO;
            self.paid(began);
        }
        Ok(())
    }

    /// Takes one now and waits for it, unless there is one of this step.
    ///
    /// # Errors
    /// Those of [`Snapshots::keep_up`].
    pub async fn take(&mut self, trainer: &Trainer) -> Result<()> {
        if self.newest().is_some_and(|newest| newest.step == trainer.step()) {
            return Ok(());
        }
        self.order(trainer);
        match self.coming.take() {
            Some(coming) => self.keep(coming.await?),
            None => Ok(()),
        }
    }

    fn order(&mut self, trainer: &Trainer) {
        self.coming = Some(trainer.snapshot());
        self.ordered = Some((trainer.step(), Instant::now()));
    }

    /// One whose loss is far too high already is not worth going back to.
    fn keep_if_fine(&mut self, snapshot: Snapshot, divergence_guard: &DivergenceGuard) -> Result<()> {
        match snapshot.loss() {
            Some(loss) if loss.is_finite() && !divergence_guard.is_fine(loss) => Ok(()),
            _ => self.keep(snapshot),
        }
    }

    fn keep(&mut self, snapshot: Snapshot) -> Result<()> {
        if !snapshot.is_sound() {
            return Err(Error::NotFinite { step: snapshot.step });
        }
        self.kept.retain(|other| other.step < snapshot.step);
        self.kept.push_back(Rc::new(snapshot));
        if self.kept.len() > KEPT {
            self.kept.pop_front();
        }
        Ok(())
    }

    fn is_due(&self, step: u64) -> bool {
        let Some((last, at)) = self.ordered else { return self.coming.is_none() };
        let age = at.elapsed();
        // One more submit must not make it too old.
        let old = step + SUBMIT as u64 > last + STEPS || age >= AGE;
        self.coming.is_none() && step > last && old && age >= BUDGET * self.cost
    }

    fn paid(&mut self, since: Instant) {
        let time = since.elapsed();
        self.cost += time;
        self.spent += time;
    }
}
