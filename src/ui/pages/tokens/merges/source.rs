//! Which text is learned from, and by which method.

use yew::prelude::*;

use crate::config::fields::method_name;
use crate::ui::components::{Controls, on_input_text};
use crate::ui::pages::PageProps;
use crate::ui::state::merges::{METHODS, TYPED_CHARACTERS};
use crate::ui::state::{Action, MergesAction, TracedText};

const TEXTS: [(&str, TracedText); 2] =
    [("merges.text.project", TracedText::Project), ("merges.text.typed", TracedText::Typed)];

pub fn sources(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let method = state.traced_method();
    html! {
        <div class="card merges-source">
            if method.is_none() {
                { instead(page) }
            }
            <div class="merges-choices">
                { choice(t.say("merges.method"), "merges-method", METHODS.map(|method| (t.method(method), method)).to_vec(),
                    method, MergesAction::Method, page) }
                { choice(t.say("merges.text"), "merges-text", TEXTS.map(|(key, text)| (t.say(key), text)).to_vec(),
                    Some(state.merging.text), MergesAction::Text, page) }
                if method.is_some() {
                    <Controls keys={vec!["vocab_size"]} config={state.config.clone()} dispatch={dispatch.clone()}
                        t={t.clone()} />
                }
            </div>
            if state.merging.text == TracedText::Typed {
                <div class="stack-tight">
                    <label for="merges-typed">{ t.say("merges.typed.label") }</label>
                    <textarea class="input merges-typed" id="merges-typed" rows="2" spellcheck="false"
                        maxlength={TYPED_CHARACTERS.to_string()} value={state.merging.typed.clone()}
                        oninput={on_input_text(dispatch, |text| Action::Merges(MergesAction::Type(text)))} />
                </div>
            }
        </div>
    }
}

/// What the project's method does where it does not merge.
fn instead(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    let method = method_name(state.config.tokenizer.method);
    html! {
        <p>{ t.say(&format!("merges.instead.{method}")) }{ " " }{ t.say("merges.instead") }</p>
    }
}

fn choice<T: Copy + PartialEq + 'static>(
    legend: String,
    group: &'static str,
    options: Vec<(String, T)>,
    chosen: Option<T>,
    action: fn(T) -> MergesAction,
    page: &PageProps,
) -> Html {
    let option = |(name, option): (String, T)| {
        let onchange = page.dispatch.reform(move |_: Event| Action::Merges(action(option)));
        html! {
            <label class="choice">
                <input type="radio" name={group} checked={chosen == Some(option)} {onchange} />
                <span>{ name }</span>
            </label>
        }
    };
    html! {
        <fieldset class="stack-tight">
            <legend class="field-name">{ legend }</legend>
            <div class="choices">{ for options.into_iter().map(option) }</div>
        </fieldset>
    }
}
