//! The settings of a box: those to begin with, and finer ones that open. Each says what its choice means.

use std::fmt::Display;

use yew::prelude::*;

use crate::config::fields::{Field, Value};
use crate::config::{Config, ModelConfig};
use crate::ui::charts::layers::{DiagramNode, heads_that_divide};
use crate::ui::components::control::{Control, FieldRef};
use crate::ui::i18n::I18n;
use crate::ui::state::Action;

/// Numbers of heads that are offered.
const HEADS_OFFERED: usize = 6;

#[derive(Clone, PartialEq, Properties)]
pub struct SettingsProps {
    /// The box; without one the whole network.
    pub open: Option<DiagramNode>,
    pub config: Config,
    pub dispatch: Callback<Action>,
    pub t: I18n,
}

#[component]
pub fn Settings(props: &SettingsProps) -> Html {
    let (first, finer) = settings(props.open);
    let model = &props.config.model;
    let shown = |keys: &[&'static str]| -> Vec<Html> {
        keys.iter().filter(|key| model.matters(key)).map(|key| setting(key, props)).collect()
    };
    let finer = shown(finer);
    html! {
        <>
            { for shown(first) }
            if !finer.is_empty() {
                <details class="more" key={props.open.map_or("whole", DiagramNode::name)}>
                    <summary>{ props.t.say("model.finer") }</summary>
                    <div class="stack">{ for finer }</div>
                </details>
            }
        </>
    }
}

/// Keys of the settings of a box: those to begin with, and finer ones.
fn settings(open: Option<DiagramNode>) -> (&'static [&'static str], &'static [&'static str]) {
    match open {
        None => (&["n_layer", "n_embd", "n_head", "block_size"], &["dropout", "bias"]),
        Some(DiagramNode::Tokens) => (&["block_size"], &[]),
        Some(DiagramNode::Positions) => (&["positions"], &["block_size"]),
        Some(DiagramNode::Embedding) => (&["n_embd", "positions"], &["tied", "dropout"]),
        Some(DiagramNode::Blocks) => (&["n_layer", "norm_place"], &["dropout", "bias"]),
        Some(DiagramNode::Norm1 | DiagramNode::Norm2 | DiagramNode::LastNorm) => (&["norm", "norm_place"], &["bias"]),
        Some(DiagramNode::Mixer) => {
            (&["mixer", "n_head", "heads", "group_size", "window"], &["positions", "qk_norm", "dropout", "bias"])
        }
        Some(DiagramNode::Mlp) => (&["activation"], &["n_embd", "dropout", "bias"]),
        Some(DiagramNode::Head) => (&["tied", "softcap"], &[]),
        Some(DiagramNode::SoftCap | DiagramNode::Scores) => (&["softcap"], &[]),
    }
}

fn setting(key: &'static str, props: &SettingsProps) -> Html {
    let SettingsProps { config, dispatch, t, .. } = props;
    let field = Field::find(key).unwrap_or_else(|| panic!("there is no setting {key}"));
    let value = field.get(config);
    html! {
        <div class="stack-tight" {key}>
            <Control field={FieldRef(field)} meaning={t.meaning(field, &config.model)} {value}
                dispatch={dispatch.clone()} t={t.clone()} />
            if key == "n_head" {
                { heads(&config.model, dispatch, t) }
            }
        </div>
    }
}

/// How the width is shared among the heads, and which numbers of heads divide it.
fn heads(model: &ModelConfig, dispatch: &Callback<Action>, t: &I18n) -> Html {
    let ModelConfig { n_embd, n_head, .. } = *model;
    let field = Field::find("n_head").expect("heads are a setting");
    let mut offered = heads_that_divide(n_embd as u64, n_head as u64, HEADS_OFFERED);
    offered.sort_unstable();
    let chip = |heads: u64| {
        let onclick = dispatch.reform(move |_: MouseEvent| Action::Set(field, Value::Number(heads as f64)));
        let pressed = (heads == n_head as u64).to_string();
        html! { <button type="button" class="chip" aria-pressed={pressed} {onclick}>{ heads }</button> }
    };
    let shares: [(&str, &dyn Display); 3] =
        [("n_embd", &n_embd), ("n_head", &n_head), ("head_size", &model.head_size())];
    html! {
        <div class="heads">
            <p class="note">{ t.fill("model.heads.share", &shares) }</p>
            <div class="row" role="group" aria-label={t.say("model.heads.offer")}>
                <span class="note" aria-hidden="true">{ t.say("model.heads.offer") }</span>
                { for offered.into_iter().map(chip) }
            </div>
        </div>
    }
}
