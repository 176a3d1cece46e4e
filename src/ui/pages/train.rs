//! Station Train.

use yew::prelude::*;

use super::PageProps;
use crate::ui::components::StationHead;
use crate::ui::state::Station;

#[component]
pub fn TrainPage(page: &PageProps) -> Html {
    html! {
        <div class="station">
            <StationHead station={Station::Train} t={page.t.clone()} />
        </div>
    }
}
