//! What a model is shown: windows of tokens, each with itself one token later as its target.

mod batch;
mod exercises;
mod origin;
mod settings;

use std::rc::Rc;

use yew::prelude::*;

use crate::protocol::examples::DrawnBatch;
use crate::ui::components::{error_text, leak_details};
use crate::ui::pages::PageProps;
use batch::batch_card;
use exercises::Exercises;
use origin::origin;
use settings::settings;

#[component]
pub fn ExamplesPart(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    let chosen = use_state_eq(|| 0usize);
    let question = &state.examples.drawn;
    let Some(batch) = question.answer.clone().filter(|batch| !batch.rows.is_empty()) else {
        return html! {
            <section class="stack" aria-labelledby="examples-title">
                <h2 id="examples-title">{ t.say("examples.title") }</h2>
                if question.error.is_none() {
                    <p class="note" role="status">{ t.say("tokens.waiting") }</p>
                }
                { error_text(question.error.as_ref(), t) }
                <div class="cutting">{ settings(page, None) }</div>
            </section>
        };
    };
    let row = (*chosen).min(batch.rows.len() - 1);
    let choose = Callback::from(move |row| chosen.set(row));
    html! {
        <section class="stack" aria-labelledby="examples-title" aria-busy={(!state.batch_is_current()).to_string()}>
            { idea(page, &batch, row) }
            { error_text(question.error.as_ref(), t) }
            <div class="cutting">
                { settings(page, Some(&batch)) }
                <div class="cutting-text">
                    { batch_card(page, &batch, row, &choose) }
                    { origin(&batch, state.config.examples.order, t) }
                </div>
            </div>
            <section class="card" aria-labelledby="examples-leaks">
                <h3 id="examples-leaks">{ t.say("examples.leaks") }</h3>
                <p class="note">{ t.say("examples.leaks.why") }</p>
                { leak_details(page) }
            </section>
        </section>
    }
}

/// The idea of pretraining, on a row of the batch.
fn idea(page: &PageProps, batch: &Rc<DrawnBatch>, row: usize) -> Html {
    let t = &page.t;
    let exercises: u64 = batch.windows.iter().map(|(_, length)| length).sum();
    let lead = t.fill("examples.lead", &[("time", &batch.time), ("rows", &batch.batch_size), ("all", &exercises)]);
    html! {
        <section class="card" data-tour="shown">
            <h2 id="examples-title">{ t.say("examples.title") }</h2>
            <p class="examples-lead">{ lead }</p>
            <Exercises batch={batch.clone()} {row} t={t.clone()} />
        </section>
    }
}
