//! Merge by merge.

use yew::prelude::*;

use crate::ui::pages::PageProps;

#[component]
pub fn MergesPart(page: &PageProps) -> Html {
    let PageProps { t, .. } = page;
    html! {
        <section class="stack" aria-labelledby="merges-title">
            <h2 id="merges-title">{ t.say("merges.title") }</h2>
        </section>
    }
}
