//! Pictures of a report: whether the model knows how sure to be, and what more context brings.

use std::rc::Rc;

use yew::prelude::*;

use super::{Reports, columns};
use crate::protocol::evaluate::Report;
use crate::ui::charts::{positions, reliability};
use crate::ui::export;
use crate::ui::format;
use crate::ui::hooks::use_width;
use crate::ui::i18n::I18n;
use crate::ui::kit::picture::Picture;
use crate::ui::kit::saves::Saves;
use crate::ui::kit::scene::Scene;

const HEIGHT: f64 = 320.0;

#[derive(Clone, Copy, PartialEq)]
pub enum Plotted {
    Reliability,
    Positions,
}

#[derive(Clone, PartialEq, Properties)]
pub struct ReportPlotProps {
    pub reports: Reports,
    pub names: Vec<String>,
    pub plotted: Plotted,
    pub t: I18n,
}

impl Plotted {
    /// Begins its keys.
    fn key(self) -> &'static str {
        match self {
            Plotted::Reliability => "calibration",
            Plotted::Positions => "positions",
        }
    }

    /// The name of its files.
    fn file(self) -> &'static str {
        match self {
            Plotted::Reliability => "gptling-calibration",
            Plotted::Positions => "gptling-positions",
        }
    }

    fn scene(self, reports: &[Report], width: f64, t: &I18n) -> Scene {
        match self {
            Plotted::Reliability => {
                let names = reliability::Names {
                    sure: t.say("evaluate.calibration.sure"),
                    right: t.say("evaluate.calibration.right"),
                    too_sure: t.say("evaluate.calibration.too_sure"),
                    too_shy: t.say("evaluate.calibration.too_shy"),
                };
                reliability::scene(reports, &names, width)
            }
            Plotted::Positions => {
                let names =
                    positions::Names { loss: t.say("evaluate.positions.loss"), seen: t.say("evaluate.positions.seen") };
                positions::scene(reports, &names, width, HEIGHT)
            }
        }
    }

    fn csv(self, reports: &[Report]) -> String {
        match self {
            Plotted::Reliability => reliability::csv(reports),
            Plotted::Positions => positions::csv(reports),
        }
    }

    /// What the picture says of the first model, in a sentence.
    fn told(self, report: &Report, t: &I18n) -> String {
        match self {
            Plotted::Reliability => {
                let points = format!("{:.0}", 100.0 * report.overconfidence.abs());
                let key = match report.overconfidence {
                    over if over >= 0.02 => "evaluate.calibration.over",
                    over if over <= -0.02 => "evaluate.calibration.under",
                    _ => "evaluate.calibration.fair",
                };
                t.fill(key, &[("points", &points)])
            }
            Plotted::Positions => {
                let (Some(first), Some(last)) = (report.positions.first(), report.positions.last()) else {
                    return String::new();
                };
                let shown = [first.loss, last.loss].map(|loss| format!("{loss:.2}"));
                t.fill("evaluate.positions.told", &[("first", &shown[0]), ("last", &shown[1]), ("from", &last.from)])
            }
        }
    }

    fn rows(self, reports: &[Report], t: &I18n) -> Html {
        match self {
            Plotted::Reliability => (0..reports[0].bins.len()).map(|at| bin_row(reports, at, t)).collect(),
            Plotted::Positions => (0..reports[0].positions.len()).map(|at| position_row(reports, at)).collect(),
        }
    }
}

#[component]
pub fn ReportPlot(props: &ReportPlotProps) -> Html {
    let ReportPlotProps { reports, names, plotted, t } = props;
    let node = use_node_ref();
    let width = use_width(&node).filter(|width| *width > 0).map(f64::from);
    let drawn = use_memo((props.clone(), width), |(props, width)| {
        width.map(|width| Rc::new(props.plotted.scene(&props.reports, width, &props.t)))
    });
    let key = plotted.key();
    let id = format!("evaluate-{key}");
    let title = t.say(&format!("evaluate.{key}"));
    html! {
        <section class="card" aria-labelledby={id.clone()}>
            <h3 {id}>{ title.clone() }</h3>
            <p class="note">{ t.say(&format!("evaluate.{key}.note")) }</p>
            <p>{ plotted.told(&reports[0], t) }</p>
            if reports.len() > 1 {
                <ul class="evaluate-legend">
                    { for names.iter().enumerate().map(|(place, name)| html! { <li>{ super::swatch(place) }{ name }</li> }) }
                </ul>
            }
            <div class="evaluate-plot" ref={node}>
                if let Some(scene) = &*drawn {
                    <Picture scene={scene.clone()} label={title.clone()} />
                }
            </div>
            <div class="row row-apart">
                <details class="as-table">
                    <summary>{ t.say("chart.as_table") }</summary>
                    <div class="table-frame" tabindex="0" role="group" aria-label={title.clone()}>
                        <table class="table">
                            <caption>{ title.clone() }</caption>
                            <thead>
                                <tr>
                                    <th scope="col">{ t.say(&format!("evaluate.{key}.row")) }</th>
                                    { columns(reports, names) }
                                </tr>
                            </thead>
                            <tbody>{ plotted.rows(reports, t) }</tbody>
                        </table>
                    </div>
                </details>
                if let Some(scene) = (*drawn).clone() {
                    { saves(props, &scene, title) }
                }
            </div>
        </section>
    }
}

fn bin_row(reports: &[Report], at: usize, t: &I18n) -> Html {
    let count = reports[0].bins.len();
    let (from, to) = (100 * at / count, 100 * (at + 1) / count);
    html! {
        <tr>
            <th scope="row">{ format!("{from}–{to}%") }</th>
            { for reports.iter().filter_map(|report| report.bins.get(at)).map(|bin| html! {
                <td>
                    if bin.targets == 0 { { "–" } }
                    else {
                        { t.fill("evaluate.calibration.cell", &[
                            ("right", &format::percent(bin.accuracy.into())),
                            ("n", &format::count(bin.targets)),
                        ]) }
                    }
                </td>
            }) }
        </tr>
    }
}

fn position_row(reports: &[Report], at: usize) -> Html {
    let first = &reports[0].positions[at];
    let span = if first.from == first.to { first.from.to_string() } else { format!("{}–{}", first.from, first.to) };
    let loss = |report: &Report| {
        let here = report.positions.iter().find(|it| it.from == first.from);
        here.map_or_else(|| "–".to_string(), |it| format!("{:.2}", it.loss))
    };
    html! {
        <tr>
            <th scope="row">{ span }</th>
            { for reports.iter().map(|report| html! { <td>{ loss(report) }</td> }) }
        </tr>
    }
}

fn saves(props: &ReportPlotProps, scene: &Rc<Scene>, title: String) -> Html {
    let ReportPlotProps { reports, plotted, t, .. } = props;
    let mut files = export::pictures(plotted.file(), title, scene);
    let (reports, plotted) = (reports.clone(), *plotted);
    let csv = move |_| export::save_text(&format!("{}.csv", plotted.file()), "text/csv", &plotted.csv(&reports));
    files.push(("CSV", Callback::from(csv)));
    html! { <Saves {files} t={t.clone()} /> }
}
