//! The figures of a report, each with what it means.

use yew::prelude::*;

use super::{Reports, columns};
use crate::protocol::evaluate::{On, Report};
use crate::ui::export;
use crate::ui::format;
use crate::ui::kit::csv::{Cell, Csv};
use crate::ui::kit::saves::Saves;
use crate::ui::pages::PageProps;

/// What is measured: its key, its name in a file, and its value.
type Measure = (&'static str, &'static str, fn(&Report) -> f64, fn(f64) -> String);

const MEASURES: [Measure; 6] = [
    ("evaluate.figure.loss", "loss_nats_per_token", |report| report.loss.into(), |loss| format!("{loss:.3}")),
    ("evaluate.figure.perplexity", "perplexity", Report::perplexity, format::figures),
    ("evaluate.figure.bits", "bits_per_byte", |report| report.bits_per_byte.into(), |bits| format!("{bits:.3}")),
    ("evaluate.figure.accuracy", "accuracy", |report| report.accuracy.into(), share),
    ("evaluate.figure.top_five", "top_five_accuracy", |report| report.top_five.into(), share),
    ("evaluate.figure.calibration", "calibration_error", |report| report.calibration_error.into(), share),
];

fn share(share: f64) -> String {
    format!("{:.1}%", 100.0 * share)
}

pub fn figures(page: &PageProps, reports: &Reports, names: &[String]) -> Html {
    let PageProps { state, t, .. } = page;
    let on = state.evaluate.measured.answered().map(|wanted| wanted.on.clone());
    let first = &reports[0];
    let counts: [(&str, &dyn std::fmt::Display); 2] =
        [("targets", &format::count(first.targets)), ("all", &format::count(first.available))];
    let key = match (on, first.targets < first.available) {
        (Some(On::Text(_)), false) => "evaluate.measured.own",
        (Some(On::Text(_)), true) => "evaluate.measured.own_part",
        (_, false) => "evaluate.measured.held_out",
        (_, true) => "evaluate.measured.held_out_part",
    };
    html! {
        <section class="card" aria-labelledby="evaluate-figures">
            <div class="row row-apart">
                <h3 id="evaluate-figures">{ t.say("evaluate.figures") }</h3>
                { saves(page, reports) }
            </div>
            <p class="note" role="status">{ t.fill(key, &counts) }</p>
            if first.unknown > 0 {
                <p class="note">{ t.fill("evaluate.unknown", &[("n", &format::count(first.unknown))]) }</p>
            }
            <div class="table-frame" tabindex="0" role="group" aria-labelledby="evaluate-figures">
                <table class="table evaluate-figures">
                    <thead>
                        <tr>
                            <th scope="col">{ t.say("evaluate.figure") }</th>
                            { columns(reports, names) }
                        </tr>
                    </thead>
                    <tbody>
                        { for MEASURES.map(|(key, _, value, shown)| html! {
                            <tr>
                                <th scope="row">
                                    { t.say(key) }
                                    <span class="note">{ t.say(&format!("{key}.help")) }</span>
                                </th>
                                { for reports.iter().map(|report| html! { <td>{ shown(value(report)) }</td> }) }
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
            { rival(page, first) }
        </section>
    }
}

/// What counting comes to on the same text, where that is known.
fn rival(page: &PageProps, report: &Report) -> Html {
    let PageProps { state, t, .. } = page;
    let on_held_out = state.evaluate.measured.answered().is_some_and(|wanted| wanted.on == On::HeldOut);
    let baselines = state.training.run.as_ref().and_then(|run| run.baselines.clone()).filter(|_| on_held_out);
    let Some(baselines) = baselines else { return Html::default() };
    let best = (1..).zip(baselines.orders.iter().copied()).min_by(|a, b| a.1.total_cmp(&b.1));
    let Some((order, loss)) = best else { return Html::default() };
    let shown = format!("{loss:.3}");
    let key = if report.loss < loss { "evaluate.rival.beaten" } else { "evaluate.rival.ahead" };
    let part = baselines.counted < baselines.training || baselines.measured < baselines.held_out;
    let counts: [(&str, &dyn std::fmt::Display); 4] = [
        ("counted", &format::count(baselines.counted)),
        ("training", &format::count(baselines.training)),
        ("measured", &format::count(baselines.measured)),
        ("held_out", &format::count(baselines.held_out)),
    ];
    html! {
        <p class="evaluate-rival">
            { t.fill(key, &[("order", &order), ("loss", &shown)]) }
            if part {
                { " " }{ t.fill("evaluate.rival.part", &counts) }
            }
        </p>
    }
}

fn saves(page: &PageProps, reports: &Reports) -> Html {
    let csv = csv(reports);
    let save = Callback::from(move |_: MouseEvent| export::save_text("gptling-evaluation.csv", "text/csv", &csv));
    html! { <Saves files={vec![("CSV", save)]} t={page.t.clone()} /> }
}

fn csv(reports: &[Report]) -> String {
    let head: Vec<&str> =
        ["model", "step", "targets"].into_iter().chain(MEASURES.iter().map(|(_, name, ..)| *name)).collect();
    let mut csv = Csv::new(&head);
    for (model, report) in (1usize..).zip(reports) {
        let values: Vec<f64> = MEASURES.iter().map(|(_, _, value, _)| value(report)).collect();
        let mut cells: Vec<&dyn Cell> = vec![&model, &report.step, &report.targets];
        cells.extend(values.iter().map(|value| value as &dyn Cell));
        csv.row(&cells);
    }
    csv.text()
}
