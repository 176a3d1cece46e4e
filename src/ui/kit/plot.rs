//! A chart that is read at a place: the hand points at it, or the arrow keys walk there.

use std::rc::Rc;

use yew::prelude::*;

use super::picture::Picture;
use super::scale::Scale;
use super::scene::Scene;

/// Presses of an arrow key from one end of the chart to the other.
const STRIDES: f64 = 50.0;

#[derive(PartialEq, Properties)]
pub struct PlotProps {
    /// The element whose width the chart has.
    pub node: NodeRef,
    /// Nothing until that width is known.
    #[prop_or_default]
    pub drawn: Option<(Rc<Scene>, Scale)>,
    #[prop_or_default]
    pub label: String,
    /// The place that is read, and the last one that can be.
    #[prop_or_default]
    pub now: f64,
    #[prop_or_default]
    pub last: f64,
    /// The least that is walked by a key: places are told apart by this much.
    #[prop_or_default]
    pub grain: f64,
    /// What is read there, as a sentence.
    #[prop_or_default]
    pub reading: String,
    #[prop_or_default]
    pub on_point: Callback<Option<f64>>,
    #[prop_or_default]
    pub children: Html,
}

#[component]
pub fn Plot(props: &PlotProps) -> Html {
    let PlotProps { now, last, grain, .. } = *props;
    let Some((scene, x)) = props.drawn.clone() else {
        return html! { <div class="plot" ref={props.node.clone()}></div> };
    };
    let onpointermove = {
        let (node, point) = (props.node.clone(), props.on_point.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some(element) = node.cast::<web_sys::Element>() {
                let pixel = f64::from(event.client_x()) - element.get_bounding_client_rect().left();
                point.emit(Some(x.invert(pixel)));
            }
        })
    };
    let onkeydown = {
        let point = props.on_point.clone();
        Callback::from(move |event: KeyboardEvent| {
            if let Some(place) = walked(&event.key(), now, last, grain) {
                event.prevent_default();
                point.emit(place);
            }
        })
    };
    let (onpointerleave, onblur) =
        (props.on_point.reform(|_: PointerEvent| None), props.on_point.reform(|_: FocusEvent| None));
    html! {
        <div class="plot" ref={props.node.clone()} role="slider" tabindex="0" aria-label={props.label.clone()}
            aria-valuemin="0" aria-valuemax={last.to_string()} aria-valuenow={now.to_string()}
            aria-valuetext={props.reading.clone()} {onpointermove} {onpointerleave} {onkeydown} {onblur}>
            <Picture {scene}>{ props.children.clone() }</Picture>
        </div>
    }
}

/// Where a key leads from a place: to another one, away from the chart (`Some(None)`), or nowhere.
fn walked(key: &str, now: f64, last: f64, grain: f64) -> Option<Option<f64>> {
    let stride = (last / STRIDES).max(grain);
    let place = match key {
        "ArrowLeft" | "ArrowDown" => now - stride,
        "ArrowRight" | "ArrowUp" => now + stride,
        "PageDown" => now - 10.0 * stride,
        "PageUp" => now + 10.0 * stride,
        "Home" => 0.0,
        "End" => last,
        "Escape" => return Some(None),
        _ => return None,
    };
    Some(Some(place.clamp(0.0, last)))
}
