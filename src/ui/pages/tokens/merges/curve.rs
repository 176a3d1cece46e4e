//! The whole training in one picture, on which one can point to a moment.

use std::rc::Rc;

use yew::prelude::*;

use crate::ui::figures::merges::MergeCurve as Curve;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::figure::{Figure, Pointed};
use crate::ui::merges::Replay;

#[derive(Clone, PartialEq, Properties)]
pub struct MergeCurveProps {
    pub replay: Rc<Replay>,
    pub at: usize,
    pub go: Callback<usize>,
    pub t: I18n,
}

#[component]
pub fn MergeCurve(props: &MergeCurveProps) -> Html {
    let MergeCurveProps { replay, at, go, t } = props;
    let curve = Curve { replay: replay.clone(), t: t.clone() };
    // A moment is pointed at with a button or a finger down.
    let on_point = Callback::from({
        let (curve, go) = (curve.clone(), go.clone());
        move |hand: Option<Pointed>| {
            if let Some(Pointed { x, width, is_pressed: true, .. }) = hand {
                go.emit(curve.frame(width).merges.invert(x).round() as usize);
            }
        }
    });
    let over = Callback::from({
        let (curve, at) = (curve.clone(), *at);
        move |width: f64| playhead(&curve, at, width)
    });
    let label = t.say("merges.curve");
    html! {
        <section class="card" aria-labelledby="merges-curve">
            <h3 id="merges-curve">{ label.clone() }</h3>
            <p class="note">{ t.say("merges.curve.note") }</p>
            <Figure class="merge-curve" of={Shown::new(curve)} file="gptling-merges" {label} {on_point} {over} t={t.clone()} />
        </section>
    }
}

fn playhead(curve: &Curve, at: usize, width: f64) -> Html {
    let (frame, replay) = (curve.frame(width), &curve.replay);
    let x = frame.merges.at(at as f64).to_string();
    let (bottom, top) = frame.tokens.range();
    let dot = |class: &'static str, y: f64| html! { <circle {class} cx={x.clone()} cy={y.to_string()} r="5" /> };
    html! {
        <g>
            <line class="mark-cursor" x1={x.clone()} x2={x.clone()} y1={top.to_string()} y2={bottom.to_string()} />
            { dot("mark-cursor-train", frame.tokens.at(replay.tokens(at) as f64)) }
            { dot("mark-cursor-validation", frame.vocabulary.at(replay.vocabulary(at) as f64)) }
        </g>
    }
}
