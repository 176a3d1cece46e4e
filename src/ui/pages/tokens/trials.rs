//! Encode and decode whatever is typed.

use yew::prelude::*;

use super::strip::TokenStrip;
use crate::protocol::tokenizer::Kept;
use crate::ui::components::{error_text, on_input_text};
use crate::ui::format;
use crate::ui::pages::PageProps;
use crate::ui::state::Action;
use crate::ui::state::project::{TRY_CHARACTERS, numbers};

/// Text to tokens.
pub fn encode_box(page: &PageProps) -> Html {
    let (project, t) = (&page.state.project, &page.t);
    let tokens = project.encoded.answer.clone();
    let sum = tokens.as_ref().map(|tokens| {
        let bytes = project.try_text.chars().take(TRY_CHARACTERS).map(char::len_utf8).sum::<usize>();
        t.fill(
            "tokens.try.sum",
            &[("tokens", &format::count(tokens.len() as u64)), ("bytes", &format::count(bytes as u64))],
        )
    });
    html! {
        <section class="card" aria-labelledby="tokens-try">
            <h2 id="tokens-try">{ t.say("tokens.try") }</h2>
            <div class="stack-tight">
                <label for="try-text">{ t.say("tokens.try.label") }</label>
                <textarea class="input" id="try-text" rows="3" spellcheck="false" value={project.try_text.clone()}
                    placeholder={t.say("tokens.try.placeholder")} oninput={on_input_text(&page.dispatch, Action::TryText)} />
            </div>
            if project.try_text.chars().count() > TRY_CHARACTERS {
                <p class="note">{ t.fill("tokens.try.capped", &[("n", &TRY_CHARACTERS)]) }</p>
            }
            { error_text(project.encoded.error.as_ref(), t) }
            if let Some(tokens) = tokens {
                <p class="note" role="status">{ sum }</p>
                <TokenStrip name="try" tokens={(*tokens).clone()} t={t.clone()} />
                { round_trip(page) }
                <div class="stack-tight">
                    <h3>{ t.say("tokens.try.ids") }</h3>
                    <p class="ids">{ ids(tokens.iter().map(|token| token.id)) }</p>
                </div>
            }
        </section>
    }
}

/// What comes back of the text, with every difference marked.
fn round_trip(page: &PageProps) -> Html {
    let (state, t) = (&page.state, &page.t);
    let Some(kept) = &state.tokenizing.round_trip.answer else { return Html::default() };
    let changed = kept.iter().any(|kept| matches!(kept, Kept::Changed { .. }));
    let stretch = |kept: &Kept| match kept {
        Kept::Same(text) => html! { text },
        Kept::Changed { before, after } => html! {
            <>
                if !before.is_empty() { <del>{ format::visible(before) }</del> }
                if !after.is_empty() { <ins>{ format::visible(after) }</ins> }
            </>
        },
    };
    html! {
        <div class="stack-tight">
            <h3>{ t.say("tokens.back") }</h3>
            if changed {
                <p class="note">{ t.say("tokens.back.lost") }</p>
                <p class="tok-back">{ for kept.iter().map(stretch) }</p>
            } else {
                <p class="note" data-kept="all">{ t.say("tokens.back.same") }</p>
            }
        </div>
    }
}

/// Ids to text.
pub fn decode_box(page: &PageProps) -> Html {
    let (project, t) = (&page.state.project, &page.t);
    let wrong = !project.try_ids.trim().is_empty() && numbers(&project.try_ids).is_none_or(|ids| ids.is_empty());
    html! {
        <section class="card" aria-labelledby="tokens-decode">
            <h2 id="tokens-decode">{ t.say("tokens.decode") }</h2>
            <div class="stack-tight">
                <label for="try-ids">{ t.say("tokens.decode.label") }</label>
                <textarea class="input" id="try-ids" rows="3" spellcheck="false" inputmode="numeric"
                    value={project.try_ids.clone()} placeholder={t.say("tokens.decode.placeholder")}
                    oninput={on_input_text(&page.dispatch, Action::TryIds)} />
            </div>
            if wrong {
                <p class="field-error" role="alert">{ t.say("tokens.decode.none") }</p>
            }
            { error_text(project.decoded.error.as_ref(), t) }
            if let Some(text) = project.decoded.answer.as_ref().filter(|_| project.decoded.error.is_none()) {
                <pre class="excerpt" data-size="small" role="status">{ &**text }</pre>
            }
        </section>
    }
}

fn ids(ids: impl Iterator<Item = u32>) -> String {
    ids.map(|id| id.to_string()).collect::<Vec<_>>().join(" ")
}
