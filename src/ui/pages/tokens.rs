//! Station Tokens: how the text is cut.

mod compare;
mod examples;
mod merges;
mod strip;
mod trials;
mod vocabulary;

use yew::prelude::*;

use super::PageProps;
use crate::protocol::{TokenizerSummary, Work};
use crate::ui::components::{Controls, error_text, figure_list, onward, part_tabs, station_head, work_progress};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::state::{Action, Part, Station};
use compare::ComparePart;
use examples::ExamplesPart;
use merges::MergesPart;
use strip::TokenStrip;
use trials::{decode_box, encode_box};
use vocabulary::Vocabulary;

#[component]
pub fn TokensPage(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    html! {
        <div class="station">
            { station_head(Station::Tokens, t) }
            { part_tabs(state, dispatch, t) }
            { match state.view.part() {
                Some(Part::Merges) => html! { <MergesPart ..page.clone() /> },
                Some(Part::Compare) => html! { <ComparePart ..page.clone() /> },
                Some(Part::Vocabulary) => vocabulary_part(page),
                Some(Part::Examples) => html! { <ExamplesPart ..page.clone() /> },
                _ => cut_part(page),
            } }
            { onward(Station::Tokens, dispatch, t) }
        </div>
    }
}

fn vocabulary_part(page: &PageProps) -> Html {
    let t = &page.t;
    match page.state.project.tokenizer.answer.clone() {
        Some(tokenizer) => html! { <Vocabulary {tokenizer} t={t.clone()} /> },
        None => html! { <p class="note" role="status">{ t.say("tokens.waiting") }</p> },
    }
}

fn cut_part(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    let tokenizer = state.project.tokenizer.answer.clone();
    html! {
            <div class="cutting">
                { settings(page) }
                <section class="cutting-text" data-tour="shown" aria-labelledby="tokens-text"
                    aria-busy={(!state.tokenizer_is_current()).to_string()}>
                    <h2 id="tokens-text">{ t.say("tokens.text") }</h2>
                    if let Some(tokenizer) = &tokenizer {
                        <div class="card">
                            { figure_list(&figures(tokenizer, t)) }
                            <p class="note">{ t.say("tokens.entropy.why") }</p>
                        </div>
                        <div class="card">
                            <p class="note">{ t.say("tokens.text.how") }</p>
                            <TokenStrip name="text" tokens={tokenizer.head.clone()} t={t.clone()} />
                        </div>
                        { encode_box(page) }
                        { decode_box(page) }
                    } else {
                        <p class="note" role="status">{ t.say("tokens.waiting") }</p>
                    }
                </section>
            </div>
    }
}

fn settings(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let learned = !state.config.tokenizer.method.is_given();
    let question = &state.project.tokenizer;
    let stale =
        learned && !state.tokenizer_is_current() && !question.is_waiting() && state.project.text.answer.is_some();
    let train = dispatch.reform(|_: MouseEvent| Action::TrainTokenizer);
    let mut keys = vec!["method"];
    if learned {
        keys.push("vocab_size");
    }
    html! {
        <section class="card" aria-labelledby="tokens-settings">
            <h2 id="tokens-settings">{ t.say("tokens.settings") }</h2>
            <Controls {keys} config={state.config.clone()} dispatch={dispatch.clone()} t={t.clone()} />
            if learned {
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
        </section>
    }
}

fn figures(tokenizer: &TokenizerSummary, t: &I18n) -> Vec<(String, String)> {
    let entropy = format!("{:.2}", tokenizer.unigram_entropy);
    vec![
        (t.say("tokens.figure.vocab_size"), format::count(tokenizer.vocab_size)),
        (t.say("tokens.figure.tokens"), format::count(tokenizer.train_tokens + tokenizer.validation_tokens)),
        (t.say("tokens.figure.bytes"), format::figures(f64::from(tokenizer.bytes_per_token))),
        (t.say("tokens.figure.entropy"), t.fill("tokens.figure.entropy.value", &[("nats", &entropy)])),
    ]
}
