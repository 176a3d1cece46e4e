//! The vocabulary as a list that scrolls in its own place.

use std::rc::Rc;

use yew::prelude::*;

use crate::protocol::{Token, TokenizerSummary};
use crate::ui::format;
use crate::ui::i18n::I18n;

/// Rows that are drawn at first, and more at a time.
const DRAWN: usize = 80;

#[derive(PartialEq, Properties)]
pub struct VocabularyProps {
    pub tokenizer: Rc<TokenizerSummary>,
    pub t: I18n,
}

#[component]
pub fn Vocabulary(props: &VocabularyProps) -> Html {
    let (tokenizer, t) = (&props.tokenizer, &props.t);
    let drawn = use_state_eq(|| DRAWN);
    let more = {
        let drawn = drawn.clone();
        move |_: MouseEvent| drawn.set(*drawn + DRAWN)
    };
    let (shown, all) = (tokenizer.vocabulary.len().min(*drawn), format::count(tokenizer.vocab_size));
    let note = if (shown as u64) < tokenizer.vocab_size {
        t.fill("tokens.vocabulary.part", &[("shown", &shown), ("all", &all)])
    } else {
        t.fill("tokens.vocabulary.all", &[("all", &all)])
    };
    html! {
        <section class="card" aria-labelledby="tokens-vocabulary">
            <h2 id="tokens-vocabulary">{ t.say("tokens.vocabulary") }</h2>
            <p class="note">{ note }</p>
            <div class="scroll" tabindex="0" role="group" aria-labelledby="tokens-vocabulary">
                <table class="list vocabulary">
                    <thead>
                        <tr>
                            <th scope="col" class="number">{ t.say("tokens.vocabulary.id") }</th>
                            <th scope="col">{ t.say("tokens.vocabulary.token") }</th>
                            <th scope="col" class="number">{ t.say("tokens.vocabulary.count") }</th>
                        </tr>
                    </thead>
                    <tbody>{ for tokenizer.vocabulary.iter().take(shown).map(row) }</tbody>
                </table>
            </div>
            if shown < tokenizer.vocabulary.len() {
                <button class="button" type="button" onclick={more}>{ t.say("tokens.vocabulary.more") }</button>
            }
        </section>
    }
}

fn row((token, count): &(Token, u64)) -> Html {
    let text = if token.partial { token.text.clone() } else { format::visible(&token.text) };
    html! {
        <tr>
            <td class="number">{ token.id }</td>
            <th scope="row">
                <span class="token" data-colour={(token.id % 5).to_string()} data-partial={token.partial.to_string()}>
                    { text }
                </span>
            </th>
            <td class="number">{ format::count(*count) }</td>
        </tr>
    }
}
