//! Pictures of a report: whether the model knows how sure to be, and what more context brings.

use yew::prelude::*;

use super::{Reports, line};
use crate::ui::figures::report::{Plotted, ReportPlot};
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::figure::Figure;
use crate::ui::kit::picture::swatch;

pub fn plot(plotted: Plotted, reports: &Reports, names: &[String], t: &I18n) -> Html {
    let plot = ReportPlot { plotted, reports: reports.clone(), names: names.to_vec(), t: t.clone() };
    let key = plotted.key();
    let id = key.replace('.', "-");
    let file = match plotted {
        Plotted::Reliability => "gptling-calibration",
        Plotted::Positions => "gptling-positions",
    };
    let label = t.say(key);
    html! {
        <section class="card" aria-labelledby={id.clone()}>
            <h3 {id}>{ label.clone() }</h3>
            <p class="note">{ t.say(&format!("{key}.note")) }</p>
            <p>{ plot.told() }</p>
            if reports.len() > 1 {
                <ul class="evaluate-legend">
                    { for names.iter().enumerate().map(|(place, name)| html! { <li>{ swatch(line(place)) }{ name }</li> }) }
                </ul>
            }
            <Figure class="evaluate-plot" of={Shown::new(plot)} {file} {label} t={t.clone()} />
        </section>
    }
}
