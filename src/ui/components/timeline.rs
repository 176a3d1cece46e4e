//! Samples taken on the way, kept: one sees language appear.

use std::rc::Rc;

use yew::prelude::*;

use crate::protocol::{StepPoint, TimelineSample};
use crate::ui::figures::evenly;
use crate::ui::format;
use crate::ui::i18n::I18n;

/// So many samples are shown unasked, evenly over the run.
const SHOWN: usize = 8;

#[derive(Clone, PartialEq, Properties)]
pub struct TimelineProps {
    pub samples: Rc<Vec<TimelineSample>>,
    pub points: Rc<Vec<StepPoint>>,
    /// Steps between two samples.
    pub every: usize,
    pub t: I18n,
}

#[component]
pub fn Timeline(props: &TimelineProps) -> Html {
    let t = &props.t;
    let all = use_state_eq(|| false);
    let count = props.samples.len();
    let shown = if *all { (0..count).collect() } else { evenly(count, SHOWN) };
    let onclick = {
        let all = all.clone();
        Callback::from(move |_: MouseEvent| all.set(!*all))
    };
    if count == 0 {
        return html! { <p class="note">{ t.fill("train.timeline.empty", &[("every", &props.every)]) }</p> };
    }
    html! {
        <>
            <ol class="timeline">
                { for shown.into_iter().map(|index| {
                    let latest = index + 1 == count;
                    moment(&props.samples[index], loss_at(&props.points, props.samples[index].step), latest, t)
                }) }
            </ol>
            if count > SHOWN {
                <button type="button" class="button" data-kind="quiet" aria-expanded={all.to_string()} {onclick}>
                    if *all { { t.say("train.timeline.fewer") } }
                    else { { t.fill("train.timeline.all", &[("count", &count)]) } }
                </button>
            }
        </>
    }
}

fn moment(sample: &TimelineSample, loss: Option<f64>, latest: bool, t: &I18n) -> Html {
    html! {
        <li class="moment" key={sample.step} data-latest={latest.then_some("true")}>
            <p class="moment-head">
                <strong>{ t.fill("train.timeline.step", &[("step", &sample.step)]) }</strong>
                if let Some(loss) = loss {
                    <span>{ t.fill("train.timeline.loss", &[("loss", &format::loss(loss))]) }</span>
                }
            </p>
            <p class="moment-text">
                if !sample.prompt.is_empty() {
                    <mark class="prompt">{ &sample.prompt }</mark>
                }
                { &sample.text }
            </p>
        </li>
    }
}

/// Mean of the losses around a step.
fn loss_at(points: &[StepPoint], step: u64) -> Option<f64> {
    let end = points.partition_point(|point| point.step <= step.max(1));
    let near = &points[end.saturating_sub(10)..end];
    let sum: f64 = near.iter().map(|point| f64::from(point.loss)).sum();
    (!near.is_empty()).then(|| sum / near.len() as f64)
}
