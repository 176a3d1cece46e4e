//! Station Write.

use yew::prelude::*;

use super::PageProps;
use crate::ui::components::StationHead;
use crate::ui::state::Station;

#[component]
pub fn WritePage(page: &PageProps) -> Html {
    html! {
        <div class="station">
            <StationHead station={Station::Write} t={page.t.clone()} />
        </div>
    }
}
