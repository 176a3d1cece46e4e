//! Station Text: which text the model learns from.

mod bring;
mod clean;
mod columns;
mod corpora;
mod description;
mod own;
mod reading;
mod sample;
mod summary;

use yew::prelude::*;

use super::PageProps;
use crate::config::Source;
use crate::error::Error;
use crate::protocol::Work;
use crate::ui::components::{Controls, Sign, error_text, icon, onward, part_tabs, station_head, work_progress};
use crate::ui::i18n::I18n;
use crate::ui::state::{Action, Engine, Part, State, Station, Tour};
use bring::{AddressBox, DropZone, PasteBox};
use clean::CleanPart;
use corpora::corpora;
use description::DescriptionCard;
use own::user_texts;
use sample::{SamplePart, sample_in_use};
use summary::text_summary;

#[component]
pub fn TextPage(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let part = state.view.part();
    html! {
        <div class="station">
            if shows_hero(page) && part == Some(Part::Bring) {
                { hero(page) }
            } else {
                { station_head(Station::Text, t) }
            }
            { part_tabs(state, dispatch, t) }
            { match part {
                Some(Part::Clean) => html! { <CleanPart ..page.clone() /> },
                Some(Part::Sample) => html! { <SamplePart ..page.clone() /> },
                _ => bring_part(page),
            } }
            { onward(Station::Text, dispatch, t) }
        </div>
    }
}

fn bring_part(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let text = &state.project.text;
    html! {
        <>
            <section class="stack" aria-labelledby="text-corpora">
                <h2 id="text-corpora">{ t.say("text.corpora") }</h2>
                { corpora(page) }
            </section>
            <section class="stack" aria-labelledby="text-own">
                <h2 id="text-own">{ t.say("text.own") }</h2>
                <div class="columns">
                    <DropZone dispatch={dispatch.clone()} t={t.clone()} />
                    <PasteBox dispatch={dispatch.clone()} t={t.clone()} />
                </div>
                <AddressBox dispatch={dispatch.clone()} t={t.clone()} />
                { error_text(state.project.unread.as_ref().or(untold(state)), t) }
                { user_texts(page) }
            </section>
            <section class="stack" data-tour="shown" aria-labelledby="text-now" aria-busy={text.is_waiting().to_string()}>
                <h2 id="text-now">
                    { t.say("text.now") }
                    if let Some(name) = own_name(state, t) { <span class="text-name">{ name }</span> }
                </h2>
                { sample_in_use(page) }
                { work_progress(&state.progress, Work::LoadingText, t) }
                if let Some(summary) = &text.answer {
                    { text_summary(page, summary) }
                    if let Some(description) = state.project.described.brought.answer.clone() {
                        <DescriptionCard {description} stale={!state.description_is_current()} t={t.clone()} />
                    }
                } else {
                    <p class="note" role="status">{ t.say("text.reading") }</p>
                }
            </section>
            if state.config.data.source != Source::Own {
                <details class="fold">
                    <summary>{ t.say("text.settings") }</summary>
                    <div class="columns">
                        <Controls keys={vec!["characters", "corpus_seed"]} config={state.config.clone()}
                            dispatch={dispatch.clone()} t={t.clone()} />
                    </div>
                </details>
            }
        </>
    }
}

/// Why the last text was refused, where its row in the list does not say it.
fn untold(state: &State) -> Option<&Error> {
    let error = state.project.text.error.as_ref()?;
    (!state.project.faults.values().any(|fault| fault == error)).then_some(error)
}

/// Until something has been grown, the page begins with its one button, where anything can grow at all.
fn shows_hero(page: &PageProps) -> bool {
    let state = &page.state;
    let possible = matches!(state.engine, Engine::Starting) || state.can_train();
    possible && state.training.run.is_none() && state.tour == Tour::Off
}

fn hero(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let grow = dispatch.reform(|_: MouseEvent| Action::Grow);
    html! {
        <section class="hero">
            <div class="hero-words">
                <h1 id="station-title" tabindex="-1">{ t.say("text.hero.title") }</h1>
                <p>{ t.say("text.hero.lead") }</p>
                <button class="button" data-kind="primary" data-size="large" type="button" onclick={grow}>
                    { icon(Sign::Seedling) }{ t.say("text.hero.button") }
                </button>
                <p class="note">{ hero_note(state, t) }</p>
            </div>
            { hero_picture() }
        </section>
    }
}

/// How long it takes.
fn hero_note(state: &State, t: &I18n) -> String {
    match () {
        _ if state.is_slow() => t.say("text.hero.slow"),
        _ if state.is_on_cpu() => t.say("text.hero.cpu"),
        _ => t.say("text.hero.note"),
    }
}

/// A seedling whose leaves are tokens.
fn hero_picture() -> Html {
    html! {
        <svg class="hero-picture" viewBox="0 0 240 240" aria-hidden="true" focusable="false">
            <g fill="none" stroke="currentColor" stroke-width="6" stroke-linecap="round">
                <path d="M120 222C120 176 121 140 120 70M62 222H178" />
                <path d="M120 172C100 170 84 160 72 142M120 146C142 144 158 132 170 112" stroke-width="5" />
                <path d="M120 112C104 108 92 98 84 84M121 96C132 90 144 76 152 58" stroke-width="4" />
            </g>
            <g stroke="currentColor" stroke-width="3">
                <rect class="leaf" data-colour="0" x="22" y="112" width="68" height="36" rx="12" />
                <rect class="leaf" data-colour="1" x="148" y="84" width="66" height="36" rx="12" />
                <rect class="leaf" data-colour="3" x="58" y="58" width="38" height="32" rx="11" />
                <rect class="leaf" data-colour="4" x="138" y="32" width="42" height="34" rx="11" />
                <rect class="leaf" data-colour="2" x="86" y="14" width="46" height="34" rx="11" />
            </g>
            <g class="hero-letters" font-size="19" text-anchor="middle">
                <text x="56" y="136">{ "once" }</text>
                <text x="181" y="108">{ "upon" }</text>
                <text x="77" y="80">{ "a" }</text>
                <text x="159" y="56">{ "猫" }</text>
                <text x="109" y="37">{ "the" }</text>
            </g>
        </svg>
    }
}

/// What the student called the text, if it is the student's.
fn own_name(state: &State, t: &I18n) -> Option<String> {
    let summary = state.project.text.answer.as_ref()?;
    let others = state.project.usable().count().saturating_sub(1);
    let named = match others {
        0 => summary.name.clone(),
        _ => t.fill("corpus.own.names", &[("name", &summary.name), ("n", &others)]),
    };
    (state.config.data.source == Source::Own).then_some(named)
}
