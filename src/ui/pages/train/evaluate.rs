//! Part Evaluate of station Train: how good the model is, and at what.

use yew::prelude::*;

use crate::ui::pages::PageProps;

#[component]
pub fn EvaluatePart(_page: &PageProps) -> Html {
    Html::default()
}
