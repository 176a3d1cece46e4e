//! The built-in texts as cards.

use yew::prelude::*;

use crate::config::Source;
use crate::ui::components::{Sign, icon};
use crate::ui::pages::PageProps;
use crate::ui::state::Action;

const BUILT_IN: [(Source, &str); 3] =
    [(Source::Stories, "stories"), (Source::StoriesZh, "stories-zh"), (Source::Arithmetic, "arithmetic")];

pub fn corpora(page: &PageProps) -> Html {
    html! {
        <ul class="corpora">
            { for BUILT_IN.into_iter().map(|(source, name)| card(page, source, name)) }
        </ul>
    }
}

fn card(page: &PageProps, source: Source, name: &str) -> Html {
    let t = &page.t;
    let used = page.state.config.data.source == source;
    let pick = page.dispatch.reform(move |_: MouseEvent| Action::UseBuiltIn(source));
    let title = t.say(&format!("field.source.{name}"));
    html! {
        <li key={name.to_string()}>
            <button class="corpus" type="button" onclick={pick} aria-pressed={used.to_string()}>
                <span class="corpus-title">{ title }</span>
                <span class="note">{ t.say(&format!("text.corpus.{name}")) }</span>
                <span class="corpus-state" aria-hidden="true">
                    if used {
                        { icon(Sign::Check) }{ t.say("text.corpus.used") }
                    } else {
                        { t.say("text.corpus.use") }
                    }
                </span>
            </button>
        </li>
    }
}
