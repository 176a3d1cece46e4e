//! Part Runs of station Train: every run, side by side.

use yew::prelude::*;

use crate::ui::pages::PageProps;

#[component]
pub fn RunsPart(_page: &PageProps) -> Html {
    Html::default()
}
