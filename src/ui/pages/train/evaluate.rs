//! Part Evaluate of station Train: how good the model is, and at what.

mod beside;
mod choices;
mod figures;
mod plots;
mod surprises;

use std::rc::Rc;

use yew::prelude::*;

use crate::protocol::evaluate::{Origin, Report, Which};
use crate::ui::components::memorized::Memorized;
use crate::ui::components::{NoticeBox, Tone, error_text};
use crate::ui::figures::report::Plotted;
use crate::ui::i18n::I18n;
use crate::ui::kit::looks::{SERIES, Style};
use crate::ui::kit::picture::swatch;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, Part, State};
use beside::beside;
use choices::choices;
use figures::figures;
use plots::plot;
use surprises::{costly, worst};

#[component]
pub fn EvaluatePart(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let has_model = state.training.run.as_ref().is_some_and(|run| run.report.is_some());
    let to_live = dispatch.reform(|_: MouseEvent| Action::Open(Part::Live));
    html! {
        <section class="stack" aria-labelledby="evaluate-title">
            <div class="stack-tight evaluate-head">
                <h2 id="evaluate-title">{ t.say("evaluate.title") }</h2>
                <p class="note">{ t.say("evaluate.lead") }</p>
            </div>
            if has_model || !state.evaluate.models.is_empty() || choices::stored(state).next().is_some() {
                { choices(page) }
                { measured(page) }
                { beside(page) }
                { memorized(page) }
            } else {
                <NoticeBox tone={Tone::Information}>
                    <p>{ t.say("evaluate.no_model") }</p>
                    <div><button type="button" class="button" onclick={to_live}>{ t.say("evaluate.to_live") }</button></div>
                </NoticeBox>
            }
        </section>
    }
}

fn measured(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    let question = &state.evaluate.measured;
    let (Some(reports), Some(wanted)) = (&question.answer, question.answered()) else { return Html::default() };
    let names: Vec<String> =
        wanted.models.iter().zip(reports.iter()).map(|(it, report)| named(*it, report, state, t)).collect();
    html! {
        <div class="stack" aria-busy={question.is_waiting().to_string()} data-measured={reports.len().to_string()}>
            { figures(page, reports, &names) }
            <div class="columns evaluate-plots">
                { plot(Plotted::Reliability, reports, &names, t) }
                { plot(Plotted::Positions, reports, &names, t) }
            </div>
            { worst(reports, &names, t) }
            { costly(reports, &names, t) }
        </div>
    }
}

fn memorized(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let draft = state.writing.draft.as_ref().filter(|draft| !draft.tokens.is_empty());
    let write = dispatch.reform(|_: MouseEvent| Action::Write);
    let may_write = state.can_write() && !state.writing.is_running();
    html! {
        <section class="card" aria-labelledby="by-heart">
            <div class="row row-apart">
                <h3 id="by-heart">{ t.say("heart.title") }</h3>
                <button type="button" class="button" disabled={!may_write} onclick={write}>{ t.say("heart.write") }</button>
            </div>
            <p class="note">{ t.say("heart.note") }</p>
            if let Some(draft) = draft {
                <Memorized copied={state.copied()} waiting={state.evaluate.copied.is_waiting()}
                    written={Some((draft.prompt.clone(), draft.tokens.clone()))} t={t.clone()} />
                { error_text(state.evaluate.copied.error.as_ref(), t) }
            }
        </section>
    }
}

/// A model as it is called where it is chosen.
fn name(which: Which, state: &State, t: &I18n) -> String {
    let kept = match which {
        Which::Now => None,
        Which::Kept(key) => state.evaluate.kept(key),
    };
    let run = state.training.run.as_ref();
    let Some(model) = kept else {
        return t.fill("evaluate.model.now", &[("step", &run.map_or(0, |run| run.step()))]);
    };
    let record = match &model.origin {
        Origin::Run(id) if run.is_some_and(|run| run.id == *id) => None,
        Origin::Run(id) => state.storage.of_run(*id),
        Origin::Record(key) => state.storage.record(key),
    };
    match record {
        Some(record) => t.fill("evaluate.model.record", &[("run", &t.run_name(record)), ("step", &model.step)]),
        None => t.fill("evaluate.model.step", &[("step", &model.step)]),
    }
}

/// A model as it was when it was measured.
fn named(which: Which, report: &Report, state: &State, t: &I18n) -> String {
    match which {
        Which::Now => t.fill("evaluate.model.was", &[("step", &report.step)]),
        Which::Kept(key) if state.evaluate.kept(key).is_none() => {
            t.fill("evaluate.model.step", &[("step", &report.step)])
        }
        kept => name(kept, state, t),
    }
}

/// The line that stands for a model in the pictures.
fn line(place: usize) -> &'static Style {
    &SERIES[place % SERIES.len()]
}

/// The heads of columns, one for each model; a model alone needs no name.
fn columns(reports: &[Report], names: &[String]) -> Html {
    html! {
        { for (0..reports.len()).map(|place| html! { <th scope="col">{ swatch(line(place)) }{ " " }{ &names[place] }</th> }) }
    }
}

/// What pictures and tables are made of.
type Reports = Rc<Vec<Report>>;
