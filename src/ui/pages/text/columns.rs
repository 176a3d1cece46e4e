//! Which column of a table is what, beside its first rows.

use yew::prelude::*;

use super::reading::Reading;
use crate::config::corpus::{Columns, ReadConfig};
use crate::protocol::corpus::FileSummary;

/// Rows and columns of the preview.
const ROWS: usize = 5;
const COLUMNS: usize = 12;

pub fn columns(reading: &Reading, file: &FileSummary) -> Html {
    let Some(chosen) = reading.text.read.columns.clone().or_else(|| file.chosen.clone()) else {
        return Html::default();
    };
    let named = |columns: &Columns, name: Option<String>, set: fn(&mut Columns, Option<String>)| {
        let mut columns = columns.clone();
        set(&mut columns, name);
        columns
    };
    // A menu's value is all columns as they would be: so one function takes every menu's choice.
    let menu = |name, value: Option<&String>, set: fn(&mut Columns, Option<String>), none: Option<String>| {
        let none = none.into_iter().map(|shown| (None, shown));
        let names = file.columns.iter().map(|column| (Some(column.clone()), column.clone()));
        let choices = none.chain(names).map(|(column, shown)| (named(&chosen, column, set), shown)).collect();
        let value = named(&chosen, value.cloned(), set);
        reading.menu(name, value, choices, |read: &mut ReadConfig, columns| read.columns = Some(columns))
    };
    let none = || Some(reading.t.say("corpus.column.none"));
    html! {
        <>
            { menu("text", Some(&chosen.text), |columns, name| columns.text = name.unwrap_or_default(), None) }
            { menu("label", chosen.label.as_ref(), |columns, name| columns.label = name, none()) }
            { menu("group", chosen.group.as_ref(), |columns, name| columns.group = name, none()) }
            { menu("weight", chosen.weight.as_ref(), |columns, name| columns.weight = name, none()) }
            { preview(reading, file, &chosen) }
        </>
    }
}

fn preview(reading: &Reading, file: &FileSummary, chosen: &Columns) -> Html {
    let shown = file.columns.iter().take(COLUMNS);
    let role = |column: &String| match column {
        _ if *column == chosen.text => Some("text"),
        _ if chosen.label.as_ref() == Some(column) => Some("label"),
        _ if chosen.group.as_ref() == Some(column) => Some("group"),
        _ if chosen.weight.as_ref() == Some(column) => Some("weight"),
        _ => None,
    };
    html! {
        <div class="scroll corpus-rows" tabindex="0" role="region" aria-label={reading.t.say("corpus.rows")}>
            <table class="list">
                <thead>
                    <tr>
                        { for shown.map(|column| html! {
                            <th scope="col" data-role={role(column)}>
                                { column }
                                if let Some(role) = role(column) {
                                    <span class="corpus-role">{ reading.t.say(&format!("corpus.read.{role}")) }</span>
                                }
                            </th>
                        }) }
                    </tr>
                </thead>
                <tbody>
                    { for file.rows.iter().take(ROWS).map(|row| html! {
                        <tr>{ for row.iter().take(COLUMNS).map(|cell| html! { <td>{ cell }</td> }) }</tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}
