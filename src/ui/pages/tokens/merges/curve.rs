//! The whole training in one picture, on which one can point to a moment; with its table and its files.

use std::rc::Rc;

use yew::prelude::*;

use super::shown;
use crate::ui::charts::merges::{Frame, Names, csv, scene};
use crate::ui::charts::table::evenly;
use crate::ui::export;
use crate::ui::format;
use crate::ui::hooks::use_width;
use crate::ui::i18n::I18n;
use crate::ui::kit::picture::Picture;
use crate::ui::kit::saves::Saves;
use crate::ui::kit::scene::Scene;
use crate::ui::merging::Replay;

const HEIGHT: f64 = 240.0;
/// Merges that the table shows, evenly over all.
const ROWS: usize = 40;
const COLUMNS: [&str; 6] = [
    "merges.table.merge",
    "merges.table.pair",
    "merges.table.token",
    "merges.table.count",
    "merges.table.tokens",
    "merges.table.vocabulary",
];

#[derive(Clone, PartialEq, Properties)]
pub struct MergeCurveProps {
    pub replay: Rc<Replay>,
    pub at: usize,
    pub go: Callback<usize>,
    pub t: I18n,
}

#[component]
pub fn MergeCurve(props: &MergeCurveProps) -> Html {
    let MergeCurveProps { replay, t, .. } = props;
    let node = use_node_ref();
    let width = use_width(&node).filter(|width| *width > 0).map(f64::from);
    let drawn = use_memo((replay.clone(), width, t.clone()), |(replay, width, t)| {
        width.map(|width| Rc::new(scene(replay, &names(t), width, HEIGHT)))
    });
    html! {
        <section class="card" aria-labelledby="merges-curve">
            <h3 id="merges-curve">{ t.say("merges.curve") }</h3>
            <p class="note">{ t.say("merges.curve.note") }</p>
            <div class="merge-curve" ref={node.clone()} onpointerdown={pointed(props, width, &node)}
                onpointermove={pointed(props, width, &node)}>
                if let (Some(scene), Some(width)) = (&*drawn, width) {
                    <Picture scene={scene.clone()} label={t.say("merges.curve")}>
                        { playhead(props, width) }
                    </Picture>
                }
            </div>
            <div class="row row-apart">
                { table(props) }
                { for drawn.as_ref().as_ref().map(|scene| saves(replay, scene, t)) }
            </div>
        </section>
    }
}

fn names(t: &I18n) -> Names {
    Names {
        tokens: t.say("merges.curve.tokens"),
        vocabulary: t.say("merges.curve.vocabulary"),
        merges: t.say("merges.curve.merges"),
    }
}

/// A moment is pointed at with a button or a finger down.
fn pointed(props: &MergeCurveProps, width: Option<f64>, node: &NodeRef) -> Callback<PointerEvent> {
    let (replay, go, node) = (props.replay.clone(), props.go.clone(), node.clone());
    Callback::from(move |event: PointerEvent| {
        if let (Some(width), Some(element), 1..) = (width, node.cast::<web_sys::Element>(), event.buttons()) {
            let x = f64::from(event.client_x()) - element.get_bounding_client_rect().left();
            go.emit(Frame::new(&replay, width, HEIGHT).merges.invert(x).round() as usize);
        }
    })
}

fn playhead(MergeCurveProps { replay, at, .. }: &MergeCurveProps, width: f64) -> Html {
    let frame = Frame::new(replay, width, HEIGHT);
    let x = frame.merges.at(*at as f64).to_string();
    let (bottom, top) = frame.tokens.range;
    let dot = |class: &'static str, y: f64| html! { <circle {class} cx={x.clone()} cy={y.to_string()} r="5" /> };
    html! {
        <g>
            <line class="mark-cursor" x1={x.clone()} x2={x.clone()} y1={top.to_string()} y2={bottom.to_string()} />
            { dot("mark-cursor-train", frame.tokens.at(replay.tokens(*at) as f64)) }
            { dot("mark-cursor-validation", frame.vocabulary.at(replay.vocabulary(*at) as f64)) }
        </g>
    }
}

fn table(MergeCurveProps { replay, t, .. }: &MergeCurveProps) -> Html {
    html! {
        <details class="as-table">
            <summary>{ t.say("chart.as_table") }</summary>
            <div class="scroll" tabindex="0" role="group" aria-label={t.say("merges.curve")}>
                <table class="table">
                    <caption>{ t.say("merges.curve") }</caption>
                    <thead><tr>{ for COLUMNS.map(|key| html! { <th scope="col">{ t.say(key) }</th> }) }</tr></thead>
                    <tbody>{ for evenly(replay.last() + 1, ROWS).into_iter().map(|at| row(replay, at)) }</tbody>
                </table>
            </div>
        </details>
    }
}

fn row(replay: &Replay, at: usize) -> Html {
    let merge = replay.merge(at);
    let name = |token: u32| shown(replay.name(token));
    let cells = [
        merge.map_or("–".into(), |merge| format!("{} + {}", name(merge.pair.left), name(merge.pair.right))),
        merge.map_or("–".into(), |merge| name(merge.token)),
        merge.map_or("–".into(), |merge| format::count(merge.pair.count)),
        format::count(replay.tokens(at)),
        format::count(replay.vocabulary(at) as u64),
    ];
    html! {
        <tr><th scope="row">{ at }</th>{ for cells.into_iter().map(|cell| html! { <td>{ cell }</td> }) }</tr>
    }
}

fn saves(replay: &Rc<Replay>, scene: &Rc<Scene>, t: &I18n) -> Html {
    let title = t.say("merges.curve");
    let svg = {
        let (scene, title) = (scene.clone(), title.clone());
        Callback::from(move |_: MouseEvent| export::save_svg("gptling-merges.svg", &title, &scene))
    };
    let png = {
        let scene = scene.clone();
        Callback::from(move |_: MouseEvent| export::save_png("gptling-merges.png".into(), &title, &scene))
    };
    let csv = {
        let replay = replay.clone();
        Callback::from(move |_: MouseEvent| export::save_text("gptling-merges.csv", "text/csv", &csv(&replay)))
    };
    html! { <Saves files={vec![("PNG", png), ("SVG", svg), ("CSV", csv)]} t={t.clone()} /> }
}
