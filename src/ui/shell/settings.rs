//! Language and appearance, and the project as a file.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::ui::components::{ProjectFiles, Sign, icon};
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, Lang, Theme};

pub fn lang_menu(page: &PageProps) -> Html {
    let chosen = page.dispatch.reform(|event: Event| {
        Action::SetLang(Lang::tagged(&event.target_unchecked_into::<HtmlSelectElement>().value()))
    });
    html! {
        <select class="menu" aria-label={page.t.say("lang.label")} onchange={chosen}>
            { for Lang::ALL.into_iter().map(|lang| html! {
                <option value={lang.tag()} lang={lang.tag()} selected={lang == page.state.view.lang()}>{ lang.label() }</option>
            }) }
        </select>
    }
}

/// One button that goes round: as the system, light, dark.
pub fn theme_menu(page: &PageProps) -> Html {
    let (next, sign) = match page.state.view.theme {
        Theme::System => (Theme::Light, Sign::Halves),
        Theme::Light => (Theme::Dark, Sign::Sun),
        Theme::Dark => (Theme::System, Sign::Moon),
    };
    let turn = page.dispatch.reform(move |_: MouseEvent| Action::SetTheme(next));
    let name = page.t.say(&format!("theme.{}", page.state.view.theme.name()));
    let label = page.t.fill("theme.label", &[("theme", &name)]);
    html! {
        <button class="icon-button" type="button" aria-label={label.clone()} title={label} onclick={turn}>
            { icon(sign) }
        </button>
    }
}

/// Opens what [`project_popover`] shows.
pub fn project_menu(page: &PageProps) -> Html {
    let label = page.t.say("storage.menu");
    html! {
        <button class="icon-button" type="button" popovertarget="project-menu" aria-label={label.clone()} title={label}>
            { icon(Sign::Folder) }
        </button>
    }
}

/// A small menu that the browser itself opens and closes.
pub fn project_popover(page: &PageProps) -> Html {
    let (t, storage) = (&page.t, &page.state.storage);
    html! {
        <div class="storage-menu" id="project-menu" popover="auto" role="group" aria-label={t.say("storage.menu")}>
            <p class="note">{ t.say("storage.menu.about") }</p>
            <ProjectFiles is_saving={storage.is_saving()} dispatch={page.dispatch.clone()} t={t.clone()} />
        </div>
    }
}
