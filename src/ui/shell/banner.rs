//! What the visitor must know about the engine: that it has stopped, or does not begin.

use yew::prelude::*;

use crate::error::Error;
use crate::ui::components::{NoticeBox, Sign, Tone, icon};
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, Engine};

pub fn engine_banner(page: &PageProps) -> Html {
    match &page.state.engine {
        Engine::Dead(error) => dead(error, page),
        Engine::Late { seconds } => late(*seconds, page),
        Engine::Starting | Engine::Ready(_) => Html::default(),
    }
}

fn dead(error: &Error, page: &PageProps) -> Html {
    html! {
        <NoticeBox tone={Tone::Error}>
            <h2>{ page.t.say("engine.dead.title") }</h2>
            <p>{ page.t.error(error) }</p>
            <p>{ page.t.say("engine.dead.kept") }</p>
            { restart(page) }
        </NoticeBox>
    }
}

fn late(seconds: u64, page: &PageProps) -> Html {
    html! {
        <NoticeBox tone={Tone::Warning}>
            <h2>{ page.t.say("engine.late.title") }</h2>
            <p>{ page.t.fill("engine.late", &[("seconds", &seconds)]) }</p>
            { restart(page) }
        </NoticeBox>
    }
}

fn restart(page: &PageProps) -> Html {
    let onclick = page.dispatch.reform(|_: MouseEvent| Action::RestartEngine);
    html! {
        <button class="button" type="button" {onclick}>
            { icon(Sign::Repeat) }{ page.t.say("engine.restart") }
        </button>
    }
}
