//! One row per setting: its key in links and locales, its range, and how to read and write it.

mod cleaning;
mod data;
mod examples;
mod model;
mod sample;
mod sampling;
mod tokenizer;
mod train;

pub use tokenizer::method_name;

use super::Config;
use crate::error::{Error, Result};

/// The rows of every section, in the order of the stations.
const SECTIONS: &[&[Field]] = &[
    data::ROWS,
    cleaning::ROWS,
    sampling::ROWS,
    tokenizer::ROWS,
    examples::ROWS,
    model::ROWS,
    train::ROWS,
    sample::ROWS,
];

/// A setting. Its name and help text are `field.<key>` and `field.<key>.help` in `static/locales`.
pub struct Field {
    pub key: &'static str,
    pub section: Section,
    pub kind: Kind,
    read: fn(&Config) -> Value,
    write: fn(&mut Config, &Value),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Data,
    Cleaning,
    Tokenizer,
    Examples,
    Model,
    Train,
    Sample,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A whole number from `min` to `max` on a grid of `step` (the grid is for sliders; any value in range is valid).
    Integer { min: u64, max: u64, step: u64 },
    /// A number from `min` to `max`; sliders move along `scale`.
    Real { min: f64, max: f64, scale: Scale },
    /// One of these names.
    Choice(&'static [&'static str]),
    /// `off` or `on`.
    Switch,
    /// Free text of at most this many characters.
    Text { max: usize },
}

/// Seeds go from 0 to this. They are names rather than sizes: twice a seed means nothing.
pub const LAST_SEED: u64 = u32::MAX as u64;

impl Kind {
    pub fn is_seed(self) -> bool {
        matches!(self, Kind::Integer { max: LAST_SEED, .. })
    }

    /// The names that a value may have; none where it is no choice.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Kind::Choice(names) => names,
            Kind::Switch => &["off", "on"],
            _ => &[],
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    Linear,
    Logarithmic,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Number(f64),
    Text(String),
}

impl Field {
    /// The row with this key.
    pub fn find(key: &str) -> Option<&'static Field> {
        Self::all().find(|field| field.key == key)
    }

    /// Every setting, in the order of the stations.
    pub fn all() -> impl Iterator<Item = &'static Field> {
        SECTIONS.iter().copied().flatten()
    }

    /// The rows of one station, in the order in which they are shown.
    pub fn of(section: Section) -> impl Iterator<Item = &'static Field> {
        Self::all().filter(move |field| field.section == section)
    }

    pub fn get(&self, config: &Config) -> Value {
        (self.read)(config)
    }

    /// Writes a value that is in range; otherwise says what the range is and changes nothing.
    pub fn set(&self, config: &mut Config, value: &Value) -> Result<()> {
        self.check(value)?;
        (self.write)(config, value);
        Ok(())
    }

    /// Reads what a link or a text box holds.
    pub fn parse(&self, text: &str) -> Result<Value> {
        match self.kind {
            Kind::Choice(_) | Kind::Switch | Kind::Text { .. } => Ok(Value::Text(text.to_string())),
            _ => text.trim().parse().map(Value::Number).map_err(|_| self.out_of_range(text.to_string())),
        }
    }

    /// The nearest value in range; a choice that does not exist becomes the first one.
    pub fn clamp(&self, value: &Value) -> Value {
        match (self.kind, value) {
            (Kind::Integer { min, max, .. }, Value::Number(n)) if !n.is_nan() => {
                Value::Number(n.round().clamp(min as f64, max as f64))
            }
            (Kind::Real { min, max, .. }, Value::Number(n)) if !n.is_nan() => Value::Number(n.clamp(min, max)),
            (kind, Value::Text(name)) if kind.names().contains(&name.as_str()) => value.clone(),
            (Kind::Text { max }, Value::Text(text)) => Value::Text(text.chars().take(max).collect()),
            _ => self.get(&Config::default()),
        }
    }

    /// Whether a value may be set, and if not, why.
    pub fn check(&self, value: &Value) -> Result<()> {
        if self.clamp(value) == *value {
            return Ok(());
        }
        match (self.kind.names(), value) {
            ([_, ..], Value::Text(name)) => Err(Error::SettingUnknownChoice {
                key: self.key.into(),
                value: name.clone(),
                choices: self.kind.names().join(", "),
            }),
            (_, value) => Err(self.out_of_range(value.to_string())),
        }
    }

    fn out_of_range(&self, value: String) -> Error {
        let (min, max) = match self.kind {
            Kind::Integer { min, max, .. } => (min.to_string(), max.to_string()),
            Kind::Real { min, max, .. } => (min.to_string(), max.to_string()),
            Kind::Text { max } => ("0".into(), max.to_string()),
            Kind::Choice(_) | Kind::Switch => {
                let names = self.kind.names();
                (names[0].into(), names[names.len() - 1].into())
            }
        };
        Error::SettingOutOfRange { key: self.key.into(), value, min, max }
    }
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key)
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Number(n) => write!(f, "{n}"),
            Value::Text(text) => f.write_str(text),
        }
    }
}

impl Value {
    fn number(&self) -> f64 {
        match self {
            Value::Number(n) => *n,
            Value::Text(text) => unreachable!("checked before: {text:?} is no number"),
        }
    }

    fn text(&self) -> &str {
        match self {
            Value::Text(text) => text,
            Value::Number(n) => unreachable!("checked before: {n} is no text"),
        }
    }
}

/// The value of a choice.
fn name_of<T: PartialEq + Copy>(names: &[(&str, T)], wanted: T) -> Value {
    let (name, _) = names.iter().find(|(_, value)| *value == wanted).expect("every choice has a name");
    Value::Text(name.to_string())
}

/// The choice of a value that was checked before.
fn named<T: Copy>(names: &[(&str, T)], wanted: &Value) -> T {
    names.iter().find(|(name, _)| *name == wanted.text()).expect("checked before").1
}

/// Two decimals fewer than `f32` holds, so that 0.1 reads 0.1 and not 0.10000000149.
fn real(value: f32) -> Value {
    Value::Number(value.to_string().parse().expect("a number as text is a number"))
}

macro_rules! integer {
    ($key:literal, $section:ident, $($path:ident).+, $min:expr, $max:expr, $step:expr) => {
        Field {
            key: $key,
            section: Section::$section,
            kind: Kind::Integer { min: $min, max: $max, step: $step },
            read: |config| Value::Number(config.$($path).+ as f64),
            write: |config, value| config.$($path).+ = value.number() as _,
        }
    };
}

macro_rules! number {
    ($key:literal, $section:ident, $($path:ident).+, $min:expr, $max:expr, $scale:ident) => {
        Field {
            key: $key,
            section: Section::$section,
            kind: Kind::Real { min: $min, max: $max, scale: Scale::$scale },
            read: |config| real(config.$($path).+),
            write: |config, value| config.$($path).+ = value.number() as f32,
        }
    };
}

/// A row for one of some choices, which a constant lists with their names: `[(&str, T); N]`.
macro_rules! choice {
    ($key:literal, $section:ident, $($path:ident).+, $choices:path) => {
        Field {
            key: $key,
            section: Section::$section,
            kind: Kind::Choice(&{
                let mut names = [""; $choices.len()];
                let mut at = 0;
                while at < names.len() {
                    names[at] = $choices[at].0;
                    at += 1;
                }
                names
            }),
            read: |config| name_of(&$choices, config.$($path).+),
            write: |config, value| config.$($path).+ = named(&$choices, value),
        }
    };
}

macro_rules! switch {
    ($key:literal, $section:ident, $($path:ident).+) => {
        Field {
            key: $key,
            section: Section::$section,
            kind: Kind::Switch,
            read: |config| Value::Text(if config.$($path).+ { "on" } else { "off" }.into()),
            write: |config, value| config.$($path).+ = value.text() == "on",
        }
    };
}
use {choice, integer, number, switch};
