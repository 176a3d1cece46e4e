//! Station Model.

use yew::prelude::*;

use super::PageProps;
use crate::ui::components::StationHead;
use crate::ui::state::Station;

#[component]
pub fn ModelPage(page: &PageProps) -> Html {
    html! {
        <div class="station">
            <StationHead station={Station::Model} t={page.t.clone()} />
        </div>
    }
}
