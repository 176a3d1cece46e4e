//! What stands where a part of the page will be, or could not come.

use yew::prelude::*;

use super::{NoticeBox, Tone};
use crate::ui::i18n::I18n;
use crate::ui::pages::PageProps;
use crate::ui::parts::{Arrival, Library, Place};

/// A station or a part of one: itself, or that it is on its way, or why it did not come and how it may.
pub fn arrived(place: Place, page: &PageProps) -> Html {
    match page.library.arrival(place) {
        Some(Arrival::Here(draw)) => draw(page.clone()),
        arrival => html! { <div class="arrival">{ waiting(place, arrival, &page.library, &page.t) }</div> },
    }
}

/// A language that was chosen and is not here, or what the first view did without.
pub fn rest_notice(page: &PageProps) -> Html {
    let PageProps { state, library, t, .. } = page;
    let language = Place::Language(state.view.lang());
    match (library.arrival(language), library.arrival(Place::Rest)) {
        (arrival @ Some(Arrival::Coming | Arrival::Missing | Arrival::Outdated), _) => {
            waiting(language, arrival, library, t)
        }
        (_, arrival @ Some(Arrival::Missing | Arrival::Outdated)) => waiting(Place::Rest, arrival, library, t),
        _ => Html::default(),
    }
}

fn waiting(place: Place, arrival: Option<Arrival>, library: &Library, t: &I18n) -> Html {
    let (sentence, button, onclick) = match arrival {
        Some(Arrival::Missing) => {
            let library = library.clone();
            ("load.missing", "load.again", Callback::from(move |_: MouseEvent| library.bring_again(place)))
        }
        Some(Arrival::Outdated) => ("load.outdated", "load.reload", Callback::from(|_: MouseEvent| reload())),
        _ => return html! { <p class="note" role="status">{ t.say("load.coming") }</p> },
    };
    html! {
        <NoticeBox tone={Tone::Warning}>
            <p>{ t.say(sentence) }</p>
            <div><button type="button" class="button" {onclick}>{ t.say(button) }</button></div>
        </NoticeBox>
    }
}

/// The link holds the experiment, and the browser's storage the texts and runs.
fn reload() {
    _ = gloo::utils::window().location().reload();
}
