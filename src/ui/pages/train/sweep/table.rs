//! Every trial of a sweep as a row.

use yew::prelude::*;

use crate::ui::charts::loss::digits;
use crate::ui::differences::value;
use crate::ui::i18n::I18n;
use crate::ui::state::sweep::{Outcome, SweptField, Trial};

pub fn table(fields: &[SweptField], trials: &[Trial], t: &I18n) -> Html {
    html! {
        <details class="as-table">
            <summary>{ t.say("chart.as_table") }</summary>
            <div class="table-frame" tabindex="0" role="group" aria-labelledby="sweep-result">
                <table class="table sweep-table">
                    <thead>
                        <tr>
                            { for fields.iter().map(|swept| html! { <th scope="col">{ t.field(swept.field).0 }</th> }) }
                            <th scope="col">{ t.say("sweep.column.outcome") }</th>
                            <th scope="col">{ t.say("runs.column.validation") }</th>
                            <th scope="col">{ t.say("runs.column.bits") }</th>
                        </tr>
                    </thead>
                    <tbody>{ for trials.iter().map(|trial| row(fields, trial, t)) }</tbody>
                </table>
            </div>
        </details>
    }
}

fn row(fields: &[SweptField], trial: &Trial, t: &I18n) -> Html {
    let (loss, bits) = match trial.outcome {
        Outcome::Finished { loss, bits_per_byte } => (digits(loss.into()), format!("{bits_per_byte:.3}")),
        _ => ("–".into(), "–".into()),
    };
    html! {
        <tr>
            { for trial.values(fields).map(|(field, found)| html! { <th scope="row">{ value(field, &found, t) }</th> }) }
            <td>{ outcome(trial, t) }</td>
            <td>{ loss }</td>
            <td>{ bits }</td>
        </tr>
    }
}

fn outcome(trial: &Trial, t: &I18n) -> String {
    match &trial.outcome {
        Outcome::CutShort { step } => t.fill("sweep.outcome.cut_short", &[("step", step)]),
        Outcome::Failed(error) | Outcome::Impossible(error) => t.error(error),
        outcome => t.say(&format!("sweep.outcome.{}", outcome.name())),
    }
}
