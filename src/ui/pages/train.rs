//! Station Train: a model learns; its runs are compared, and it is measured.

pub mod evaluate;
mod live;
pub mod runs;
pub mod sweep;

use yew::prelude::*;

use super::PageProps;
use crate::ui::components::{ProjectFiles, arrived, onward, part_tabs, station_head};
use crate::ui::parts::Place;
use crate::ui::shell::storage::storage_line;
use crate::ui::state::{Part, Station};
use live::LivePart;

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
                None | Some(Part::Live) => html! { <LivePart ..page.clone() /> },
                Some(part) => arrived(Place::Part(part), page),
            } }
            { onward(Station::Train, dispatch, t) }
        </div>
    }
}
