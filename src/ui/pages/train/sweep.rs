//! Part Sweep of station Train: the same experiment with one value after another.

mod fields;
mod result;

use yew::prelude::*;

use crate::config::fields::{Field, Value};
use crate::ui::components::{Controls, NoticeBox, Tone, error_text};
use crate::ui::figures::sweep::Sweep;
use crate::ui::i18n::I18n;
use crate::ui::pages::PageProps;
use crate::ui::state::sweep::{End, MAX_MINUTES, MIN_MINUTES, Stage, SweepRun};
use crate::ui::state::{Action, RunsAction, State, SweepAction};
use fields::fields;
use result::result;

#[component]
pub fn SweepPart(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    html! {
        <>
            <section class="card" aria-labelledby="sweep-title">
                <h2 id="sweep-title">{ t.say("sweep.title") }</h2>
                <p class="note">{ t.say("sweep.lead") }</p>
                { fields(page) }
                <div class="sweep-limits">
                    <Minutes minutes={state.runs.sweep.minutes} dispatch={dispatch.clone()} t={t.clone()} />
                    if !is_swept("steps", state) {
                        <Controls keys={vec!["steps"]} config={state.config.clone()} dispatch={dispatch.clone()} t={t.clone()} />
                    }
                </div>
                { orders(page) }
            </section>
            if let Some(swept) = &state.runs.sweep.done {
                { result(Sweep { fields: swept.fields.clone(), trials: swept.trials.clone(), t: t.clone() }) }
            }
        </>
    }
}

fn orders(PageProps { state, dispatch, t, .. }: &PageProps) -> Html {
    let sweep = &state.runs.sweep;
    let order =
        |action: SweepAction| dispatch.reform(move |_: MouseEvent| Action::Runs(RunsAction::Sweep(action.clone())));
    html! {
        <>
            <p>{ expected(state, t) }</p>
            <div class="row">
                if sweep.is_running() {
                    <button type="button" class="button" onclick={order(SweepAction::Stop)}>{ t.say("sweep.stop") }</button>
                } else {
                    <button type="button" class="button" data-kind="primary" disabled={!state.can_sweep()}
                        onclick={order(SweepAction::Start)}>
                        { t.say("sweep.start") }
                    </button>
                }
                if !sweep.is_running() && state.training.run.as_ref().is_some_and(|run| run.is_running()) {
                    <span class="note">{ t.say("sweep.busy") }</span>
                }
            </div>
            if let Some(swept) = &sweep.done {
                { progress(swept, state, t) }
            }
        </>
    }
}

/// How many runs it will be, and about how long they take, where the pace of a run is known.
fn expected(state: &State, t: &I18n) -> String {
    let planned = state.runs.sweep.planned(&state.config);
    let told = if is_swept("steps", state) {
        t.fill("sweep.count", &[("runs", &planned.runs)])
    } else {
        t.fill("sweep.count.steps", &[("runs", &planned.runs), ("steps", &state.config.train.steps)])
    };
    let pace = state.training.run.as_ref().map_or(0.0, |run| f64::from(run.pace.tokens_per_second));
    if pace <= 0.0 {
        return told;
    }
    let time = t.duration((planned.tokens / pace).max(1.0) as f32);
    told + &t.fill("sweep.count.time", &[("time", &time)])
}

fn is_swept(key: &str, state: &State) -> bool {
    state.runs.sweep.fields.iter().any(|swept| swept.field.key == key)
}

fn progress(swept: &SweepRun, state: &State, t: &I18n) -> Html {
    let (spent, budget) = (t.duration(swept.spent.max(1.0) as f32), t.duration(swept.budget as f32));
    let (left, all) = (swept.left_out(), swept.trials.len());
    let error = swept.trials.iter().rev().find_map(|trial| trial.error());
    let told = match swept.stage {
        Stage::Ended(End::Complete) => t.fill("sweep.complete", &[("runs", &all), ("time", &spent)]),
        Stage::Ended(End::OutOfTime) => {
            t.fill("sweep.out_of_time", &[("left", &left), ("runs", &all), ("time", &budget)])
        }
        Stage::Ended(End::Stopped) => t.fill("sweep.stopped", &[("left", &left), ("runs", &all)]),
        Stage::Ending(_) => t.say("sweep.ending"),
        Stage::Running if state.training.run.as_ref().is_some_and(|run| run.is_paused()) => t.say("sweep.paused"),
        Stage::Running => {
            t.fill("sweep.running", &[("run", &(all - left)), ("runs", &all), ("time", &spent), ("budget", &budget)])
        }
    };
    html! {
        <>
            if !swept.is_over() {
                <div class="progress">
                    <progress max="1" value={format!("{:.4}", (swept.spent / swept.budget).min(1.0))} aria-label={t.say("sweep.budget")} />
                </div>
            }
            if swept.stage == Stage::Ended(End::OutOfTime) {
                <NoticeBox tone={Tone::Warning}><p>{ told }</p></NoticeBox>
            } else {
                <p role="status">{ told }</p>
            }
            if swept.is_over() {
                { error_text(error, t) }
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct MinutesProps {
    minutes: f64,
    dispatch: Callback<Action>,
    t: I18n,
}

/// A part of its own, so that news of the engine do not draw it anew while somebody types.
#[component]
fn Minutes(MinutesProps { minutes, dispatch, t }: &MinutesProps) -> Html {
    let set = dispatch.reform({
        let minutes = *minutes;
        move |event: Event| {
            let typed = event.target_unchecked_into::<web_sys::HtmlInputElement>().value_as_number();
            Action::Runs(RunsAction::Sweep(SweepAction::Minutes(if typed.is_finite() { typed } else { minutes })))
        }
    });
    html! {
        <div class="field">
            <div class="field-head">
                <label class="field-name" for="sweep-minutes">{ t.say("sweep.minutes") }</label>
                <input class="input" data-size="number" id="sweep-minutes" type="number" step="any" value={minutes.to_string()}
                    min={MIN_MINUTES.to_string()} max={MAX_MINUTES.to_string()} onchange={set} />
            </div>
            <p class="field-help">{ t.say("sweep.minutes.help") }</p>
        </div>
    }
}

/// A setting's value as it stands in the experiment.
fn now(field: &Field, state: &State) -> Value {
    field.get(&state.config)
}
