//! Why a method can do nothing with these documents, and what can be done instead.

use yew::prelude::*;

use crate::config::fields::{Field, Value};
use crate::ui::components::{NoticeBox, Tone};
use crate::ui::pages::PageProps;
use crate::ui::state::sample::{Obstacle, WayOut, ways_out};
use crate::ui::state::{Action, Part, SampleAction};

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
        Obstacle::NoLabels => "sample.obstacle.no_labels",
        Obstacle::OneLabel => "sample.obstacle.one_label",
        Obstacle::OneGroup => "sample.obstacle.one_group",
        Obstacle::NoWeights => "sample.obstacle.no_weights",
    }
}

fn way_out(page: &PageProps, way: WayOut) -> Html {
    let setting = way.setting();
    let go =
        page.dispatch.reform(move |_: MouseEvent| match setting.and_then(|(key, to)| Some((Field::find(key)?, to))) {
            Some((field, to)) => Action::Sample(SampleAction::Set(field, Value::Text(to.into()))),
            None => Action::Open(Part::Bring),
        });
    let key = match way {
        WayOut::StrataByLabel => "sample.way.label",
        WayOut::StrataByLength => "sample.way.length",
        WayOut::ClustersByWords => "sample.way.words",
        WayOut::WeightsByLength => "sample.way.weights",
        WayOut::Bring => "sample.way.bring",
    };
    html! { <button class="button" type="button" onclick={go}>{ page.t.say(key) }</button> }
}
