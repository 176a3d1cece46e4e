//! Station Model: the picture of the network is its editor. A pressed box opens its settings, and what a change does is
//! told beside it.

mod change;
mod controls;
mod cost;
mod panel;
mod picture;
mod start;

use yew::prelude::*;

use super::PageProps;
use crate::ui::charts::layers::{DiagramNode, ModelDiagram};
use crate::ui::components::{error_text, onward, station_head};
use crate::ui::state::Station;
use cost::{Cost, MemoryBars};
use panel::Panel;
use picture::Network;
use start::Start;

/// The heading of what a pressed box opens.
const PANEL_TITLE: &str = "network-panel-title";

/// The element of a box.
fn node_id(spot: DiagramNode) -> String {
    format!("net-{}", spot.name())
}

#[component]
pub fn ModelPage(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let vocab_size = state.vocab_size();
    let diagram = ModelDiagram::new(&state.config, vocab_size);
    html! {
        <div class="station">
            { station_head(Station::Model, t) }
            if state.training.run.is_some() {
                <p class="note">{ t.say("model.next_run") }</p>
            }
            <Start ..page.clone() />
            <div class="shape">
                <Cost ..page.clone() />
                <section class="card" data-tour="model">
                    <h2>{ t.say("model.picture.title") }</h2>
                    <Network diagram={diagram.clone()} before={state.diagram_before()} open={state.shaping.open} dispatch={dispatch.clone()}
                        t={t.clone()} />
                </section>
                <div class="shape-side">
                    <Panel {diagram} state={state.clone()} dispatch={dispatch.clone()} t={t.clone()} />
                    <section class="card">
                        <h2>{ t.say("model.memory.title") }</h2>
                        <MemoryBars estimate={state.project.estimate.answer.clone()} t={t.clone()} />
                        { error_text(state.project.estimate.error.as_ref(), t) }
                    </section>
                </div>
            </div>
            { onward(Station::Model, dispatch, t) }
        </div>
    }
}
