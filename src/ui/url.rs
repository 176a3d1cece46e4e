//! A link is an experiment: station, settings, language and theme in the part of the address after `#`.
//!
//! `#station=model&n_layer=3&seed=7&lang=zh-CN&theme=dark`. Settings are written only where they differ from the
//! default. Reading never fails: unknown keys are ignored, bad values are replaced, and both are told.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::config::fields::Field;
use crate::config::{Config, ModelConfig};
use crate::error::Error;

use super::state::{Lang, Notice, Part, Station, Theme, View};

/// What a link says, and what it says wrongly.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub station: Station,
    pub part: Option<Part>,
    pub lang: Option<Lang>,
    pub theme: Theme,
    pub config: Config,
    pub notices: Vec<Notice>,
}

/// Reads the hash of an address, with or without its `#`.
pub fn parse(hash: &str) -> Link {
    let mut link = Link {
        station: Station::default(),
        part: None,
        lang: None,
        theme: Theme::default(),
        config: Config::default(),
        notices: Vec::new(),
    };
    for pair in hash.trim_start_matches('#').split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        link.read(&decoded(key), &decoded(value));
    }
    link.make_heads_divide();
    link
}

/// The hash of the address for this experiment, without `#`.
pub fn format(view: &View, config: &Config) -> String {
    let mut pairs = vec![format!("station={}", view.station.name())];
    pairs.extend(view.part.filter(|part| part.station() == view.station).map(|part| format!("part={}", part.name())));
    let default = Config::default();
    for field in Field::all() {
        let value = field.get(config);
        if value != field.get(&default) {
            pairs.push(format!("{}={}", field.key, encoded(&value.to_string())));
        }
    }
    pairs.extend(view.lang.map(|lang| format!("lang={}", lang.tag())));
    if view.theme != Theme::System {
        pairs.push(format!("theme={}", view.theme.name()));
    }
    pairs.join("&")
}

impl Link {
    fn read(&mut self, key: &str, value: &str) {
        match key {
            "station" => {
                let names = Station::ALL.map(Station::name);
                self.station = self.choose(key, value, &names, Station::named(value));
            }
            "part" => {
                let names = Part::ALL.map(Part::name);
                self.part = self.choose(key, value, &names, Part::named(value).map(Some));
            }
            "lang" => {
                let names = Lang::ALL.map(Lang::tag);
                self.lang = self.choose(key, value, &names, Lang::tagged(value).map(Some));
            }
            "theme" => {
                let names = Theme::ALL.map(Theme::name);
                self.theme = self.choose(key, value, &names, Theme::named(value));
            }
            _ => match Field::find(key) {
                Some(field) => self.set(field, value),
                None => self.notices.push(Notice::UnknownKey { key: key.to_string() }),
            },
        }
    }

    fn choose<T: Default>(&mut self, key: &str, value: &str, names: &[&str], found: Option<T>) -> T {
        found.unwrap_or_else(|| {
            let error = Error::SettingUnknownChoice {
                key: key.to_string(),
                value: value.to_string(),
                choices: names.join(", "),
            };
            self.notices.push(Notice::BadValue { error, used: names[0].to_string() });
            T::default()
        })
    }

    fn set(&mut self, field: &Field, value: &str) {
        let wanted = match field.parse(value) {
            Ok(wanted) => wanted,
            Err(error) => return self.bad_value(field, error),
        };
        if let Err(error) = field.check(&wanted) {
            field.set(&mut self.config, &field.clamp(&wanted)).expect("a clamped value is in range");
            return self.bad_value(field, error);
        }
        field.set(&mut self.config, &wanted).expect("a checked value is in range");
    }

    fn bad_value(&mut self, field: &Field, error: Error) {
        let used = field.get(&self.config).to_string();
        self.notices.push(Notice::BadValue { error, used });
    }

    fn make_heads_divide(&mut self) {
        let ModelConfig { n_embd, n_head, .. } = self.config.model;
        if n_embd.is_multiple_of(n_head) {
            return;
        }
        let fitting = (1..n_head).rev().find(|head| n_embd.is_multiple_of(*head)).unwrap_or(1);
        self.config.model.n_head = fitting;
        let error = Error::HeadsDoNotDivide { n_embd: n_embd as u64, n_head: n_head as u64 };
        self.notices.push(Notice::HeadsChanged { error, n_head: fitting });
    }
}

/// All but the plain characters of an address (RFC 3986).
const SPECIAL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, SPECIAL).to_string()
}

/// The text behind percent-encoding, a space where a form wrote `+`; what is not encoded properly stays as it is.
fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::fields::{Kind, Value};

    fn check(hash: &str, expected_notices: usize) -> Link {
        let link = parse(hash);
        assert_eq!(link.notices.len(), expected_notices, "{hash}: {:?}", link.notices);
        link.config.clone().validated().unwrap_or_else(|error| panic!("{hash}: {error}"));
        link
    }

    #[test]
    fn a_link_brings_back_every_setting() {
        for field in Field::all() {
            let mut config = Config::default();
            let value = match field.kind {
                Kind::Integer { min, .. } => Value::Number(min as f64),
                Kind::Real { max, .. } => Value::Number(max),
                kind @ (Kind::Choice(_) | Kind::Switch) => {
                    Value::Text(kind.names().last().expect("a name").to_string())
                }
                Kind::Text { .. } => Value::Text("从前 & 50% = #1 + \"x\"\n".into()),
            };
            field.set(&mut config, &value).expect(field.key);
            let hash = format(&View::default(), &config);
            let link = parse(&hash);
            assert_eq!(field.get(&link.config), value, "{} in {hash}", field.key);
            let written = hash.contains(&format!("{}=", field.key));
            assert_eq!(written, value != field.get(&Config::default()), "{} in {hash}", field.key);
        }
    }

    #[test]
    fn a_link_brings_back_the_view() {
        let view = View {
            station: Station::Tokens,
            part: Some(Part::Merges),
            lang: Some(Lang::Zh),
            theme: Theme::Dark,
            ..View::default()
        };
        let link = check(&format(&view, &Config::default()), 0);
        assert_eq!((link.station, link.part), (view.station, view.part));
        assert_eq!((link.lang, link.theme), (view.lang, view.theme));
        assert_eq!(link.config, Config::default());
    }

    #[test]
    fn the_default_needs_no_settings() {
        assert_eq!(format(&View::default(), &Config::default()), "station=text");
    }

    #[test]
    fn unknown_keys_are_named() {
        let link = check("#station=model&n_lay%C3%A9r=3&n_layer=3&=&%", 3);
        assert_eq!(link.notices[0], Notice::UnknownKey { key: "n_layér".into() });
        assert_eq!(link.config.model.n_layer, 3);
    }

    #[test]
    fn impossible_values_are_clamped_and_named() {
        let link = check("#n_layer=999&learning_rate=-3&steps=many&method=words&clip=NaN&station=moon&lang=tlh", 7);
        assert_eq!(link.config.model.n_layer, 24);
        assert_eq!(link.config.train.steps, Config::default().train.steps);
        let Notice::BadValue { error, used } = &link.notices[0] else { panic!("{:?}", link.notices) };
        assert_eq!(used, "24");
        assert!(matches!(error, Error::SettingOutOfRange { key, value, .. } if key == "n_layer" && value == "999"));
    }

    #[test]
    fn heads_that_do_not_divide_are_changed_and_named() {
        let link = check("#n_embd=64&n_head=7", 1);
        assert_eq!(link.config.model.n_head, 4);
    }

    #[test]
    fn what_is_encoded_is_read_and_what_is_not_stays() {
        for (text, expected) in [("a b", "a%20b"), ("~-._", "~-._"), ("从", "%E4%BB%8E"), ("+%&=#", "%2B%25%26%3D%23")]
        {
            assert_eq!(encoded(text), expected);
            assert_eq!(decoded(expected), text);
        }
        for (text, expected) in [("a+b", "a b"), ("%", "%"), ("%zz", "%zz"), ("100%", "100%"), ("%e4%bb%8e", "从")] {
            assert_eq!(decoded(text), expected);
        }
    }

    #[test]
    fn nonsense_is_survived() {
        for hash in ["", "#", "#&&&", "#====", "#%", "#%zz=%f", "#%FF=%FF&n_layer=%FF", "#n_layer=1e999", "#seed=-0"] {
            parse(hash).config.validated().expect(hash);
        }
    }
}
