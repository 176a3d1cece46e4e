//! What a model is shown: windows of tokens.

use yew::prelude::*;

use crate::ui::pages::PageProps;

#[component]
pub fn ExamplesPart(page: &PageProps) -> Html {
    let PageProps { t, .. } = page;
    html! {
        <section class="stack" aria-labelledby="examples-title">
            <h2 id="examples-title">{ t.say("examples.title") }</h2>
        </section>
    }
}
