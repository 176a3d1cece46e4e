//! The picture of the documents: pointed at by hand, walked through by keys.

use std::rc::Rc;

use yew::prelude::*;

use crate::protocol::sample::{MAX_DOTS, Population};
use crate::ui::charts::sampling::dots::{Laid, grown, nearest};
use crate::ui::charts::sampling::shape;
use crate::ui::figures::sampling::{self, ROWS, words};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::figure::{Figure, Manner, Pointed, Reading};
use crate::ui::kit::walk::Walk;
use crate::ui::state::sample::Sampled;

/// A hand this near to a dot points at it.
const REACH: f64 = 24.0;
#[derive(Clone, PartialEq, Properties)]
pub struct DotsProps {
    pub population: Rc<Population>,
    pub sample: Option<Rc<Sampled>>,
    pub t: I18n,
}

#[component]
pub fn Dots(props: &DotsProps) -> Html {
    let t = &props.t;
    let pointed = use_state_eq(|| None::<usize>);
    let order = use_memo(props.population.clone(), |population| from_left(population));
    let dots = sampling::Dots { population: props.population.clone(), sample: props.sample.clone(), t: t.clone() };
    let at = pointed.filter(|dot| *dot < order.len());
    let on_point = Callback::from({
        let (dots, pointed) = (dots.clone(), pointed.setter());
        move |hand: Option<Pointed>| {
            pointed.set(hand.and_then(|hand| nearest(&dots.laid(hand.width).places, (hand.x, hand.y), REACH)));
        }
    });
    let over = at.map(|dot| {
        let (props, dots) = (props.clone(), dots.clone());
        Callback::from(move |width: f64| cursor(&props, &dots.laid(width), dot))
    });
    let manner = Manner::Read(reading(props, at, &order, pointed.setter()));
    let title = t.say("sample.picture");
    html! {
        <div class="dots">
            { counted(props) }
            <Figure class="dots-plot" of={Shown::new(dots)} file="gptling-sample" label={title} {manner} {on_point} {over}
                caption={t.fill("sample.table.documents", &[("rows", &ROWS)])} t={t.clone()}>
                { readout(props, at) }
                <p class="note">{ explained(&props.population, t) }</p>
            </Figure>
        </div>
    }
}

/// The dots from left to right: the way that the arrow keys take.
fn from_left(population: &Population) -> Vec<usize> {
    let mut order: Vec<usize> = (0..population.dots.len()).collect();
    order.sort_by(|a, b| population.dots[*a].place[0].total_cmp(&population.dots[*b].place[0]));
    order
}

/// Dots are told apart by their places from the left, from 1; none is 0.
fn reading(
    props: &DotsProps,
    at: Option<usize>,
    order: &Rc<Vec<usize>>,
    pointed: UseStateSetter<Option<usize>>,
) -> Reading {
    let place = at.and_then(|dot| order.iter().position(|other| *other == dot)).map(|place| place + 1);
    let on_walk = Callback::from({
        let order = order.clone();
        move |walk: Walk| pointed.set(walk.place().and_then(|place| order.get((place as usize).max(1) - 1)).copied())
    });
    Reading { now: place.unwrap_or(0) as f64, last: order.len() as f64, stride: 1.0, told: spoken(props, at), on_walk }
}

/// How many were drawn.
fn counted(props: &DotsProps) -> Html {
    let t = &props.t;
    let told = match &props.sample {
        Some(sample) => words::drawn(&props.population, &sample.drawing, t),
        None => t.fill("sample.documents", &[("all", &format::count(props.population.documents))]),
    };
    html! { <p class="sample-counted" role="status">{ told }</p> }
}

fn cursor(props: &DotsProps, laid: &Laid, dot: usize) -> Html {
    let times = props.sample.as_ref().map_or(1, |sample| sample.drawing.dots[dot].times.max(1));
    let class = usize::from(props.population.dots[dot].class);
    let radius = grown(laid.radius, times) + 4.0;
    html! { <path class="mark-dot-cursor" d={shape::shape(class, laid.places[dot], radius)} /> }
}

fn spoken(props: &DotsProps, at: Option<usize>) -> String {
    match at {
        Some(dot) => format!("{} {}", props.population.dots[dot].words, told(props, dot)),
        None => props.t.say("sample.dot.choose"),
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
                <p class="note">{ props.t.say("sample.dot.choose") }</p>
            }
        </div>
    }
}

/// What the places mean, and whether all documents are shown.
fn explained(population: &Population, t: &I18n) -> String {
    let share = format::percent(f64::from(population.explained[0] + population.explained[1]));
    let mut told = t.fill("sample.places", &[("share", &share)]);
    if population.documents > population.dots.len() as u64 {
        let (shown, all) = (format::count(MAX_DOTS as u64), format::count(population.documents));
        told += &t.fill("sample.places.some", &[("shown", &shown), ("all", &all)]);
    }
    told
}
