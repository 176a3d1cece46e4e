//! How to cut: the method with its settings, training, and tokenizers from files and as files.

use std::rc::Rc;

use gloo::file::futures::read_as_bytes;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, HtmlElement, HtmlInputElement};
use yew::prelude::*;

use crate::config::TokenizerMethod;
use crate::config::fields::method_name;
use crate::error::Error;
use crate::protocol::tokenizer::{TokenizerFile, TokenizerFiles};
use crate::protocol::{TokenizerSummary, Work};
use crate::ui::components::{Controls, error_text, work_progress};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, TokenizerAction};

/// Larger files are not even read: the engine takes no more.
const LIMIT_BYTES: u64 = 48 * 1024 * 1024;
/// The rules with their settings.
const RULES: [&str; 5] = ["punctuation", "hyphens", "contractions", "abbreviations", "numbers"];
const NORMALIZATION: [&str; 3] = ["normalization", "lowercase", "strip_accents"];
const SPECIAL: [&str; 2] = ["end_of_document", "padding"];
/// Tokens of more characters are no words any more.
const LONG: u64 = 40;

/// The settings of the project's tokenizer.
pub fn settings(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let method = state.config.tokenizer.method;
    let imported = state.tokenizing.imported.as_ref();
    let keys = if method.is_given() { vec![] } else { vec!["vocab_size", "min_frequency"] };
    let forget = dispatch.reform(|_: MouseEvent| Action::Tokenizer(TokenizerAction::Forget));
    html! {
        <section class="card" aria-labelledby="tokens-settings">
            <h2 id="tokens-settings">{ t.say("tokens.settings") }</h2>
            if let Some(files) = imported {
                <p>{ t.fill("tokens.imported", &[("name", &files.name())]) }</p>
                <button class="button" type="button" onclick={forget}>{ t.say("tokens.imported.forget") }</button>
            } else {
                { controls(page, vec!["method"]) }
                <p class="note">{ t.say(&format!("tokens.method.{}", method_name(method))) }</p>
                if method == TokenizerMethod::Rules {
                    { rules(page) }
                }
                { controls(page, keys) }
                <details class="tok-more">
                    <summary>{ t.say("tokens.normalization") }</summary>
                    { controls(page, NORMALIZATION.to_vec()) }
                </details>
                <details class="tok-more">
                    <summary>{ t.say("tokens.special") }</summary>
                    { controls(page, SPECIAL.to_vec()) }
                </details>
            }
            { training(page) }
            <Files state_error={state.tokenizing.unread.clone()} has={state.project.tokenizer.answer.is_some()}
                dispatch={dispatch.clone()} t={t.clone()} />
        </section>
    }
}

fn controls(page: &PageProps, keys: Vec<&'static str>) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    html! { <Controls {keys} config={state.config.clone()} dispatch={dispatch.clone()} t={t.clone()} /> }
}

/// Each rule with what it does to an example.
fn rules(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    let rules = &state.config.tokenizer.rules;
    let on = [rules.punctuation, rules.hyphens, rules.contractions, rules.abbreviations, rules.numbers];
    let rule = |(name, on): (&'static str, bool)| {
        let key = match name {
            "punctuation" => "rule_punctuation",
            "hyphens" => "rule_hyphens",
            "contractions" => "rule_contractions",
            "abbreviations" => "rule_abbreviations",
            _ => "rule_numbers",
        };
        let way = if on { "on" } else { "off" };
        html! {
            <div class="tok-rule">
                { controls(page, vec![key]) }
                <p class="tok-example">
                    <span>{ t.say(&format!("tokens.rule.{name}")) }</span>
                    <span aria-hidden="true">{ " → " }</span>
                    { for t.say(&format!("tokens.rule.{name}.{way}")).split('|').zip(0u32..).map(|(token, at)| html! {
                        <span class="token" data-colour={(at % 5).to_string()}>{ token.to_string() }</span>
                    }) }
                </p>
            </div>
        }
    };
    html! { <div class="tok-rules">{ for RULES.into_iter().zip(on).map(rule) }</div> }
}

/// Train, how far it is, and stop.
fn training(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let learned = !state.config.tokenizer.method.is_given();
    let question = &state.project.tokenizer;
    let stale = learned
        && state.tokenizing.imported.is_none()
        && !state.tokenizer_is_current()
        && !question.is_waiting()
        && state.project.text.answer.is_some();
    let train = dispatch.reform(|_: MouseEvent| Action::TrainTokenizer);
    let cancel = dispatch.reform(|_: MouseEvent| Action::Tokenizer(TokenizerAction::Cancel));
    html! {
        <>
            if question.is_waiting() {
                <button class="button" type="button" onclick={cancel}>{ t.say("tokens.cancel") }</button>
            } else if learned && state.tokenizing.imported.is_none() {
                <button class="button" data-kind={stale.then_some("primary")} type="button" onclick={train}
                    disabled={!stale}>
                    { t.say("tokens.train") }
                </button>
            }
            <div role="status">
                if stale && question.error.is_none() {
                    <p class="note">{ t.say("tokens.stale") }</p>
                }
                { work_progress(&state.progress, Work::TrainingTokenizer, t) }
                { work_progress(&state.progress, Work::EncodingText, t) }
            </div>
            { error_text(question.error.as_ref(), t) }
        </>
    }
}

/// What a tokenizer loses or makes of this text, measured.
pub fn warnings(tokenizer: &TokenizerSummary, t: &I18n) -> Html {
    let all = tokenizer.train_tokens + tokenizer.validation_tokens;
    let unknown = tokenizer.unknown_tokens as f64 / all.max(1) as f64;
    let whitespace = tokenizer.imported.is_none() && tokenizer.config.method == TokenizerMethod::Whitespace;
    html! {
        <>
            if tokenizer.unknown_tokens > 0 {
                <p class="note">{ t.fill("tokens.unknown", &[("percent", &format::percent(unknown)),
                    ("n", &format::count(tokenizer.unknown_tokens))]) }</p>
            }
            if whitespace && (tokenizer.han_percent > 5.0 || tokenizer.longest_used > LONG) {
                <p class="tok-warning">{ t.fill("tokens.no_spaces", &[
                    ("percent", &format::percent(f64::from(tokenizer.han_percent) / 100.0)),
                    ("longest", &format::count(tokenizer.longest_used)),
                    ("unknown", &format::percent(unknown))]) }</p>
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct FilesProps {
    state_error: Option<Error>,
    /// There is a tokenizer to be saved.
    has: bool,
    dispatch: Callback<Action>,
    t: I18n,
}

/// Tokenizers from files, and as a file.
#[component]
fn Files(props: &FilesProps) -> Html {
    let (dispatch, t) = (&props.dispatch, &props.t);
    let input = use_node_ref();
    let choose = {
        let input = input.clone();
        move |_: MouseEvent| input.cast::<HtmlElement>().into_iter().for_each(|input| input.click())
    };
    let chosen = {
        let dispatch = dispatch.clone();
        move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let files: Vec<File> = input
                .files()
                .map_or_else(Vec::new, |files| (0..files.length()).filter_map(|index| files.get(index)).collect());
            read(files, &dispatch);
            // The same file can be chosen again after it was changed.
            input.set_value("");
        }
    };
    let export = dispatch.reform(|_: MouseEvent| Action::Tokenizer(TokenizerAction::Export));
    html! {
        <div class="tok-files">
            <h3>{ t.say("tokens.files") }</h3>
            <p class="note">{ t.say("tokens.files.how") }</p>
            <div class="row">
                <button class="button" data-kind="quiet" type="button" onclick={choose}>{ t.say("tokens.import") }</button>
                <input class="unseen" type="file" tabindex="-1" multiple=true accept=".json,.txt" ref={input}
                    aria-label={t.say("tokens.import")} onchange={chosen} />
                <button class="button" data-kind="quiet" type="button" onclick={export} disabled={!props.has}>
                    { t.say("tokens.export") }
                </button>
            </div>
            { error_text(props.state_error.as_ref(), t) }
        </div>
    }
}

/// One file is a `tokenizer.json`; two are GPT-2's, the list of merges being the one that is no JSON.
fn read(files: Vec<File>, dispatch: &Callback<Action>) {
    let told = |action| Action::Tokenizer(action);
    if files.is_empty() {
        return;
    }
    if let Some(large) = files.iter().find(|file| file.size() as u64 > LIMIT_BYTES) {
        let (name, place) = (large.name(), "bytes".to_string());
        let error = Error::TokenizerTooMuch { name, place, count: large.size() as u64, most: LIMIT_BYTES };
        return dispatch.emit(told(TokenizerAction::Unreadable(error)));
    }
    let dispatch = dispatch.clone();
    spawn_local(async move {
        let mut brought = Vec::new();
        for file in files {
            let name = file.name();
            match read_as_bytes(&file.into()).await {
                Ok(bytes) => brought.push(TokenizerFile { name, bytes }),
                Err(error) => {
                    let error = Error::TextUnreadable { name, detail: error.to_string() };
                    return dispatch.emit(told(TokenizerAction::Unreadable(error)));
                }
            }
        }
        brought.sort_by_key(|file| !file.name.ends_with(".json"));
        let mut brought = brought.into_iter();
        dispatch.emit(told(match (brought.next(), brought.next(), brought.next()) {
            (Some(file), None, _) => TokenizerAction::Import(Rc::new(TokenizerFiles::TokenizerJson(file))),
            (Some(vocab), Some(merges), None) => {
                TokenizerAction::Import(Rc::new(TokenizerFiles::Gpt2 { vocab, merges }))
            }
            (Some(first), ..) => TokenizerAction::Unreadable(Error::TokenizerEntryMissing {
                name: first.name,
                place: "tokenizer.json, vocab.json + merges.txt".into(),
            }),
            (None, ..) => return,
        }));
    });
}
