//! What the visitor must know about keeping: a run that could go on, another tab that keeps, no room.

use yew::prelude::*;

use crate::error::Error;
use crate::protocol::keeping::{Hold, Offer};
use crate::ui::components::{NoticeBox, Sign, Tone, icon};
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, KeepingAction, Run};

pub fn keeping_notices(page: &PageProps) -> Html {
    let keeping = &page.state.keeping;
    let runs = page.state.training.run.as_ref().is_some_and(|run| !run.has_ended());
    let offer = keeping.offer.as_ref().filter(|_| !runs && !page.state.training.is_starting());
    html! {
        <>
            { offer.map(|offer| offered(page, offer)) }
            if keeping.hold == Hold::Elsewhere {
                { elsewhere(page) }
            }
            { keeping.trouble.as_ref().map(|error| trouble(page, error)) }
            { keeping.refused.as_ref().map(|error| refused(page, error)) }
        </>
    }
}

fn order(page: &PageProps, action: KeepingAction) -> Callback<MouseEvent> {
    page.dispatch.reform(move |_| Action::Keep(action.clone()))
}

/// A run of an earlier visit; one that has ended comes back to write and to be measured.
fn offered(page: &PageProps, offer: &Offer) -> Html {
    let (t, keeping) = (&page.t, &page.state.keeping);
    let Some(record) = keeping.record(&offer.key) else { return Html::default() };
    let (run, steps) = (t.run_name(record), record.config.train.steps);
    let ended = offer.step >= steps as u64;
    let values: [(&str, &dyn std::fmt::Display); 3] = [("run", &run), ("step", &offer.step), ("steps", &steps)];
    let (told, order_name) = match ended {
        true => ("keeping.offer.ended", "keeping.offer.open"),
        false => ("keeping.offer.paused", "keeping.offer.continue"),
    };
    html! {
        <NoticeBox tone={Tone::Information} dismiss_label={t.say("keeping.offer.decline")}
            on_dismiss={page.dispatch.reform(|()| Action::Keep(KeepingAction::Decline))}>
            <p>{ t.fill(told, &values) }</p>
            <div class="row">
                <button class="button" type="button" data-kind="primary" aria-disabled={keeping.is_opening().then_some("true")}
                    onclick={order(page, KeepingAction::Continue(offer.key.clone()))}>
                    { icon(Sign::Play) }{ t.fill(order_name, &values) }
                </button>
            </div>
        </NoticeBox>
    }
}

fn elsewhere(page: &PageProps) -> Html {
    html! {
        <NoticeBox tone={Tone::Warning}>
            <p>{ page.t.say("keeping.elsewhere") }</p>
            <div class="row">
                <button class="button" type="button" onclick={order(page, KeepingAction::TakeOver)}>
                    { page.t.say("keeping.take_over") }
                </button>
            </div>
        </NoticeBox>
    }
}

fn trouble(page: &PageProps, error: &Error) -> Html {
    let t = &page.t;
    html! {
        <NoticeBox tone={Tone::Warning} dismiss_label={t.say("notice.dismiss")} on_dismiss={read(page)}>
            <p>{ t.error(error) }</p>
            <div class="row">
                <button class="button" type="button" onclick={order(page, KeepingAction::Save(None))}>
                    { icon(Sign::Download) }{ t.say("keeping.save_to_file") }
                </button>
            </div>
        </NoticeBox>
    }
}

fn refused(page: &PageProps, error: &Error) -> Html {
    html! {
        <NoticeBox tone={Tone::Error} dismiss_label={page.t.say("notice.dismiss")} on_dismiss={read(page)}>
            <p>{ page.t.error(error) }</p>
        </NoticeBox>
    }
}

fn read(page: &PageProps) -> Callback<()> {
    page.dispatch.reform(|()| Action::Keep(KeepingAction::Read))
}

/// How far the run that is going on is safe: one line that is always true.
pub fn keeping_line(page: &PageProps) -> Html {
    let (t, state) = (&page.t, &page.state);
    let kept = state.keeping.current().and_then(|record| record.kept);
    let going_on = state.training.run.as_ref().is_some_and(Run::is_running);
    let told = match (&state.keeping.hold, kept) {
        (Hold::Unknown, _) => return Html::default(),
        (Hold::Elsewhere, _) => t.say("keeping.line.elsewhere"),
        (Hold::Refused { .. }, _) => t.say("keeping.line.stopped"),
        (Hold::Ours, _) if state.keeping.is_stopped => t.say("keeping.line.stopped"),
        (Hold::Ours, Some(step)) => t.fill("keeping.line.saved", &[("step", &step)]),
        (Hold::Ours, None) if going_on => t.say("keeping.line.soon"),
        (Hold::Ours, None) => t.say("keeping.line.none"),
    };
    html! { <p class="keeping-line note">{ told }</p> }
}
