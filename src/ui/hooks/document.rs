//! What belongs to the document as a whole: language, theme, title, and where the keyboard is.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::ui::i18n::I18n;
use crate::ui::state::{Lang, Station, Theme, View};

/// The first of the browser's languages that we speak.
pub fn browser_language() -> Lang {
    let languages = gloo::utils::window().navigator().languages();
    let tags = languages.iter().filter_map(|tag| tag.as_string());
    tags.filter_map(|tag| Lang::tagged(&tag)).next().unwrap_or_default()
}

#[hook]
pub fn use_document(view: &View, t: &I18n) {
    use_effect_with(view.lang(), |lang| {
        _ = gloo::utils::document_element().set_attribute("lang", lang.tag());
    });
    use_effect_with(view.theme, |theme| {
        let root = gloo::utils::document_element();
        _ = match theme {
            Theme::System => root.remove_attribute("data-theme"),
            theme => root.set_attribute("data-theme", theme.name()),
        };
    });
    let station = t.say(&format!("station.{}", view.station.name()));
    use_effect_with(t.fill("page.title", &[("station", &station)]), |title| gloo::utils::document().set_title(title));
}

/// Whoever goes to a station by hand starts to read at its title; the tour moves nobody's focus.
#[hook]
pub fn use_focus_on_arrival(station: Station, on_tour: bool) {
    let before = use_mut_ref(|| station);
    use_effect_with(station, move |station| {
        if before.replace(*station) == *station {
            return;
        }
        gloo::utils::window().scroll_to_with_x_and_y(0.0, 0.0);
        let title = gloo::utils::document().get_element_by_id("station-title");
        if let Some(title) = title.filter(|_| !on_tour) {
            _ = title.unchecked_into::<HtmlElement>().focus();
        }
    });
}
