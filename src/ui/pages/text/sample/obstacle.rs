//! Why a method can do nothing with these documents, and what can be done instead.

use yew::prelude::*;

use crate::config::fields::{Field, Value};
use crate::ui::components::{NoticeBox, Tone};
use crate::ui::pages::PageProps;
use crate::ui::state::sampling::{Obstacle, WayOut, ways_out};
use crate::ui::state::{Action, Part, SamplingAction};

pub fn obstacle(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    let sampling = &state.sampling;
    let (Some(obstacle), Some(population)) = (sampling.obstacle(), &sampling.population.answer) else {
        return Html::default();
    };
    html! {
        <NoticeBox tone={Tone::Warning}>
            <p>{ t.say(why(obstacle)) }</p>
            <div class="row">
                { for ways_out(obstacle, population, &sampling.draft).into_iter().map(|way| way_out(page, way)) }
            </div>
        </NoticeBox>
    }
}

fn why(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::NoLabels => "sampling.obstacle.no_labels",
        Obstacle::OneLabel => "sampling.obstacle.one_label",
        Obstacle::OneGroup => "sampling.obstacle.one_group",
        Obstacle::NoWeights => "sampling.obstacle.no_weights",
    }
}

fn way_out(page: &PageProps, way: WayOut) -> Html {
    let setting = way.setting();
    let go =
        page.dispatch.reform(move |_: MouseEvent| match setting.and_then(|(key, to)| Some((Field::find(key)?, to))) {
            Some((field, to)) => Action::Sampling(SamplingAction::Set(field, Value::Text(to.into()))),
            None => Action::Open(Part::Bring),
        });
    let key = match way {
        WayOut::StrataByLabel => "sampling.way.label",
        WayOut::StrataByLength => "sampling.way.length",
        WayOut::ClustersByWords => "sampling.way.words",
        WayOut::WeightsByLength => "sampling.way.weights",
        WayOut::Bring => "sampling.way.bring",
    };
    html! { <button class="button" type="button" onclick={go}>{ page.t.say(key) }</button> }
}
