//! Part Live of station Train: the loss falls, and language appears.

mod cost;
mod finder;
mod inside;
mod numbers;

use std::rc::Rc;

use yew::prelude::*;

use crate::config::TrainConfig;
use crate::config::fields::{Field, Section};
use crate::protocol::{RunState, Work};
use crate::ui::charts::baselines::Baselines;
use crate::ui::components::{
    Controls, FailedRun, LossChart, NoticeBox, Recoveries, RunControls, RunFigures, Timeline, Tone, work_progress,
};
use crate::ui::figures::live::Schedule;
use crate::ui::format::figures;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::figure::{Figure, Files};
use crate::ui::pages::PageProps;
use crate::ui::state::{Run, State};

/// The settings that matter most; the others are a click away.
const FIRST: [&str; 6] = ["optimizer", "learning_rate", "schedule", "steps", "batch_size", "warmup"];

#[component]
pub fn LivePart(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    let run = state.training.run.as_ref();
    html! {
        <>
            { panel(page) }
            <div class="columns" data-shape="wide-narrow">
                <div class="stack">
                    <section class="card">
                        <h2>{ t.say("train.chart") }</h2>
                        <p class="note">{ t.say("train.chart.note") }</p>
                        { chart(state, t) }
                    </section>
                    <section class="card">
                        <h2>{ t.say("train.timeline") }</h2>
                        <Timeline samples={run.map(|run| run.samples.clone()).unwrap_or_default()}
                            points={run.map(|run| run.points.clone()).unwrap_or_default()}
                            every={state.config.train.sample_every} t={t.clone()} />
                    </section>
                    { inside::inside(page) }
                    { numbers::numbers(page) }
                </div>
                { settings(page) }
            </div>
        </>
    }
}

/// The orders, and where the run is.
fn panel(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let run = state.training.run.as_ref();
    html! {
        <section class="card run-card" aria-label={t.say("train.run")}>
            <div class="row row-apart">
                <RunControls run={run.map(|run| run.state.clone())} can_train={state.can_train()}
                    is_starting={state.training.is_starting()} dispatch={dispatch.clone()} t={t.clone()} />
                <p class="run-state" role="status" data-state={state_name(run)}>{ told(state, t) }</p>
            </div>
            { work_progress(&state.progress, Work::TrainingTokenizer, t) }
            { work_progress(&state.progress, Work::BuildingModel, t) }
            if let Some(run) = run {
                <FailedRun run={run.clone()} config={state.config.clone()} dispatch={dispatch.clone()} t={t.clone()} />
                <RunFigures run={run.clone()} t={t.clone()} />
                { cost::cost(page) }
                <Recoveries run={run.clone()} t={t.clone()} />
            }
        </section>
    }
}

fn settings(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let run = state.training.run.as_ref().filter(|run| !run.has_ended());
    let train = &state.config.train;
    let read = |key: &&'static str| train.reads(key);
    let others = Field::of(Section::Train).map(|field| field.key).filter(|key| !FIRST.contains(key)).filter(read);
    let controls = |keys: Vec<&'static str>| {
        html! { <Controls {keys} config={state.config.clone()} dispatch={dispatch.clone()} t={t.clone()} /> }
    };
    html! {
        <section class="card">
            <h2>{ t.say("train.settings") }</h2>
            if run.is_some() {
                <NoticeBox tone={Tone::Information}><p>{ t.say("train.settings.next_run") }</p></NoticeBox>
            }
            { schedule(train, t) }
            { controls(FIRST.to_vec()) }
            { finder::finder(page) }
            <details class="more">
                <summary>{ t.say("train.settings.more") }</summary>
                <div class="stack">{ controls(others.collect()) }</div>
            </details>
        </section>
    }
}

/// The learning rate of a run with these settings, before it begins.
fn schedule(train: &TrainConfig, t: &I18n) -> Html {
    let rate = train.rate();
    let figure = |step: usize| figures(rate.at(step as f64));
    let (first, last) = (train.warmup.min(train.steps.saturating_sub(1)), train.steps.saturating_sub(1));
    let label =
        t.fill("train.schedule.label", &[("rate", &figure(first)), ("warmup", &train.warmup), ("low", &figure(last))]);
    html! {
        <figure class="schedule">
            <figcaption class="note">{ t.say("train.schedule") }</figcaption>
            <Figure class="drawn" of={Shown::new(Schedule { train: train.clone(), now: None, t: t.clone() })}
                file="gptling-learning-rate" {label} summary={t.say("chart.more")} files={Files::Folded} t={t.clone()} />
        </figure>
    }
}

fn chart(state: &State, t: &I18n) -> Html {
    let Some(run) = &state.training.run else {
        let baselines = state.project.tokenizer.answer.as_ref().map(|tokenizer| Baselines {
            vocab_size: tokenizer.vocab_size,
            unigram_entropy: tokenizer.unigram_entropy,
            ..Baselines::default()
        });
        let steps = state.config.train.steps as u64;
        return html! {
            <LossChart points={Rc::default()} evaluations={Rc::default()} {steps} {baselines} t={t.clone()} />
        };
    };
    let ngrams = run.baselines.as_ref().map(|baselines| baselines.ngrams().collect()).unwrap_or_default();
    let baselines = Some(Baselines { vocab_size: run.vocab_size, unigram_entropy: run.unigram_entropy, ngrams });
    let steps = run.config.train.steps as u64;
    html! {
        <LossChart points={run.points.clone()} evaluations={run.evaluations.clone()} {steps} {baselines}
            t={t.clone()} />
    }
}

/// The state of the run in a sentence. It changes with the state, not with every step: it is read aloud.
fn told(state: &State, t: &I18n) -> String {
    if state.training.is_starting() {
        return t.say("train.state.starting");
    }
    match &state.training.run {
        Some(run) if !matches!(run.state, RunState::Running { .. }) => {
            t.fill(&format!("train.state.{}", state_name(Some(run))), &[("step", &run.step())])
        }
        run => t.say(&format!("train.state.{}", state_name(run.as_ref()))),
    }
}

fn state_name(run: Option<&Run>) -> &'static str {
    match run.map(|run| &run.state) {
        None => "ready",
        Some(RunState::Preparing) => "preparing",
        Some(RunState::Running { .. }) => "running",
        Some(RunState::Paused { .. }) => "paused",
        Some(RunState::Finished { .. }) => "finished",
        Some(RunState::Stopped { .. }) => "stopped",
        Some(RunState::Failed { .. }) => "failed",
    }
}
