//! Copies a text to the clipboard, and says that it did.

use crate::ui::i18n::I18n;
use gloo::timers::callback::Timeout;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

/// How long the button says that it has copied, in milliseconds.
const TOLD: u32 = 2_000;

#[derive(Clone, PartialEq, Properties)]
pub struct CopyButtonProps {
    pub text: AttrValue,
    pub t: I18n,
}

#[component]
pub fn CopyButton(props: &CopyButtonProps) -> Html {
    let t = &props.t;
    let told = use_state_eq(|| None::<&'static str>);
    let onclick = {
        let (text, told) = (props.text.clone(), told.setter());
        Callback::from(move |_: MouseEvent| {
            let (text, told) = (text.clone(), told.clone());
            spawn_local(async move {
                let clipboard = gloo::utils::window().navigator().clipboard();
                let copied = JsFuture::from(clipboard.write_text(&text)).await.is_ok();
                told.set(Some(if copied { "write.copied" } else { "write.not_copied" }));
                Timeout::new(TOLD, move || told.set(None)).forget();
            });
        })
    };
    html! {
        <>
            <button type="button" class="button" {onclick}>{ t.say(told.unwrap_or("write.copy")) }</button>
            <span class="unseen" role="status">{ told.map(|key| t.say(key)) }</span>
        </>
    }
}
