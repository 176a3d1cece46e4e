//! A picture with all that belongs to it: as wide as its place, drawn anew when what it shows changes, read as a table and
//! saved as files.

use std::rc::Rc;

use yew::prelude::*;

use super::chart::Shown;
use super::picture::{Picture, Seen};
use super::saves::Saves;
use super::table::AsTable;
use super::walk::{Along, Walk, walked};
use crate::ui::export;
use crate::ui::hooks::use_width;
use crate::ui::i18n::I18n;

#[derive(Clone, PartialEq, Properties)]
pub struct FigureProps {
    /// Of the element that the picture fills.
    pub class: &'static str,
    pub of: Shown,
    /// The name of its files, without an ending.
    pub file: &'static str,
    /// What the picture shows, for those who do not see it.
    pub label: String,
    /// In its files; the label where there is none.
    #[prop_or_default]
    pub title: Option<String>,
    /// Above its table; the title where there is none.
    #[prop_or_default]
    pub caption: Option<String>,
    #[prop_or_default]
    pub manner: Manner,
    /// Where the hand is.
    #[prop_or_default]
    pub on_point: Option<Callback<Option<Pointed>>>,
    /// What is painted over the picture at a width.
    #[prop_or_default]
    pub over: Option<Callback<f64, Html>>,
    /// What the table is opened by, where that is not the same as everywhere.
    #[prop_or_default]
    pub summary: Option<String>,
    #[prop_or_default]
    pub files: Files,
    /// What stands between the picture and its table.
    #[prop_or_default]
    pub children: Html,
    pub t: I18n,
}

/// What one does with a picture.
#[derive(Clone, Default, PartialEq)]
pub enum Manner {
    #[default]
    Look,
    /// It is read at a place.
    Read(Reading),
    /// Boxes that lie over it are pressed.
    Press,
}

/// Where the buttons are that save it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Files {
    #[default]
    Beside,
    /// Folded up with the table: of small pictures, which are many.
    Folded,
}

#[derive(Clone, PartialEq)]
pub struct Reading {
    /// The place that is read, and the last one that can be.
    pub now: f64,
    pub last: f64,
    /// What an arrow key walks.
    pub stride: f64,
    /// What is read there, as a sentence.
    pub told: String,
    /// Where a key has led.
    pub on_walk: Callback<Walk>,
}

/// What a key walks, so that fifty presses lead from one end to the other; no less than tells places apart.
pub fn stride(last: f64, least: f64) -> f64 {
    (last / 50.0).max(least)
}

/// A place of the picture under the hand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pointed {
    pub x: f64,
    pub y: f64,
    /// Of the whole picture.
    pub width: f64,
    /// A finger or a button is down.
    pub is_pressed: bool,
}

#[component]
pub fn Figure(props: &FigureProps) -> Html {
    let node = use_node_ref();
    let width = use_width(&node).filter(|width| *width > 0).map(f64::from);
    let drawn = use_memo((props.of.clone(), width), |(shown, width)| {
        width.map(|width| (Rc::new(shown.chart().scene(width)), width))
    });
    let picture = drawn.as_ref().as_ref().map(|(scene, width)| {
        let (label, seen) = match props.manner {
            Manner::Look => (Some(props.label.clone()), Seen::Whole),
            Manner::Read(_) => (None, Seen::Described),
            Manner::Press => (None, Seen::Pressed),
        };
        let over = props.over.as_ref().map(|over| over.emit(*width)).unwrap_or_default();
        html! { <Picture scene={scene.clone()} label={label.map(AttrValue::from)} {seen}>{ over }</Picture> }
    });
    let files = drawn.as_ref().as_ref().map(|(scene, _)| {
        let mut files = export::pictures(props.file, title(props), scene);
        files.push(("CSV", export::csv(props.file, props.of.clone())));
        html! { <Saves {files} t={props.t.clone()} /> }
    });
    html! {
        <>
            { place(props, &node, width, picture.unwrap_or_default()) }
            { props.children.clone() }
            { more(props, files.unwrap_or_default()) }
        </>
    }
}

fn title(props: &FigureProps) -> String {
    props.title.clone().unwrap_or_else(|| props.label.clone())
}

/// The element that the picture fills.
fn place(props: &FigureProps, node: &NodeRef, width: Option<f64>, picture: Html) -> Html {
    let FigureProps { class, label, .. } = props;
    let (node, label) = (node.clone(), label.clone());
    let pointed = {
        let node = node.clone();
        props
            .on_point
            .as_ref()
            .zip(width)
            .map(|(point, width)| point.reform(move |event: PointerEvent| under(&node, &event, width)))
    };
    let left = props.on_point.as_ref().map(|point| point.reform(|_: PointerEvent| None));
    match &props.manner {
        Manner::Look => html! {
            <div class={*class} ref={node} onpointerdown={pointed.clone()} onpointermove={pointed}>{ picture }</div>
        },
        Manner::Press => html! { <div class={*class} role="group" aria-label={label} ref={node}>{ picture }</div> },
        Manner::Read(reading) => html! {
            <div class={*class} ref={node} role="slider" tabindex="0" aria-label={label} aria-valuemin="0"
                aria-valuemax={reading.last.to_string()} aria-valuenow={reading.now.to_string()}
                aria-valuetext={reading.told.clone()} onpointermove={pointed} onpointerleave={left}
                onkeydown={walk(reading)} onblur={reading.on_walk.reform(|_: FocusEvent| Walk::Away)}>
                { picture }
            </div>
        },
    }
}

fn under(node: &NodeRef, event: &PointerEvent, width: f64) -> Option<Pointed> {
    let corner = node.cast::<web_sys::Element>()?.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()) - corner.left(), f64::from(event.client_y()) - corner.top());
    Some(Pointed { x, y, width, is_pressed: event.buttons() > 0 })
}

fn walk(reading: &Reading) -> Callback<KeyboardEvent> {
    let Reading { now, last, stride, on_walk, .. } = reading.clone();
    Callback::from(move |event: KeyboardEvent| {
        if let Some(walk) = walked(&event.key(), Along::Chart, now, last, stride) {
            event.prevent_default();
            on_walk.emit(walk);
        }
    })
}

/// The table, and the buttons that save.
fn more(props: &FigureProps, files: Html) -> Html {
    let FigureProps { of, t, .. } = props;
    let caption = props.caption.clone().unwrap_or_else(|| title(props));
    let (of, t) = (of.clone(), t.clone());
    let summary = props.summary.clone();
    match props.files {
        Files::Folded => html! { <AsTable {of} {caption} {summary} {files} {t} /> },
        Files::Beside => html! {
            <div class="figure-more">
                <AsTable {of} {caption} {summary} {t} />
                { files }
            </div>
        },
    }
}
