//! One row per setting: its key in links and locales, its range, and how to read and write it.

use super::{Config, Source, TokenizerMethod};
use crate::error::{Error, Result};

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
    Tokenizer,
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
    /// Free text of at most this many characters.
    Text { max: usize },
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
        FIELDS.iter().find(|field| field.key == key)
    }

    /// The rows of one station, in the order in which they are shown.
    pub fn of(section: Section) -> impl Iterator<Item = &'static Field> {
        FIELDS.iter().filter(move |field| field.section == section)
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
            Kind::Choice(_) | Kind::Text { .. } => Ok(Value::Text(text.to_string())),
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
            (Kind::Choice(names), Value::Text(name)) if names.contains(&name.as_str()) => value.clone(),
            (Kind::Text { max }, Value::Text(text)) => Value::Text(text.chars().take(max).collect()),
            _ => self.get(&Config::default()),
        }
    }

    /// Whether a value may be set, and if not, why.
    pub fn check(&self, value: &Value) -> Result<()> {
        if self.clamp(value) == *value {
            return Ok(());
        }
        match (self.kind, value) {
            (Kind::Choice(names), Value::Text(name)) => Err(Error::SettingUnknownChoice {
                key: self.key.into(),
                value: name.clone(),
                choices: names.join(", "),
            }),
            (_, value) => Err(self.out_of_range(value.to_string())),
        }
    }

    fn out_of_range(&self, value: String) -> Error {
        let (min, max) = match self.kind {
            Kind::Integer { min, max, .. } => (min.to_string(), max.to_string()),
            Kind::Real { min, max, .. } => (min.to_string(), max.to_string()),
            Kind::Text { max } => ("0".into(), max.to_string()),
            Kind::Choice(names) => (names[0].into(), names[names.len() - 1].into()),
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

const SOURCES: [(&str, Source); 4] = [
    ("stories", Source::Stories),
    ("stories-zh", Source::StoriesZh),
    ("arithmetic", Source::Arithmetic),
    ("own", Source::Own),
];
const SOURCE_NAMES: [&str; SOURCES.len()] = {
    let mut names = [""; SOURCES.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = SOURCES[at].0;
        at += 1;
    }
    names
};
const METHODS: [(&str, TokenizerMethod); 2] =
    [("characters", TokenizerMethod::Characters), ("bpe", TokenizerMethod::Bpe)];

impl Source {
    /// Its name in links and locales.
    pub fn name(self) -> &'static str {
        SOURCES.iter().find(|(_, source)| *source == self).expect("every choice has a name").0
    }
}

fn name_of<T: PartialEq + Copy>(names: &[(&str, T)], wanted: T) -> Value {
    let (name, _) = names.iter().find(|(_, value)| *value == wanted).expect("every choice has a name");
    Value::Text(name.to_string())
}

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

/// Every setting, in the order of the stations.
pub const FIELDS: &[Field] = &[
    Field {
        key: "source",
        section: Section::Data,
        kind: Kind::Choice(&SOURCE_NAMES),
        read: |config| name_of(&SOURCES, config.data.source),
        write: |config, value| config.data.source = named(&SOURCES, value),
    },
    integer!("characters", Data, data.characters, 10_000, 4_000_000, 10_000),
    number!("validation", Data, data.validation, 0.01, 0.5, Linear),
    integer!("corpus_seed", Data, data.corpus_seed, 0, 4_294_967_295, 1),
    Field {
        key: "method",
        section: Section::Tokenizer,
        kind: Kind::Choice(&["characters", "bpe"]),
        read: |config| name_of(&METHODS, config.tokenizer.method),
        write: |config, value| config.tokenizer.method = named(&METHODS, value),
    },
    integer!("vocab_size", Tokenizer, tokenizer.vocab_size, 260, 16_384, 4),
    integer!("n_layer", Model, model.n_layer, 1, 24, 1),
    integer!("n_head", Model, model.n_head, 1, 16, 1),
    integer!("n_embd", Model, model.n_embd, 8, 1024, 8),
    integer!("block_size", Model, model.block_size, 8, 1024, 8),
    number!("dropout", Model, model.dropout, 0.0, 0.9, Linear),
    integer!("steps", Train, train.steps, 1, 100_000, 50),
    integer!("batch_size", Train, train.batch_size, 1, 128, 1),
    number!("learning_rate", Train, train.learning_rate, 1e-6, 1.0, Logarithmic),
    integer!("warmup", Train, train.warmup, 0, 10_000, 10),
    number!("final_share", Train, train.final_share, 0.0, 1.0, Linear),
    number!("weight_decay", Train, train.weight_decay, 0.0, 1.0, Linear),
    number!("beta1", Train, train.beta1, 0.0, 0.999, Linear),
    number!("beta2", Train, train.beta2, 0.0, 0.9999, Linear),
    number!("clip", Train, train.clip, 0.0, 10.0, Linear),
    integer!("seed", Train, train.seed, 0, 4_294_967_295, 1),
    integer!("eval_every", Train, train.eval_every, 1, 10_000, 10),
    integer!("sample_every", Train, train.sample_every, 1, 10_000, 5),
    Field {
        key: "sample_prompt",
        section: Section::Train,
        kind: Kind::Text { max: 200 },
        read: |config| Value::Text(config.train.sample_prompt.clone()),
        write: |config, value| config.train.sample_prompt = value.text().to_string(),
    },
    number!("temperature", Sample, sample.temperature, 0.0, 3.0, Linear),
    integer!("top_k", Sample, sample.top_k, 0, 1000, 1),
    number!("top_p", Sample, sample.top_p, 0.01, 1.0, Linear),
    integer!("length", Sample, sample.length, 1, 4000, 10),
    integer!("write_seed", Sample, sample.seed, 0, 4_294_967_295, 1),
];
