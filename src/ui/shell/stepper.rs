//! The way through the stations, and where the project stands at each.

use yew::prelude::*;

use crate::ui::components::{Sign, icon};
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, Station, StationStatus, View};
use crate::ui::url;

pub fn stepper(page: &PageProps) -> Html {
    html! {
        <nav class="stepper" aria-label={page.t.say("stepper.label")}>
            <ol>{ for Station::ALL.into_iter().map(|station| step(page, station)) }</ol>
        </nav>
    }
}

fn step(page: &PageProps, station: Station) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let status = state.status(station);
    let current = state.view.station == station;
    let view = View { station, ..state.view.clone() };
    let go = dispatch.reform(move |event: MouseEvent| {
        event.prevent_default();
        Action::Go(station)
    });
    let sign = match status {
        StationStatus::Done => Some(Sign::Check),
        StationStatus::Failed => Some(Sign::Warning),
        _ => None,
    };
    html! {
        <li class="step" key={station.name()}>
            <a class="step-link" href={format!("#{}", url::format(&view, &state.config))} onclick={go}
                aria-current={current.then_some("step")} data-station={station.name()} data-status={status.name()}>
                <span class="step-mark" aria-hidden="true">
                    if let Some(sign) = sign {
                        { icon(sign) }
                    } else {
                        { station as usize + 1 }
                    }
                </span>
                <span>{ t.say(&format!("station.{}", station.name())) }</span>
                <span class="unseen">{ format!("({})", t.say(&format!("status.{}", status.name()))) }</span>
            </a>
        </li>
    }
}
