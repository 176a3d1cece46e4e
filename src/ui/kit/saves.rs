//! Buttons that save a picture or its numbers as a file.

use crate::ui::i18n::I18n;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub struct SavesProps {
    /// The kind of file, and what saves it.
    pub files: Vec<(&'static str, Callback<MouseEvent>)>,
    pub t: I18n,
}

#[component]
pub fn Saves(props: &SavesProps) -> Html {
    let t = &props.t;
    html! {
        <div class="saves" role="group" aria-label={t.say("chart.save")}>
            <span class="note" aria-hidden="true">{ t.say("chart.save") }</span>
            { for props.files.iter().map(|(kind, onclick)| html! {
                <button type="button" class="button" data-kind="quiet" {onclick}>{ kind }</button>
            }) }
        </div>
    }
}
