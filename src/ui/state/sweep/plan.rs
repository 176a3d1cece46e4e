//! What a sweep goes through: settings, their values, and every combination of these.

use crate::config::Config;
use crate::config::fields::{Field, Kind, Scale, Section, Value};
use crate::error::Error;
use crate::ui::slider::Slider;

use super::{Outcome, Trial};

pub const MAX_FIELDS: usize = 3;
/// Of one setting.
pub const MAX_VALUES: usize = 8;

/// A setting, and what is typed in for its values: with commas or spaces between them.
#[derive(Clone, Debug)]
pub struct SweepField {
    pub field: &'static Field,
    pub typed: String,
}

/// Why values cannot be tried.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    Value(Error),
    None,
    TooMany,
}

/// The settings that can be swept: what the model and its training are made of.
pub fn offered() -> impl Iterator<Item = &'static Field> {
    let sections = [Section::Train, Section::Model].into_iter().flat_map(Field::of);
    sections.filter(|field| !matches!(field.kind, Kind::Text { .. }))
}

impl SweepField {
    /// Values around the one that the setting has.
    pub fn suggested(field: &'static Field, config: &Config) -> Self {
        let mut typed: Vec<String> = Vec::new();
        for value in around(field, &field.get(config)) {
            let value = field.clamp(&value).to_string();
            if !typed.contains(&value) {
                typed.push(value);
            }
        }
        Self { field, typed: typed.join(", ") }
    }

    /// The values in the order in which they are typed, none of them twice.
    pub fn values(&self) -> Result<Vec<Value>, Fault> {
        let mut values = Vec::new();
        for typed in self.typed.split([',', ';', '，', '、', '；', ' ', '\n', '\t']).filter(|typed| !typed.is_empty())
        {
            let value = self.field.parse(typed).and_then(|value| self.field.check(&value).map(|()| value));
            let value = value.map_err(Fault::Value)?;
            if !values.contains(&value) {
                values.push(value);
            }
        }
        match values.len() {
            0 => Err(Fault::None),
            1..=MAX_VALUES => Ok(values),
            _ => Err(Fault::TooMany),
        }
    }

    /// With this value where it was not, and without it where it was, in the order of the choices.
    pub fn toggled(&self, name: &str) -> String {
        let has = |one: &str| self.values().is_ok_and(|values| values.contains(&Value::Text(one.into())));
        let names = self.field.kind.names().iter().copied();
        names.filter(|one| has(one) != (*one == name)).collect::<Vec<_>>().join(", ")
    }
}

fn around(field: &Field, now: &Value) -> Vec<Value> {
    let Value::Number(now) = *now else {
        return field.kind.names().iter().take(MAX_VALUES).map(|name| Value::Text(name.to_string())).collect();
    };
    let numbers = match field.kind {
        seed if seed.is_seed() => vec![now, now + 1.0, now + 2.0],
        Kind::Integer { .. } if now > 0.0 => vec![now / 2.0, now, now * 2.0],
        Kind::Real { scale: Scale::Logarithmic, .. } => {
            [0.25, 0.5, 1.0, 2.0, 4.0].map(|factor| rounded(now * factor)).into()
        }
        _ => {
            Slider::of(field).map_or(vec![now], |slider| (0..4).map(|i| slider.value(i * slider.last() / 4)).collect())
        }
    };
    numbers.into_iter().map(Value::Number).collect()
}

/// To three figures, as somebody would have typed it.
fn rounded(number: f64) -> f64 {
    format!("{number:.2e}").parse().expect("a number as text is a number")
}

/// Every combination, the values of the last setting changing fastest.
pub fn trials(fields: &[SweepField], config: &Config) -> Vec<Trial> {
    let values: Vec<Vec<Value>> = fields.iter().map(|swept| swept.values().unwrap_or_default()).collect();
    let count: usize = values.iter().map(Vec::len).product();
    let places = |mut at: usize| {
        let mut places: Vec<usize> = values.iter().rev().map(|of| (at % of.len(), at /= of.len()).0).collect();
        places.reverse();
        places
    };
    (0..count).map(|at| trial(fields, &values, places(at), config)).collect()
}

fn trial(fields: &[SweepField], values: &[Vec<Value>], places: Vec<usize>, config: &Config) -> Trial {
    let mut config = config.clone();
    let set = fields
        .iter()
        .zip(values)
        .zip(&places)
        .try_for_each(|((swept, values), place)| swept.field.set(&mut config, &values[*place]));
    let possible = set.and_then(|()| config.clone().validated().map(|_| ()));
    let outcome = possible.map_or_else(Outcome::Impossible, |()| Outcome::Waiting);
    Trial { places, config: Box::new(config), run: None, outcome }
}

/// An order in which a sweep that ends early has been everywhere a little: strides of about the golden section of all.
pub fn spread_out(count: usize) -> Vec<usize> {
    let wanted = (count as f64 * 0.618).round().max(1.0) as usize;
    let divides = |stride: &usize| greatest_common_divisor(*stride, count) == 1;
    let stride = (wanted..wanted + count.max(1)).find(divides).unwrap_or(1);
    (0..count).map(|i| i * stride % count).collect()
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}
