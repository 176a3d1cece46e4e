//! Runs side by side on one chart, read at a place, as a table and as files.

use std::rc::Rc;

use yew::prelude::*;

use super::loss_chart::values;
use crate::ui::charts::overlay::{DOTS, LINES, Overlay};
use crate::ui::figures::overlay::Runs;
use crate::ui::i18n::I18n;
use crate::ui::kit::axes::{Frame, Titles};
use crate::ui::kit::chart::Shown;
use crate::ui::kit::figure::{Figure, Manner, Pointed, Reading, stride};
use crate::ui::kit::picture;
use crate::ui::kit::walk::Walk;

#[derive(Clone, PartialEq, Properties)]
pub struct OverlayChartProps {
    pub overlay: Rc<Overlay>,
    pub titles: Titles,
    pub t: I18n,
}

#[component]
pub fn OverlayChart(props: &OverlayChartProps) -> Html {
    let OverlayChartProps { overlay, titles, t } = props;
    let pointed = use_state_eq(|| None::<f64>);
    let runs = Runs { overlay: overlay.clone(), titles: titles.clone() };
    let last = overlay.last();
    let now = pointed.unwrap_or(last).clamp(0.0, last);
    let losses = overlay.reading(now);
    let on_walk = {
        let pointed = pointed.setter();
        Callback::from(move |walk: Walk| pointed.set(walk.place()))
    };
    let on_point = {
        let (pointed, overlay) = (pointed.setter(), overlay.clone());
        Callback::from(move |at: Option<Pointed>| {
            pointed.set(at.map(|at| overlay.frame(at.width).x.invert(at.x)));
        })
    };
    let over = pointed.map(|_| {
        let (overlay, losses) = (overlay.clone(), losses.clone());
        Callback::from(move |width: f64| cursor(&overlay, &overlay.frame(width), now, &losses))
    });
    let reading = Reading { now, last, stride: stride(last, 0.0), told: runs.told(now, &losses), on_walk };
    html! {
        <div class="loss-chart">
            <Figure class="plot" of={Shown::new(runs.clone())} file="gptling-overlay" label={t.say("runs.chart")}
                manner={Manner::Read(reading)} {on_point} {over} t={t.clone()}>
                { readout(&runs, now, &losses) }
            </Figure>
        </div>
    }
}

fn cursor(overlay: &Overlay, frame: &Frame, now: f64, losses: &[Option<f64>]) -> Html {
    let (x, (bottom, top)) = (frame.x.at(now).to_string(), frame.y.range());
    let dot = |(line, loss): (usize, f64)| {
        let (cx, cy) = frame.pixel((now, loss));
        html! { <circle class={picture::name(&DOTS[line % DOTS.len()])} cx={cx.to_string()} cy={cy.to_string()} r="5" /> }
    };
    let dots = overlay.lines.iter().zip(losses).filter_map(|(line, loss)| Some((line.look, (*loss)?)));
    html! {
        <g>
            <line class="mark-cursor" x1={x.clone()} x2={x} y1={top.to_string()} y2={bottom.to_string()} />
            { for dots.map(dot) }
        </g>
    }
}

/// The legend, which is also where the values under the hand are read.
fn readout(runs: &Runs, now: f64, losses: &[Option<f64>]) -> Html {
    let lines = runs.overlay.lines.iter().zip(losses);
    let lines = lines.map(|(line, loss)| (&LINES[line.look % LINES.len()], line.name.clone(), *loss));
    let baselines = runs.overlay.baselines.iter().map(|it| (it.style, it.short.clone(), Some(it.loss)));
    values(runs.place(now), lines.chain(baselines))
}
