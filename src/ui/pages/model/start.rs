//! What to start from: a size, and what the network is made of. Either can be chosen without the other.

use yew::prelude::*;

use crate::config::model::Architecture;
use crate::config::presets::Preset;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, ModelAction, State};

#[component]
pub fn Start(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    let chosen = (Preset::of(&state.config), Architecture::of(&state.config.model));
    let note = |name: Option<String>, own: &str| name.map_or_else(|| t.say(own), |name| t.say(&name));
    html! {
        <section class="card shape-start">
            <fieldset class="stack-tight">
                <legend><h2>{ t.say("model.presets") }</h2></legend>
                <div class="presets" data-of="sizes">{ for Preset::ALL.map(|preset| size(preset, chosen.0, page)) }</div>
                <p class="note">
                    { note(chosen.0.map(|it| format!("model.preset.{}.note", it.name())), "model.preset.own") }
                </p>
            </fieldset>
            <fieldset class="stack-tight">
                <legend><h2>{ t.say("model.architectures") }</h2></legend>
                <div class="presets" data-of="architectures">
                    { for Architecture::ALL.map(|architecture| parts(architecture, chosen.1, page)) }
                </div>
                <p class="note">
                    { note(chosen.1.map(|it| format!("model.architecture.{}.note", it.name())), "model.architecture.own") }
                </p>
            </fieldset>
        </section>
    }
}

fn size(preset: Preset, chosen: Option<Preset>, page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let name = preset.name();
    let onchange = dispatch.reform(move |_: Event| Action::UsePreset(preset));
    let count = format::short(parameters(preset, chosen, state) as f64);
    html! {
        <label class="preset">
            <input type="radio" name="preset" value={name} checked={chosen == Some(preset)} {onchange} />
            { plant(preset) }
            <span class="preset-words">
                <span class="preset-name">{ t.say(&format!("model.preset.{name}")) }</span>
                <span class="preset-count">{ t.fill("model.weights", &[("count", &count)]) }</span>
            </span>
        </label>
    }
}

fn parts(architecture: Architecture, chosen: Option<Architecture>, page: &PageProps) -> Html {
    let PageProps { dispatch, t, .. } = page;
    let name = architecture.name();
    let onchange = dispatch.reform(move |_: Event| Action::Model(ModelAction::UseArchitecture(architecture)));
    html! {
        <label class="preset">
            <input type="radio" name="architecture" value={name} checked={chosen == Some(architecture)} {onchange} />
            <span class="preset-words">
                <span class="preset-name">{ architecture_name(architecture, t) }</span>
            </span>
        </label>
    }
}

pub fn architecture_name(architecture: Architecture, t: &I18n) -> String {
    t.say(&format!("model.architecture.{}", architecture.name()))
}

/// Weights of a size with its tokenizer on this text, made of what the model is made of now.
fn parameters(preset: Preset, chosen: Option<Preset>, state: &State) -> usize {
    let config = preset.config();
    match chosen == Some(preset) {
        true => state.config.model.parameter_count(state.vocab_size()),
        false => {
            let vocab_size = state.expected_vocab_size(&config.tokenizer);
            state.config.model.sized_like(&config.model).parameter_count(vocab_size)
        }
    }
}

/// A plant as large as the model: one pair of leaves for each size up to its own.
fn plant(preset: Preset) -> Html {
    let pairs = match preset {
        Preset::Seedling => 1,
        Preset::Sprout => 2,
        Preset::Shrub => 3,
    };
    let top = 42 - 11 * pairs;
    html! {
        <svg class="plant" aria-hidden="true" viewBox="0 0 48 48">
            <path class="plant-stem" d={format!("M24 44V{top}")} />
            { for (0..pairs).map(|pair| leaves(42 - 11 * pair, 15 - 2 * pair)) }
            <path class="plant-ground" d="M10 44H38" />
        </svg>
    }
}

fn leaves(y: i32, long: i32) -> Html {
    let (foot, tip, half) = (y - 5, y - 14, long / 2);
    let leaf = |side: i32| {
        let (x, middle) = (24 + side * long, 24 + side * half);
        format!("M24 {foot}Q{middle} {tip} {x} {tip}Q{x} {foot} 24 {foot}Z")
    };
    html! { <><path class="plant-leaf" d={leaf(-1)} /><path class="plant-leaf" d={leaf(1)} /></> }
}
