//! The clock of the first visit.

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;

use crate::ui::state::{Action, Shared, Station, Tour};

/// How long a station is shown at least: time to read its caption and look around.
fn dwell_ms(station: Station) -> u32 {
    match station {
        Station::Text => 4_500,
        Station::Tokens => 6_000,
        Station::Model => 6_000,
        Station::Train => 6_000,
        Station::Write => 1_500,
    }
}

#[hook]
pub fn use_tour_clock(state: &Shared, dispatch: &Callback<Action>) {
    let dispatch = dispatch.clone();
    use_effect_with(state.tour.station(), move |station| {
        let timer = station
            .map(|station| Timeout::new(dwell_ms(station), move || dispatch.emit(Action::TourAdvanced(station))));
        move || drop(timer)
    });
}

/// Escape leaves the tour.
#[hook]
pub fn use_escape(state: &Shared, dispatch: &Callback<Action>) {
    let dispatch = dispatch.clone();
    use_effect_with(state.tour != Tour::Off, move |on_tour| {
        let listener = on_tour.then(|| {
            EventListener::new(&gloo::utils::document(), "keydown", move |event| {
                if event.unchecked_ref::<KeyboardEvent>().key() == "Escape" {
                    dispatch.emit(Action::LeaveTour);
                }
            })
        });
        move || drop(listener)
    });
}
