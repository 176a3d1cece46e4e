//! What the chosen method is and is for, its settings, and what is done with its sample.

use yew::prelude::*;

use super::in_use::use_or_not;
use crate::ui::components::{Controls, Sign, icon};
use crate::ui::figures::sampling::words::method_name;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, SampleAction};

pub fn method(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let draft = &state.sampling.draft;
    let name = draft.method.name();
    // The controls change the draft, not the project.
    let set = dispatch.reform(|action: Action| match action {
        Action::Set(field, value) => Action::Sample(SampleAction::Set(field, value)),
        other => other,
    });
    let again = dispatch.reform(|_: MouseEvent| Action::Sample(SampleAction::DrawAgain));
    html! {
        <section class="card sample-method" aria-labelledby="sample-method">
            <h3 id="sample-method">{ method_name(draft.method, t) }</h3>
            <p>
                { t.say(&format!("sample.method.{name}.what")) }{ " " }
                <span class="sample-for">{ t.say(&format!("sample.method.{name}.for")) }</span>
            </p>
            <Controls keys={state.sampling.keys()} config={state.sampling.trial(&state.config)} dispatch={set}
                t={t.clone()} />
            <button class="button" type="button" data-order="draw-again" onclick={again}
                disabled={state.sampling.obstacle().is_some()}>
                { icon(Sign::Dice) }{ t.say("sample.again") }
            </button>
            { use_or_not(page) }
        </section>
    }
}
