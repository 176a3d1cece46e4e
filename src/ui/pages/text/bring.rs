//! Texts of one's own: dropped, chosen, pasted, or at an address.

use wasm_bindgen_futures::spawn_local;
use web_sys::{DragEvent, HtmlElement, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::ui::components::{Sign, icon};
use crate::ui::hooks::files::{self, Found, TEXTS};
use crate::ui::i18n::I18n;
use crate::ui::state::{Action, Content, CorpusAction};

#[derive(PartialEq, Properties)]
pub struct BringProps {
    pub dispatch: Callback<Action>,
    pub t: I18n,
}

/// Takes files and folders that are dropped on it, or chosen with its buttons.
#[component]
pub fn DropZone(props: &BringProps) -> Html {
    let t = &props.t;
    let over = use_state_eq(|| false);
    let left_out = use_state_eq(|| 0);
    let hover = |entering: bool| {
        let over = over.clone();
        move |event: DragEvent| {
            event.prevent_default();
            over.set(entering);
        }
    };
    let take = {
        let (dispatch, left_out) = (props.dispatch.clone(), left_out.setter());
        Callback::from(move |found: Found| {
            left_out.set(found.left_out);
            dispatch.emit(Action::Corpus(CorpusAction::Bring(found.texts)));
            found.unreadable.into_iter().for_each(|error| dispatch.emit(Action::TextRefused(error)));
        })
    };
    let drop = {
        let (over, take) = (over.clone(), take.clone());
        move |event: DragEvent| {
            event.prevent_default();
            over.set(false);
            let take = take.clone();
            if let Some(found) = event.data_transfer().map(|transfer| files::dropped(&transfer)) {
                spawn_local(async move { take.emit(found.await) });
            }
        }
    };
    html! {
        <div class="drop" data-state={if *over { "over" } else { "waiting" }} ondragenter={hover(true)}
            ondragover={hover(true)} ondragleave={hover(false)} ondrop={drop}>
            { icon(Sign::Upload) }
            <p>{ t.say("text.own.drop") }</p>
            <div class="row">
                <Chooser name={t.say("text.own.choose")} take={take.clone()} />
                <Chooser name={t.say("corpus.own.folder")} folder=true {take} />
            </div>
            <p class="note">{ t.say("text.own.limit") }</p>
            <p class="note" role="status">
                if *left_out > 0 {
                    { t.fill("corpus.own.left_out", &[("n", &*left_out)]) }
                }
            </p>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct ChooserProps {
    name: String,
    take: Callback<Found>,
    /// Whether a whole folder is chosen.
    #[prop_or_default]
    folder: bool,
}

/// A button for the browser's own window of files.
#[component]
fn Chooser(props: &ChooserProps) -> Html {
    let input = use_node_ref();
    let choose = {
        let input = input.clone();
        move |_: MouseEvent| input.cast::<HtmlElement>().into_iter().for_each(|input| input.click())
    };
    let chosen = {
        let take = props.take.clone();
        move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let take = take.clone();
            if let Some(list) = input.files() {
                spawn_local(async move {
                    take.emit(files::chosen(list).await);
                    // The same file can be chosen again after it was changed.
                    input.set_value("");
                });
            }
        }
    };
    let accept = format!("text/*,.{}", TEXTS.join(",."));
    html! {
        <>
            <button class="button" type="button" onclick={choose}>{ &props.name }</button>
            <input class="unseen" type="file" tabindex="-1" aria-label={props.name.clone()} ref={input} multiple=true
                webkitdirectory={props.folder} {accept} onchange={chosen} />
        </>
    }
}

#[component]
pub fn PasteBox(props: &BringProps) -> Html {
    let text = use_node_ref();
    let take = {
        let (text, dispatch, name) = (text.clone(), props.dispatch.clone(), props.t.say("text.own.name"));
        move |_: MouseEvent| {
            let Some(area) = text.cast::<HtmlTextAreaElement>() else { return };
            let content = Content::Bytes(area.value().into_bytes().into());
            dispatch.emit(Action::Corpus(CorpusAction::Bring(vec![(name.clone(), content)])));
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

/// Fetches a text from an address, when it is asked to and never else.
#[component]
pub fn AddressBox(props: &BringProps) -> Html {
    let t = &props.t;
    let input = use_node_ref();
    let fetch = {
        let (input, dispatch) = (input.clone(), props.dispatch.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            let typed = input.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default();
            if let Some(address) = address(&typed) {
                let text = (name_of(&address), Content::Address(address));
                dispatch.emit(Action::Corpus(CorpusAction::Bring(vec![text])));
            }
        }
    };
    html! {
        <details class="fold">
            <summary>{ t.say("corpus.address") }</summary>
            <form class="stack-tight" onsubmit={fetch}>
                <label for="own-address">{ t.say("corpus.address.label") }</label>
                <div class="corpus-address">
                    <input class="input" id="own-address" type="text" inputmode="url" spellcheck="false" ref={input}
                        autocapitalize="none" placeholder="https://example.org/story.txt" />
                    <button class="button" type="submit">{ t.say("corpus.address.fetch") }</button>
                </div>
                <p class="note">{ t.say("corpus.address.why") }</p>
            </form>
        </details>
    }
}

/// What was typed as an address; without a scheme it is one of https.
fn address(typed: &str) -> Option<String> {
    let typed = typed.trim();
    match typed.contains("://") {
        _ if typed.is_empty() => None,
        true => Some(typed.into()),
        false => Some(format!("https://{typed}")),
    }
}

/// The last part of an address that names anything.
fn name_of(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path).into()
}
