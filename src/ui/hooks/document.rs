//! What belongs to the document as a whole: language, theme, title, and where the keyboard is.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
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
    use_effect_with(t.lang, |lang| {
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

/// A file dropped beside the place for it must not replace the page.
#[hook]
pub fn use_dropped_files() {
    use_effect_with((), |()| {
        let options = EventListenerOptions::enable_prevent_default();
        let listeners = ["dragover", "drop"].map(|name| {
            let window = gloo::utils::window();
            EventListener::new_with_options(&window, name, options, |event| event.prevent_default())
        });
        move || drop(listeners)
    });
}

/// The button that starts the tour goes away with it, so the keyboard moves on to the tour, and back at its end.
#[hook]
pub fn use_focus_on_tour(on_tour: bool) {
    let before = use_mut_ref(|| on_tour);
    use_effect_with(on_tour, move |on_tour| {
        let document = gloo::utils::document();
        if before.replace(*on_tour) == *on_tour
            || document.active_element().is_some_and(|active| active.tag_name() != "BODY")
        {
            return;
        }
        focus(if *on_tour { "tour" } else { "station-title" });
    });
}

/// Whoever goes to a station by hand starts to read at its title. The tour moves nobody's focus: it scrolls to the part
/// of the station that it tells about, marked `data-tour`. Both wait until the station `is_here`.
#[hook]
pub fn use_arrival(station: Station, on_tour: bool, is_here: bool) {
    let before = use_mut_ref(|| (station, false));
    use_effect_with((station, on_tour, is_here), move |&(station, on_tour, is_here)| {
        if !is_here {
            return;
        }
        let now = (station, on_tour);
        let before = before.replace(now);
        if on_tour && before != now {
            // Once the station is drawn, and the keyboard has been moved, which scrolls too.
            Timeout::new(60, show_part_of_tour).forget();
        } else if before.0 != station {
            gloo::utils::window().scroll_to_with_x_and_y(0.0, 0.0);
            focus("station-title");
        }
    });
}

fn show_part_of_tour() {
    match gloo::utils::document().query_selector("[data-tour]").ok().flatten() {
        Some(part) => part.scroll_into_view_with_bool(true),
        None => gloo::utils::window().scroll_to_with_x_and_y(0.0, 0.0),
    }
}

/// The keyboard goes on at the element with this id.
pub fn focus(id: &str) {
    let element = gloo::utils::document().get_element_by_id(id);
    _ = element.map(|element| element.unchecked_into::<HtmlElement>().focus());
}
