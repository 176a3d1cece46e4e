//! Three sizes to begin with, as cards with the number of their weights.

use yew::prelude::*;

use crate::config::presets::Preset;
use crate::ui::format;
use crate::ui::i18n::I18n;

#[derive(Clone, PartialEq, Properties)]
pub struct PresetsProps {
    pub chosen: Option<Preset>,
    /// Weights of each preset with its tokenizer on this text, in the order of [`Preset::ALL`].
    pub parameters: [usize; 3],
    pub on_choose: Callback<Preset>,
    pub t: I18n,
}

#[component]
pub fn Presets(props: &PresetsProps) -> Html {
    let t = &props.t;
    let card = |(preset, parameters): (Preset, usize)| {
        let name = preset.name();
        let onchange = props.on_choose.reform(move |_: Event| preset);
        html! {
            <label class="preset">
                <input type="radio" name="preset" value={name} checked={props.chosen == Some(preset)} {onchange} />
                { plant(preset) }
                <span class="preset-words">
                    <span class="preset-name">{ t.say(&format!("model.preset.{name}")) }</span>
                    <span class="preset-count">
                        { t.fill("model.weights", &[("count", &format::short(parameters as f64))]) }
                    </span>
                    <span class="preset-note">{ t.say(&format!("model.preset.{name}.note")) }</span>
                </span>
            </label>
        }
    };
    html! {
        <fieldset class="presets">
            <legend class="unseen">{ t.say("model.presets") }</legend>
            { for Preset::ALL.into_iter().zip(props.parameters).map(card) }
        </fieldset>
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
