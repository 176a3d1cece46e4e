//! Station Train: a model learns; its runs are compared, and it is measured.

mod evaluate;
mod live;
mod runs;
mod sweep;

use yew::prelude::*;

use super::PageProps;
use crate::ui::components::{ProjectFiles, onward, part_tabs, station_head};
use crate::ui::shell::storage::storage_line;
use crate::ui::state::{Part, Station};
use evaluate::EvaluatePart;
use live::LivePart;
use runs::RunsPart;
use sweep::SweepPart;

#[component]
pub fn TrainPage(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    html! {
        <div class="station">
            { station_head(Station::Train, t) }
            { part_tabs(state, dispatch, t) }
            <div class="row row-apart storage-row">
                { storage_line(page) }
                <div class="row">
                    <ProjectFiles is_saving={state.storage.is_saving()} dispatch={dispatch.clone()} t={t.clone()} />
                </div>
            </div>
            { match state.view.part() {
                Some(Part::Runs) => html! { <RunsPart ..page.clone() /> },
                Some(Part::Sweep) => html! { <SweepPart ..page.clone() /> },
                Some(Part::Evaluate) => html! { <EvaluatePart ..page.clone() /> },
                _ => html! { <LivePart ..page.clone() /> },
            } }
            { onward(Station::Train, dispatch, t) }
        </div>
    }
}
