//! Part Sample: ten ways of choosing documents, and the same picture for all of them.

mod dots;
mod estimates;
mod in_use;
mod method;
mod obstacle;
mod picker;
mod shares;

use std::rc::Rc;

use yew::prelude::*;

use crate::protocol::Work;
use crate::protocol::sample::Population;
use crate::ui::components::{error_text, work_progress};
use crate::ui::pages::PageProps;
use crate::ui::state::State;
use crate::ui::state::sample::Sampled;
use dots::Dots;
use estimates::estimates;
pub use in_use::sample_in_use;
use method::method;
use obstacle::obstacle;
use picker::picker;
use shares::shares;

#[component]
pub fn SamplePart(page: &PageProps) -> Html {
    let t = &page.t;
    html! {
        <section class="stack" aria-labelledby="sample-title">
            <div class="stack-tight">
                <h2 id="sample-title">{ t.say("sample.title") }</h2>
                <p class="sample-lead">{ t.say("sample.lead") }</p>
            </div>
            { picker(page) }
            <div class="sampling">
                { method(page) }
                <div class="stack sample-wide">
                    { picture(page) }
                    { results(page, estimates) }
                </div>
                { results(page, shares) }
            </div>
        </section>
    }
}

fn picture(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    let sampling = &state.sampling;
    let busy = sampling.population.is_waiting() || sampling.drawing.is_waiting();
    let error = sampling.population.error.as_ref().or(sampling.drawing.error.as_ref());
    html! {
        <section class="card sample-picture" aria-labelledby="sample-picture" aria-busy={busy.to_string()}>
            <h3 id="sample-picture" class="unseen">{ t.say("sample.picture") }</h3>
            { obstacle(page) }
            { error_text(error, t) }
            if let Some(population) = &sampling.population.answer {
                <Dots population={population.clone()} sample={sample(state)} t={t.clone()} />
            } else if error.is_none() {
                <p class="note" role="status">{ t.say("sample.waiting") }</p>
            }
            { work_progress(&state.progress, Work::Surveying, t) }
        </section>
    }
}

/// What is said of the sample, once there is one.
fn results(page: &PageProps, say: fn(&PageProps, &Rc<Population>, &Rc<Sampled>) -> Html) -> Html {
    match (&page.state.sampling.population.answer, sample(&page.state)) {
        (Some(population), Some(sample)) => say(page, population, &sample),
        _ => Html::default(),
    }
}

fn sample(state: &State) -> Option<Rc<Sampled>> {
    state.shown_sample().map(Rc::new)
}
