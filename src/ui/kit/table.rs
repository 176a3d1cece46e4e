//! A picture as a table, made when it is opened.

use yew::prelude::*;

use super::chart::{Column, Shown, Sums, Table};
use super::picture::swatch;
use crate::ui::i18n::I18n;

#[derive(Clone, PartialEq, Properties)]
pub struct AsTableProps {
    pub of: Shown,
    pub caption: String,
    /// What it is opened by, where that is not the same as everywhere.
    #[prop_or_default]
    pub summary: Option<String>,
    /// What lies folded up with it.
    #[prop_or_default]
    pub files: Html,
    pub t: I18n,
}

#[component]
pub fn AsTable(props: &AsTableProps) -> Html {
    let open = use_state_eq(|| false);
    let ontoggle = {
        let open = open.setter();
        Callback::from(move |event: Event| {
            let details = event.target_dyn_into::<web_sys::Element>();
            open.set(details.is_some_and(|details| details.has_attribute("open")));
        })
    };
    // The table is there with the press already, not only when the browser tells that it has opened.
    let onclick = {
        let open = open.setter();
        Callback::from(move |_: MouseEvent| open.set(true))
    };
    let summary = props.summary.clone().unwrap_or_else(|| props.t.say("chart.as_table"));
    html! {
        <details class="as-table" {ontoggle}>
            <summary {onclick}>{ summary }</summary>
            if *open {
                <div class="table-frame" tabindex="0" role="group" aria-label={props.caption.clone()}>
                    { table(props.of.chart().table(), &props.caption) }
                </div>
                { props.files.clone() }
            }
        </details>
    }
}

fn table(Table { columns, rows, sums }: Table, caption: &str) -> Html {
    let others = columns.len() - sums.as_ref().map_or(0, |sums| sums.values.len());
    html! {
        <table class="table">
            <caption>{ caption.to_string() }</caption>
            <thead><tr>{ for columns.into_iter().map(head) }</tr></thead>
            <tbody>{ for rows.into_iter().map(row) }</tbody>
            if let Some(Sums { name, values }) = sums {
                <tfoot>
                    <tr>
                        <th scope="row" colspan={others.to_string()}>{ name }</th>
                        { for values.into_iter().map(|(of, sum)| html! { <td data-sum={of}>{ sum }</td> }) }
                    </tr>
                </tfoot>
            }
        </table>
    }
}

fn head(Column { name, line }: Column) -> Html {
    html! {
        <th scope="col">
            if let Some(line) = line { { swatch(line) }{ " " } }
            { name }
        </th>
    }
}

fn row(cells: Vec<String>) -> Html {
    let mut cells = cells.into_iter();
    html! {
        <tr>
            { for cells.next().map(|head| html! { <th scope="row">{ head }</th> }) }
            { for cells.map(|cell| html! { <td>{ cell }</td> }) }
        </tr>
    }
}
