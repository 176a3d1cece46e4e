//! The places and the tokens at which the model was most wrong.

use yew::prelude::*;

use super::columns;
use crate::protocol::evaluate::{CostlyToken, Miss, Report};
use crate::ui::format::{self, visible};
use crate::ui::i18n::I18n;
use crate::ui::kit::picture::swatch;

/// Places that are shown of each model.
const SHOWN: usize = 8;

pub fn worst(reports: &[Report], names: &[String], t: &I18n) -> Html {
    html! {
        <section class="card" aria-labelledby="evaluate-worst">
            <h3 id="evaluate-worst">{ t.say("evaluate.worst") }</h3>
            <p class="note">{ t.say("evaluate.worst.note") }</p>
            <div class="columns evaluate-worst">
                { for reports.iter().enumerate().map(|(place, report)| html! {
                    <div class="stack-tight">
                        if reports.len() > 1 { <h4>{ swatch(super::line(place)) }{ " " }{ &names[place] }</h4> }
                        <ol class="misses">{ for report.worst.iter().take(SHOWN).map(|miss| shown(miss, t)) }</ol>
                    </div>
                }) }
            </div>
        </section>
    }
}

fn shown(miss: &Miss, t: &I18n) -> Html {
    let arguments: [(&str, &dyn std::fmt::Display); 5] = [
        ("chance", &chance(miss.loss)),
        ("rank", &format::count(miss.rank + 1)),
        ("expected", &visible(&miss.expected.text)),
        ("sure", &format::percent(miss.expected_probability.into())),
        ("loss", &format!("{:.1}", miss.loss)),
    ];
    html! {
        <li class="miss">
            <p class="miss-text">
                <span class="miss-around">{ visible_line(&miss.before) }</span>
                <mark>{ visible(&miss.token.text) }</mark>
                <span class="miss-around">{ visible_line(&miss.after) }</span>
            </p>
            <p class="note">{ t.fill("evaluate.worst.told", &arguments) }</p>
        </li>
    }
}

/// The probability behind a loss, however small.
fn chance(loss: f32) -> String {
    let percent = 100.0 * f64::from(-loss).exp();
    if percent >= 0.1 { format::percent(percent / 100.0) } else { format::figures(percent) + "%" }
}

/// Line ends are seen, spaces are spaces.
fn visible_line(text: &str) -> String {
    text.replace('\n', "⏎")
}

pub fn costly(reports: &[Report], names: &[String], t: &I18n) -> Html {
    let most = reports.iter().map(|report| report.costly.len()).max().unwrap_or(0);
    let cell = |it: Option<&CostlyToken>| match it {
        None => html! { <td>{ "–" }</td> },
        Some(it) => html! {
            <td>
                <code class="miss-token">{ visible(&it.token.text) }</code>{ " " }
                { t.fill("evaluate.costly.cell", &[
                    ("share", &format::percent(it.share.into())),
                    ("n", &format::count(it.count)),
                    ("loss", &format!("{:.2}", it.loss)),
                ]) }
            </td>
        },
    };
    html! {
        <details class="card fold">
            <summary>{ t.say("evaluate.costly") }</summary>
            <p class="note">{ t.say("evaluate.costly.note") }</p>
            <div class="table-frame" tabindex="0" role="group" aria-label={t.say("evaluate.costly")}>
                <table class="table">
                    <thead>
                        <tr><th scope="col">{ t.say("evaluate.costly.rank") }</th>{ columns(reports, names) }</tr>
                    </thead>
                    <tbody>
                        { for (0..most).map(|at| html! {
                            <tr>
                                <th scope="row">{ at + 1 }</th>
                                { for reports.iter().map(|report| cell(report.costly.get(at))) }
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </details>
    }
}
