//! Part Sweep of station Train: one setting after another.

use yew::prelude::*;

use crate::ui::pages::PageProps;

#[component]
pub fn SweepPart(_page: &PageProps) -> Html {
    Html::default()
}
