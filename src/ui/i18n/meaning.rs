//! What a setting of the model means as it is, and what it means to move it: a sentence each.

use super::I18n;
use crate::config::fields::{Field, Kind, Value};
use crate::config::model::{Heads, Mixer, Positions};
use crate::config::{Config, ModelConfig};
use crate::ui::format;

impl I18n {
    /// A value as it is shown: choices by their names.
    pub fn value(&self, field: &Field, value: &Value) -> String {
        match (field.kind, value) {
            (Kind::Choice(_), Value::Text(name)) => self.choice(field, name),
            (Kind::Switch, Value::Text(name)) => self.say(&format!("switch.{name}")),
            (_, Value::Number(number)) => format::figures(*number),
            (_, Value::Text(text)) => text.clone(),
        }
    }

    /// What the value of a setting means, in a sentence; nothing where it is a number like any other.
    pub fn meaning(&self, field: &Field, model: &ModelConfig) -> Option<String> {
        let config = Config { model: model.clone(), ..Config::default() };
        let value = match field.get(&config) {
            _ if is_idle(field.key, model) => "idle".to_string(),
            Value::Text(name) => name,
            Value::Number(number) => switched(number).to_string(),
        };
        self.find(&format!("means.{}.{value}", field.key)).map(String::from)
    }

    /// What it means that a number was made larger or smaller, or switched on or off by that.
    pub fn trend(&self, key: &str, before: f64, after: f64) -> String {
        let turned = (before == 0.0) != (after == 0.0);
        let way = if after > before { "more" } else { "less" };
        let switched = self.find(&format!("means.{key}.{}", switched(after))).filter(|_| turned);
        switched.map_or_else(|| self.say(&format!("means.{key}.{way}")), String::from)
    }
}

fn switched(number: f64) -> &'static str {
    if number == 0.0 { "off" } else { "on" }
}

/// Whether a choice changes nothing, as the rest of the model is: positions that attention would have to be told, where
/// there is none; sharing where the heads do not come out even; a window as long as the context.
fn is_idle(key: &str, model: &ModelConfig) -> bool {
    match key {
        "positions" => {
            model.mixer == Mixer::Convolution && matches!(model.positions, Positions::Rope | Positions::Alibi)
        }
        "heads" => model.heads != Heads::MultiHead && model.group() == 1,
        "window" => model.window > 0 && model.reach() == model.block_size,
        _ => false,
    }
}
