//! A text of one's own: dropped, chosen or pasted.

use std::rc::Rc;

use gloo::file::futures::read_as_bytes;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DragEvent, File, HtmlElement, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::error::Error;
use crate::ui::components::{Sign, icon};
use crate::ui::i18n::I18n;
use crate::ui::state::{Action, OwnText};

/// Larger files are not even read: the engine takes no more.
const LIMIT_BYTES: u64 = 64 * 1024 * 1024;

#[derive(PartialEq, Properties)]
pub struct BringProps {
    pub dispatch: Callback<Action>,
    pub t: I18n,
}

/// Takes a file that is dropped on it, or chosen with its button.
#[component]
pub fn DropZone(props: &BringProps) -> Html {
    let over = use_state_eq(|| false);
    let input = use_node_ref();
    let hover = |entering: bool| {
        let over = over.clone();
        move |event: DragEvent| {
            event.prevent_default();
            over.set(entering);
        }
    };
    let drop = {
        let (over, dispatch) = (over.clone(), props.dispatch.clone());
        move |event: DragEvent| {
            event.prevent_default();
            over.set(false);
            let files = event.data_transfer().and_then(|transfer| transfer.files());
            read(files.and_then(|files| files.get(0)), &dispatch);
        }
    };
    let choose = {
        let input = input.clone();
        move |_: MouseEvent| input.cast::<HtmlElement>().into_iter().for_each(|input| input.click())
    };
    let chosen = {
        let dispatch = props.dispatch.clone();
        move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            read(input.files().and_then(|files| files.get(0)), &dispatch);
            // The same file can be chosen again after it was changed.
            input.set_value("");
        }
    };
    html! {
        <div class="drop" data-state={if *over { "over" } else { "waiting" }} ondragenter={hover(true)}
            ondragover={hover(true)} ondragleave={hover(false)} ondrop={drop}>
            { icon(Sign::Upload) }
            <p>{ props.t.say("text.own.drop") }</p>
            <button class="button" type="button" onclick={choose}>{ props.t.say("text.own.choose") }</button>
            <input class="unseen" type="file" tabindex="-1" aria-label={props.t.say("text.own.choose")} ref={input}
                accept="text/*,.txt,.md,.csv,.tsv,.json,.jsonl,.html,.xml,.tex,.srt,.log,.py,.rs,.js" onchange={chosen} />
            <p class="note">{ props.t.say("text.own.limit") }</p>
        </div>
    }
}

fn read(file: Option<File>, dispatch: &Callback<Action>) {
    let Some(file) = file else { return };
    let (name, bytes) = (file.name(), file.size() as u64);
    if bytes > LIMIT_BYTES {
        return dispatch.emit(Action::TextRefused(Error::TextTooLarge { name, bytes, limit: LIMIT_BYTES }));
    }
    let dispatch = dispatch.clone();
    spawn_local(async move {
        dispatch.emit(match read_as_bytes(&file.into()).await {
            Ok(bytes) => Action::UseOwn(Rc::new(OwnText { name, bytes })),
            Err(error) => Action::TextRefused(Error::TextUnreadable { name, detail: error.to_string() }),
        });
    });
}

#[component]
pub fn PasteBox(props: &BringProps) -> Html {
    let text = use_node_ref();
    let take = {
        let (text, dispatch, name) = (text.clone(), props.dispatch.clone(), props.t.say("text.own.name"));
        move |_: MouseEvent| {
            let Some(area) = text.cast::<HtmlTextAreaElement>() else { return };
            let own = OwnText { name: name.clone(), bytes: area.value().into_bytes() };
            dispatch.emit(Action::UseOwn(Rc::new(own)));
        }
    };
    html! {
        <div class="stack-tight">
            <label for="own-text">{ props.t.say("text.own.paste") }</label>
            <textarea class="input" id="own-text" rows="5" spellcheck="false" ref={text}
                placeholder={props.t.say("text.own.placeholder")} />
            <div class="row">
                <button class="button" type="button" onclick={take}>{ props.t.say("text.own.use") }</button>
            </div>
        </div>
    }
}
