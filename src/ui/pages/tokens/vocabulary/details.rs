//! Everything about one token.

use yew::prelude::*;

use super::{act, kind, token_box};
use crate::protocol::Token;
use crate::protocol::tokenizer::{TokenDetails, TokenPlace};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, TokenizerAction};

/// The token that was chosen, or what choosing is for.
pub fn details(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let tokenizing = &state.tokenizing;
    let token = tokenizing.details.answer.as_ref().filter(|token| Some(token.entry.token.id) == tokenizing.inspected);
    html! {
        <section class="card tok-details" aria-labelledby="tokens-details" aria-live="polite">
            <h2 id="tokens-details">{ t.say("tokens.details") }</h2>
            if let Some(token) = token {
                { about(token, dispatch, t) }
            } else {
                <p class="note">{ t.say("tokens.details.how") }</p>
            }
        </section>
    }
}

fn about(token: &TokenDetails, dispatch: &Callback<Action>, t: &I18n) -> Html {
    let entry = &token.entry;
    let sentence = t.fill(
        "tokens.details.sentence",
        &[("id", &entry.token.id), ("count", &format::count(entry.count)), ("length", &entry.length)],
    );
    html! {
        <>
            <p class="tok-large">{ token_box(&entry.token) }{ kind(entry.kind, t) }</p>
            <p>{ sentence }</p>
            <h3>{ t.say("tokens.details.bytes") }</h3>
            <p class="ids">{ bytes(&token.bytes) }</p>
            <h3>{ t.say("tokens.details.parts") }</h3>
            if token.parts.is_empty() {
                <p class="note">{ t.say("tokens.details.whole") }</p>
            } else {
                <p>{ for token.parts.iter().map(|part| link(part, dispatch)) }</p>
                if token.leaves.len() > token.parts.len() {
                    <p class="note">{ t.say("tokens.details.leaves") }</p>
                    <p>{ for token.leaves.iter().map(token_box) }</p>
                }
            }
            <h3>{ t.say("tokens.details.places") }</h3>
            if token.places.is_empty() {
                <p class="note">{ t.say("tokens.details.nowhere") }</p>
            } else {
                <ul class="tok-places">{ for token.places.iter().map(|place| excerpt(place, t)) }</ul>
            }
        </>
    }
}

fn link(token: &Token, dispatch: &Callback<Action>) -> Html {
    let id = token.id;
    let inspect = dispatch.reform(move |_: MouseEvent| act(TokenizerAction::Inspect(Some(id))));
    html! { <button class="tok-token" type="button" onclick={inspect}>{ token_box(token) }</button> }
}

fn bytes(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
}

fn excerpt(place: &TokenPlace, t: &I18n) -> Html {
    html! {
        <li>
            <span class="note">{ t.fill("tokens.details.document", &[("n", &format::count(place.document))]) }</span>
            <span class="tok-excerpt">
                { format::visible(&place.before) }<mark>{ format::visible(&place.token) }</mark>{ format::visible(&place.after) }
            </span>
        </li>
    }
}
