//! What stands beside each picture: the same as a table, made when it is opened, and the same as files.

use std::rc::Rc;

use yew::prelude::*;

use crate::ui::export;
use crate::ui::i18n::I18n;
use crate::ui::kit::saves::Saves;
use crate::ui::kit::scene::Scene;

/// The picture's name in files, its title, and the scene.
pub struct Picture {
    pub file: &'static str,
    pub title: String,
    pub scene: Rc<Scene>,
}

/// Buttons that save a picture and its numbers.
pub fn saves(picture: Picture, csv: impl Fn() -> String + 'static, t: &I18n) -> Html {
    let Picture { file, title, scene } = picture;
    let svg = {
        let (scene, title) = (scene.clone(), title.clone());
        Callback::from(move |_: MouseEvent| export::save_svg(&format!("gptling-{file}.svg"), &title, &scene))
    };
    let png = Callback::from(move |_: MouseEvent| export::save_png(format!("gptling-{file}.png"), &title, &scene));
    let csv =
        Callback::from(move |_: MouseEvent| export::save_text(&format!("gptling-{file}.csv"), "text/csv", &csv()));
    html! { <Saves files={vec![("PNG", png), ("SVG", svg), ("CSV", csv)]} t={t.clone()} /> }
}

#[derive(Clone, PartialEq, Properties)]
pub struct TableProps {
    pub caption: String,
    pub columns: Vec<String>,
    pub rows: Callback<(), Vec<Vec<String>>>,
    pub t: I18n,
}

#[component]
pub fn Table(props: &TableProps) -> Html {
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
            <summary>{ props.t.say("sampling.as_table") }</summary>
            if *open {
                <div class="table-frame" tabindex="0" role="region" aria-label={props.caption.clone()}>
                    <table class="table">
                        <caption>{ &props.caption }</caption>
                        <thead><tr>{ for props.columns.iter().map(|name| html! { <th scope="col">{ name }</th> }) }</tr></thead>
                        <tbody>{ for props.rows.emit(()).into_iter().map(row) }</tbody>
                    </table>
                </div>
            }
        </details>
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
