//! Text as a strip of tokens: each in its box, with its id.

use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

use crate::protocol::Token;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::walk::walked_among;

/// Neighbours differ in colour; ids far apart may share one.
const COLOURS: u32 = 5;
/// More tokens than this are not drawn.
const SHOWN: usize = 600;

#[derive(PartialEq, Properties)]
pub struct TokenStripProps {
    /// Tells the strips of a page apart.
    pub name: &'static str,
    pub tokens: Vec<Token>,
    pub t: I18n,
}

/// One stop for the keyboard: arrow keys move along the tokens, and the line below says which one it is.
#[component]
pub fn TokenStrip(props: &TokenStripProps) -> Html {
    let at = use_state_eq(|| None::<usize>);
    let ids = use_state_eq(|| false);
    let tokens = &props.tokens[..props.tokens.len().min(SHOWN)];
    let here = at.filter(|index| *index < tokens.len());
    let line = here.map_or_else(|| props.t.say("tokens.none"), |index| sentence(&tokens[index], &props.t));
    let strip = use_node_ref();
    let on_key = {
        let (at, strip, count) = (at.clone(), strip.clone(), tokens.len());
        move |event: KeyboardEvent| {
            let Some(next) = walked_among(&event.key(), here, count) else { return };
            event.prevent_default();
            at.set(Some(next));
            let boxes = strip.cast::<Element>().map(|strip| strip.children());
            if let Some(element) = boxes.and_then(|boxes| boxes.item(next as u32)) {
                let element: HtmlElement = wasm_bindgen::JsCast::unchecked_into(element);
                element.scroll_into_view_with_bool(false);
            }
        }
    };
    let on_over = {
        let at = at.clone();
        move |event: MouseEvent| {
            let target: Element = event.target_unchecked_into();
            let index =
                target.closest("[data-index]").ok().flatten().and_then(|token| token.get_attribute("data-index"));
            if let Some(index) = index.and_then(|index| index.parse().ok()) {
                at.set(Some(index));
            }
        }
    };
    let toggle = {
        let ids = ids.clone();
        move |_: Event| ids.set(!*ids)
    };
    let line_id = format!("strip-{}-line", props.name);
    html! {
        <div class="stack-tight">
            <div class="row row-apart">
                <p class="strip-line" id={line_id.clone()} aria-live="polite">{ line }</p>
                <label class="check">
                    <input type="checkbox" checked={*ids} onchange={toggle} />
                    { props.t.say("tokens.ids") }
                </label>
            </div>
            <div class="strip" tabindex="0" role="group" aria-label={props.t.say("tokens.text")} aria-describedby={line_id}
                data-ids={if *ids { "shown" } else { "hidden" }} onkeydown={on_key} onmouseover={on_over} ref={strip}>
                { for tokens.iter().enumerate().map(|(index, token)| token_box(index, token, here == Some(index), *ids)) }
            </div>
        </div>
    }
}

fn token_box(index: usize, token: &Token, here: bool, ids: bool) -> Html {
    let text = if token.partial { token.text.clone() } else { format::visible(&token.text) };
    let breaks = token.text.contains('\n');
    html! {
        <>
            <span class="token" data-index={index.to_string()} data-colour={(index as u32 % COLOURS).to_string()}
                data-partial={token.partial.to_string()} data-here={here.to_string()}>
                { text }
                if ids { <span class="token-id">{ token.id }</span> }
            </span>
            if breaks { <span class="token-break" /> }
        </>
    }
}

fn sentence(token: &Token, t: &I18n) -> String {
    let (key, text) = match token.partial {
        true => ("tokens.partial", token.text.clone()),
        false => ("tokens.token", format!("“{}”", format::visible(&token.text))),
    };
    t.fill(key, &[("text", &text), ("id", &token.id)])
}
