//! The network as a table: what the picture shows, and more exactly.

use yew::prelude::*;

use crate::ui::charts::layers::{Blueprint, Layer};
use crate::ui::charts::network::{Words, numbers};
use crate::ui::format;
use crate::ui::i18n::I18n;

#[derive(Clone, PartialEq, Properties)]
pub struct NetworkTableProps {
    pub blueprint: Blueprint,
    pub t: I18n,
}

#[component]
pub fn NetworkTable(props: &NetworkTableProps) -> Html {
    let NetworkTableProps { blueprint, t } = props;
    let layers = blueprint.layers();
    let sum: u64 = layers.iter().map(Layer::parameters).sum();
    let work: f64 = layers.iter().map(Layer::flops).sum();
    html! {
        <details class="as-table">
            <summary>{ t.say("model.as_table") }</summary>
            <div class="table-frame" tabindex="0" role="region" aria-label={t.say("model.table")}>
                <table class="table">
                    <caption class="unseen">{ t.say("model.table") }</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ t.say("model.table.layer") }</th>
                            <th scope="col">{ t.say("model.table.shape") }</th>
                            <th scope="col">{ t.say("model.table.weights") }</th>
                            <th scope="col">{ t.say("model.table.work") }</th>
                        </tr>
                    </thead>
                    <tbody>{ for layers.iter().map(|layer| row(layer, blueprint, t)) }</tbody>
                    <tfoot>
                        <tr>
                            <th scope="row" colspan="2">{ t.say("model.table.sum") }</th>
                            <td data-sum="weights">{ format::count(sum) }</td>
                            <td data-sum="work">{ format::short(work) }</td>
                        </tr>
                    </tfoot>
                </table>
            </div>
        </details>
    }
}

fn row(layer: &Layer, blueprint: &Blueprint, t: &I18n) -> Html {
    let weights = match (layer.parameters(), layer.copies) {
        (0, _) => "–".to_string(),
        (parameters, 1) => format::count(parameters),
        (parameters, copies) => format!("{copies} × {}", format::count(parameters / copies)),
    };
    let work = match (layer.flops(), layer.copies) {
        (0.0, _) => "–".to_string(),
        (flops, 1) => format::short(flops),
        (flops, copies) => format!("{copies} × {}", format::short(flops / copies as f64)),
    };
    html! {
        <tr>
            <th scope="row">{ Words { blueprint, t }.title(layer.spot) }</th>
            <td><code>{ format!("({}) = {}", layer.symbols, numbers(layer)) }</code></td>
            <td>{ weights }</td>
            <td>{ work }</td>
        </tr>
    }
}
