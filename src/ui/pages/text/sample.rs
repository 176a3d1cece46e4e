//! Choosing documents.

use yew::prelude::*;

use crate::ui::pages::PageProps;

#[component]
pub fn SamplePart(page: &PageProps) -> Html {
    let PageProps { t, .. } = page;
    html! {
        <section class="stack" aria-labelledby="sampling-title">
            <h2 id="sampling-title">{ t.say("sampling.title") }</h2>
        </section>
    }
}
