//! Where the visitor begins a text for the model to go on with.

use yew::prelude::*;

use super::{emit_some, on_input_text};
use crate::ui::i18n::I18n;
use crate::ui::state::Action;

#[derive(Clone, PartialEq, Properties)]
pub struct PromptBoxProps {
    pub prompt: AttrValue,
    /// Beginnings to try, from the text that the model read.
    pub beginnings: Vec<String>,
    pub can_write: bool,
    pub is_writing: bool,
    pub dispatch: Callback<Action>,
    pub t: I18n,
}

#[component]
pub fn PromptBox(props: &PromptBoxProps) -> Html {
    let t = &props.t;
    let oninput = on_input_text(&props.dispatch, Action::Prompt);
    let may_write = props.can_write && !props.is_writing;
    let write = emit_some(&props.dispatch, move |_: MouseEvent| may_write.then_some(Action::Write));
    let onkeydown = emit_some(&props.dispatch, move |event: KeyboardEvent| {
        let wanted = event.key() == "Enter" && (event.ctrl_key() || event.meta_key());
        (wanted && may_write).then_some(Action::Write)
    });
    let order = if props.is_writing {
        html! {
            <button type="button" class="button" data-kind="primary" data-order="stop-writing"
                onclick={props.dispatch.reform(|_| Action::StopWriting)}>
                { t.say("write.stop") }
            </button>
        }
    } else {
        html! {
            <button type="button" class="button" data-kind="primary" data-order="write"
                aria-disabled={(!props.can_write).then_some("true")} onclick={write}>
                { t.say("write.write") }
            </button>
        }
    };
    html! {
        <div class="prompt-box">
            <label class="field-name" for="prompt">{ t.say("write.prompt") }</label>
            <textarea id="prompt" class="input" rows="3" maxlength="2000" value={props.prompt.clone()}
                placeholder={t.say("write.prompt.placeholder")} {oninput} {onkeydown} />
            if !props.beginnings.is_empty() {
                <div class="row beginnings" role="group" aria-label={t.say("write.try")}>
                    <span class="note" aria-hidden="true">{ t.say("write.try") }</span>
                    { for props.beginnings.iter().map(|beginning| {
                        let text = beginning.clone();
                        let onclick = props.dispatch.reform(move |_: MouseEvent| Action::Prompt(text.clone()));
                        html! { <button type="button" class="chip" {onclick}>{ beginning }</button> }
                    }) }
                </div>
            }
            <div class="row">
                { order }
                <span class="note">{ t.say("write.keys") }</span>
            </div>
        </div>
    }
}
