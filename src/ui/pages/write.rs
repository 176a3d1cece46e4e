//! Station Write: the model goes on with a text, and shows how sure it was of every token.

use yew::prelude::*;

use super::PageProps;
use crate::config::fields::{Field, Section};
use crate::protocol::{RunState, WriteEnd};
use crate::ui::components::memorized::Memorized;
use crate::ui::components::{
    Controls, CopyButton, Likelihood, NoticeBox, PromptBox, Sign, TintLegend, Tone, WrittenText, error_text, icon,
    onward, station_head,
};
use crate::ui::i18n::I18n;
use crate::ui::state::{Action, Draft, State, Station};
use crate::ui::written::{beginnings, joined};

const BEGINNINGS: usize = 3;

#[component]
pub fn WritePage(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let chosen = use_state_eq(|| None::<usize>);
    let head = state.project.text.answer.as_ref().map_or("", |text| &text.head);
    let written = state.writing.draft.as_ref().zip(*chosen).and_then(|(draft, index)| draft.tokens.get(index).cloned());
    let on_choose = {
        let chosen = chosen.setter();
        Callback::from(move |index| chosen.set(Some(index)))
    };
    let onclick = {
        let chosen = chosen.setter();
        Callback::from(move |_: MouseEvent| chosen.set(None))
    };
    let keys: Vec<_> = Field::of(Section::Sample).map(|field| field.key).collect();
    html! {
        <div class="station">
            { station_head(Station::Write, t) }
            <div class="columns write-parts" data-shape="wide-narrow">
                <div class="stack">
                    <section class="card">
                        { status(state, dispatch, t) }
                        <PromptBox prompt={state.writing.prompt.clone()} beginnings={beginnings(head, BEGINNINGS)}
                            can_write={state.can_write()} is_writing={state.writing.is_running()}
                            dispatch={dispatch.clone()} t={t.clone()} />
                    </section>
                    { output(state, *chosen, on_choose, t) }
                    { memorized(state, t) }
                </div>
                <div class="stack">
                    <section class="card likelihood-card" data-open={written.is_some().then_some("true")}>
                        <div class="row row-apart">
                            <h2>{ t.say("write.likelihood") }</h2>
                            if written.is_some() {
                                <button type="button" class="icon-button" aria-label={t.say("write.put_away")} {onclick}>
                                    { icon(Sign::Cross) }
                                </button>
                            }
                        </div>
                        <Likelihood {written} place={chosen.map_or(0, |index| index + 1)} t={t.clone()} />
                    </section>
                    <section class="card">
                        <h2>{ t.say("write.settings") }</h2>
                        <Controls {keys} config={state.config.clone()} dispatch={dispatch.clone()} t={t.clone()} />
                    </section>
                </div>
            </div>
            { onward(Station::Write, dispatch, t) }
        </div>
    }
}

/// Which model writes, or why none can.
fn status(state: &State, dispatch: &Callback<Action>, t: &I18n) -> Html {
    match &state.training.run {
        Some(run) if state.can_write() => {
            let key = match run.state {
                RunState::Running { .. } => "write.model.running",
                RunState::Paused { .. } => "write.model.paused",
                _ => "write.model.ended",
            };
            html! { <p class="note">{ t.fill(key, &[("step", &run.step())]) }</p> }
        }
        _ => {
            let onclick = dispatch.reform(|_: MouseEvent| Action::Go(Station::Train));
            html! {
                <NoticeBox tone={Tone::Information}>
                    <p>{ t.say("write.no_model") }</p>
                    <div><button type="button" class="button" {onclick}>{ t.say("write.to_train") }</button></div>
                </NoticeBox>
            }
        }
    }
}

fn output(state: &State, chosen: Option<usize>, on_choose: Callback<usize>, t: &I18n) -> Html {
    let draft = state.writing.draft.as_ref();
    let copied = state.copied();
    let stretches = copied.iter().flat_map(|copied| &copied.stretches).map(|it| (it.from, it.to));
    let stretches: Vec<(u64, u64)> = stretches.collect();
    html! {
        <section class="card" data-tour="shown">
            <div class="row row-apart">
                <h2>{ t.say("write.text") }</h2>
                if let Some(draft) = draft {
                    <CopyButton text={whole(draft)} t={t.clone()} />
                }
            </div>
            if let Some(draft) = draft {
                <WrittenText prompt={draft.prompt.clone()} tokens={draft.tokens.clone()}
                    is_writing={draft.end.is_none()} {chosen} {on_choose} t={t.clone()}
                    copied={stretches} />
                <TintLegend t={t.clone()} />
                { ending(draft, t) }
            } else {
                <p class="note">{ t.say("write.empty") }</p>
            }
            <p class="unseen" role="status">{ announced(draft, t) }</p>
        </section>
    }
}

/// What of the text was learned by heart, once it is written and was looked up.
fn memorized(state: &State, t: &I18n) -> Html {
    let question = &state.evaluate.copied;
    let copied = state.copied();
    if copied.is_none() && !question.is_waiting() && question.error.is_none() {
        return Html::default();
    }
    html! {
        <section class="card" aria-labelledby="by-heart">
            <h2 id="by-heart">{ t.say("heart.title") }</h2>
            <p class="note">{ t.say("heart.note") }</p>
            <Memorized {copied} waiting={question.is_waiting()} t={t.clone()} />
            { error_text(question.error.as_ref(), t) }
        </section>
    }
}

fn ending(draft: &Draft, t: &I18n) -> Html {
    match &draft.end {
        Some(WriteEnd::Finished { evicted }) if *evicted > 0 => html! {
            <NoticeBox tone={Tone::Information}><p>{ t.fill("write.evicted", &[("evicted", evicted)]) }</p></NoticeBox>
        },
        Some(WriteEnd::Failed { error }) => html! { { error_text(Some(error), t) } },
        _ => Html::default(),
    }
}

/// Read aloud once, at the end, not at every token.
fn announced(draft: Option<&Draft>, t: &I18n) -> String {
    match draft {
        Some(Draft { end: None, .. }) => t.say("write.writing"),
        Some(Draft { end: Some(WriteEnd::Failed { .. }), .. }) | None => String::new(),
        Some(draft) => t.fill("write.done", &[("text", &whole(draft))]),
    }
}

fn whole(draft: &Draft) -> String {
    draft.prompt.clone() + &joined(draft.tokens.iter().map(|written| &written.token))
}
