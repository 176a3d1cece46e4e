//! The losses of a run as a chart that can be pointed at, walked through by keys, read as a table and saved.

use std::rc::Rc;

use yew::prelude::*;

use super::loss_table::LossTable;
use crate::protocol::{Evaluation, StepPoint};
use crate::ui::charts::baselines::Baselines;
use crate::ui::charts::loss::{Curves, Frame, Names, Reading, digits};
use crate::ui::charts::table;
use crate::ui::export;
use crate::ui::hooks::use_width;
use crate::ui::i18n::I18n;
use crate::ui::kit::plot::Plot;
use crate::ui::kit::saves::Saves;
use crate::ui::kit::scene::Scene;

/// Narrower than this, the chart is a little lower.
const WIDE: u32 = 560;

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

/// What is computed once for each new set of points, width and language.
struct Drawn {
    curves: Curves,
    scene: Rc<Scene>,
    frame: Frame,
}

#[component]
pub fn LossChart(props: &LossChartProps) -> Html {
    let t = &props.t;
    let node = use_node_ref();
    let width = use_width(&node);
    let pointed = use_state_eq(|| None::<f64>);
    let drawn = use_memo((props.clone(), width, t.clone()), |(props, width, t)| {
        width.filter(|width| *width > 0).map(|width| draw(props, width, t))
    });
    let Some(drawn) = drawn.as_ref() else {
        return html! { <div class="loss-chart"><Plot {node} /></div> };
    };
    let curves = &drawn.curves;
    let last = curves.last_step();
    let reading = curves.reading(pointed.unwrap_or(last));
    let on_point = {
        let pointed = pointed.setter();
        Callback::from(move |place: Option<f64>| pointed.set(place.map(f64::round)))
    };
    html! {
        <div class="loss-chart">
            <Plot {node} drawn={(drawn.scene.clone(), drawn.frame.x)} label={t.say("chart.loss.label")} {last} grain=1.0
                now={reading.map_or(0.0, |reading| reading.step)} reading={spoken(reading.as_ref(), t)} {on_point}>
                { for pointed.and(reading).map(|reading| cursor(&drawn.frame, &reading)) }
            </Plot>
            { readout(curves, reading.as_ref(), pointed.is_some(), t) }
            <div class="loss-chart-more">
                <LossTable curves={Rc::new(curves.clone())} t={t.clone()} />
                { saves(props, drawn, t) }
            </div>
        </div>
    }
}

fn draw(props: &LossChartProps, width: u32, t: &I18n) -> Drawn {
    let baselines = props.baselines.as_ref().map(|baselines| baselines.lines(t)).unwrap_or_default();
    let curves = Curves::new(&props.points, &props.evaluations, props.steps).with_baselines(baselines);
    let size = (f64::from(width), if width < WIDE { 260.0 } else { 340.0 });
    let frame = curves.frame(size.0, size.1);
    let scene = Rc::new(curves.scene(&names(t), size.0, size.1));
    Drawn { curves, scene, frame }
}

fn names(t: &I18n) -> Names {
    Names {
        loss: t.say("chart.loss.axis"),
        step: t.say("chart.step.axis"),
        train: t.say("chart.train"),
        validation: t.say("chart.validation"),
    }
}

fn spoken(reading: Option<&Reading>, t: &I18n) -> String {
    let Some(reading) = reading else { return t.say("chart.empty") };
    let or_none = |value: Option<f64>| value.map_or_else(|| "–".to_string(), digits);
    t.fill(
        "chart.reading",
        &[
            ("step", &reading.step),
            ("raw", &or_none(reading.raw)),
            ("smooth", &or_none(reading.smooth)),
            ("validation", &or_none(reading.validation)),
        ],
    )
}

fn cursor(frame: &Frame, reading: &Reading) -> Html {
    let (x, (bottom, top)) = (frame.x.at(reading.step).to_string(), frame.y.range);
    let dot = |class: &'static str, value: f64| {
        let (cx, cy) = frame.pixel((reading.step, value));
        html! { <circle {class} cx={cx.to_string()} cy={cy.to_string()} r="5" /> }
    };
    html! {
        <g>
            <line class="mark-cursor" x1={x.clone()} x2={x} y1={top.to_string()} y2={bottom.to_string()} />
            { for reading.smooth.map(|value| dot("mark-cursor-train", value)) }
            { for reading.validation.map(|value| dot("mark-cursor-validation", value)) }
        </g>
    }
}

/// The legend, which is also where the values under the hand are read.
fn readout(curves: &Curves, reading: Option<&Reading>, is_pointed: bool, t: &I18n) -> Html {
    let step = match reading {
        None => t.say("chart.empty"),
        Some(reading) if is_pointed => t.fill("chart.at_step", &[("step", &reading.step)]),
        Some(reading) => t.fill("chart.now", &[("step", &reading.step)]),
    };
    let rows = [
        ("train", "chart.train", reading.and_then(|reading| reading.smooth)),
        ("train-raw", "chart.train_raw", reading.and_then(|reading| reading.raw)),
        ("validation", "chart.validation", reading.and_then(|reading| reading.validation)),
    ];
    let curves_read = rows.into_iter().map(|(line, key, value)| (line, t.say(key), value));
    let baselines = curves.baselines.iter().map(|it| (it.class, it.short.clone(), Some(it.loss)));
    html! {
        <div class="readout">
            <p class="readout-step">{ step }</p>
            <dl class="readout-values">
                { for curves_read.chain(baselines).map(|(line, name, value)| html! {
                    <div class="readout-row">
                        <dt>{ swatch(line) }{ name }</dt>
                        <dd>{ value.map_or_else(|| "–".to_string(), digits) }</dd>
                    </div>
                }) }
            </dl>
        </div>
    }
}

pub fn swatch(line: &'static str) -> Html {
    html! {
        <svg class="swatch" aria-hidden="true" width="30" height="10" viewBox="0 0 30 10">
            <line class={format!("mark-{line}")} x1="1" x2="29" y1="5" y2="5" />
            if line == "validation" {
                <circle class="mark-validation-dot" cx="15" cy="5" r="3.5" />
            }
        </svg>
    }
}

fn saves(props: &LossChartProps, drawn: &Drawn, t: &I18n) -> Html {
    let csv = {
        let (points, evaluations) = (props.points.clone(), props.evaluations.clone());
        Callback::from(move |_: MouseEvent| {
            export::save_text("gptling-loss.csv", "text/csv", &table::csv(&points, &evaluations))
        })
    };
    let mut files = export::pictures("gptling-loss", t.say("chart.loss.label"), &drawn.scene);
    files.push(("CSV", csv));
    html! { <Saves {files} t={t.clone()} /> }
}
