//! The whole vocabulary: found, put in order, and each token with what it is made of and where it stands.

mod details;

use yew::prelude::*;

use crate::protocol::Token;
use crate::protocol::tokenizer::{TokenKind, VocabularyEntry, VocabularyOrder};
use crate::ui::components::parts::typed;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::saves::Saves;
use crate::ui::pages::PageProps;
use crate::ui::state::tokenizer::PAGE;
use crate::ui::state::{Action, TokenizerAction};
use details::details;

const COLUMNS: [(&str, VocabularyOrder); 4] = [
    ("id", VocabularyOrder::Id),
    ("token", VocabularyOrder::Text),
    ("length", VocabularyOrder::Length),
    ("count", VocabularyOrder::Frequency),
];

#[component]
pub fn VocabularyPart(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let tokenizing = &state.tokenizing;
    let search = dispatch.reform(|event: InputEvent| act(TokenizerAction::Search(typed(&event))));
    let save = dispatch.reform(|_: MouseEvent| act(TokenizerAction::ExportVocabulary));
    html! {
        <div class="tok-browse">
            <section class="card" aria-labelledby="tokens-vocabulary">
                <h2 id="tokens-vocabulary">{ t.say("tokens.vocabulary") }</h2>
                <p class="note">{ t.say("tokens.vocabulary.how") }</p>
                <div class="stack-tight">
                    <label for="vocabulary-search">{ t.say("tokens.vocabulary.search") }</label>
                    <input class="input" id="vocabulary-search" type="search" autocomplete="off" spellcheck="false"
                        value={tokenizing.query.search.clone()} oninput={search} />
                </div>
                { list(page) }
                <Saves files={vec![("CSV", save)]} t={t.clone()} />
            </section>
            { details(page) }
        </div>
    }
}

fn act(action: TokenizerAction) -> Action {
    Action::Tokenizer(action)
}

fn list(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let tokenizing = &state.tokenizing;
    let Some(vocabulary) = &tokenizing.vocabulary.answer else {
        return html! { <p class="note" role="status">{ t.say("tokens.waiting") }</p> };
    };
    let row = |entry: &VocabularyEntry| row(entry, tokenizing.inspected == Some(entry.token.id), dispatch, t);
    html! {
        <>
            { steps(page, vocabulary.found) }
            <div class="tok-scroll" tabindex="0" role="group" aria-labelledby="tokens-vocabulary">
                <table class="list vocabulary">
                    <thead><tr>{ for COLUMNS.map(|(name, order)| heading(page, name, order)) }</tr></thead>
                    <tbody>{ for vocabulary.entries.iter().map(row) }</tbody>
                </table>
            </div>
        </>
    }
}

/// Which of the tokens found are shown, and the way to the others.
fn steps(page: &PageProps, found: u32) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let from = state.tokenizing.query.from;
    let until = (from + PAGE).min(found);
    let go = |from: u32| dispatch.reform(move |_: MouseEvent| act(TokenizerAction::From(from)));
    let sentence = match found {
        0 => t.say("tokens.vocabulary.none"),
        _ => t.fill(
            "tokens.vocabulary.part",
            &[
                ("from", &format::count(u64::from(from) + 1)),
                ("until", &format::count(until.into())),
                ("all", &format::count(found.into())),
            ],
        ),
    };
    html! {
        <div class="row row-apart">
            <p class="note" role="status">{ sentence }</p>
            <div class="row">
                <button class="button" data-kind="quiet" type="button" disabled={from == 0}
                    onclick={go(from.saturating_sub(PAGE))}>{ t.say("tokens.vocabulary.back") }</button>
                <button class="button" data-kind="quiet" type="button" disabled={until >= found}
                    onclick={go(until)}>{ t.say("tokens.vocabulary.more") }</button>
            </div>
        </div>
    }
}

fn heading(page: &PageProps, name: &'static str, order: VocabularyOrder) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let query = &state.tokenizing.query;
    let sorted = (query.order == order).then_some(if query.descending { "descending" } else { "ascending" });
    let arrow = match sorted {
        Some("descending") => " ↓",
        Some(_) => " ↑",
        None => "",
    };
    let sort = dispatch.reform(move |_: MouseEvent| act(TokenizerAction::Order(order)));
    let class = (name != "token").then_some("number");
    html! {
        <th scope="col" {class} aria-sort={sorted}>
            <button class="tok-sort" type="button" onclick={sort}>
                { t.say(&format!("tokens.vocabulary.{name}")) }<span aria-hidden="true">{ arrow }</span>
            </button>
        </th>
    }
}

fn row(entry: &VocabularyEntry, here: bool, dispatch: &Callback<Action>, t: &I18n) -> Html {
    let id = entry.token.id;
    let inspect = dispatch.reform(move |_: MouseEvent| act(TokenizerAction::Inspect(Some(id))));
    html! {
        <tr key={id} data-here={here.to_string()}>
            <td class="number">{ id }</td>
            <th scope="row">
                <button class="tok-token" type="button" onclick={inspect} aria-pressed={here.to_string()}>
                    { token_box(&entry.token) }
                    { kind(entry.kind, t) }
                </button>
            </th>
            <td class="number">{ entry.length }</td>
            <td class="number">{ format::count(entry.count) }</td>
        </tr>
    }
}

/// A token in its box, with what one does not see made visible.
pub fn token_box(token: &Token) -> Html {
    let text = if token.partial { token.text.clone() } else { format::visible(&token.text) };
    html! {
        <span class="token" data-colour={(token.id % 5).to_string()} data-partial={token.partial.to_string()}>
            { text }
        </span>
    }
}

/// What a token is, where it is no text.
pub fn kind(kind: TokenKind, t: &I18n) -> Html {
    let name = match kind {
        TokenKind::Text => return Html::default(),
        TokenKind::Bytes => "bytes",
        TokenKind::Unknown => "unknown",
        TokenKind::Special => "special",
        TokenKind::Unused => "unused",
    };
    html! { <span class="tok-kind">{ t.say(&format!("tokens.kind.{name}")) }</span> }
}
