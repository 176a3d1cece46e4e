//! What the last change of the model did, in words.

use yew::prelude::*;

use super::start::architecture_name;
use crate::config::fields::{Field, Value};
use crate::config::presets::Preset;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::state::model::{Changed, Difference, Figure};

/// What was changed, what that means, and what it did to the figures.
pub fn sentence(difference: &Difference, t: &I18n) -> Html {
    let Difference { changed, parameters, flops, memory } = difference;
    let effects = [("weights", parameters), ("work", flops), ("memory", memory)];
    let effects: Vec<_> = effects.iter().filter_map(|(name, figure)| effect(name, **figure, t)).collect();
    html! {
        <>
            <strong>{ what(changed, t) }{ t.say("model.change.stop") }</strong>
            { meaning(changed, t) }
            { " " }
            { t.fill("model.change.effects", &[("effects", &effects.join(&t.say("model.change.comma")))]) }
        </>
    }
}

/// `Layers: 2 → 4`
fn what(changed: &Changed, t: &I18n) -> String {
    let arrow = |name: String, before: String, after: String| {
        t.fill("model.change.what", &[("name", &name), ("before", &before), ("after", &after)])
    };
    match changed {
        Changed::Settings(settings) => {
            let told = settings.iter().map(|(key, before, after)| {
                let field = Field::find(key).expect("a setting that was changed");
                arrow(t.field(field).0, t.value(field, before), t.value(field, after))
            });
            told.collect::<Vec<_>>().join(&t.say("model.change.comma"))
        }
        Changed::Architecture(before, after) => {
            let name = |it: &Option<_>| it.map_or_else(|| t.say("model.own"), |it| architecture_name(it, t));
            arrow(t.say("model.change.architecture"), name(before), name(after))
        }
        Changed::Size(before, after) => {
            let name = |it: &Option<Preset>| {
                it.map_or_else(|| t.say("model.own"), |it| t.say(&format!("model.preset.{}", it.name())))
            };
            arrow(t.say("model.change.size"), name(before), name(after))
        }
    }
}

/// What more or less of something means. What a choice means is said where it is chosen.
fn meaning(changed: &Changed, t: &I18n) -> String {
    let Changed::Settings(settings) = changed else { return String::new() };
    match settings.first() {
        Some((key, Value::Number(before), Value::Number(after))) => t.trend(key, *before, *after),
        _ => String::new(),
    }
}

/// `12% more weights`
fn effect(name: &str, figure: Figure, t: &I18n) -> Option<String> {
    let growth = figure.growth()?;
    let way = match growth {
        growth if growth.abs() < 0.0005 => "same",
        growth if growth >= 1.0 => "times",
        growth if growth > 0.0 => "more",
        _ => "less",
    };
    let (share, times) = (format::percent(growth.abs()), format::figures(growth + 1.0));
    Some(t.fill(&format!("model.change.{name}.{way}"), &[("share", &share), ("times", &times)]))
}
