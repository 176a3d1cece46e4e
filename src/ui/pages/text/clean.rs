//! Cleaning the documents: a plan, what it would change, and the way back.

use std::rc::Rc;

use yew::prelude::*;

use super::description::DescriptionCard;
use crate::config::Config;
use crate::config::corpus::CleaningConfig;
use crate::error::Error;
use crate::protocol::Work;
use crate::protocol::corpus::{CleaningChange, CleaningPreview, Side};
use crate::ui::components::{Controls, NoticeBox, Tone, error_text, figure_list, work_progress};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, CorpusAction};

/// What every document is rewritten by, and what documents are removed by.
const REWRITING: [&str; 4] = ["clean_html", "clean_unicode", "clean_spaces", "clean_lower"];
const REMOVING: [&str; 4] = ["clean_shortest", "clean_longest", "clean_duplicates", "clean_similar"];

#[component]
pub fn CleanPart(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    let described = state.project.described.cleaned.answer.clone();
    let cleans = state.config.data.cleaning != CleaningConfig::default();
    html! {
        <>
            <section class="stack" aria-labelledby="corpus-clean">
                <h2 id="corpus-clean">{ t.say("corpus.clean.title") }</h2>
                <p class="note">{ t.say("corpus.clean.lead") }</p>
                <div class="corpus-clean">
                    { steps(page) }
                    <div class="card" aria-busy={state.project.cleaning.preview.is_waiting().to_string()}>
                        <h3>{ t.say("corpus.clean.changes") }</h3>
                        { preview(page) }
                    </div>
                </div>
            </section>
            if let Some(description) = described.filter(|_| cleans) {
                <section class="stack" aria-labelledby="corpus-cleaned">
                    <h2 id="corpus-cleaned">{ t.say("corpus.clean.after") }</h2>
                    <DescriptionCard {description} stale={!state.cleaned_description_is_current()} t={t.clone()} />
                </section>
            }
        </>
    }
}

fn steps(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let mut config = Config::clone(&state.config);
    config.data.cleaning = state.planned_cleaning().clone();
    let plan = dispatch.reform(|action| match action {
        Action::Set(field, value) => Action::Corpus(CorpusAction::Plan(field, value)),
        other => other,
    });
    let controls = |keys: &[&'static str]| {
        html! { <Controls keys={keys.to_vec()} config={config.clone()} dispatch={plan.clone()} t={t.clone()} /> }
    };
    html! {
        <div class="card">
            <h3>{ t.say("corpus.clean.rewrite") }</h3>
            { controls(&REWRITING) }
            <h3>{ t.say("corpus.clean.remove") }</h3>
            { controls(&REMOVING) }
        </div>
    }
}

fn orders(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let planned = state.plans_cleaning();
    let order = |name: &str, kind: Option<&'static str>, action: CorpusAction, possible: bool| {
        let act = dispatch.reform(move |_: MouseEvent| Action::Corpus(action.clone()));
        html! {
            <button class="button" data-kind={kind} type="button" onclick={act} disabled={!possible}>
                { t.say(&format!("corpus.clean.{name}")) }
            </button>
        }
    };
    html! {
        <div class="row">
            { order("apply", planned.then_some("primary"), CorpusAction::Apply, planned) }
            { order("discard", None, CorpusAction::Discard, planned) }
            { order("undo", None, CorpusAction::Undo, state.project.cleaning.can_undo()) }
        </div>
    }
}

fn preview(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    let question = &state.project.cleaning.preview;
    let cleaning = state.planned_cleaning();
    let nothing = *cleaning == CleaningConfig::default();
    let status = match () {
        _ if nothing && state.plans_cleaning() => "corpus.clean.none.planned",
        _ if nothing => "corpus.clean.none",
        _ if state.plans_cleaning() => "corpus.clean.planned",
        _ => "corpus.clean.applied",
    };
    let refused = state.project.text.error.as_ref().filter(|error| matches!(error, Error::NothingLeft { .. }));
    html! {
        <>
            <NoticeBox tone={Tone::Information}><p>{ t.say(status) }</p></NoticeBox>
            { orders(page) }
            { work_progress(&state.progress, Work::CleaningText, t) }
            { work_progress(&state.progress, Work::LoadingText, t) }
            { error_text(question.error.as_ref().or(refused), t) }
            if let Some(preview) = question.answer.clone().filter(|_| !nothing) {
                <Changes {preview} t={t.clone()} />
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct ChangesProps {
    preview: Rc<CleaningPreview>,
    t: I18n,
}

/// Counts by step, then some documents before and after.
#[component]
fn Changes(props: &ChangesProps) -> Html {
    let ChangesProps { preview, t } = props;
    let becomes = |(before, after): (u64, u64)| format!("{} → {}", format::count(before), format::count(after));
    let figures = [
        (t.say("corpus.card.documents"), becomes(preview.documents)),
        (t.say("text.figure.characters"), becomes(preview.characters)),
    ];
    let steps = preview.steps.iter().filter(|(_, count)| *count > 0);
    html! {
        <>
            { figure_list(&figures) }
            if preview.changes.is_empty() {
                <p>{ t.say("corpus.clean.unchanged") }</p>
            } else {
                <table class="list">
                    <thead>
                        <tr>
                            <th scope="col">{ t.say("corpus.clean.step") }</th>
                            <th scope="col" class="number">{ t.say("corpus.card.documents") }</th>
                        </tr>
                    </thead>
                    <tbody>
                        { for steps.map(|(step, count)| html! {
                            <tr>
                                <th scope="row">{ t.say(&format!("corpus.step.{step}")) }</th>
                                <td class="number">{ format::count(*count) }</td>
                            </tr>
                        }) }
                    </tbody>
                </table>
                <p class="note">{ t.say("corpus.clean.legend") }</p>
                <ol class="corpus-changes" tabindex="0" aria-label={t.say("corpus.clean.examples")}>
                    { for preview.changes.iter().map(|it| change(it, t)) }
                </ol>
            }
        </>
    }
}

fn change(change: &CleaningChange, t: &I18n) -> Html {
    let number = format::count(change.document);
    let title = match &change.removed_by {
        Some(step) => {
            let why = t.say(&format!("corpus.step.{step}"));
            t.fill("corpus.clean.document.removed", &[("n", &number), ("why", &why)])
        }
        None => t.fill("corpus.clean.document", &[("n", &number)]),
    };
    html! {
        <li>
            <p class="note">{ title }</p>
            <p class="corpus-change">
                { for change.pieces.iter().map(|(side, text)| match &change.removed_by {
                    Some(_) => html! { <del>{ text }</del> },
                    None => piece(*side, text),
                }) }
            </p>
        </li>
    }
}

/// White space that goes or comes is made visible.
fn piece(side: Side, text: &str) -> Html {
    match side {
        Side::Both => html! { <span>{ text }</span> },
        Side::Before => html! { <del>{ format::visible(text) }</del> },
        Side::After => html! { <ins>{ format::visible(text) }</ins> },
    }
}
