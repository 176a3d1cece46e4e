//! Measures the variants of a plan's launches on the adapter they will run on.
//!
//! The clock runs over whole submits, because that is what a step is made of: queues, caches and all.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use web_time::Instant;

use super::Plan;
use super::kernel_choices::kind;
use crate::error::Result;
use crate::graph::{Dispatch, Variant};

/// What a launch is timed for, at least, beyond its first run.
const LONG_ENOUGH: Duration = Duration::from_millis(12);
const MAX_REPEATS: usize = 64;
/// A variant whose single launch takes this much longer than the best is not timed further.
const HOPELESS: f64 = 1.6;
/// Operations a second that every graphics card exceeds in a product of some size, and no processor's two cores.
const SOFTWARE: f64 = 3e10;
/// Of the variants that were tried for one kind of product, so many are tried for another kind.
const FINALISTS: usize = 3;
/// And so many for its other sizes.
const WINNERS: usize = 2;

/// The operations of a launch, and of all that have its key.
#[derive(Clone, Copy)]
struct Work {
    index: usize,
    one: u64,
    all: u64,
}

/// What was learnt in this tuning: the variants of each kind, fastest first, by name.
type Rankings = BTreeMap<String, Vec<&'static str>>;

impl Plan {
    /// Measures every variant of every launch that has several and was not measured before, for about `budget` in all: one
    /// launch of each kind, then the others. Then takes the fastest. What stands in the memories of this plan alone is
    /// garbage after; weights and moments are not touched.
    ///
    /// Returns how many launches were measured.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn tune(&mut self, budget: Duration) -> Result<usize> {
        if self.gpu().kernel_choices().is_forced() {
            return Ok(0);
        }
        let end = Instant::now() + budget;
        let (mut rankings, mut measured) = (Rankings::new(), 0);
        for index in self.unmeasured() {
            let dispatch = &self.bound(index).dispatch;
            let mut variants = candidates(dispatch, &rankings);
            variants.retain(|&variant| self.gpu().kernel_choices().allows(&dispatch.variants[variant]));
            let Some(ranking) = self.rank(index, &variants, end).await? else { break };
            self.gpu().kernel_choices().note(dispatch, ranking[0]);
            let names = ranking.iter().map(|&variant| dispatch.variants[variant].name).collect();
            rankings.entry(kind(&dispatch.key).to_string()).or_insert(names);
            measured += 1;
        }
        if measured > 0 {
            self.select_variants();
        }
        Ok(measured)
    }

    /// One launch of each key that is not known yet: of each kind the smallest, so that a slow adapter is done with it in
    /// time, then the rest, those with the most work in the plan first.
    fn unmeasured(&self) -> Vec<usize> {
        let mut launches = BTreeMap::<&str, Work>::new();
        for index in 0..self.dispatches() {
            let dispatch = &self.bound(index).dispatch;
            if !self.gpu().kernel_choices().knows(dispatch) {
                let one = dispatch.variants[0].flops.unwrap_or(0);
                launches.entry(&dispatch.key).or_insert(Work { index, one, all: 0 }).all += one;
            }
        }
        let mut smallest: Vec<(&str, Work)> = launches.iter().map(|(&key, &work)| (key, work)).collect();
        smallest.sort_by_key(|(_, work)| (work.one, work.index));
        let mut kinds = BTreeSet::new();
        smallest.retain(|(key, _)| kinds.insert(kind(key)));
        smallest.sort_by_key(|(_, work)| Reverse(work.all));
        let mut rest: Vec<Work> = launches.into_values().collect();
        rest.retain(|work| smallest.iter().all(|(_, first)| first.index != work.index));
        rest.sort_by_key(|work| (Reverse(work.all), work.index));
        smallest.into_iter().map(|(_, work)| work).chain(rest).map(|work| work.index).collect()
    }

    /// The variants of a launch, fastest first; nothing if there was no time to compare two.
    async fn rank(&self, index: usize, variants: &[usize], end: Instant) -> Result<Option<Vec<usize>>> {
        let (mut timed, mut longest, mut late) = (Vec::<(f64, usize)>::new(), Duration::ZERO, 0);
        let dispatch = &self.bound(index).dispatch;
        for &variant in variants {
            let begun = Instant::now();
            let slow =
                timed.first().is_some_and(|&(seconds, variant)| is_software(&dispatch.variants[variant], seconds));
            if slow && dispatch.variants[variant].shares {
                continue;
            }
            if begun + longest >= end {
                late += 1;
                continue;
            }
            let best = timed.iter().map(|&(seconds, _)| seconds).fold(f64::INFINITY, f64::min);
            timed.push((self.time_variant(index, variant, best).await?, variant));
            longest = longest.max(begun.elapsed());
        }
        let compared = timed.len() > 1 || late == 0;
        timed.sort_by(|a, b| a.0.total_cmp(&b.0));
        Ok((compared && !timed.is_empty()).then(|| timed.into_iter().map(|(_, variant)| variant).collect()))
    }

    /// Seconds of one launch.
    async fn time_variant(&self, index: usize, variant: usize, best: f64) -> Result<f64> {
        let launch = self.launch(index, variant);
        self.run_launches(std::slice::from_ref(&launch), 1);
        self.gpu().done().await?;
        let time = async |repeats: usize| -> Result<f64> {
            let begun = Instant::now();
            self.run_launches(std::slice::from_ref(&launch), repeats);
            self.gpu().done().await?;
            Ok(begun.elapsed().as_secs_f64() / repeats as f64)
        };
        let once = time(1).await?;
        let repeats = (LONG_ENOUGH.as_secs_f64() / once.max(1e-9)) as usize;
        if once > HOPELESS * best || repeats < 2 {
            return Ok(once);
        }
        Ok(once.min(time(repeats.min(MAX_REPEATS)).await?))
    }
}

/// An adapter that computes this slowly does so on the processor, where workgroup memory is memory like any other.
fn is_software(variant: &Variant, seconds: f64) -> bool {
    variant.flops.is_some_and(|flops| (flops as f64) < SOFTWARE * seconds)
}

/// The variants worth trying: those that did well for other sizes, else those that did well for another kind of product and
/// those that it did not have, else all.
fn candidates(dispatch: &Dispatch, rankings: &Rankings) -> Vec<usize> {
    let all = 0..dispatch.variants.len();
    let among = |ranking: &[&str], finalists: usize, variant: usize| {
        ranking.iter().take(finalists).any(|&name| name == dispatch.variants[variant].name)
    };
    if let Some(ranking) = rankings.get(kind(&dispatch.key)) {
        return all.filter(|&variant| among(ranking, WINNERS, variant)).collect();
    }
    let Some(ranking) = rankings.values().next() else { return all.collect() };
    all.filter(|&variant| among(ranking, FINALISTS, variant) || !among(ranking, usize::MAX, variant)).collect()
}
