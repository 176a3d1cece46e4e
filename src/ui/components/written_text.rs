//! The written text, token by token. Each can be pointed at, walked to by the arrow keys and pressed.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::emit_some;
use crate::protocol::WrittenToken;
use crate::ui::charts::probability::level;
use crate::ui::format::visible;
use crate::ui::i18n::I18n;
use crate::ui::kit::walk::walked_among;

/// Tokens that are compared and drawn together: a new token draws its own few again, not all.
const CHUNK: usize = 64;

#[derive(Clone, PartialEq, Properties)]
pub struct WrittenTextProps {
    pub prompt: AttrValue,
    pub tokens: Rc<Vec<WrittenToken>>,
    pub is_writing: bool,
    pub chosen: Option<usize>,
    pub on_choose: Callback<usize>,
    /// Tokens that were copied: from the first to before the last.
    #[prop_or_default]
    pub copied: Vec<(u64, u64)>,
    pub t: I18n,
}

#[component]
pub fn WrittenText(props: &WrittenTextProps) -> Html {
    let t = &props.t;
    let node = use_node_ref();
    let count = props.tokens.len();
    let onpointerover = emit_some(&props.on_choose, |event: PointerEvent| index_of(event.target()));
    let onclick = emit_some(&props.on_choose, |event: MouseEvent| index_of(event.target()));
    let onfocusin = emit_some(&props.on_choose, |event: FocusEvent| index_of(event.target()));
    let onkeydown = {
        let node = node.clone();
        Callback::from(move |event: KeyboardEvent| {
            let Some(next) = index_of(event.target()).and_then(|index| walked_among(&event.key(), Some(index), count))
            else {
                return;
            };
            event.prevent_default();
            focus(&node, next);
        })
    };
    // One stop of the tab key for the whole text: the chosen token, or the first.
    let stop = props.chosen.unwrap_or(0).min(count.saturating_sub(1));
    html! {
        <div class="written" ref={node} role="group" aria-label={t.say("write.text")}
            data-writing={props.is_writing.then_some("true")} {onpointerover} {onclick} {onfocusin} {onkeydown}>
            if !props.prompt.is_empty() {
                <mark class="prompt">
                    <span class="unseen">{ t.say("write.prompt.before") }</span>{ &props.prompt }
                </mark>
            }
            { for (0..count).step_by(CHUNK).map(|from| {
                let to = (from + CHUNK).min(count);
                let within = |index: &usize| (from..to).contains(index);
                html! {
                    <Chunk key={from} tokens={props.tokens.clone()} {from} {to} chosen={props.chosen.filter(within)}
                        stop={Some(stop).filter(within)} copied={props.copied.clone()} />
                }
            }) }
        </div>
    }
}

#[derive(Clone, Properties)]
struct ChunkProps {
    tokens: Rc<Vec<WrittenToken>>,
    from: usize,
    to: usize,
    chosen: Option<usize>,
    stop: Option<usize>,
    copied: Vec<(u64, u64)>,
}

impl PartialEq for ChunkProps {
    fn eq(&self, other: &Self) -> bool {
        let rest = |props: &Self| (props.from, props.to, props.chosen, props.stop);
        rest(self) == rest(other)
            && self.copied == other.copied
            && self.tokens[self.from..self.to] == other.tokens[other.from..other.to]
    }
}

#[component]
fn Chunk(props: &ChunkProps) -> Html {
    (props.from..props.to).map(|index| word(&props.tokens[index], index, props)).collect()
}

fn word(written: &WrittenToken, index: usize, props: &ChunkProps) -> Html {
    let text = &written.token.text;
    // White space alone has no name that could be read aloud.
    let label = text.trim().is_empty().then(|| visible(text));
    let is_copied = props.copied.iter().any(|(from, to)| (*from..*to).contains(&(index as u64)));
    let breaks = "\n".repeat(text.matches('\n').count());
    html! {
        <>
            <button type="button" class="word" data-index={index.to_string()}
                data-level={level(written.probability).to_string()}
                data-partial={written.token.partial.then_some("true")} aria-label={label}
                data-copied={is_copied.then_some("true")}
                aria-pressed={(props.chosen == Some(index)).to_string()}
                tabindex={if props.stop == Some(index) { "0" } else { "-1" }}>
                { text.replace('\n', "⏎") }
            </button>
            { breaks }
        </>
    }
}

fn index_of(target: Option<web_sys::EventTarget>) -> Option<usize> {
    target?.dyn_into::<web_sys::Element>().ok()?.get_attribute("data-index")?.parse().ok()
}

fn focus(node: &NodeRef, index: usize) {
    let element = node.cast::<web_sys::Element>();
    let word = element.and_then(|element| element.query_selector(&format!("[data-index=\"{index}\"]")).ok().flatten());
    if let Some(word) = word.and_then(|word| word.dyn_into::<web_sys::HtmlElement>().ok()) {
        _ = word.focus();
    }
}
