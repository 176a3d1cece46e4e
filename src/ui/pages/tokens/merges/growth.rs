//! The vocabulary as it grows: what was learned, newest first.

use yew::prelude::*;

use super::{MomentProps, chip, shown, spoken};
use crate::config::TokenizerMethod;
use crate::protocol::tokens::TracedMerge;
use crate::ui::format;

/// Tokens that are listed.
const LISTED: usize = 40;

#[component]
pub fn Growth(props: &MomentProps) -> Html {
    let MomentProps { replay, at, t, method, .. } = props;
    let alphabet = format::count(replay.trace.alphabet.len() as u64);
    let begin = match method {
        TokenizerMethod::Bpe => "merges.growth.bytes",
        TokenizerMethod::WordPiece => "merges.growth.characters",
        _ => "merges.growth.plain",
    };
    html! {
        <section class="card" aria-labelledby="merges-growth">
            <h3 id="merges-growth">{ t.say("merges.growth") }</h3>
            <p class="note">{ t.fill(begin, &[("n", &alphabet)]) }</p>
            <ol class="growth scroll" tabindex="0" aria-labelledby="merges-growth" reversed=true start={at.to_string()}>
                { for replay.learned(*at).take(LISTED).map(|(number, merge)| learned(props, number, merge)) }
            </ol>
            if *at > LISTED {
                <p class="note">{ t.fill("merges.growth.older", &[("n", &format::count((at - LISTED) as u64))]) }</p>
            }
        </section>
    }
}

/// A token with what it is made of; pressed, the player goes to the merge that made it.
fn learned(MomentProps { replay, at, go, t, .. }: &MomentProps, number: usize, merge: &TracedMerge) -> Html {
    let (left, right) = (replay.name(merge.pair.left), replay.name(merge.pair.right));
    let (token, pair) = (shown(replay.name(merge.token)), spoken(left, right, t));
    html! {
        <li key={number} data-fresh={(number == *at).then_some("true")}>
            <button class="growth-row" type="button" onclick={go.reform(move |_: MouseEvent| number)}
                title={t.fill("merges.growth.row", &[("n", &number), ("token", &token), ("pair", &pair)])}>
                <span class="growth-number">{ number }</span>
                { chip(replay.name(merge.token), Some(merge.token)) }
                <span class="growth-parts">{ format!("{} + {}", shown(left), shown(right)) }</span>
            </button>
        </li>
    }
}
