//! Station Text.

use yew::prelude::*;

use super::PageProps;
use crate::ui::components::StationHead;
use crate::ui::state::Station;

#[component]
pub fn TextPage(page: &PageProps) -> Html {
    html! {
        <div class="station">
            <StationHead station={Station::Text} t={page.t.clone()} />
        </div>
    }
}
