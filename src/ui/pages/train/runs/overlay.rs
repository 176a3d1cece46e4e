//! The runs that are ticked, on one chart.

use std::rc::Rc;

use yew::prelude::*;

use crate::ui::charts::baselines::Baselines;
use crate::ui::charts::overlay::{Across, Overlay};
use crate::ui::components::{Menu, NoticeBox, OverlayChart, Tone};
use crate::ui::figures::guesser;
use crate::ui::i18n::I18n;
use crate::ui::kit::axes::Titles;
use crate::ui::kit::scale::Spacing;
use crate::ui::listing::line;
use crate::ui::pages::PageProps;
use crate::ui::state::runs::{Chart, Curve};
use crate::ui::state::{Action, RunsAction, State};

pub fn overlay(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    let Chart { curve, across, .. } = state.runs.chart;
    let titles = Titles {
        across: t.say(&format!("runs.across.{}", across.name())),
        up: t.say(&format!("runs.axis.{}", curve.name())),
    };
    html! {
        <section class="card" aria-labelledby="runs-chart">
            <h2 id="runs-chart">{ t.say("runs.chart") }</h2>
            { menus(page) }
            if state.runs.shown.is_empty() {
                <p class="note">{ t.say("runs.chart.none") }</p>
            } else {
                if curve != Curve::BitsPerByte && differ(state) {
                    <NoticeBox tone={Tone::Warning}><p>{ t.say("runs.chart.vocabularies") }</p></NoticeBox>
                }
                <OverlayChart overlay={Rc::new(drawn(state, t))} {titles} t={t.clone()} />
            }
        </section>
    }
}

/// Losses per token of different vocabularies say nothing about each other.
fn differ(state: &State) -> bool {
    let mut sizes = state.on_chart().map(|(_, run)| run.vocab_size);
    let first = sizes.next();
    sizes.any(|size| Some(size) != first)
}

fn drawn(state: &State, t: &I18n) -> Overlay {
    let Chart { curve, across, upward } = state.runs.chart;
    let lines = state.on_chart().map(|(look, run)| line(run, look, state.runs.chart, t)).collect();
    let baselines = match state.reference() {
        Some(run) if curve != Curve::BitsPerByte && !differ(state) => {
            Baselines { vocab_size: run.vocab_size, unigram_entropy: run.unigram_entropy, ..Baselines::default() }
                .lines(|it| guesser(it, t))
        }
        _ => Vec::new(),
    };
    Overlay { lines, baselines, across, upward }
}

fn menus(PageProps { state, dispatch, t, .. }: &PageProps) -> Html {
    let chart = state.runs.chart;
    let menu = |name: &'static str, choices: Vec<&'static str>, chosen: usize, set: fn(Chart, usize) -> Chart| {
        let onchoose = dispatch.reform(move |at: usize| Action::Runs(RunsAction::Draw(set(chart, at))));
        let choices: Vec<String> = choices.into_iter().map(|choice| t.say(&format!("runs.{name}.{choice}"))).collect();
        html! { <Menu id={format!("runs-{name}")} label={t.say(&format!("runs.{name}"))} {choices} {chosen} {onchoose} /> }
    };
    let place = |at: Option<usize>| at.unwrap_or(0);
    html! {
        <div class="runs-menus">
            { menu("curve", Curve::ALL.map(Curve::name).into(), place(Curve::ALL.iter().position(|it| *it == chart.curve)),
                |chart, at| Chart { curve: Curve::ALL[at % Curve::ALL.len()], ..chart }) }
            { menu("across", Across::ALL.map(Across::name).into(), place(Across::ALL.iter().position(|it| *it == chart.across)),
                |chart, at| Chart { across: Across::ALL[at % Across::ALL.len()], ..chart }) }
            { menu("upward", vec!["linear", "logarithmic"], place(Spacing::ALL.iter().position(|it| *it == chart.upward)),
                |chart, at| Chart { upward: Spacing::ALL[at % Spacing::ALL.len()], ..chart }) }
        </div>
    }
}
