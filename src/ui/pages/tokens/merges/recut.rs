//! The beginning of the text as it is cut at a moment.

use yew::prelude::*;

use super::{MomentProps, shown};
use crate::ui::format;
use crate::ui::merges::{Cell, Replay};
use crate::ui::state::merges::is_scored;

#[component]
pub fn Recut(props: &MomentProps) -> Html {
    let MomentProps { replay, at, go, method, t } = props;
    let words = replay.excerpt.at(*at);
    let count = words.iter().map(Vec::len).sum::<usize>() as u64;
    let fresh = words.iter().flatten().filter(|cell| *at > 0 && cell.born == *at).count() as u64;
    let status = match fresh {
        0 if *at == 0 => t.fill("merges.recut.start", &[("n", &format::count(count))]),
        0 => t.fill("merges.recut.count", &[("n", &format::count(count))]),
        fresh => t.fill("merges.recut.fresh", &[("n", &format::count(count)), ("fresh", &fresh)]),
    };
    let (han, partial) = (
        use_memo(replay.clone(), |replay| replay.has_han()),
        use_memo(replay.clone(), |replay| replay.has_partial_tokens()),
    );
    let next = replay.excerpt.next_change(*at);
    let jump = go.reform(move |_: MouseEvent| next.unwrap_or_default());
    html! {
        <section class="card" aria-labelledby="merges-recut">
            <div class="row row-apart">
                <h3 id="merges-recut">{ t.say("merges.recut") }</h3>
                <button class="button" data-kind="quiet" type="button" disabled={next.is_none()} onclick={jump}>
                    { t.say("merges.recut.next") }
                </button>
            </div>
            <p class="note">{ status }</p>
            <p class="recut" tabindex="0" role="group" aria-labelledby="merges-recut" data-gaps={is_scored(*method).to_string()}>
                { for words.iter().map(|word| html! {
                    <span class="recut-word" key={word.first().map_or(0, |cell| cell.place)}>
                        { for word.iter().map(|cell| token(replay, cell, *at)) }
                    </span>
                }) }
            </p>
            if *partial {
                <p class="note">{ t.say("merges.bytes") }</p>
            }
            if *han {
                <p class="note">{ t.say("merges.han") }</p>
            }
            if is_scored(*method) {
                <p class="note">{ t.say("merges.longest") }</p>
            }
        </section>
    }
}

/// Its colour is that of its number: the same token looks alike wherever it stands.
fn token(replay: &Replay, cell: &Cell, at: usize) -> Html {
    let name = replay.name(cell.token);
    let colour = if cell.born == 0 { "none".to_string() } else { (cell.token % 5).to_string() };
    let fresh = (at > 0 && cell.born == at).then_some("true");
    html! {
        <span class="token" key={cell.place} data-colour={colour} data-partial={name.partial.to_string()}
            data-fresh={fresh}>{ shown(name) }</span>
    }
}
