//! The address of the page follows the experiment, and the experiment follows the address.

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use crate::ui::state::{Action, Shared, Station};
use crate::ui::url;

/// A slider changes the address once it rests: browsers allow only so many changes a second.
const REST_MS: u32 = 250;

pub fn current_hash() -> String {
    gloo::utils::window().location().hash().unwrap_or_default()
}

/// A change of station is a step in the history; a change of a setting is not.
#[hook]
pub fn use_address(state: &Shared, dispatch: &Callback<Action>) {
    let shown = use_mut_ref(|| None::<Station>);
    let pending = use_mut_ref(|| None::<Timeout>);
    let station = state.view.station;
    let hash = url::format(&state.view, &state.config);
    use_effect_with((station, hash), move |(station, hash)| {
        let moved = shown.replace(Some(*station)).is_some_and(|before| before != *station);
        let hash = format!("#{hash}");
        if moved {
            pending.replace(None);
            write(&hash, Step::Forward);
        } else {
            pending.replace(Some(Timeout::new(REST_MS, move || write(&hash, Step::InPlace))));
        }
    });

    let dispatch = dispatch.clone();
    use_effect_with((), move |()| {
        let listener = EventListener::new(&gloo::utils::window(), "popstate", move |_| {
            dispatch.emit(Action::Followed(current_hash()));
        });
        move || drop(listener)
    });
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Forward,
    InPlace,
}

/// Where the browser forbids it (some frames do), the page works without an address.
fn write(hash: &str, step: Step) {
    if current_hash() == hash {
        return;
    }
    let Ok(history) = gloo::utils::window().history() else { return };
    _ = match step {
        Step::Forward => history.push_state_with_url(&JsValue::NULL, "", Some(hash)),
        Step::InPlace => history.replace_state_with_url(&JsValue::NULL, "", Some(hash)),
    };
}
