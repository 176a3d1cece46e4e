//! The player: where in the training one is, and everything that is seen there.

use std::rc::Rc;

use gloo::timers::callback::Interval;
use yew::prelude::*;

use super::curve::MergeCurve;
use super::growth::Growth;
use super::recut::Recut;
use super::stage::Stage;
use super::{shown, spoken};
use crate::config::TokenizerMethod;
use crate::ui::components::{Sign, figure_list, icon};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::merges::player::Motion;
use crate::ui::merges::{Move, Player, Replay, Speed};

#[derive(Clone, PartialEq, Properties)]
pub struct MergePlayerProps {
    pub replay: Rc<Replay>,
    pub method: TokenizerMethod,
    pub t: I18n,
}

#[derive(Clone, Copy, PartialEq)]
struct Now(Player);

impl Reducible for Now {
    type Action = Move;

    fn reduce(self: Rc<Self>, step: Move) -> Rc<Self> {
        Rc::new(Now(self.0.after(step)))
    }
}

/// It plays by itself when it is opened, unless the visitor prefers less motion.
#[component]
pub fn MergePlayer(props: &MergePlayerProps) -> Html {
    let MergePlayerProps { replay, method, t } = props;
    let last = replay.last();
    let now = use_reducer_eq(|| Now(Player::new(last, first_motion())));
    let player = now.0;
    use_clock(player, now.dispatcher());
    let go = Callback::from({
        let dispatcher = now.dispatcher();
        move |step: Move| dispatcher.dispatch(step)
    });
    let to = go.reform(Move::To);
    html! {
        <>
            <div class="columns" data-shape="wide-narrow">
                <div class="stack">
                    <div class="card merge-card">
                        <Stage replay={replay.clone()} at={player.at} method={*method} t={t.clone()} />
                        { transport(props, player, &go) }
                    </div>
                    <Recut replay={replay.clone()} at={player.at} go={to.clone()} method={*method} t={t.clone()} />
                </div>
                <div class="stack">
                    <div class="card">{ figure_list(&figures(replay, player.at, t)) }</div>
                    <Growth replay={replay.clone()} at={player.at} go={to.clone()} method={*method} t={t.clone()} />
                </div>
            </div>
            <MergeCurve replay={replay.clone()} at={player.at} go={to} t={t.clone()} />
        </>
    }
}

fn first_motion() -> Motion {
    let query = gloo::utils::window().match_media("(prefers-reduced-motion: reduce)").ok().flatten();
    match query.is_some_and(|query| query.matches()) {
        true => Motion::Still,
        false => Motion::Playing,
    }
}

#[hook]
fn use_clock(player: Player, dispatcher: UseReducerDispatcher<Now>) {
    use_effect_with((player.motion, player.speed), move |(motion, speed)| {
        let clock = (*motion == Motion::Playing)
            .then(|| Interval::new(speed.interval(), move || dispatcher.dispatch(Move::Tick)));
        move || drop(clock)
    });
}

/// The buttons, the slider, the number and the speed.
fn transport(MergePlayerProps { replay, t, .. }: &MergePlayerProps, player: Player, go: &Callback<Move>) -> Html {
    let Player { at, last, motion, speed } = player;
    let button = |key: &str, sign: Sign, step: Move, kind: Option<&'static str>| {
        html! {
            <button class="button merge-button" data-kind={kind} type="button" title={t.say(key)} aria-label={t.say(key)}
                onclick={go.reform(move |_: MouseEvent| step)}>
                { icon(sign) }
            </button>
        }
    };
    let evicted = go.reform(|event: InputEvent| {
        Move::To(event.target_unchecked_into::<web_sys::HtmlInputElement>().value_as_number() as usize)
    });
    let typed = go.reform(move |event: Event| {
        let number = event.target_unchecked_into::<web_sys::HtmlInputElement>().value_as_number();
        Move::To(if number.is_finite() { number.max(0.0) as usize } else { at })
    });
    let hurried = go.reform(|event: Event| {
        let name = event.target_unchecked_into::<web_sys::HtmlSelectElement>().value();
        Move::SkipAhead(Speed::named(&name).unwrap_or_default())
    });
    html! {
        <div class="merge-transport" role="group" aria-label={t.say("merges.player")}>
            <input class="slider merge-slider" type="range" min="0" max={last.to_string()} step="1" value={at.to_string()}
                oninput={evicted} aria-label={t.say("merges.slider")} aria-valuetext={told(replay, at, t)} />
            <div class="row row-apart">
                <div class="row merge-buttons">
                    { button("merges.back", Sign::StepBack, Move::Back, None) }
                    { match motion {
                        Motion::Still => button("merges.play", Sign::Play, Move::Play, Some("primary")),
                        Motion::Playing => button("merges.pause", Sign::Pause, Move::Pause, Some("primary")),
                    } }
                    { button("merges.forward", Sign::Step, Move::Forward, None) }
                </div>
                <label class="merge-jump">
                    { t.say("merges.jump") }
                    <input class="input" data-size="number" type="number" min="0" max={last.to_string()}
                        value={at.to_string()} onchange={typed} />
                    { t.fill("merges.of", &[("n", &format::count(last as u64))]) }
                </label>
                <label class="merge-speed">
                    { t.say("merges.speed") }
                    <select class="menu" onchange={hurried}>
                        { for Speed::ALL.map(|option| html! {
                            <option value={option.name()} selected={option == speed}>
                                { t.say(&format!("merges.speed.{}", option.name())) }
                            </option>
                        }) }
                    </select>
                </label>
            </div>
            <p class="unseen" role="status">
                { if motion == Motion::Still { told(replay, at, t) } else { String::new() } }
            </p>
        </div>
    }
}

/// The moment in a sentence, for those who hear it.
fn told(replay: &Replay, at: usize, t: &I18n) -> String {
    let Some(merge) = replay.merge(at) else { return t.say("merges.told.start") };
    let pair = spoken(replay.name(merge.pair.left), replay.name(merge.pair.right), t);
    let token = shown(replay.name(merge.token));
    t.fill("merges.told", &[("n", &at), ("pair", &pair), ("token", &token), ("count", &merge.pair.count)])
}

fn figures(replay: &Replay, at: usize, t: &I18n) -> Vec<(String, String)> {
    let (now, first) = (replay.tokens(at), replay.tokens(0).max(1));
    vec![
        (t.say("merges.figure.tokens"), format::count(now)),
        (t.say("merges.figure.share"), format::percent(now as f64 / first as f64)),
        (t.say("merges.figure.vocabulary"), format::count(replay.vocabulary(at) as u64)),
    ]
}
