//! Language and appearance.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::ui::components::{Icon, Sign};
use crate::ui::i18n::I18n;
use crate::ui::state::{Action, Lang, Theme};

#[derive(PartialEq, Properties)]
pub struct LangMenuProps {
    pub lang: Lang,
    pub dispatch: Callback<Action>,
    pub t: I18n,
}

#[component]
pub fn LangMenu(props: &LangMenuProps) -> Html {
    let chosen = props.dispatch.reform(|event: Event| {
        Action::SetLang(Lang::tagged(&event.target_unchecked_into::<HtmlSelectElement>().value()))
    });
    html! {
        <select class="menu" aria-label={props.t.say("lang.label")} onchange={chosen}>
            { for Lang::ALL.into_iter().map(|lang| html! {
                <option value={lang.tag()} lang={lang.tag()} selected={lang == props.lang}>{ lang.label() }</option>
            }) }
        </select>
    }
}

#[derive(PartialEq, Properties)]
pub struct ThemeMenuProps {
    pub theme: Theme,
    pub dispatch: Callback<Action>,
    pub t: I18n,
}

/// One button that goes round: as the system, light, dark.
#[component]
pub fn ThemeMenu(props: &ThemeMenuProps) -> Html {
    let (next, sign) = match props.theme {
        Theme::System => (Theme::Light, Sign::Halves),
        Theme::Light => (Theme::Dark, Sign::Sun),
        Theme::Dark => (Theme::System, Sign::Moon),
    };
    let turn = props.dispatch.reform(move |_: MouseEvent| Action::SetTheme(next));
    let name = props.t.say(&format!("theme.{}", props.theme.name()));
    let label = props.t.fill("theme.label", &[("theme", &name)]);
    html! {
        <button class="icon-button" type="button" aria-label={label.clone()} title={label} onclick={turn}>
            <Icon {sign} />
        </button>
    }
}
