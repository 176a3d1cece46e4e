//! The clock of a sweep.

use gloo::timers::callback::Interval;
use web_time::Instant;
use yew::prelude::*;

use crate::ui::state::{Action, RunsAction, Shared, SweepAction};

const EVERY_MS: u32 = 1_000;

/// Tells a sweep how much time has gone by. The timers of a hidden tab come late, so that the time is measured.
#[hook]
pub fn use_sweep_clock(state: &Shared, dispatch: &Callback<Action>) {
    let dispatch = dispatch.clone();
    use_effect_with(state.runs.sweep.is_running(), move |is_running| {
        let timer = is_running.then(|| {
            let mut last = Instant::now();
            Interval::new(EVERY_MS, move || {
                let seconds = last.elapsed().as_secs_f64();
                last = Instant::now();
                dispatch.emit(Action::Runs(RunsAction::Sweep(SweepAction::Tick(seconds))));
            })
        });
        move || drop(timer)
    });
}
