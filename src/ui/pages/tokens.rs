//! Station Tokens: how the text is cut.

pub mod compare;
mod cut;
pub mod examples;
pub mod merges;
mod strip;
mod trials;
pub mod vocabulary;

use std::rc::Rc;

use yew::prelude::*;

use super::PageProps;
use crate::protocol::TokenizerSummary;
use crate::ui::components::{arrived, figure_list, onward, part_tabs, station_head};
use crate::ui::export::save_text;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::parts::Place;
use crate::ui::state::tokenizer::SavedFile;
use crate::ui::state::{Part, Station};
use strip::TokenStrip;
use trials::{decode_box, encode_box};

#[component]
pub fn TokensPage(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    use_saved_file(state.tokenizing.saved.clone());
    html! {
        <div class="station">
            { station_head(Station::Tokens, t) }
            { part_tabs(state, dispatch, t) }
            { match state.view.part() {
                None | Some(Part::Cut) => cut_part(page),
                Some(Part::Vocabulary) => vocabulary_part(page),
                Some(part) => arrived(Place::Part(part), page),
            } }
            { onward(Station::Tokens, dispatch, t) }
        </div>
    }
}

fn vocabulary_part(page: &PageProps) -> Html {
    match &page.state.project.tokenizer.answer {
        Some(_) => arrived(Place::Part(Part::Vocabulary), page),
        None => html! { <p class="note" role="status">{ page.t.say("tokens.waiting") }</p> },
    }
}

fn cut_part(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    let tokenizer = state.project.tokenizer.answer.clone();
    html! {
            <div class="cutting">
                { cut::settings(page) }
                <section class="cutting-text" data-tour="shown" aria-labelledby="tokens-text"
                    aria-busy={(!state.tokenizer_is_current()).to_string()}>
                    <h2 id="tokens-text">{ t.say("tokens.text") }</h2>
                    if let Some(tokenizer) = &tokenizer {
                        <div class="card">
                            { figure_list(&figures(tokenizer, t)) }
                            { cut::warnings(tokenizer, t) }
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

fn figures(tokenizer: &TokenizerSummary, t: &I18n) -> Vec<(String, String)> {
    let entropy = format!("{:.2}", tokenizer.unigram_entropy);
    vec![
        (t.say("tokens.figure.vocab_size"), format::count(tokenizer.vocab_size)),
        (t.say("tokens.figure.tokens"), format::count(tokenizer.train_tokens + tokenizer.validation_tokens)),
        (t.say("tokens.figure.bytes"), format::figures(f64::from(tokenizer.bytes_per_token))),
        (t.say("tokens.figure.entropy"), t.fill("tokens.figure.entropy.value", &[("nats", &entropy)])),
    ]
}

/// Gives a file that the engine has made to the browser, once.
#[hook]
fn use_saved_file(file: Option<Rc<SavedFile>>) {
    // What had come before the page was shown has been saved then.
    let known = use_mut_ref(|| file.as_ref().map(|file| file.request));
    use_effect_with(file.as_ref().map(|file| file.request), move |request| {
        if *request != known.replace(*request)
            && let Some(file) = file
        {
            save_text(file.name, file.mime, &file.content);
        }
    });
}
