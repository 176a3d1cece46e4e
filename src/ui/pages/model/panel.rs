//! What a pressed box opens: what it does, what it costs, its settings, and what the last change did.

use yew::prelude::*;

use super::controls::Settings;
use super::{PANEL_TITLE, node_id};
use crate::ui::charts::layers::{DiagramNode, Layer, ModelDiagram, Piece};
use crate::ui::charts::network::numbers;
use crate::ui::components::{Sign, icon};
use crate::ui::figures::network::Words;
use crate::ui::format;
use crate::ui::hooks::focus;
use crate::ui::i18n::I18n;
use crate::ui::state::{Action, ModelAction, Shared};

#[derive(Clone, PartialEq, Properties)]
pub struct PanelProps {
    pub diagram: ModelDiagram,
    pub state: Shared,
    pub dispatch: Callback<Action>,
    pub t: I18n,
}

#[component]
pub fn Panel(props: &PanelProps) -> Html {
    let PanelProps { diagram, state, dispatch, t } = props;
    let open = state.shaping.open;
    let node = use_node_ref();
    use_effect_with((open, node.clone()), |(_, node)| {
        // On a small screen the settings scroll by themselves: those of another box are read from their beginning.
        if let Some(panel) = node.cast::<web_sys::Element>() {
            panel.set_scroll_top(0);
        }
    });
    let words = Words { diagram, t };
    let put_away = dispatch.reform(|()| Action::Model(ModelAction::PutAway));
    let onkeydown = {
        let put_away = put_away.clone();
        Callback::from(move |event: KeyboardEvent| {
            if let ("Escape", Some(spot)) = (event.key().as_str(), open) {
                put_away.emit(());
                focus(&node_id(spot));
            }
        })
    };
    let title = open.map_or_else(|| t.say("model.whole"), |spot| words.title(spot));
    html! {
        <section class="card shape-panel" ref={node} data-open={open.map(DiagramNode::name)} aria-labelledby={PANEL_TITLE} {onkeydown}>
            <header class="shape-panel-head">
                <h2 id={PANEL_TITLE} tabindex="-1">{ title }</h2>
                if open.is_some() {
                    <button type="button" class="icon-button" aria-label={t.say("model.put_away")}
                        onclick={put_away.reform(|_: MouseEvent| ())}>
                        { icon(Sign::Cross) }
                    </button>
                }
            </header>
            <p class="shape-about">{ open.map_or_else(|| t.say("model.whole.about"), |spot| words.about(spot)) }</p>
            { for open.map(|spot| figures(spot, diagram, t)) }
            <Settings {open} config={state.config.clone()} dispatch={dispatch.clone()} t={t.clone()} />
            { for open.map(|spot| pieces(spot, diagram, t)) }
        </section>
    }
}

/// Shape, weights and calculations of a box, or that it is not there.
fn figures(spot: DiagramNode, diagram: &ModelDiagram, t: &I18n) -> Html {
    let layers = diagram.layers_of(spot);
    let Some(last) = layers.last() else {
        return html! { <p class="note">{ t.say("model.box.gone") }</p> };
    };
    let all = diagram.layers();
    let sum = |layers: &[Layer]| layers.iter().map(Layer::parameters).sum::<u64>();
    let work = |layers: &[Layer]| layers.iter().map(Layer::flops).sum::<f64>();
    let share = |part: f64, whole: f64| t.fill("model.of_all", &[("share", &format::percent(part / whole.max(1.0)))]);
    let shape = (format!("({})", last.symbols), numbers(last));
    let weights = (format::count(sum(&layers)), share(sum(&layers) as f64, sum(&all) as f64));
    let calculations = (format::short(work(&layers)), share(work(&layers), work(&all)));
    let rows = [("model.table.shape", shape), ("model.table.weights", weights), ("model.table.work", calculations)];
    html! {
        <dl class="shape-figures">
            { for rows.into_iter().map(|(key, (figure, more))| html! {
                <div><dt>{ t.say(key) }</dt><dd>{ figure }<small>{ more }</small></dd></div>
            }) }
        </dl>
    }
}

/// The weights of a box one by one, for those who want to know.
fn pieces(spot: DiagramNode, diagram: &ModelDiagram, t: &I18n) -> Html {
    let layers = diagram.layers_of(spot);
    let pieces: Vec<_> = layers.iter().flat_map(|layer| &layer.pieces).collect();
    if pieces.is_empty() || spot == DiagramNode::Blocks {
        return Html::default();
    }
    html! {
        <details class="more">
            <summary>{ t.say("model.inside") }</summary>
            <div class="table-frame">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{ t.say("model.inside.piece") }</th>
                            <th scope="col">{ t.say("model.table.weights") }</th>
                            <th scope="col">{ t.say("model.table.work") }</th>
                        </tr>
                    </thead>
                    <tbody>{ for pieces.into_iter().map(|piece| row(piece, t)) }</tbody>
                </table>
            </div>
            if layers.iter().any(|layer| layer.copies > 1) {
                <p class="note">{ t.fill("model.inside.copies", &[("blocks", &diagram.model.n_layer)]) }</p>
            }
        </details>
    }
}

fn row(piece: &Piece, t: &I18n) -> Html {
    let dims = piece.dims.iter().map(u64::to_string).collect::<Vec<_>>().join(" × ");
    let bias = piece.parameters - piece.dims.iter().product::<u64>() * u64::from(!piece.dims.is_empty());
    let weights = match (piece.parameters, bias) {
        (0, _) => "–".to_string(),
        (_, 0) => dims,
        (_, bias) => format!("{dims} + {bias}"),
    };
    let work = if piece.flops > 0.0 { format::short(piece.flops) } else { "–".into() };
    html! {
        <tr>
            <th scope="row">{ t.say(&format!("model.piece.{}", piece.name)) }</th>
            <td>{ weights }</td>
            <td>{ work }</td>
        </tr>
    }
}
