//! Tokenizers side by side.

use yew::prelude::*;

use crate::ui::pages::PageProps;

#[component]
pub fn ComparePart(page: &PageProps) -> Html {
    let PageProps { t, .. } = page;
    html! {
        <section class="stack" aria-labelledby="compare-title">
            <h2 id="compare-title">{ t.say("compare.title") }</h2>
        </section>
    }
}
