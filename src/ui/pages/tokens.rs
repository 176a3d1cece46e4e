//! Station Tokens.

use yew::prelude::*;

use super::PageProps;
use crate::ui::components::StationHead;
use crate::ui::state::Station;

#[component]
pub fn TokensPage(page: &PageProps) -> Html {
    html! {
        <div class="station">
            <StationHead station={Station::Tokens} t={page.t.clone()} />
        </div>
    }
}
