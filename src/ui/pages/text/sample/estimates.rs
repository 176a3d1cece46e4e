//! The same sample drawn 200 times: how far its estimates are from the truth.

use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::config::sampling::SamplingMethod;
use crate::protocol::Work;
use crate::protocol::sample::{Population, Redraws, Statistic};
use crate::ui::components::{error_text, work_progress};
use crate::ui::figures::sampling::{Spreads, words};
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::figure::Figure;
use crate::ui::pages::PageProps;
use crate::ui::state::sample::Sampled;
use crate::ui::state::{Action, SampleAction};

pub fn estimates(page: &PageProps, population: &Rc<Population>, sample: &Rc<Sampled>) -> Html {
    let PageProps { state, t, .. } = page;
    let method = sample.sampling.method;
    html! {
        <section class="card" aria-labelledby="sample-estimates"
            aria-busy={state.sampling.redraws.is_waiting().to_string()}>
            <h3 id="sample-estimates">{ t.say("sample.estimates") }</h3>
            if method == SamplingMethod::Synthetic {
                <p>{ t.say("sample.estimates.synthetic") }</p>
            } else {
                { statistic(page, population) }
                if let Some(redraws) = state.shown_redraws() {
                    { said(&redraws, method, t) }
                    { spreads(page, redraws, population, sample) }
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
            <p class="sample-verdict" role="status">{ words::verdict(redraws, method, t) }</p>
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
        Action::Sample(SampleAction::Estimate(label.map_or(Statistic::MeanLength, Statistic::ClassShare)))
    });
    let option = |at: usize, name: String| html! { <option selected={at == chosen}>{ name }</option> };
    html! {
        <div class="row">
            <label for="sample-statistic">{ t.say("sample.statistic") }</label>
            <select class="input sample-select" id="sample-statistic" onchange={choose}>
                { option(0, t.say("sample.statistic.length")) }
                { for names.iter().enumerate().map(|(at, name)| {
                    option(at + 1, t.fill("sample.statistic.share", &[("class", name)]))
                }) }
            </select>
        </div>
    }
}

fn spreads(page: &PageProps, redraws: Rc<Redraws>, population: &Population, sample: &Sampled) -> Html {
    let t = &page.t;
    let (method, drawing) = (sample.sampling.method, &sample.drawing);
    let this = words::this_estimate(population, drawing, &redraws.statistic);
    let of = Shown::new(Spreads { redraws, method, this, t: t.clone() });
    html! {
        <div class="stack-tight">
            <Figure class="spreads-plot" {of} file="gptling-estimates" label={t.say("sample.estimates.picture")}
                title={t.say("sample.estimates")} t={t.clone()} />
        </div>
    }
}
