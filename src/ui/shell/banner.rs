//! What the visitor must know about the engine: there is no device to train on, or the engine has stopped.

use yew::prelude::*;

use crate::error::Error;
use crate::protocol::Adapter;
use crate::ui::components::{NoticeBox, Sign, Tone, icon};
use crate::ui::i18n::I18n;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, Engine};

pub fn engine_banner(page: &PageProps) -> Html {
    match &page.state.engine {
        Engine::Dead(error) => dead(error, page),
        Engine::Ready(adapter) => match &**adapter {
            Adapter::None { error } => no_device(error, &page.t),
            Adapter::Gpu { .. } => Html::default(),
        },
        Engine::Starting => Html::default(),
    }
}

fn dead(error: &Error, page: &PageProps) -> Html {
    let restart = page.dispatch.reform(|_: MouseEvent| Action::RestartEngine);
    html! {
        <NoticeBox tone={Tone::Error}>
            <h2>{ page.t.say("engine.dead.title") }</h2>
            <p>{ page.t.error(error) }</p>
            <p>{ page.t.say("engine.dead.kept") }</p>
            <button class="button" type="button" onclick={restart}>
                { icon(Sign::Repeat) }{ page.t.say("engine.restart") }
            </button>
        </NoticeBox>
    }
}

fn no_device(error: &Error, t: &I18n) -> Html {
    html! {
        <NoticeBox tone={Tone::Warning}>
            <h2>{ t.say("engine.none.title") }</h2>
            <p>{ t.say("engine.none.works") }</p>
            <p>{ t.say("engine.none.do") }</p>
            <ul class="bullets">
                <li>{ t.say("engine.none.browser") }</li>
                <li>{ t.say("engine.none.acceleration") }</li>
                <li>{ t.say("engine.none.linux") }</li>
            </ul>
            <details>
                <summary>{ t.say("engine.none.details") }</summary>
                <p>{ t.error(error) }</p>
            </details>
        </NoticeBox>
    }
}
