//! What the runs on a text came to: models with different vocabularies are compared by bits per byte.

use std::rc::Rc;

use yew::prelude::*;

use crate::config::fields::method_name;
use crate::protocol::Evaluation;
use crate::protocol::runs::RunRecord;
use crate::ui::export;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::csv::Csv;
use crate::ui::kit::saves::Saves;
use crate::ui::listing::evaluation;

const COLUMNS: [&str; 5] =
    ["compare.runs.run", "compare.runs.tokenizer", "compare.runs.step", "compare.runs.loss", "compare.runs.bits"];

pub fn runs(finished: &[Rc<RunRecord>], t: &I18n) -> Html {
    let best =
        finished.iter().filter_map(|run| evaluation(run)).map(|it| it.bits_per_byte).fold(f32::INFINITY, f32::min);
    html! {
        <section class="card" aria-labelledby="compare-runs">
            <div class="row row-apart">
                <h3 id="compare-runs">{ t.say("compare.runs") }</h3>
                if !finished.is_empty() {
                    { saves(finished, t) }
                }
            </div>
            <p>{ t.say("compare.runs.why") }</p>
            if finished.is_empty() {
                <p class="note">{ t.say("compare.runs.none") }</p>
            } else {
                <div class="table-frame" tabindex="0" role="group" aria-labelledby="compare-runs">
                    <table class="table compare-runs">
                        <thead><tr>{ for COLUMNS.map(|key| html! { <th scope="col">{ t.say(key) }</th> }) }</tr></thead>
                        <tbody>{ for finished.iter().map(|run| row(run, best, t)) }</tbody>
                    </table>
                </div>
            }
        </section>
    }
}

fn saves(finished: &[Rc<RunRecord>], t: &I18n) -> Html {
    let csv = csv(finished, t);
    let save = Callback::from(move |_: MouseEvent| export::save_text("gptling-runs.csv", "text/csv", &csv));
    html! { <Saves files={vec![("CSV", save)]} t={t.clone()} /> }
}

fn csv(finished: &[Rc<RunRecord>], t: &I18n) -> String {
    let head = ["run", "method", "vocabulary", "parameters", "step", "validation_loss", "bits_per_byte"];
    let mut csv = Csv::new(&head);
    for run in finished {
        let Some(Evaluation { step, loss, bits_per_byte }) = evaluation(run) else { continue };
        let (name, method) = (t.run_name(run), method_name(run.config.tokenizer.method));
        let parameters = run.report.as_ref().map_or(0, |report| report.parameters);
        csv.row(&[&name, &method, &run.vocab_size, &parameters, step, loss, bits_per_byte]);
    }
    csv.text()
}

fn row(run: &RunRecord, best: f32, t: &I18n) -> Html {
    let Some(Evaluation { step, loss, bits_per_byte }) = evaluation(run).copied() else { return Html::default() };
    let tokenizer = format!("{} · {}", t.method(run.config.tokenizer.method), format::count(run.vocab_size));
    html! {
        <tr>
            <th scope="row">{ t.run_name(run) }</th>
            <td>{ tokenizer }</td>
            <td>{ format::count(step) }</td>
            <td>{ format!("{loss:.3}") }</td>
            <td>
                if bits_per_byte == best {
                    <strong>{ format!("{bits_per_byte:.3}") }{ " " }{ t.say("compare.runs.best") }</strong>
                } else {
                    { format!("{bits_per_byte:.3}") }
                }
            </td>
        </tr>
    }
}
