//! The picture of the documents: pointed at by hand, walked through by keys.

use std::rc::Rc;

use yew::prelude::*;

use super::tables::{self, Table};
use crate::protocol::sampling::{MOST_DOTS, Population};
use crate::ui::charts::sampling::dots::{self, Drawn, Shown, grown};
use crate::ui::charts::sampling::{files, shape, words};
use crate::ui::format;
use crate::ui::hooks::use_width;
use crate::ui::i18n::I18n;
use crate::ui::kit::picture::Picture;
use crate::ui::kit::scene::Scene;
use crate::ui::state::sampling::Sampled;

/// A hand this near to a dot points at it.
const REACH: f64 = 24.0;
/// Rows of the table.
const ROWS: usize = 50;

#[derive(Clone, PartialEq, Properties)]
pub struct DotsProps {
    pub population: Rc<Population>,
    pub sample: Option<Rc<Sampled>>,
    pub t: I18n,
}

/// What is computed once for each sample, width and language.
struct Laid {
    drawn: Drawn,
    scene: Rc<Scene>,
    /// Dots from left to right: the way that the arrow keys take.
    order: Vec<usize>,
}

#[component]
pub fn Dots(props: &DotsProps) -> Html {
    let t = &props.t;
    let node = use_node_ref();
    let width = use_width(&node);
    let pointed = use_state_eq(|| None::<usize>);
    let laid = use_memo((props.clone(), width, t.clone()), |(props, width, t)| {
        width.filter(|width| *width > 0).map(|width| lay(props, f64::from(width), t))
    });
    let Some(laid) = laid.as_ref() else {
        return html! { <div class="dots"><div class="dots-plot" ref={node}></div></div> };
    };
    let dots = props.population.dots.len();
    let at = pointed.filter(|dot| *dot < dots);
    let onpointermove = {
        let (places, node, pointed) = (laid.drawn.places.clone(), node.clone(), pointed.setter());
        Callback::from(move |event: PointerEvent| {
            if let Some(element) = node.cast::<web_sys::Element>() {
                let corner = element.get_bounding_client_rect();
                let hand = (f64::from(event.client_x()) - corner.left(), f64::from(event.client_y()) - corner.top());
                pointed.set(dots::nearest(&places, hand, REACH));
            }
        })
    };
    let rank = at.and_then(|dot| laid.order.iter().position(|other| *other == dot));
    let onkeydown = {
        let (order, pointed) = (laid.order.clone(), pointed.setter());
        Callback::from(move |event: KeyboardEvent| {
            if let Some(next) = walked(&event.key(), rank, order.len()) {
                event.prevent_default();
                pointed.set(next.map(|next| order[next]));
            }
        })
    };
    let leave = {
        let pointed = pointed.setter();
        Callback::from(move |_: PointerEvent| pointed.set(None))
    };
    let blur = {
        let pointed = pointed.setter();
        Callback::from(move |_: FocusEvent| pointed.set(None))
    };
    html! {
        <div class="dots">
            { counted(props) }
            <div class="dots-plot" ref={node} role="slider" tabindex="0" aria-label={t.say("sampling.picture")}
                aria-valuemin="0" aria-valuemax={dots.to_string()}
                aria-valuenow={rank.map_or(0, |rank| rank + 1).to_string()} aria-valuetext={spoken(props, at)}
                {onpointermove} onpointerleave={leave} {onkeydown} onblur={blur}>
                <Picture scene={laid.scene.clone()}>
                    { for at.map(|dot| cursor(props, &laid.drawn, dot)) }
                </Picture>
            </div>
            { readout(props, at) }
            <p class="note">{ explained(&props.population, t) }</p>
            <div class="sampling-more">
                { table(props) }
                { saves(props, laid) }
            </div>
        </div>
    }
}

fn lay(props: &DotsProps, width: f64, t: &I18n) -> Laid {
    let sample = props.sample.as_deref();
    let fallback = Default::default();
    let shown = Shown {
        population: &props.population,
        drawing: sample.map(|sample| &*sample.drawing),
        sampling: sample.map_or(&fallback, |sample| &sample.sampling),
        t,
    };
    let drawn = dots::draw(&shown, width);
    let mut order: Vec<usize> = (0..drawn.places.len()).collect();
    order.sort_by(|a, b| drawn.places[*a].0.total_cmp(&drawn.places[*b].0));
    Laid { scene: Rc::new(drawn.scene.clone()), drawn, order }
}

/// Where a key leads from a dot: to another one, away from all (`Some(None)`), or nowhere.
fn walked(key: &str, rank: Option<usize>, dots: usize) -> Option<Option<usize>> {
    let last = dots.checked_sub(1)?;
    let by = |step: isize| match rank {
        Some(rank) => rank.saturating_add_signed(step).min(last),
        None => 0,
    };
    Some(Some(match key {
        "ArrowRight" | "ArrowUp" => by(1),
        "ArrowLeft" | "ArrowDown" => by(-1),
        "PageUp" => by(10),
        "PageDown" => by(-10),
        "Home" => 0,
        "End" => last,
        "Escape" => return Some(None),
        _ => return None,
    }))
}

/// How many were drawn.
fn counted(props: &DotsProps) -> Html {
    let t = &props.t;
    let told = match &props.sample {
        Some(sample) => words::drawn(&props.population, &sample.drawing, t),
        None => t.fill("sampling.documents", &[("all", &format::count(props.population.documents))]),
    };
    html! { <p class="sampling-counted" role="status">{ told }</p> }
}

fn cursor(props: &DotsProps, drawn: &Drawn, dot: usize) -> Html {
    let times = props.sample.as_ref().map_or(1, |sample| sample.drawing.dots[dot].times.max(1));
    let class = usize::from(props.population.dots[dot].class);
    let radius = grown(drawn.radius, times) + 4.0;
    html! { <path class="mark-dot-cursor" d={shape::shape(class, drawn.places[dot], radius)} /> }
}

fn spoken(props: &DotsProps, at: Option<usize>) -> String {
    match at {
        Some(dot) => format!("{} {}", props.population.dots[dot].words, told(props, dot)),
        None => props.t.say("sampling.dot.choose"),
    }
}

fn told(props: &DotsProps, dot: usize) -> String {
    words::dot(&props.population, props.sample.as_ref().map(|sample| &*sample.drawing), dot, &props.t)
}

/// What is pointed at. It keeps its height, so that nothing below it moves.
fn readout(props: &DotsProps, at: Option<usize>) -> Html {
    html! {
        <div class="dots-readout">
            if let Some(dot) = at {
                <p class="dots-words">{ format!("“{}”", props.population.dots[dot].words) }</p>
                <p class="note">{ told(props, dot) }</p>
            } else {
                <p class="note">{ props.t.say("sampling.dot.choose") }</p>
            }
        </div>
    }
}

/// What the places mean, and whether all documents are shown.
fn explained(population: &Population, t: &I18n) -> String {
    let share = format::percent(f64::from(population.explained[0] + population.explained[1]));
    let mut told = t.fill("sampling.places", &[("share", &share)]);
    if population.documents > population.dots.len() as u64 {
        let (shown, all) = (format::count(MOST_DOTS as u64), format::count(population.documents));
        told += &t.fill("sampling.places.some", &[("shown", &shown), ("all", &all)]);
    }
    told
}

/// The drawn dots first: what the picture is about.
fn table(props: &DotsProps) -> Html {
    let t = &props.t;
    let columns =
        ["class", "characters", "times", "weight", "words"].map(|key| t.say(&format!("sampling.table.{key}")));
    let columns: Vec<String> = [t.say("sampling.table.document")].into_iter().chain(columns).collect();
    let rows = {
        let props = props.clone();
        Callback::from(move |()| rows(&props))
    };
    let caption = t.fill("sampling.table.documents", &[("rows", &ROWS)]);
    html! { <Table {caption} {columns} {rows} t={t.clone()} /> }
}

fn rows(props: &DotsProps) -> Vec<Vec<String>> {
    let drawn = props.sample.as_ref().map(|sample| &sample.drawing.dots);
    let times = |dot: usize| drawn.map_or(0, |drawn| drawn[dot].times);
    let mut order: Vec<usize> = (0..props.population.dots.len()).collect();
    order.sort_by_key(|dot| std::cmp::Reverse(times(*dot)));
    let row = |dot: usize| {
        let shown = &props.population.dots[dot];
        let class = &props.population.classes[usize::from(shown.class)].name;
        vec![
            (shown.document + 1).to_string(),
            words::class_name(class, &props.t),
            shown.characters.to_string(),
            times(dot).to_string(),
            drawn.map_or_else(String::new, |drawn| format::figures(f64::from(drawn[dot].weight))),
            shown.words.clone(),
        ]
    };
    order.into_iter().take(ROWS).map(row).collect()
}

fn saves(props: &DotsProps, laid: &Laid) -> Html {
    let picture = tables::Picture { file: "sample", title: props.t.say("sampling.picture"), scene: laid.scene.clone() };
    let props = props.clone();
    let t = props.t.clone();
    let csv = move || files::dots(&props.population, props.sample.as_ref().map(|sample| &*sample.drawing), &props.t);
    tables::saves(picture, csv, &t)
}
