//! The picture of the network: every box is a button that opens its settings.

use yew::prelude::*;

use super::{PANEL_TITLE, node_id};
use crate::ui::charts::layers::{DiagramNode, ModelDiagram};
use crate::ui::charts::network::{Frame, Measure, Subject};
use crate::ui::figures::network::{self, Words};
use crate::ui::format;
use crate::ui::hooks::focus;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::figure::{Figure, Manner};
use crate::ui::state::{Action, ModelAction};

#[derive(Clone, PartialEq, Properties)]
pub struct NetworkProps {
    pub diagram: ModelDiagram,
    /// The network before its last change.
    pub before: Option<ModelDiagram>,
    /// The box whose settings are shown.
    pub open: Option<DiagramNode>,
    pub dispatch: Callback<Action>,
    pub t: I18n,
}

#[component]
pub fn Network(props: &NetworkProps) -> Html {
    let NetworkProps { diagram, t, .. } = props;
    let measure = use_state_eq(Measure::default);
    let subject = Subject { now: diagram.clone(), before: props.before.clone(), measure: *measure };
    let network = network::Network { subject, t: t.clone() };
    let over = Callback::from({
        let (network, props) = (network.clone(), props.clone());
        move |width: f64| {
            let nodes = network.draw(width).nodes;
            nodes.into_iter().map(|(spot, frame)| button(spot, frame, &props)).collect::<Html>()
        }
    });
    html! {
        <figure class="network">
            <p class="note">{ t.say("model.press") }</p>
            <Figure class="network-picture" of={Shown::new(network)} file="gptling-network" label={described(diagram, t)}
                title={t.say("model.picture.title")} caption={t.say("model.table")} summary={t.say("model.as_table")}
                manner={Manner::Press} {over} t={t.clone()}>
                <figcaption class="note">
                    { measures(&measure, t) }
                    if props.before.is_some() {
                        <span class="network-key">
                            <svg aria-hidden="true" width="30" height="8" viewBox="0 0 30 8">
                                <rect class="mark-net-share-ground" y="3" width="30" height="3" rx="1.5" />
                                <rect class="mark-net-before" x="17" width="2" height="8" />
                            </svg>
                            { t.say("model.before") }
                        </span>
                    }
                    { letters(diagram, t) }
                </figcaption>
            </Figure>
        </figure>
    }
}

/// What lies over a box: it can be pressed by finger, mouse and keyboard, and says what it is.
fn button(spot: DiagramNode, Frame { x, y, width, height }: Frame, props: &NetworkProps) -> Html {
    let NetworkProps { diagram, open, dispatch, t, .. } = props;
    let press = dispatch.reform(move |()| Action::Model(ModelAction::Press(spot)));
    let onclick = press.reform(|_: MouseEvent| ());
    let opens = *open != Some(spot);
    // Who presses by key is taken to the settings that open, and comes back from there by Escape.
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | " ") {
            event.prevent_default();
            press.emit(());
            if opens {
                gloo::timers::callback::Timeout::new(0, || focus(PANEL_TITLE)).forget();
            }
        }
    });
    let radius = if spot == DiagramNode::Blocks { height / 2.0 } else { 10.0_f64.min(height / 2.0) };
    html! {
        <g key={spot.name()} id={node_id(spot)} class="net-spot" role="button" tabindex="0" data-spot={spot.name()}
            aria-pressed={(!opens).to_string()} aria-label={told(diagram, spot, t)} {onclick} {onkeydown}>
            <rect x={x.to_string()} y={y.to_string()} width={width.to_string()} height={height.to_string()}
                rx={radius.to_string()} />
        </g>
    }
}

/// A box in words.
fn told(diagram: &ModelDiagram, spot: DiagramNode, t: &I18n) -> String {
    let words = Words { diagram, t };
    let layers = diagram.layers_of(spot);
    let own: u64 = layers.iter().map(|layer| layer.parameters()).sum();
    let title = words.title(spot);
    match own {
        0 => t.fill("model.box", &[("title", &title), ("hint", &words.hint(spot))]),
        own => {
            let all = diagram.model.parameter_count(diagram.vocabulary as usize);
            let share = format::percent(own as f64 / all as f64);
            t.fill("model.box.weights", &[("title", &title), ("hint", &words.hint(spot)), ("share", &share)])
        }
    }
}

fn described(diagram: &ModelDiagram, t: &I18n) -> String {
    let model = &diagram.model;
    let key = if diagram.attends() { "model.picture" } else { "model.picture.convolution" };
    let reach = model.reach();
    t.fill(key, &[("blocks", &model.n_layer), ("heads", &model.n_head), ("channels", &model.n_embd), ("reach", &reach)])
}

/// What the bars are shares of.
fn measures(measure: &UseStateHandle<Measure>, t: &I18n) -> Html {
    let chip = |wanted: Measure| {
        let onclick = {
            let measure = measure.clone();
            move |_: MouseEvent| measure.set(wanted)
        };
        html! {
            <button type="button" class="chip" aria-pressed={(**measure == wanted).to_string()} {onclick}>
                { t.say(&format!("model.share.{}", wanted.name())) }
            </button>
        }
    };
    html! {
        <div class="network-key" role="group" aria-label={t.say("model.share")}>
            <svg aria-hidden="true" width="30" height="4" viewBox="0 0 30 4">
                <rect class="mark-net-share-ground" width="30" height="4" rx="2" />
                <rect class="mark-net-share" width="18" height="4" rx="2" />
            </svg>
            <span aria-hidden="true">{ t.say("model.share") }</span>
            { for Measure::ALL.map(chip) }
        </div>
    }
}

/// What the letters of the shapes stand for.
fn letters(diagram: &ModelDiagram, t: &I18n) -> Html {
    let rows = [
        ("B", "model.letter.b", diagram.batch),
        ("T", "model.letter.t", diagram.model.block_size as u64),
        ("C", "model.letter.c", diagram.model.n_embd as u64),
        ("V", "model.letter.v", diagram.vocabulary),
    ];
    html! {
        <dl class="letters">
            { for rows.into_iter().map(|(letter, key, size)| html! {
                <div><dt>{ letter }</dt><dd>{ t.fill(key, &[("size", &format::count(size))]) }</dd></div>
            }) }
        </dl>
    }
}
