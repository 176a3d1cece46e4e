//! The pair that is joined at a moment, and those that it won against.

use std::rc::Rc;

use yew::prelude::*;

use super::chip;
use crate::config::TokenizerMethod;
use crate::protocol::tokens::{TracedMerge, TracedPair};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::merges::Replay;
use crate::ui::state::merges::is_scored;

#[derive(Clone, PartialEq, Properties)]
pub struct StageProps {
    pub replay: Rc<Replay>,
    pub at: usize,
    pub method: TokenizerMethod,
    pub t: I18n,
}

#[component]
pub fn Stage(props: &StageProps) -> Html {
    let StageProps { replay, at, method, t } = props;
    // Before the first merge the pair that will be the first is shown.
    let (moment, key) = if *at == 0 { (1, "next") } else { (*at, "done") };
    let Some(merge) = replay.merge(moment) else { return Html::default() };
    let pair = merge.pair;
    html! {
        <div class="merge-stage" data-moment={key}>
            <p class="merge-number">
                { match at {
                    0 => t.say("merges.number.start"),
                    at => t.fill("merges.number", &[("n", &format::count(*at as u64))]),
                } }
            </p>
            <p class="merge-pair" key={*at}>
                { part(props, pair.left) }
                <span class="merge-sign" aria-hidden="true">{ "+" }</span>
                { part(props, pair.right) }
                <span class="merge-sign" aria-hidden="true">{ "→" }</span>
                <span class="merge-made">{ chip(replay.name(merge.token), Some(merge.token)) }</span>
            </p>
            <p>{ reason(merge, is_scored(*method), t) }</p>
            { rivals(props, moment) }
            <p class="note">{ t.say(if is_scored(*method) { "merges.why.score" } else { "merges.why.count" }) }</p>
        </div>
    }
}

fn part(StageProps { replay, .. }: &StageProps, token: u32) -> Html {
    let learned = (token as usize >= replay.trace.alphabet.len()).then_some(token);
    chip(replay.name(token), learned)
}

fn reason(TracedMerge { pair, runners_up, .. }: &TracedMerge, scored: bool, t: &I18n) -> String {
    let tied = runners_up.first().is_some_and(|next| match scored {
        true => next.score() == pair.score(),
        false => next.count == pair.count,
    });
    let count = format::count(pair.count);
    let reason = match scored {
        false => t.fill(if tied { "merges.reason.tie" } else { "merges.reason.count" }, &[("count", &count)]),
        true => t.fill(
            "merges.reason.score",
            &[
                ("count", &count),
                ("left", &format::count(pair.left_count)),
                ("right", &format::count(pair.right_count)),
                ("score", &format::figures(pair.score())),
            ],
        ),
    };
    match tied && scored {
        true => format!("{reason} {}", t.say("merges.reason.score.tie")),
        false => reason,
    }
}

/// The best pairs of the moment with bars as long as what they are chosen by.
fn rivals(props: &StageProps, moment: usize) -> Html {
    let StageProps { replay, method, t, .. } = props;
    let scored = is_scored(*method);
    let value = |pair: &TracedPair| if scored { pair.score() } else { pair.count as f64 };
    let pairs = replay.candidates(moment);
    let most = pairs.first().map_or(1.0, value);
    let rival = |(place, pair): (usize, &TracedPair)| {
        let share = format!("{:.1}%", 100.0 * value(pair) / most);
        let number = if scored { format::figures(pair.score()) } else { format::count(pair.count) };
        html! {
            <li class="rival" data-place={if place == 0 { "first" } else { "later" }}>
                <span class="rival-pair">{ part(props, pair.left) }{ part(props, pair.right) }</span>
                <svg class="rival-bar" aria-hidden="true"><rect width={share} height="100%" rx="3" /></svg>
                <span class="rival-number">{ number }</span>
            </li>
        }
    };
    html! {
        <div class="stack-tight">
            <h3 class="rivals-title" id="rivals">{ t.say(if scored { "merges.rivals.score" } else { "merges.rivals.count" }) }</h3>
            <ol class="rivals" aria-labelledby="rivals">{ for pairs.iter().enumerate().map(rival) }</ol>
        </div>
    }
}
