//! The caption of the first visit, at the foot of the page.

use yew::prelude::*;

use crate::ui::components::{Sign, icon};
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, Station, Tour};

pub fn tour_bar(page: &PageProps) -> Html {
    let key = match page.state.tour {
        Tour::Off => return Html::default(),
        Tour::At { station, .. } => format!("tour.{}", station.name()),
        Tour::Over => "tour.over".to_string(),
    };
    html! {
        <section class="tour" id="tour" tabindex="-1" aria-label={page.t.say("tour.label")}>
            <div class="tour-row">
                <p class="tour-text" aria-live="polite">{ page.t.say(&key) }</p>
                { buttons(page) }
                { training(page) }
            </div>
        </section>
    }
}

fn buttons(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let leave = dispatch.reform(|_: MouseEvent| Action::LeaveTour);
    let skip_ahead = dispatch.reform(|_: MouseEvent| Action::SkipAhead);
    let (leave_key, hurry_key) = match state.tour.station() {
        Some(Station::Train) => ("tour.leave", "tour.write_now"),
        Some(_) => ("tour.leave", "tour.skip_ahead"),
        None => ("tour.close", ""),
    };
    html! {
        <div class="row">
            if state.tour.station().is_some_and(|station| station != Station::Write) {
                <button class="button" type="button" onclick={skip_ahead}>
                    { t.say(hurry_key) }{ icon(Sign::Forward) }
                </button>
            }
            <button class="button" data-kind="quiet" type="button" onclick={leave}>{ t.say(leave_key) }</button>
        </div>
    }
}

/// While the model trains, how far it is and how long it will take.
fn training(page: &PageProps) -> Html {
    let Some(run) = page.state.training.run.as_ref().filter(|_| page.state.tour.station() == Some(Station::Train))
    else {
        return Html::default();
    };
    let (step, steps) = (run.step(), run.config.train.steps);
    let line = match run.pace.tokens_per_second > 0.0 {
        true => {
            let remaining = page.t.duration(run.pace.remaining_seconds);
            page.t.fill("tour.steps", &[("step", &step), ("steps", &steps), ("remaining", &remaining)])
        }
        false => page.t.fill("tour.steps.first", &[("step", &step), ("steps", &steps)]),
    };
    html! {
        <div class="progress">
            <span>{ line }</span>
            <progress max="1" value={run.share().to_string()} aria-label={page.t.say("tour.training")} />
        </div>
    }
}
