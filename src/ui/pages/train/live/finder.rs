//! The learning-rate finder: tries many rates on a copy of the model, and suggests one.

use std::rc::Rc;

use yew::prelude::*;

use crate::protocol::live::RateTest;
use crate::ui::components::error_text;
use crate::ui::figures::live::Rates;
use crate::ui::format::figures;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::figure::{Figure, Files};
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, LiveAction};

pub fn finder(PageProps { state, dispatch, t, .. }: &PageProps) -> Html {
    let live = &state.live;
    let emit = |action: LiveAction| dispatch.reform(move |_: MouseEvent| Action::Live(action.clone()));
    let ready = state.can_train() && state.tokenizer_is_current();
    html! {
        <div class="finder stack-tight">
            if live.is_finding() {
                <button type="button" class="button" onclick={emit(LiveAction::StopFinding)}>
                    { t.say("train.finder.stop") }
                </button>
            } else {
                <button type="button" class="button" disabled={!ready} onclick={emit(LiveAction::FindRate)}>
                    { t.say("train.finder.find") }
                </button>
            }
            <p class="note">{ t.say(if ready { "train.finder.note" } else { "train.finder.not_ready" }) }</p>
            { error_text(live.find_error.as_ref(), t) }
            if let Some(finding) = &live.finding {
                { found(&finding.test, dispatch, t) }
            }
        </div>
    }
}

fn found(test: &Rc<RateTest>, dispatch: &Callback<Action>, t: &I18n) -> Html {
    let told = match test.suggestion {
        _ if !test.is_over => t.fill("train.finder.going", &[("done", &test.points.len()), ("steps", &test.steps)]),
        Some(rate) => t.fill("train.finder.found", &[("rate", &figures(f64::from(rate)))]),
        None => t.say("train.finder.nothing"),
    };
    html! {
        <figure>
            <figcaption><span role="status">{ told.clone() }</span></figcaption>
            <Figure class="drawn" of={Shown::new(Rates { test: test.clone(), t: t.clone() })} file="gptling-rates"
                label={told} summary={t.say("chart.more")} files={Files::Folded} t={t.clone()} />
            <p class="note">{ t.say("train.finder.picture") }</p>
            if let Some(rate) = test.suggestion {
                <button type="button" class="button" data-kind="primary"
                    onclick={dispatch.reform(move |_: MouseEvent| Action::Live(LiveAction::TakeRate(rate)))}>
                    { t.fill("train.finder.take", &[("rate", &figures(f64::from(rate)))]) }
                </button>
            }
        </figure>
    }
}
