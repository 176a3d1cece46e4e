//! The built-in texts as cards.

use yew::prelude::*;

use crate::config::Source;
use crate::ui::components::{Icon, Sign};
use crate::ui::i18n::I18n;
use crate::ui::state::Action;

const BUILT_IN: [(Source, &str); 3] =
    [(Source::Stories, "stories"), (Source::StoriesZh, "stories-zh"), (Source::Arithmetic, "arithmetic")];

#[derive(PartialEq, Properties)]
pub struct CorporaProps {
    pub source: Source,
    pub dispatch: Callback<Action>,
    pub t: I18n,
}

#[component]
pub fn Corpora(props: &CorporaProps) -> Html {
    html! {
        <ul class="corpora">
            { for BUILT_IN.into_iter().map(|(source, name)| card(props, source, name)) }
        </ul>
    }
}

fn card(props: &CorporaProps, source: Source, name: &str) -> Html {
    let t = &props.t;
    let used = props.source == source;
    let pick = props.dispatch.reform(move |_: MouseEvent| Action::UseBuiltIn(source));
    let title = t.say(&format!("field.source.{name}"));
    html! {
        <li key={name.to_string()}>
            <button class="corpus" type="button" onclick={pick} aria-pressed={used.to_string()}>
                <span class="corpus-title">{ title }</span>
                <span class="note">{ t.say(&format!("text.corpus.{name}")) }</span>
                <span class="corpus-state" aria-hidden="true">
                    if used {
                        <Icon sign={Sign::Check} />{ t.say("text.corpus.used") }
                    } else {
                        { t.say("text.corpus.use") }
                    }
                </span>
            </button>
        </li>
    }
}
