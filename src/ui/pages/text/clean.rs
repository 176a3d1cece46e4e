//! Cleaning the documents.

use yew::prelude::*;

use crate::ui::pages::PageProps;

#[component]
pub fn CleanPart(page: &PageProps) -> Html {
    let PageProps { t, .. } = page;
    html! {
        <section class="stack" aria-labelledby="corpus-clean">
            <h2 id="corpus-clean">{ t.say("corpus.clean.title") }</h2>
        </section>
    }
}
