//! The learning rate over the run, drawn small.

use std::rc::Rc;

use yew::prelude::*;

use super::picture::Picture;
use crate::config::TrainConfig;
use crate::ui::charts::schedule::scene;
use crate::ui::format;
use crate::ui::hooks::use_width;
use crate::ui::i18n::I18n;

const HEIGHT: f64 = 96.0;

#[derive(Clone, PartialEq, Properties)]
pub struct LearningRateProps {
    pub train: TrainConfig,
    /// Steps done, while there is a run.
    pub now: Option<u64>,
    pub t: I18n,
}

#[component]
pub fn LearningRate(props: &LearningRateProps) -> Html {
    let t = &props.t;
    let node = use_node_ref();
    let width = use_width(&node);
    let drawn = use_memo((props.clone(), width), |(props, width)| {
        let width = width.filter(|width| *width > 0)?;
        Some(Rc::new(scene(&props.train, props.now, f64::from(width), HEIGHT)))
    });
    let label = t.fill(
        "train.schedule.label",
        &[
            ("rate", &format::figures(f64::from(props.train.learning_rate))),
            ("warmup", &props.train.warmup),
            ("low", &format::figures(f64::from(props.train.learning_rate * props.train.final_share))),
        ],
    );
    html! {
        <figure class="schedule">
            <figcaption class="note">{ t.say("train.schedule") }</figcaption>
            <div class="schedule-picture" ref={node}>
                if let Some(scene) = drawn.as_ref() {
                    <Picture scene={scene.clone()} {label} />
                }
            </div>
        </figure>
    }
}
