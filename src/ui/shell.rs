//! The frame around every station: name, way through the stations, notices, the tour's captions, the engine's state.

mod banner;
mod engine;
mod settings;
mod stepper;
pub mod storage;
mod tour;

use yew::prelude::*;

use super::components::{NoticeBox, Tone, logo};
use super::hooks::{use_arrival, use_focus_on_tour, use_project_file};
use super::pages::PageProps;
use super::state::{Action, Notice, Tour};
use crate::ui::i18n::I18n;
use banner::engine_banner;
use engine::engine_line;
use settings::{lang_menu, project_menu, project_popover, theme_menu};
use stepper::stepper;
use storage::storage_notices;
use tour::tour_bar;

#[component]
pub fn Shell(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, children } = page;
    use_arrival(state.view.station, matches!(state.tour, Tour::At { .. }));
    use_focus_on_tour(state.tour != Tour::Off);
    use_project_file(state.storage.file.clone());
    html! {
        <div class="shell">
            <a class="skip" href="#main" onclick={skip}>{ t.say("page.skip") }</a>
            <header class="top">
                <div class="top-row">
                    <span class="brand">{ logo() }{ "Gptling" }</span>
                    { stepper(page) }
                    <div class="settings">
                        { project_menu(page) }
                        { lang_menu(page) }
                        { theme_menu(page) }
                    </div>
                </div>
            </header>
            <main class="main" id="main" tabindex="-1">
                <div class="notices">
                    { engine_banner(page) }
                    { storage_notices(page) }
                    { for state.notices.iter().map(|notice| notice_box(notice, dispatch, t)) }
                </div>
                { children.clone() }
            </main>
            { tour_bar(page) }
            <footer class="bottom">
                <div class="bottom-row">
                    <p>{ t.say("page.privacy") }</p>
                    { engine_line(page) }
                    { project_popover(page) }
                </div>
            </footer>
        </div>
    }
}

/// The address is the experiment's, so the link to the content moves the focus itself.
fn skip(event: MouseEvent) {
    event.prevent_default();
    let main = gloo::utils::document().get_element_by_id("main").expect("the shell has a main part");
    _ = wasm_bindgen::JsCast::unchecked_into::<web_sys::HtmlElement>(main).focus();
}

fn notice_box(notice: &Notice, dispatch: &Callback<Action>, t: &I18n) -> Html {
    let on_dismiss = {
        let notice = notice.clone();
        dispatch.reform(move |()| Action::Dismiss(notice.clone()))
    };
    let tone = if matches!(notice, Notice::Failure { .. }) { Tone::Error } else { Tone::Warning };
    let sentence = t.notice(notice);
    html! {
        <NoticeBox key={sentence.clone()} {tone} dismiss_label={t.say("notice.dismiss")} {on_dismiss}>
            <p>{ &sentence }</p>
        </NoticeBox>
    }
}
