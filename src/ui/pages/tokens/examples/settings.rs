//! How windows are taken: order, stride, boundaries, weights; and the size of a batch.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::config::examples::Order;
use crate::config::fields::{Field, Value};
use crate::protocol::examples::DrawnBatch;
use crate::ui::components::Controls;
use crate::ui::pages::PageProps;
use crate::ui::state::Action;

pub fn settings(page: &PageProps, batch: Option<&DrawnBatch>) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let order = state.config.examples.order;
    let controls = |keys: &[&'static str]| {
        html! {
            <Controls keys={keys.to_vec()} config={state.config.clone()} dispatch={dispatch.clone()} t={t.clone()} />
        }
    };
    html! {
        <section class="card" aria-labelledby="examples-settings">
            <h3 id="examples-settings">{ t.say("examples.settings") }</h3>
            { controls(&["order"]) }
            if order == Order::Random {
                <p class="note">{ t.say("examples.stride.random") }</p>
            } else {
                { stride(page) }
            }
            if order == Order::ByDocument {
                <p class="note">{ t.say("examples.boundaries.kept") }</p>
            } else {
                { controls(&["boundaries"]) }
            }
            if batch.is_some_and(|batch| batch.could_have_weights) {
                { controls(&["loss_weights"]) }
            } else {
                <p class="note">{ t.say("examples.weights.alike") }</p>
            }
            <details class="fold">
                <summary>{ t.say("examples.settings.more") }</summary>
                { controls(&["block_size", "batch_size", "seed"]) }
            </details>
        </section>
    }
}

/// The stride goes as far as the context, whatever that is; there the setting follows it.
fn stride(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let time = state.config.model.block_size;
    let stride = state.config.examples.stride_of(time);
    let field = Field::find("stride").expect("the stride is a setting");
    let moved = dispatch.reform(move |event: InputEvent| {
        let wanted = event.target_unchecked_into::<HtmlInputElement>().value_as_number() as usize;
        let value = if wanted >= time { 0 } else { wanted.max(1) };
        Action::Set(field, Value::Number(value as f64))
    });
    let overlap = time - stride;
    let told = t.fill("examples.stride.overlap", &[("stride", &stride), ("overlap", &overlap), ("time", &time)]);
    html! {
        <div class="field" data-key="stride">
            <div class="field-head">
                <label class="field-name" for="examples-stride">{ t.field(field).0 }</label>
                <output for="examples-stride">{ stride }</output>
            </div>
            <input class="slider" id="examples-stride" type="range" min="1" max={time.to_string()} step="1"
                value={stride.to_string()} oninput={moved} aria-valuetext={told.clone()} />
            <p class="field-help">{ told }</p>
        </div>
    }
}
