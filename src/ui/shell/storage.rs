//! What the visitor must know about keeping: a run that could go on, another tab that keeps, no room.

use yew::prelude::*;

use crate::error::Error;
use crate::protocol::storage::{LockState, Offer};
use crate::ui::components::{NoticeBox, Sign, Tone, icon};
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, Run, StorageAction};

pub fn storage_notices(page: &PageProps) -> Html {
    let storage = &page.state.storage;
    let runs = page.state.training.run.as_ref().is_some_and(|run| !run.has_ended());
    let offer = storage.offer.as_ref().filter(|_| !runs && !page.state.training.is_starting());
    html! {
        <>
            { offer.map(|offer| offered(page, offer)) }
            if storage.hold == LockState::Elsewhere {
                { elsewhere(page) }
            }
            { storage.trouble.as_ref().map(|error| trouble(page, error)) }
            { storage.refused.as_ref().map(|error| refused(page, error)) }
        </>
    }
}

fn order(page: &PageProps, action: StorageAction) -> Callback<MouseEvent> {
    page.dispatch.reform(move |_| Action::Storage(action.clone()))
}

/// A run of an earlier visit; one that has ended comes back to write and to be measured.
fn offered(page: &PageProps, offer: &Offer) -> Html {
    let (t, storage) = (&page.t, &page.state.storage);
    let Some(record) = storage.record(&offer.key) else { return Html::default() };
    let (run, steps) = (t.run_name(record), record.config.train.steps);
    let ended = offer.step >= steps as u64;
    let values: [(&str, &dyn std::fmt::Display); 3] = [("run", &run), ("step", &offer.step), ("steps", &steps)];
    let (told, order_name) = match ended {
        true => ("storage.offer.ended", "storage.offer.open"),
        false => ("storage.offer.paused", "storage.offer.continue"),
    };
    html! {
        <NoticeBox tone={Tone::Information} dismiss_label={t.say("storage.offer.decline")}
            on_dismiss={page.dispatch.reform(|()| Action::Storage(StorageAction::Decline))}>
            <p>{ t.fill(told, &values) }</p>
            <div class="row">
                <button class="button" type="button" data-kind="primary" aria-disabled={storage.is_opening().then_some("true")}
                    onclick={order(page, StorageAction::Continue(offer.key.clone()))}>
                    { icon(Sign::Play) }{ t.fill(order_name, &values) }
                </button>
            </div>
        </NoticeBox>
    }
}

fn elsewhere(page: &PageProps) -> Html {
    html! {
        <NoticeBox tone={Tone::Warning}>
            <p>{ page.t.say("storage.elsewhere") }</p>
            <div class="row">
                <button class="button" type="button" onclick={order(page, StorageAction::TakeOver)}>
                    { page.t.say("storage.take_over") }
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
                <button class="button" type="button" onclick={order(page, StorageAction::Save(None))}>
                    { icon(Sign::Download) }{ t.say("storage.save_to_file") }
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
    page.dispatch.reform(|()| Action::Storage(StorageAction::Read))
}

/// How far the run that is going on is safe: one line that is always true.
pub fn storage_line(page: &PageProps) -> Html {
    let (t, state) = (&page.t, &page.state);
    let kept = state.storage.current().and_then(|record| record.kept);
    let going_on = state.training.run.as_ref().is_some_and(Run::is_running);
    let told = match (&state.storage.hold, kept) {
        (LockState::Unknown, _) => return Html::default(),
        (LockState::Elsewhere, _) => t.say("storage.line.elsewhere"),
        (LockState::Refused { .. }, _) => t.say("storage.line.stopped"),
        (LockState::Ours, _) if state.storage.is_stopped => t.say("storage.line.stopped"),
        (LockState::Ours, Some(step)) => t.fill("storage.line.saved", &[("step", &step)]),
        (LockState::Ours, None) if going_on => t.say("storage.line.soon"),
        (LockState::Ours, None) => t.say("storage.line.none"),
    };
    html! { <p class="storage-line note">{ told }</p> }
}
