//! The losses of a run as a chart that can be pointed at, walked through by keys, read as a table and saved.

use std::rc::Rc;

use yew::prelude::*;

use crate::protocol::{Evaluation, StepPoint};
use crate::ui::charts::baselines::Baselines;
use crate::ui::charts::loss::{Curves, Reading as Losses};
use crate::ui::figures::loss::Loss;
use crate::ui::figures::loss_or_dash;
use crate::ui::i18n::I18n;
use crate::ui::kit::axes::Frame;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::figure::{Figure, Manner, Pointed, Reading, stride};
use crate::ui::kit::looks::{Style, TRAIN, TRAIN_RAW, VALIDATION};
use crate::ui::kit::picture::swatch;
use crate::ui::kit::walk::Walk;

#[derive(Clone, PartialEq, Properties)]
pub struct LossChartProps {
    pub points: Rc<Vec<StepPoint>>,
    pub evaluations: Rc<Vec<Evaluation>>,
    /// Steps that the run has in all.
    pub steps: u64,
    /// The baselines; `None` before there is a tokenizer.
    pub baselines: Option<Baselines>,
    pub t: I18n,
}

#[component]
pub fn LossChart(props: &LossChartProps) -> Html {
    let t = &props.t;
    let pointed = use_state_eq(|| None::<f64>);
    let drawn = use_memo(props.clone(), |props| {
        let LossChartProps { points, evaluations, steps, baselines, t } = props;
        let loss = Loss::new(points, evaluations, *steps, baselines.as_ref(), t);
        (loss.clone(), Shown::new(loss))
    });
    let (loss, shown) = &*drawn;
    let last = loss.curves.last_step();
    let losses = loss.curves.reading(pointed.unwrap_or(last));
    let on_walk = {
        let pointed = pointed.setter();
        Callback::from(move |walk: Walk| pointed.set(walk.place().map(f64::round)))
    };
    let on_point = {
        let (pointed, loss) = (pointed.setter(), loss.clone());
        Callback::from(move |at: Option<Pointed>| {
            pointed.set(at.map(|at| loss.frame(at.width).x.invert(at.x).round()));
        })
    };
    let over = pointed.and(losses).map(|losses| {
        let loss = loss.clone();
        Callback::from(move |width: f64| cursor(&loss.frame(width), &losses))
    });
    let now = losses.map_or(0.0, |losses| losses.step);
    let reading = Reading { now, last, stride: stride(last, 1.0), told: loss.told(losses.as_ref()), on_walk };
    html! {
        <div class="loss-chart">
            <Figure class="plot" of={shown.clone()} file="gptling-loss" label={t.say("chart.loss.label")}
                manner={Manner::Read(reading)} {on_point} {over} t={t.clone()}>
                { readout(&loss.curves, losses.as_ref(), pointed.is_some(), t) }
            </Figure>
        </div>
    }
}

fn cursor(frame: &Frame, losses: &Losses) -> Html {
    let (x, (bottom, top)) = (frame.x.at(losses.step).to_string(), frame.y.range());
    let dot = |class: &'static str, value: f64| {
        let (cx, cy) = frame.pixel((losses.step, value));
        html! { <circle {class} cx={cx.to_string()} cy={cy.to_string()} r="5" /> }
    };
    html! {
        <g>
            <line class="mark-cursor" x1={x.clone()} x2={x} y1={top.to_string()} y2={bottom.to_string()} />
            { for losses.smooth.map(|value| dot("mark-cursor-train", value)) }
            { for losses.validation.map(|value| dot("mark-cursor-validation", value)) }
        </g>
    }
}

/// The legend, which is also where the values under the hand are read.
fn readout(curves: &Curves, losses: Option<&Losses>, is_pointed: bool, t: &I18n) -> Html {
    let step = match losses {
        None => t.say("chart.empty"),
        Some(losses) if is_pointed => t.fill("chart.at_step", &[("step", &losses.step)]),
        Some(losses) => t.fill("chart.now", &[("step", &losses.step)]),
    };
    let rows: [(&'static Style, _, _); 3] = [
        (&TRAIN, "chart.train", losses.and_then(|losses| losses.smooth)),
        (&TRAIN_RAW, "chart.train_raw", losses.and_then(|losses| losses.raw)),
        (&VALIDATION, "chart.validation", losses.and_then(|losses| losses.validation)),
    ];
    let read = rows.into_iter().map(|(line, key, value)| (line, t.say(key), value));
    let baselines = curves.baselines.iter().map(|it| (it.style, it.short.clone(), Some(it.loss)));
    values(step, read.chain(baselines))
}

/// Lines with what is read of each.
pub fn values(head: String, rows: impl Iterator<Item = (&'static Style, String, Option<f64>)>) -> Html {
    html! {
        <div class="readout">
            <p class="readout-step">{ head }</p>
            <dl class="readout-values">
                { for rows.map(|(line, name, loss)| html! {
                    <div class="readout-row">
                        <dt>{ swatch(line) }{ name }</dt>
                        <dd>{ loss_or_dash(loss) }</dd>
                    </div>
                }) }
            </dl>
        </div>
    }
}
