//! Inputs beside targets: the same text, one token later. Every place is an exercise.

use std::rc::Rc;

use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

use crate::protocol::examples::{DrawnBatch, DrawnRow};
use crate::ui::charts::windows::{token, weight};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::walk::walked_among;

/// Neighbours differ in colour.
const COLOURS: u64 = 5;
/// Places that are drawn of a row.
const SHOWN: usize = 160;
/// Exercises that are written out, and tokens of their contexts.
const WRITTEN: usize = 5;
const CONTEXT: usize = 20;
/// Where the eye begins: far enough that something was read already.
const FIRST: usize = 7;

#[derive(Clone, PartialEq, Properties)]
pub struct ExercisesProps {
    pub batch: Rc<DrawnBatch>,
    pub row: usize,
    pub t: I18n,
}

#[component]
pub fn Exercises(props: &ExercisesProps) -> Html {
    let ExercisesProps { batch, row, t } = props;
    let pointed = use_state_eq(|| FIRST);
    let strip = use_node_ref();
    let row = &batch.rows[*row];
    let count = row.inputs.len().min(SHOWN);
    let here = (*pointed).min(count.saturating_sub(1));
    let on_key = {
        let (pointed, strip) = (pointed.clone(), strip.clone());
        move |event: KeyboardEvent| {
            let Some(next) = walked_among(&event.key(), Some(here), count) else { return };
            event.prevent_default();
            pointed.set(next);
            let pairs = strip.cast::<Element>().map(|strip| strip.children());
            if let Some(element) = pairs.and_then(|pairs| pairs.item(next as u32)) {
                let element: HtmlElement = wasm_bindgen::JsCast::unchecked_into(element);
                element.scroll_into_view_with_bool(false);
            }
        }
    };
    let on_over = {
        let pointed = pointed.clone();
        move |event: MouseEvent| {
            let target: Element = event.target_unchecked_into();
            let pair = target.closest("[data-place]").ok().flatten().and_then(|pair| pair.get_attribute("data-place"));
            if let Some(place) = pair.and_then(|place| place.parse().ok()) {
                pointed.set(place);
            }
        }
    };
    html! {
        <div class="exercises">
            <div class="exercise-key" aria-hidden="true">
                <span class="exercise-reads">{ t.say("examples.reads") }</span>
                <span class="exercise-says">{ t.say("examples.says") }</span>
            </div>
            <div class="pairs" tabindex="0" role="group" aria-label={t.say("examples.pairs")}
                aria-describedby="exercise-line" onkeydown={on_key} onmouseover={on_over.clone()} onclick={on_over} ref={strip}>
                { for (0..count).map(|place| pair(batch, row, place, here)) }
            </div>
            <p class="exercise-line" id="exercise-line" aria-live="polite">{ sentence(batch, row, here, t) }</p>
            { written_out(batch, row, here, t) }
        </div>
    }
}

/// A token that is read, and below it the one to be said.
fn pair(batch: &DrawnBatch, row: &DrawnRow, place: usize, here: usize) -> Html {
    let padding = place as u64 >= row.length;
    let state = match place.cmp(&here) {
        _ if padding => "padding",
        std::cmp::Ordering::Less => "read",
        std::cmp::Ordering::Equal => "here",
        std::cmp::Ordering::Greater if place == here + 1 => "next",
        std::cmp::Ordering::Greater => "unread",
    };
    let starts = row.starts.contains(&(place as u64));
    let counts = weight(row, place);
    html! {
        <span class="pair" data-place={place.to_string()} data-state={state} data-starts={starts.then_some("document")}
            data-here={(place == here).then_some("true")}>
            { token_box(batch, row, place, row.inputs[place], 0) }
            <span class="pair-arrow" aria-hidden="true">{ "↓" }</span>
            { token_box(batch, row, place, row.targets[place], 1) }
            if batch.has_weights && !padding { <span class="pair-weight">{ times(counts) }</span> }
        </span>
    }
}

/// A token has the colour of its place in the text: in the lower line the same colours stand one place further left.
fn token_box(batch: &DrawnBatch, row: &DrawnRow, place: usize, id: u32, later: u64) -> Html {
    let colour = ((row.begin + place as u64 + later) % COLOURS).to_string();
    let (text, partial) = shown(batch, row, place, id);
    html! { <span class="token" data-colour={colour} data-partial={partial.to_string()}>{ text }</span> }
}

fn shown(batch: &DrawnBatch, row: &DrawnRow, place: usize, id: u32) -> (String, bool) {
    match token(batch, id) {
        _ if place as u64 >= row.length => ("∅".into(), false),
        Some(token) if token.partial => (token.text.clone(), true),
        Some(token) => (format::visible(&token.text), false),
        None => (id.to_string(), false),
    }
}

/// `×1.5`
pub fn times(weight: f32) -> String {
    format!("×{}", format::figures(f64::from(weight)))
}

fn sentence(batch: &DrawnBatch, row: &DrawnRow, place: usize, t: &I18n) -> String {
    if place as u64 >= row.length {
        return t.say("examples.exercise.padding");
    }
    let (first, context) = context(row, place);
    let read: String = context.map(|at| shown(batch, row, at, row.inputs[at]).0).collect();
    let read = if first > 0 { format!("…{read}") } else { read };
    let said = shown(batch, row, place, row.targets[place]).0;
    let key = match row.starts.contains(&(place as u64)) {
        true => "examples.exercise.next",
        false => "examples.exercise",
    };
    t.fill(key, &[("n", &(place + 1)), ("read", &read), ("said", &said)])
}

/// The last places that are read, and the first of them.
fn context(row: &DrawnRow, place: usize) -> (usize, std::ops::RangeInclusive<usize>) {
    let place = place.min(row.inputs.len() - 1);
    let first = (place + 1).saturating_sub(CONTEXT);
    (first, first..=place)
}

/// The first exercises of the row as lines, and the one that is looked at.
fn written_out(batch: &DrawnBatch, row: &DrawnRow, here: usize, t: &I18n) -> Html {
    let places = (row.length as usize).min(SHOWN);
    let mut lines: Vec<usize> = (0..places.min(WRITTEN)).collect();
    if here >= WRITTEN && here < places {
        lines.push(here);
    }
    let line = |place: &usize| {
        let (first, context) = context(row, *place);
        html! {
            <li class="exercise" data-here={(*place == here).to_string()} key={*place}>
                <span class="exercise-number">{ place + 1 }</span>
                <span class="exercise-context">
                    if first > 0 { { "… " } }
                    { for context.map(|at| token_box(batch, row, at, row.inputs[at], 0)) }
                </span>
                <span class="exercise-arrow" aria-label={t.say("examples.says")} role="img">{ "→" }</span>
                <span class="exercise-target">{ token_box(batch, row, *place, row.targets[*place], 1) }</span>
            </li>
        }
    };
    html! {
        <div class="stack-tight">
            <h3>{ t.say("examples.written") }</h3>
            <ol class="exercise-list">{ for lines.iter().map(line) }</ol>
            <p class="note">{ t.fill("examples.written.rest", &[("n", &row.length)]) }</p>
        </div>
    }
}
