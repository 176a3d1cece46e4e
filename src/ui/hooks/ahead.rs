//! Parts are fetched ahead of need: one that the visitor points at, and the stations of the way while nothing else is loading.

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use crate::ui::parts::{Library, Place};
use crate::ui::state::{Engine, Part, Shared, Station};

/// How long the page must have been at rest.
const REST_MS: u32 = 500;

#[hook]
pub fn use_ahead(library: &Library, state: &Shared) {
    use_effect_with(library.clone(), |library| {
        let document = gloo::utils::document();
        let listeners = ["pointerover", "focusin"].map(|kind| {
            let library = library.clone();
            EventListener::new(&document, kind, move |event| {
                let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                if let Some(place) = target.and_then(|target| aimed_at(&target)) {
                    library.bring(place);
                }
            })
        });
        move || drop(listeners)
    });
    // The engine's files go first.
    let is_quiet = matches!(state.engine, Engine::Ready(_));
    let next = Station::ALL.into_iter().map(Place::Station).find(|place| library.is_unknown(*place));
    use_effect_with(next.filter(|_| is_quiet), {
        let library = library.clone();
        move |next| {
            let rest = next.map(|next| Timeout::new(REST_MS, move || library.bring(next)));
            move || drop(rest)
        }
    });
}

/// The station or part that a link leads to.
fn aimed_at(element: &Element) -> Option<Place> {
    let link = element.closest("a[data-station], a[data-part]").ok()??;
    let station = || Station::named(&link.get_attribute("data-station")?).map(Place::Station);
    let part = || Part::named(&link.get_attribute("data-part")?).map(Place::Part);
    station().or_else(part)
}
