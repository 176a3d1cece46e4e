//! What models are computed on, why, and a menu to choose: one unobtrusive line at the foot of the page.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::error::Error;
use crate::protocol::{Adapter, DeviceChoice, DeviceKind};
use crate::ui::i18n::I18n;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, Engine};

pub fn engine_line(page: &PageProps) -> Html {
    let t = &page.t;
    match &page.state.engine {
        Engine::Starting | Engine::Late { .. } => html! { <p>{ t.say("engine.starting") }</p> },
        Engine::Dead(_) => html! { <p>{ t.say("engine.dead") }</p> },
        Engine::Ready(adapter) => html! {
            <div class="engine" data-device={adapter.choice.name()}>
                <p>{ t.adapter(adapter) }</p>
                { device_menu(page, adapter) }
                { (adapter.device == DeviceKind::Gpu).then(|| kernels(page, adapter)) }
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

/// Which kernels are taken, and what was measured of them.
fn kernels(page: &PageProps, adapter: &Adapter) -> Html {
    let (t, known) = (&page.t, &page.state.kernels);
    html! {
        <details class="kernels">
            <summary>{ t.say("kernels.title") }</summary>
            <p>{ t.say("kernels.about") }</p>
            { kernel_menu(page, adapter) }
            if known.fastest.is_empty() {
                <p>{ t.say("kernels.nothing") }</p>
            } else {
                <table>
                    <thead>
                        <tr><th scope="col">{ t.say("kernels.operation") }</th><th scope="col">{ t.say("kernels.fastest") }</th></tr>
                    </thead>
                    <tbody>
                        { for known.fastest.iter().map(|(operation, kernel)| html! {
                            <tr><th scope="row">{ operation }</th><td>{ kernel }</td></tr>
                        }) }
                    </tbody>
                </table>
            }
        </details>
    }
}

fn kernel_menu(page: &PageProps, adapter: &Adapter) -> Html {
    let names = adapter.gpu.as_ref().map(|gpu| gpu.kernels.as_slice()).unwrap_or_default();
    let wanted = page.state.kernels.wanted.as_deref();
    let chosen = page.dispatch.reform(|event: Event| {
        let name = event.target_unchecked_into::<HtmlSelectElement>().value();
        Action::UseKernels(Some(name).filter(|name| !name.is_empty()))
    });
    html! {
        <select class="menu" aria-label={page.t.say("kernels.label")} onchange={chosen}>
            <option value="" selected={wanted.is_none()}>{ page.t.say("kernels.automatic") }</option>
            { for names.iter().map(|name| html! {
                <option value={name.clone()} selected={wanted == Some(name)}>{ name }</option>
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
