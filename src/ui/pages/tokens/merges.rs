//! Merge by merge: training by merges as something to play, step and scrub through.

mod curve;
mod growth;
mod player;
mod recut;
mod source;
mod stage;

use std::rc::Rc;

use yew::prelude::*;

use crate::config::TokenizerMethod;
use crate::protocol::Work;
use crate::ui::components::{error_text, work_progress};
use crate::ui::i18n::I18n;
use crate::ui::merges::{Name, Replay};
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, MergesAction, TracedText};
use player::MergePlayer;
use source::sources;

/// A moment of the training, and the way to another.
#[derive(Clone, PartialEq, Properties)]
pub struct MomentProps {
    pub replay: Rc<Replay>,
    pub at: usize,
    pub go: Callback<usize>,
    pub method: TokenizerMethod,
    pub t: I18n,
}

#[component]
pub fn MergesPart(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    html! {
        <section class="stack" aria-labelledby="merges-title">
            <div class="stack-tight merges-head">
                <h2 id="merges-title">{ t.say("merges.title") }</h2>
                <p class="note">{ t.say("merges.lead") }</p>
            </div>
            { sources(page) }
            if let Some(method) = state.traced_method() {
                { watched(page, method) }
            }
        </section>
    }
}

/// The player, or what there is instead of it.
fn watched(page: &PageProps, method: TokenizerMethod) -> Html {
    let PageProps { state, t, .. } = page;
    let question = &state.merging.trace;
    let stale = question.is_waiting() || !state.trace_is_current();
    html! {
        <div class="stack" aria-busy={question.is_waiting().to_string()}>
            { progress(page) }
            { error_text(question.error.as_ref(), t) }
            if let Some(replay) = question.answer.as_ref().filter(|_| !stale) {
                if replay.last() == 0 {
                    <p class="card note" role="status">{ t.say(nothing(state.merging.text)) }</p>
                } else {
                    // Another training begins at its beginning.
                    <MergePlayer key={std::rc::Rc::as_ptr(replay) as usize} replay={replay.clone()} {method}
                        t={t.clone()} />
                }
            }
        </div>
    }
}

fn nothing(text: TracedText) -> &'static str {
    match text {
        TracedText::Project => "merges.nothing",
        TracedText::Typed => "merges.nothing.typed",
    }
}

/// How far the training is, and the way to stop it or to begin after all.
fn progress(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let question = &state.merging.trace;
    let order = |action: fn() -> MergesAction| dispatch.reform(move |_: MouseEvent| Action::Merges(action()));
    if question.is_waiting() {
        return html! {
            <div class="card">
                { work_progress(&state.progress, Work::Tracing, t) }
                <button class="button merges-order" type="button" onclick={order(|| MergesAction::Stop)}>
                    { t.say("merges.stop") }
                </button>
            </div>
        };
    }
    if state.trace_is_current() || question.error.is_some() || state.project.text.answer.is_none() {
        return Html::default();
    }
    html! {
        <button class="button merges-order" data-kind="primary" type="button"
            onclick={order(|| MergesAction::Again)}>
            { t.say("merges.again") }
        </button>
    }
}

/// A token in its box. Those of the alphabet are pale, those that were learned have the colour of their number.
fn chip(name: &Name, colour: Option<u32>) -> Html {
    html! {
        <span class="token" data-colour={colour.map_or("none".into(), |colour| (colour % 5).to_string())}
            data-partial={name.partial.to_string()}>{ shown(name) }</span>
    }
}

fn shown(name: &Name) -> String {
    crate::ui::format::visible(&name.text)
}

/// A pair as it is read aloud: `“th” + “e”`.
fn spoken(left: &Name, right: &Name, t: &I18n) -> String {
    t.fill("merges.pair", &[("left", &shown(left)), ("right", &shown(right))])
}
