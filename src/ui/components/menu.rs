//! A menu of a few choices with its name above it.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct MenuProps {
    pub id: String,
    pub label: String,
    pub choices: Vec<String>,
    /// The place of the choice that stands.
    pub chosen: usize,
    pub onchoose: Callback<usize>,
}

#[component]
pub fn Menu(props: &MenuProps) -> Html {
    let select = use_node_ref();
    let (shown, chosen) = (select.clone(), props.chosen);
    // A choice that was refused has changed the element, and none of its attributes brings the one before back.
    use_effect(move || {
        if let Some(select) = shown.cast::<HtmlSelectElement>() {
            select.set_selected_index(chosen as i32);
        }
    });
    let onchange = props.onchoose.reform(|event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        select.selected_index().max(0) as usize
    });
    html! {
        <div class="stack-tight">
            <label for={props.id.clone()}>{ &props.label }</label>
            <select class="input" id={props.id.clone()} ref={select} {onchange}>
                { for props.choices.iter().enumerate().map(|(at, choice)| html! {
                    <option selected={at == chosen}>{ choice }</option>
                }) }
            </select>
        </div>
    }
}
