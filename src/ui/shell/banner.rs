//! What the visitor must know about the engine: that it has stopped.

use yew::prelude::*;

use crate::error::Error;
use crate::ui::components::{NoticeBox, Sign, Tone, icon};
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, Engine};

pub fn engine_banner(page: &PageProps) -> Html {
    match &page.state.engine {
        Engine::Dead(error) => dead(error, page),
        Engine::Starting | Engine::Ready(_) => Html::default(),
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
