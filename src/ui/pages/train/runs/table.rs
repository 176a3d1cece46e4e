//! The table of runs and its files.

use std::rc::Rc;

use yew::prelude::*;

use super::row::RunRow;
use crate::protocol::runs::RunRecord;
use crate::ui::export;
use crate::ui::i18n::I18n;
use crate::ui::kit::saves::Saves;
use crate::ui::listing::{csv, evaluation, json};
use crate::ui::pages::PageProps;

const COLUMNS: [&str; 10] = [
    "runs.column.chart",
    "runs.column.name",
    "runs.column.settings",
    "runs.column.text",
    "runs.column.steps",
    "runs.column.training",
    "runs.column.validation",
    "runs.column.bits",
    "runs.column.time",
    "runs.column.orders",
];

pub fn table(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let records = state.records();
    let row = |record: &Rc<RunRecord>| {
        let is_best = evaluation(record).is_some_and(|it| Some(it.bits_per_byte) == best(records, record.text.hash));
        html! {
            <RunRow key={record.key.clone()} record={record.clone()} look={state.runs.look(&record.key)} {is_best}
                is_training={state.is_training(record)} kept={state.saved_step(record)} dispatch={dispatch.clone()} t={t.clone()} />
        }
    };
    html! {
        <>
            <div class="table-frame" tabindex="0" role="group" aria-labelledby="runs-title">
                <table class="table runs-table">
                    <thead><tr>{ for COLUMNS.map(|key| html! { <th scope="col">{ t.say(key) }</th> }) }</tr></thead>
                    <tbody>{ for records.iter().rev().map(row) }</tbody>
                </table>
            </div>
            { saves(records, t) }
        </>
    }
}

/// The fewest bits per byte of all runs on a text: of another text they say nothing.
fn best(records: &[Rc<RunRecord>], text: u64) -> Option<f32> {
    let measured = records.iter().filter(|record| record.text.hash == text).filter_map(|record| evaluation(record));
    measured.map(|evaluation| evaluation.bits_per_byte).reduce(f32::min)
}

fn saves(records: &[Rc<RunRecord>], t: &I18n) -> Html {
    type Write = fn(&[&RunRecord], &I18n, fn(u64) -> String) -> String;
    let file = |kind: &'static str, name: &'static str, mime: &'static str, write: Write| {
        let (records, t) = (records.to_vec(), t.clone());
        let save = Callback::from(move |_: MouseEvent| {
            let records: Vec<&RunRecord> = records.iter().map(|record| &**record).collect();
            export::save_text(name, mime, &write(&records, &t, export::date));
        });
        (kind, save)
    };
    let files = vec![
        file("CSV", "gptling-runs.csv", "text/csv", csv),
        file("JSON", "gptling-runs.json", "application/json", json),
    ];
    html! { <Saves {files} t={t.clone()} /> }
}
