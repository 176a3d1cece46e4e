//! Runs side by side on one chart, read at a place, as a table and as files.

use std::rc::Rc;

use yew::prelude::*;

use super::loss_chart::swatch;
use crate::ui::charts::loss::digits;
use crate::ui::charts::overlay::{Frame, LINES, Overlay, Titles, csv, place};
use crate::ui::export;
use crate::ui::hooks::use_width;
use crate::ui::i18n::I18n;
use crate::ui::kit::plot::Plot;
use crate::ui::kit::saves::Saves;
use crate::ui::kit::scene::Scene;

/// Places across in the table.
const ROWS: usize = 10;

#[derive(Clone, PartialEq, Properties)]
pub struct OverlayChartProps {
    pub overlay: Rc<Overlay>,
    pub titles: Titles,
    pub t: I18n,
}

#[component]
pub fn OverlayChart(props: &OverlayChartProps) -> Html {
    let OverlayChartProps { overlay, t, .. } = props;
    let node = use_node_ref();
    let width = use_width(&node).filter(|width| *width > 0).map(f64::from);
    let pointed = use_state_eq(|| None::<f64>);
    let drawn = use_memo((props.clone(), width), |(props, width)| {
        width.map(|width| (Rc::new(props.overlay.scene(&props.titles, width)), props.overlay.frame(width)))
    });
    let Some((scene, frame)) = &*drawn else {
        return html! { <div class="loss-chart"><Plot {node} /></div> };
    };
    let last = overlay.last();
    let now = pointed.unwrap_or(last).clamp(0.0, last);
    let reading = overlay.reading(now);
    let on_point = {
        let pointed = pointed.setter();
        Callback::from(move |place: Option<f64>| pointed.set(place))
    };
    html! {
        <div class="loss-chart">
            <Plot {node} drawn={(scene.clone(), frame.x)} label={t.say("runs.chart")} {now} {last}
                reading={spoken(props, now, &reading)} {on_point}>
                if pointed.is_some() {
                    { cursor(overlay, frame, now, &reading) }
                }
            </Plot>
            { readout(props, now, &reading) }
            <div class="loss-chart-more">
                { table(props) }
                { saves(props, scene, t) }
            </div>
        </div>
    }
}

fn spoken(OverlayChartProps { overlay, titles, .. }: &OverlayChartProps, now: f64, reading: &[Option<f64>]) -> String {
    let values = overlay.lines.iter().zip(reading).map(|(line, loss)| format!("{}: {}", line.name, read(*loss)));
    let values: Vec<String> = values.collect();
    format!("{} {}: {}", titles.across, place(overlay.across, now), values.join(", "))
}

fn read(loss: Option<f64>) -> String {
    loss.map_or_else(|| "–".to_string(), digits)
}

fn cursor(overlay: &Overlay, frame: &Frame, now: f64, reading: &[Option<f64>]) -> Html {
    let (x, (bottom, top)) = (frame.x.at(now).to_string(), frame.y.range());
    let dot = |(line, loss): (usize, f64)| {
        let (cx, cy) = frame.pixel((now, loss));
        html! { <circle class={format!("mark-dot-run-{}", line % 6)} cx={cx.to_string()} cy={cy.to_string()} r="5" /> }
    };
    let dots = overlay.lines.iter().zip(reading).filter_map(|(line, loss)| Some((line.look, (*loss)?)));
    html! {
        <g>
            <line class="mark-cursor" x1={x.clone()} x2={x} y1={top.to_string()} y2={bottom.to_string()} />
            { for dots.map(dot) }
        </g>
    }
}

/// The legend, which is also where the values under the hand are read.
fn readout(OverlayChartProps { overlay, titles, .. }: &OverlayChartProps, now: f64, reading: &[Option<f64>]) -> Html {
    let lines = overlay.lines.iter().zip(reading);
    let lines = lines.map(|(line, loss)| (LINES[line.look % LINES.len()], line.name.clone(), *loss));
    let baselines = overlay.baselines.iter().map(|it| (it.class, it.short.clone(), Some(it.loss)));
    html! {
        <div class="readout">
            <p class="readout-step">{ format!("{} {}", titles.across, place(overlay.across, now)) }</p>
            <dl class="readout-values">
                { for lines.chain(baselines).map(|(class, name, loss)| html! {
                    <div class="readout-row">
                        <dt>{ swatch(class) }{ name }</dt>
                        <dd>{ read(loss) }</dd>
                    </div>
                }) }
            </dl>
        </div>
    }
}

fn table(OverlayChartProps { overlay, titles, t }: &OverlayChartProps) -> Html {
    let last = overlay.last();
    let places = (0..=ROWS).map(|row| last * row as f64 / ROWS as f64);
    html! {
        <details class="as-table">
            <summary>{ t.say("chart.as_table") }</summary>
            <div class="table-frame" tabindex="0" role="group" aria-label={t.say("runs.chart")}>
                <table class="table">
                    <caption>{ t.say("runs.chart") }</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ titles.across.clone() }</th>
                            { for overlay.lines.iter().map(|line| html! { <th scope="col">{ line.name.clone() }</th> }) }
                        </tr>
                    </thead>
                    <tbody>
                        { for places.map(|x| html! {
                            <tr>
                                <th scope="row">{ place(overlay.across, x) }</th>
                                { for overlay.reading(x).into_iter().map(|loss| html! { <td>{ read(loss) }</td> }) }
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </details>
    }
}

fn saves(props: &OverlayChartProps, scene: &Rc<Scene>, t: &I18n) -> Html {
    let overlay = props.overlay.clone();
    let csv = Callback::from(move |_: MouseEvent| export::save_text("gptling-overlay.csv", "text/csv", &csv(&overlay)));
    let mut files = export::pictures("gptling-overlay", t.say("runs.chart"), scene);
    files.push(("CSV", csv));
    html! { <Saves {files} t={t.clone()} /> }
}
