//! What the chosen method is and is for, its settings, and what is done with its sample.

use yew::prelude::*;

use super::in_use::use_or_not;
use crate::ui::components::{Controls, Sign, icon};
use crate::ui::figures::sampling::words::method_name;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, SamplingAction};

pub fn method(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let draft = &state.sampling.draft;
    let name = draft.method.name();
    // The controls change the draft, not the project.
    let set = dispatch.reform(|action: Action| match action {
        Action::Set(field, value) => Action::Sampling(SamplingAction::Set(field, value)),
        other => other,
    });
    let again = dispatch.reform(|_: MouseEvent| Action::Sampling(SamplingAction::DrawAgain));
    html! {
        <section class="card sampling-method" aria-labelledby="sampling-method">
            <h3 id="sampling-method">{ method_name(draft.method, t) }</h3>
            <p>
                { t.say(&format!("sampling.method.{name}.what")) }{ " " }
                <span class="sampling-for">{ t.say(&format!("sampling.method.{name}.for")) }</span>
            </p>
            <Controls keys={state.sampling.keys()} config={state.sampling.trial(&state.config)} dispatch={set}
                t={t.clone()} />
            <button class="button" type="button" data-order="draw-again" onclick={again}
                disabled={state.sampling.obstacle().is_some()}>
                { icon(Sign::Dice) }{ t.say("sampling.again") }
            </button>
            { use_or_not(page) }
        </section>
    }
}
