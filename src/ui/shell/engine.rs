//! What models are computed on, why, and a menu to choose: one unobtrusive line at the foot of the page.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::error::Error;
use crate::protocol::{Adapter, DeviceChoice};
use crate::ui::i18n::I18n;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, Engine};

pub fn engine_line(page: &PageProps) -> Html {
    let t = &page.t;
    match &page.state.engine {
        Engine::Starting => html! { <p>{ t.say("engine.starting") }</p> },
        Engine::Dead(_) => html! { <p>{ t.say("engine.dead") }</p> },
        Engine::Ready(adapter) => html! {
            <div class="engine" data-device={adapter.choice.name()}>
                <p>{ t.adapter(adapter) }</p>
                { device_menu(page, adapter) }
                { adapter.gpu.as_ref().err().map(|error| help(error, t)) }
            </div>
        },
    }
}

fn device_menu(page: &PageProps, adapter: &Adapter) -> Html {
    let chosen = page.dispatch.reform(|event: Event| {
        let name = event.target_unchecked_into::<HtmlSelectElement>().value();
        Action::ComputeOn(DeviceChoice::named(&name).unwrap_or_default())
    });
    html! {
        <select class="menu" aria-label={page.t.say("device.label")} onchange={chosen}>
            { for DeviceChoice::ALL.into_iter().map(|choice| html! {
                <option value={choice.name()} selected={choice == adapter.choice}>
                    { page.t.say(&format!("device.{}", choice.name())) }
                </option>
            }) }
        </select>
    }
}

fn help(error: &Error, t: &I18n) -> Html {
    html! {
        <details>
            <summary>{ t.say("engine.none.title") }</summary>
            <p>{ t.say("engine.none.do") }</p>
            <ul class="bullets">
                <li>{ t.say("engine.none.browser") }</li>
                <li>{ t.say("engine.none.acceleration") }</li>
                <li>{ t.say("engine.none.linux") }</li>
            </ul>
            <p>{ t.error(error) }</p>
        </details>
    }
}
