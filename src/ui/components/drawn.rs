//! A small picture as wide as its place, of whatever is watched of a run.

use std::rc::Rc;

use yew::prelude::*;

use crate::config::TrainConfig;
use crate::protocol::StepPoint;
use crate::protocol::watch::{Histogram, RateTest};
use crate::ui::charts::{schedule, watched};
use crate::ui::hooks::use_width;
use crate::ui::i18n::I18n;
use crate::ui::kit::picture::Picture;
use crate::ui::kit::scene::Scene;
use crate::ui::state::Moves;

const HEIGHT: f64 = 110.0;

#[derive(Clone)]
pub enum Drawing {
    Schedule { train: TrainConfig, now: Option<u64> },
    Norms { points: Rc<Vec<StepPoint>>, clip: f32, steps: u64 },
    Moves(Rc<Moves>),
    Rates(Rc<RateTest>),
    Histogram(Rc<Histogram>),
}

/// Equal when it is the very same.
impl PartialEq for Drawing {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Schedule { train, now }, Self::Schedule { train: other, now: then }) => {
                train == other && now == then
            }
            (Self::Norms { points, .. }, Self::Norms { points: others, .. }) => Rc::ptr_eq(points, others),
            (Self::Moves(moves), Self::Moves(others)) => Rc::ptr_eq(moves, others),
            (Self::Rates(test), Self::Rates(other)) => Rc::ptr_eq(test, other),
            (Self::Histogram(numbers), Self::Histogram(others)) => Rc::ptr_eq(numbers, others),
            _ => false,
        }
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct DrawnProps {
    pub drawing: Drawing,
    /// What the picture shows, for those who do not see it.
    pub label: String,
    pub t: I18n,
}

#[component]
pub fn Drawn(props: &DrawnProps) -> Html {
    let node = use_node_ref();
    let width = use_width(&node);
    let drawn = use_memo((props.clone(), width), |(props, width)| {
        let width = f64::from(width.filter(|width| *width > 0)?);
        Some(Rc::new(scene(&props.drawing, &props.t, width)))
    });
    html! {
        <div class="drawn" ref={node}>
            if let Some(scene) = drawn.as_ref() {
                <Picture scene={scene.clone()} label={props.label.clone()} />
            }
        </div>
    }
}

fn scene(drawing: &Drawing, t: &I18n, width: f64) -> Scene {
    let size = (width, HEIGHT);
    match drawing {
        Drawing::Schedule { train, now } => schedule::scene(train, *now, width, HEIGHT),
        Drawing::Norms { points, clip, steps } => watched::norms(points, *clip, *steps, size),
        Drawing::Moves(moves) => watched::moves(&moves.layers, |name| t.layer(name), width),
        Drawing::Rates(test) => watched::rates(test, (width, 1.4 * HEIGHT)),
        Drawing::Histogram(histogram) => watched::histogram(histogram, size),
    }
}
