//! Which settings are swept, over which values.

use yew::prelude::*;

use super::now;
use crate::config::fields::{Field, Kind, Value};
use crate::ui::components::parts::typed;
use crate::ui::components::{Menu, Sign, icon};
use crate::ui::differences::value;
use crate::ui::i18n::I18n;
use crate::ui::pages::PageProps;
use crate::ui::state::sweep::{Fault, MAX_FIELDS, MAX_VALUES, SweepField, offered};
use crate::ui::state::{Action, RunsAction, SweepAction};

pub fn fields(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let swept = &state.runs.sweep.fields;
    let next = offered().find(|field| swept.iter().all(|other| other.field.key != field.key));
    html! {
        <>
            <ol class="sweep-fields">{ for swept.iter().enumerate().map(|(at, swept)| row(page, at, swept)) }</ol>
            if let Some(next) = next.filter(|_| swept.len() < MAX_FIELDS) {
                <button type="button" class="button sweep-add" data-kind="quiet"
                    onclick={order(dispatch, SweepAction::Choose(swept.len(), next))}>
                    { t.say("sweep.add") }
                </button>
            }
        </>
    }
}

fn order(dispatch: &Callback<Action>, action: SweepAction) -> Callback<MouseEvent> {
    dispatch.reform(move |_: MouseEvent| Action::Runs(RunsAction::Sweep(action.clone())))
}

fn row(page: &PageProps, at: usize, swept: &SweepField) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let others = |field: &&'static Field| {
        let taken = state.runs.sweep.fields.iter().any(|other| other.field.key == field.key);
        field.key == swept.field.key || !taken
    };
    let choices: Vec<&'static Field> = offered().filter(others).collect();
    let chosen = choices.iter().position(|field| field.key == swept.field.key).unwrap_or(0);
    let names: Vec<String> = choices.iter().map(|field| t.field(field).0).collect();
    let onchoose = dispatch.reform(move |choice: usize| {
        Action::Runs(RunsAction::Sweep(SweepAction::Choose(at, choices[choice % choices.len()])))
    });
    let label = t.fill("sweep.remove", &[("name", &t.field(swept.field).0)]);
    html! {
        <li class="sweep-field" key={swept.field.key}>
            <Menu id={format!("sweep-field-{at}")} label={t.fill("sweep.setting", &[("n", &(at + 1))])} choices={names} {chosen} {onchoose} />
            <div class="stack-tight">
                { values(page, at, swept) }
                { fault(swept, at, t) }
            </div>
            if state.runs.sweep.fields.len() > 1 {
                <button type="button" class="icon-button" aria-label={label.clone()} title={label}
                    onclick={order(dispatch, SweepAction::Remove(at))}>
                    { icon(Sign::Cross) }
                </button>
            }
        </li>
    }
}

fn values(PageProps { state, dispatch, t, .. }: &PageProps, at: usize, swept: &SweepField) -> Html {
    let (name, _) = t.field(swept.field);
    if let Kind::Choice(_) | Kind::Switch = swept.field.kind {
        return choices(dispatch, at, swept, t);
    }
    let now = value(swept.field, &now(swept.field, state), t);
    html! {
        <Values {at} typed={swept.typed.clone()} label={t.fill("sweep.values", &[("name", &name)])}
            note={t.fill("sweep.values.help", &[("now", &now)])} is_wrong={swept.values().is_err()}
            dispatch={dispatch.clone()} />
    }
}

/// A box for each choice.
fn choices(dispatch: &Callback<Action>, at: usize, swept: &SweepField, t: &I18n) -> Html {
    let chosen = swept.values().unwrap_or_default();
    let choice = |name: &'static str| {
        let picked = Value::Text(name.into());
        let toggled = swept.toggled(name);
        let toggle =
            dispatch.reform(move |_: Event| Action::Runs(RunsAction::Sweep(SweepAction::Type(at, toggled.clone()))));
        html! {
            <label class="check">
                <input type="checkbox" checked={chosen.contains(&picked)} onchange={toggle} />
                <span>{ value(swept.field, &picked, t) }</span>
            </label>
        }
    };
    html! {
        <fieldset class="sweep-choices">
            <legend>{ t.fill("sweep.values", &[("name", &t.field(swept.field).0)]) }</legend>
            { for swept.field.kind.names().iter().copied().map(choice) }
        </fieldset>
    }
}

fn fault(swept: &SweepField, at: usize, t: &I18n) -> Html {
    let sentence = match swept.values() {
        Ok(_) => return Html::default(),
        Err(Fault::Value(error)) => t.error(&error),
        Err(Fault::None) => t.say("sweep.values.none"),
        Err(Fault::TooMany) => t.fill("sweep.values.too_many", &[("most", &MAX_VALUES)]),
    };
    html! { <p class="field-error" id={format!("sweep-error-{at}")} role="alert">{ sentence }</p> }
}

#[derive(PartialEq, Properties)]
struct ValuesProps {
    at: usize,
    typed: String,
    label: String,
    note: String,
    is_wrong: bool,
    dispatch: Callback<Action>,
}

/// A part of its own, so that news of the engine do not draw it anew while somebody types.
#[component]
fn Values(props: &ValuesProps) -> Html {
    let ValuesProps { at, typed: text, label, note, is_wrong, dispatch } = props;
    let (id, at) = (format!("sweep-values-{at}"), *at);
    let oninput =
        dispatch.reform(move |event: InputEvent| Action::Runs(RunsAction::Sweep(SweepAction::Type(at, typed(&event)))));
    html! {
        <>
            <label for={id.clone()}>{ label }</label>
            <input class="input" {id} type="text" inputmode="text" autocomplete="off" value={text.clone()} {oninput}
                aria-invalid={is_wrong.to_string()} aria-describedby={is_wrong.then(|| format!("sweep-error-{at}"))} />
            <p class="field-help">{ note }</p>
        </>
    }
}
