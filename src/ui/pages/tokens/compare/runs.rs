//! What the runs of this visit came to: models with different vocabularies are compared by bits per byte.

use yew::prelude::*;

use crate::config::fields::method_name;
use crate::ui::components::saves::Saves;
use crate::ui::export;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::state::compare::FinishedRun;

const COLUMNS: [&str; 5] =
    ["compare.runs.run", "compare.runs.tokenizer", "compare.runs.step", "compare.runs.loss", "compare.runs.bits"];

pub fn runs(finished: &[FinishedRun], t: &I18n) -> Html {
    let best = finished.iter().map(|run| run.bits_per_byte).fold(f32::INFINITY, f32::min);
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

fn saves(finished: &[FinishedRun], t: &I18n) -> Html {
    let csv = csv(finished);
    let save = Callback::from(move |_: MouseEvent| export::save_text("gptling-runs.csv", "text/csv", &csv));
    html! { <Saves files={vec![("CSV", save)]} t={t.clone()} /> }
}

fn csv(finished: &[FinishedRun]) -> String {
    let mut csv = String::from("run,method,vocabulary,parameters,step,validation_loss,bits_per_byte\n");
    for FinishedRun { id, tokenizer, vocab_size, parameters, step, loss, bits_per_byte } in finished {
        let method = method_name(tokenizer.method);
        csv += &format!("{id},{method},{vocab_size},{parameters},{step},{loss},{bits_per_byte}\n");
    }
    csv
}

fn row(run: &FinishedRun, best: f32, t: &I18n) -> Html {
    let name = format!("{} · {}", t.method(run.tokenizer.method), format::count(run.vocab_size));
    let is_best = run.bits_per_byte == best;
    html! {
        <tr>
            <th scope="row">{ run.id }</th>
            <td>{ name }</td>
            <td>{ format::count(run.step) }</td>
            <td>{ format!("{:.3}", run.loss) }</td>
            <td>
                if is_best { <strong>{ format!("{:.3}", run.bits_per_byte) }{ " " }{ t.say("compare.runs.best") }</strong> }
                else { { format!("{:.3}", run.bits_per_byte) } }
            </td>
        </tr>
    }
}
