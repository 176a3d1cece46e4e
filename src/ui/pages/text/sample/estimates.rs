//! The same sample drawn 200 times: how far its estimates are from the truth.

use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::tables::{self, Table};
use crate::config::sampling::SamplingMethod;
use crate::protocol::Work;
use crate::protocol::sampling::{Population, Redraws, Spread, Statistic};
use crate::ui::charts::sampling::spreads::{self, Estimates};
use crate::ui::charts::sampling::{files, words};
use crate::ui::components::{error_text, work_progress};
use crate::ui::hooks::use_width;
use crate::ui::i18n::I18n;
use crate::ui::kit::picture::Picture;
use crate::ui::pages::PageProps;
use crate::ui::state::sampling::Sampled;
use crate::ui::state::{Action, SamplingAction};

pub fn estimates(page: &PageProps, population: &Rc<Population>, sample: &Rc<Sampled>) -> Html {
    let PageProps { state, t, .. } = page;
    let method = sample.sampling.method;
    html! {
        <section class="card" aria-labelledby="sampling-estimates"
            aria-busy={state.sampling.redraws.is_waiting().to_string()}>
            <h3 id="sampling-estimates">{ t.say("sampling.estimates") }</h3>
            if method == SamplingMethod::Synthetic {
                <p>{ t.say("sampling.estimates.synthetic") }</p>
            } else {
                { statistic(page, population) }
                if let Some(redraws) = state.shown_redraws() {
                    { said(&redraws, method, t) }
                    <Spreads {method} this={words::this_estimate(population, &sample.drawing, &redraws.statistic)}
                        {redraws} t={t.clone()} />
                }
                { error_text(state.sampling.redraws.error.as_ref(), t) }
                { work_progress(&state.progress, Work::Sampling, t) }
            }
        </section>
    }
}

/// What one sees, in words.
fn said(redraws: &Redraws, method: SamplingMethod, t: &I18n) -> Html {
    html! {
        <div class="stack-tight">
            <p class="sampling-verdict" role="status">{ words::verdict(redraws, method, t) }</p>
            if let Some(shift) = words::without_weights(redraws, t) {
                <p>{ shift }</p>
            }
        </div>
    }
}

fn statistic(page: &PageProps, population: &Population) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let labels: Vec<String> = population.label_names().map(String::from).collect();
    let chosen = match &state.sampling.statistic {
        Statistic::MeanLength => 0,
        Statistic::ClassShare(label) => labels.iter().position(|other| other == label).map_or(0, |at| at + 1),
    };
    let names = labels.clone();
    let choose = dispatch.reform(move |event: Event| {
        let at = event.target_unchecked_into::<HtmlSelectElement>().selected_index().max(0) as usize;
        let label = at.checked_sub(1).and_then(|at| labels.get(at)).cloned();
        Action::Sampling(SamplingAction::Estimate(label.map_or(Statistic::MeanLength, Statistic::ClassShare)))
    });
    let option = |at: usize, name: String| html! { <option selected={at == chosen}>{ name }</option> };
    html! {
        <div class="row">
            <label for="sampling-statistic">{ t.say("sampling.statistic") }</label>
            <select class="input sampling-select" id="sampling-statistic" onchange={choose}>
                { option(0, t.say("sampling.statistic.length")) }
                { for names.iter().enumerate().map(|(at, name)| {
                    option(at + 1, t.fill("sampling.statistic.share", &[("class", name)]))
                }) }
            </select>
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct SpreadsProps {
    redraws: Rc<Redraws>,
    method: SamplingMethod,
    this: Option<f64>,
    t: I18n,
}

#[component]
fn Spreads(props: &SpreadsProps) -> Html {
    let t = &props.t;
    let node = use_node_ref();
    let width = use_width(&node);
    let drawn = use_memo((props.clone(), width, t.clone()), |(props, width, t)| {
        let width = width.filter(|width| *width > 0)?;
        let estimates = Estimates { redraws: &props.redraws, method: props.method, this: props.this, t };
        Some(Rc::new(spreads::scene(&estimates, f64::from(width))))
    });
    html! {
        <div class="stack-tight">
            <div class="spreads-plot" ref={node}>
                if let Some(scene) = drawn.as_ref() {
                    <Picture scene={scene.clone()} label={t.say("sampling.estimates.picture")} />
                }
            </div>
            if let Some(scene) = drawn.as_ref() {
                <div class="sampling-more">
                    { table(props) }
                    { tables::saves(
                        tables::Picture { file: "estimates", title: t.say("sampling.estimates"), scene: scene.clone() },
                        { let redraws = props.redraws.clone(); move || files::redraws(&redraws) },
                        t,
                    ) }
                </div>
            }
        </div>
    }
}

fn table(props: &SpreadsProps) -> Html {
    let t = &props.t;
    let columns =
        ["method", "mean", "error"].map(|key| t.say(&format!("sampling.table.{key}"))).into_iter().collect::<Vec<_>>();
    let rows = {
        let props = props.clone();
        Callback::from(move |()| rows(&props))
    };
    html! { <Table caption={t.say("sampling.estimates.picture")} {columns} {rows} t={t.clone()} /> }
}

fn rows(props: &SpreadsProps) -> Vec<Vec<String>> {
    let SpreadsProps { redraws, method, t, .. } = props;
    let told = |value: f64| words::amount(&redraws.statistic, value, t);
    let row = |name: String, spread: &Spread| vec![name, told(spread.mean), told(spread.error)];
    let mut rows = vec![
        vec![t.say("sampling.table.truth"), told(redraws.truth), String::new()],
        row(words::method_name(*method, t), &redraws.weighted),
        row(t.say("sampling.spread.plain"), &redraws.plain),
    ];
    let simple = words::method_name(SamplingMethod::SimpleRandom, t);
    rows.extend(redraws.simple.iter().map(|spread| row(simple.clone(), spread)));
    rows
}
