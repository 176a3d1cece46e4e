//! What is measured, beside what, and on which text.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::protocol::Work;
use crate::protocol::evaluate::{Origin, Which};
use crate::protocol::runs::RunRecord;
use crate::ui::components::{error_text, on_input_text, work_progress};
use crate::ui::kit::picture::swatch;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, EvaluateAction, Ground, Side, State};

/// In the place of a key.
const NOW: &str = "now";

pub fn choices(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let evaluate = &state.evaluate;
    let first = dispatch.reform(|event: Event| Action::Evaluate(chosen(&event, Side::First)));
    let second = dispatch.reform(|event: Event| Action::Evaluate(chosen(&event, Side::Second)));
    html! {
        <div class="card">
            <div class="evaluate-choices">
                <label class="field">
                    <span class="field-name">{ swatch(super::line(0)) }{ t.say("evaluate.model") }</span>
                    <select class="menu" data-choice="model" onchange={first}>
                        { options(page, Some(evaluate.model)) }
                    </select>
                </label>
                <label class="field">
                    <span class="field-name">{ swatch(super::line(1)) }{ t.say("evaluate.beside") }</span>
                    <select class="menu" data-choice="beside" onchange={second}>
                        <option value="" selected={evaluate.beside.is_none()}>{ t.say("evaluate.beside.none") }</option>
                        { options(page, evaluate.beside) }
                    </select>
                </label>
                { ground(page) }
            </div>
            if evaluate.ground == Ground::Own {
                <label class="field">
                    <span class="field-name">{ t.say("evaluate.own") }</span>
                    <textarea class="input" rows="4" data-choice="own" value={evaluate.own.clone()}
                        placeholder={t.say("evaluate.own.placeholder")}
                        oninput={on_input_text(dispatch, |text| Action::Evaluate(EvaluateAction::Paste(text)))} />
                </label>
            }
            { orders(page) }
        </div>
    }
}

/// Before the key of a record.
const RECORD: &str = "record ";

fn chosen(event: &Event, side: Side) -> EvaluateAction {
    let value = event.target_unchecked_into::<HtmlSelectElement>().value();
    if let Some(record) = value.strip_prefix(RECORD) {
        return EvaluateAction::Fetch(side, record.into());
    }
    let which = if value == NOW { Some(Which::Now) } else { value.parse().ok().map(Which::Kept) };
    match side {
        Side::First => EvaluateAction::Choose(which.unwrap_or_default()),
        Side::Second => EvaluateAction::ChooseBeside(which),
    }
}

/// The model of now, where there is one, those that are kept, newest first, and those of earlier visits.
fn options(page: &PageProps, selected: Option<Which>) -> Html {
    let PageProps { state, t, .. } = page;
    let now = state.training.run.is_some().then_some(Which::Now);
    let kept = state.evaluate.models.iter().rev().map(|model| Which::Kept(model.key));
    let value = |which: Which| match which {
        Which::Now => NOW.to_string(),
        Which::Kept(key) => key.to_string(),
    };
    html! {
        <>
            { for now.into_iter().chain(kept).map(|which| html! {
                <option key={value(which)} value={value(which)} selected={selected == Some(which)}>
                    { super::name(which, state, t) }
                </option>
            }) }
            { for stored(state).map(|record| {
                let (value, name) = (format!("{RECORD}{}", record.key), t.run_name(record));
                let step = record.kept.unwrap_or_default();
                html! {
                    <option key={value.clone()} {value}>
                        { t.fill("evaluate.model.record", &[("run", &name), ("step", &step)]) }
                    </option>
                }
            }) }
        </>
    }
}

/// Runs whose weights are kept on this computer, but for the one that is going on and those that were fetched.
pub fn stored(state: &State) -> impl Iterator<Item = &RunRecord> {
    let current = state.storage.current().map(|record| record.key.clone());
    let fetched = |record: &RunRecord| {
        let is_it = |origin: &Origin| matches!(origin, Origin::Record(key) if *key == record.key);
        state.evaluate.models.iter().any(|model| is_it(&model.origin))
    };
    let records = state.storage.records.iter().rev().map(|record| &**record);
    records.filter(move |record| record.kept.is_some() && Some(&record.key) != current.as_ref() && !fetched(record))
}

fn ground(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let choice = |ground: Ground, key: &'static str| {
        let set = dispatch.reform(move |_: Event| Action::Evaluate(EvaluateAction::On(ground)));
        html! {
            <label class="choice">
                <input type="radio" name="evaluate-on" value={key} checked={state.evaluate.ground == ground} onchange={set} />
                <span>{ t.say(key) }</span>
            </label>
        }
    };
    html! {
        <fieldset class="field">
            <legend class="field-name">{ t.say("evaluate.on") }</legend>
            <div class="choices">
                { choice(Ground::HeldOut, "evaluate.on.held_out") }
                { choice(Ground::Own, "evaluate.on.own") }
            </div>
        </fieldset>
    }
}

/// The way to measure and to stop, and how far it is.
fn orders(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let question = &state.evaluate.measured;
    let order = |action: fn() -> EvaluateAction| dispatch.reform(move |_: MouseEvent| Action::Evaluate(action()));
    let is_running = state.training.run.as_ref().is_some_and(|run| run.is_running());
    html! {
        <>
            <div class="row">
                if question.is_waiting() {
                    <button class="button" type="button" data-order="stop-measuring"
                        onclick={order(|| EvaluateAction::StopMeasuring)}>{ t.say("evaluate.stop") }</button>
                } else {
                    <button class="button" data-kind="primary" type="button" data-order="measure"
                        onclick={order(|| EvaluateAction::Measure)}>{ t.say("evaluate.measure") }</button>
                }
                if is_running {
                    <span class="note">{ t.say("evaluate.training_waits") }</span>
                }
            </div>
            <div role="status">{ work_progress(&state.progress, Work::Evaluating, t) }</div>
            { error_text(question.error.as_ref().or(state.evaluate.fetching.error.as_ref()), t) }
        </>
    }
}
