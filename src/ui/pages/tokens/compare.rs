//! Tokenizers side by side.

mod choices;
mod cuts;
mod runs;
mod tables;
mod zipf;

use yew::prelude::*;

use crate::protocol::Work;
use crate::protocol::tokens::{Comparison, Side};
use crate::ui::components::{error_text, work_progress};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, CompareAction, SideChoice, State};
use choices::choices;
use cuts::Cuts;
use runs::runs;
use tables::{figures, probes};
use zipf::zipf;

#[component]
pub fn ComparePart(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    html! {
        <section class="stack" aria-labelledby="compare-title">
            <div class="stack-tight merges-head">
                <h2 id="compare-title">{ t.say("compare.title") }</h2>
                <p class="note">{ t.say("compare.lead") }</p>
            </div>
            <div class="card">
                { choices(page) }
                { orders(page) }
            </div>
            { compared(page) }
            { runs(&state.comparable(), t) }
        </section>
    }
}

/// The way to compare and to stop, and how far it is.
fn orders(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let question = &state.comparing.comparison;
    let order = |action: CompareAction| dispatch.reform(move |_: MouseEvent| Action::Compare(action));
    let stale = !state.comparison_is_current() && state.project.text.answer.is_some();
    html! {
        <>
            <div class="row">
                if question.is_waiting() {
                    <button class="button" type="button" onclick={order(CompareAction::Stop)}>{ t.say("merges.stop") }</button>
                } else {
                    <button class="button" data-kind={stale.then_some("primary")} type="button" disabled={!stale}
                        onclick={order(CompareAction::Compare)}>
                        { t.say("compare.run") }
                    </button>
                }
            </div>
            <div role="status">
                { work_progress(&state.progress, Work::Comparing, t) }
                if stale && !question.is_waiting() && question.answer.is_some() {
                    <p class="note">{ t.say("compare.stale") }</p>
                }
            </div>
            { error_text(question.error.as_ref(), t) }
        </>
    }
}

fn compared(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    let question = &state.comparing.comparison;
    let (Some(comparison), Some(wanted)) = (&question.answer, question.answered()) else { return Html::default() };
    let named = |(side, choice): (&Result<Side, _>, &SideChoice)| name(side.as_ref().ok(), *choice, state, t);
    let names: Vec<String> = comparison.sides.iter().zip(&wanted.sides).map(named).collect();
    html! {
        <div class="stack" aria-busy={question.is_waiting().to_string()}>
            { failures(comparison, &names, t) }
            <Cuts comparison={comparison.clone()} names={names.clone()} t={t.clone()} />
            { figures(comparison, &names, t) }
            { probes(comparison, &names, t) }
            { zipf(comparison, &names, t) }
        </div>
    }
}

/// The sides that this text does not give, with the reason.
fn failures(comparison: &Comparison, names: &[String], t: &I18n) -> Html {
    let failed = comparison.sides.iter().zip(names).filter_map(|(side, name)| Some((name, side.as_ref().err()?)));
    html! {
        { for failed.map(|(name, error)| html! {
            <div class="stack-tight"><strong>{ name }</strong>{ error_text(Some(error), t) }</div>
        }) }
    }
}

/// A tokenizer with its size: `BPE · 1,000`.
fn name(side: Option<&Side>, choice: SideChoice, state: &State, t: &I18n) -> String {
    let (name, wanted) = match choice {
        SideChoice::Project => (t.say("compare.project"), None),
        SideChoice::Imported(at) => (state.comparing.brought.get(at).map_or("", |files| files.name()).into(), None),
        SideChoice::Trained { method, vocab_size } => (t.method(method), Some(vocab_size as u64)),
    };
    let size = side.map(|side| side.vocab_size).or(wanted).map(format::count);
    size.map_or(name.clone(), |size| format!("{name} · {size}"))
}

/// The sides that are there, with their places and names.
fn sides<'a>(comparison: &'a Comparison, names: &'a [String]) -> impl Iterator<Item = (usize, &'a str, &'a Side)> {
    let all = comparison.sides.iter().zip(names).enumerate();
    all.filter_map(|(place, (side, name))| Some((place, &**name, side.as_ref().ok()?)))
}
