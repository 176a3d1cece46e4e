//! The chart as a table, made when it is opened.

use std::rc::Rc;

use yew::prelude::*;

use crate::ui::charts::loss::Curves;
use crate::ui::charts::loss::digits;
use crate::ui::charts::table::rows;
use crate::ui::i18n::I18n;

const ROWS: usize = 20;
const COLUMNS: [&str; 4] = ["chart.step.axis", "chart.train_raw", "chart.train", "chart.validation"];

#[derive(Clone, PartialEq, Properties)]
pub struct LossTableProps {
    pub curves: Rc<Curves>,
    pub t: I18n,
}

#[component]
pub fn LossTable(props: &LossTableProps) -> Html {
    let t = &props.t;
    let open = use_state_eq(|| false);
    let ontoggle = {
        let open = open.setter();
        Callback::from(move |event: Event| {
            let details = event.target_dyn_into::<web_sys::Element>();
            open.set(details.is_some_and(|details| details.has_attribute("open")));
        })
    };
    html! {
        <details class="as-table" {ontoggle}>
            <summary>{ t.say("chart.as_table") }</summary>
            if *open {
                <table class="table">
                    <caption>{ t.say("chart.loss.label") }</caption>
                    <thead>
                        <tr>
                            { for COLUMNS.map(|key| html! {
                                <th scope="col">{ t.say(key) }</th>
                            }) }
                        </tr>
                    </thead>
                    <tbody>
                        { for rows(&props.curves, ROWS).into_iter().map(|step| row(&props.curves, step)) }
                    </tbody>
                </table>
            }
        </details>
    }
}

fn row(curves: &Curves, step: f64) -> Html {
    let reading = curves.reading(step).unwrap_or_default();
    html! {
        <tr>
            <th scope="row">{ step }</th>
            { for [reading.raw, reading.smooth, reading.validation].map(|value| html! {
                <td>{ value.map_or_else(|| "–".to_string(), digits) }</td>
            }) }
        </tr>
    }
}
