//! Every sentence of the page, in the language of the visitor: `static/locales/{en,zh-CN}/`, a file for each area.

mod known;
mod meaning;

use std::fmt::Display;
use std::rc::Rc;

use super::format;
use super::state::{Lang, Notice};
use crate::config::TokenizerMethod;
use crate::config::fields::{Field, method_name};
use crate::error::Error;
use crate::protocol::runs::RunRecord;
use crate::protocol::{Adapter, DeviceChoice, DeviceKind};
use known::{Sentences, unknown};
pub use known::{is_known, learn};

/// The sentences of one language. Cheap to clone.
#[derive(Clone, Debug)]
pub struct I18n {
    pub lang: Lang,
    sentences: Rc<Sentences>,
}

impl PartialEq for I18n {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.sentences, &other.sentences)
    }
}

impl I18n {
    /// The sentences of `lang`, or those of the other language until they have come.
    pub fn new(lang: Lang) -> Self {
        let (lang, sentences) = known::sentences(lang);
        I18n { lang, sentences }
    }

    /// The sentence of `key`; one that has not come yet is left open.
    pub fn say(&self, key: &str) -> String {
        self.find(key).map_or_else(|| unknown(key), String::from)
    }

    /// The sentence of `key` with its `{placeholders}` filled.
    pub fn fill(&self, key: &str, values: &[(&str, &dyn Display)]) -> String {
        let mut sentence = self.say(key);
        for (name, value) in values {
            sentence = sentence.replace(&format!("{{{name}}}"), &value.to_string());
        }
        sentence
    }

    /// What went wrong and what to do.
    pub fn error(&self, error: &Error) -> String {
        let code = error.code();
        let mut sentence = self.say(&format!("error.{code}"));
        for (name, value) in error.arguments() {
            sentence = sentence.replace(&format!("{{{name}}}"), &self.argument(name, value));
        }
        sentence
    }

    pub fn notice(&self, notice: &Notice) -> String {
        match notice {
            Notice::UnknownKey { key } => self.fill("notice.unknown_key", &[("key", key)]),
            Notice::BadValue { error, used } => {
                self.fill("notice.bad_value", &[("error", &self.error(error)), ("used", used)])
            }
            Notice::HeadsChanged { error, n_head } => {
                self.fill("notice.heads_changed", &[("error", &self.error(error)), ("n_head", n_head)])
            }
            Notice::TextNotInLink => self.say("notice.text_not_in_link"),
            Notice::Failure { error } => self.error(error),
        }
    }

    /// What a run is called: its name, or its number where it has none.
    pub fn run_name(&self, record: &RunRecord) -> String {
        match record.name.as_str() {
            "" => self.fill("storage.run", &[("n", &record.number)]),
            name => name.into(),
        }
    }

    /// What is computed on, and why.
    pub fn adapter(&self, adapter: &Adapter) -> String {
        let on = match adapter.device {
            DeviceKind::Gpu => "gpu",
            DeviceKind::Cpu => "cpu",
        };
        let name = adapter.gpu.as_ref().map_or("", |gpu| &gpu.name);
        let (gpu, cpu) = adapter.speeds.map_or((0.0, 0.0), |speeds| (f64::from(speeds.gpu), f64::from(speeds.cpu)));
        let times = format::figures(if gpu > cpu { gpu / cpu } else { cpu / gpu });
        let (gpu, cpu) = (format::figures(gpu), format::figures(cpu));
        let values: [(&str, &dyn Display); 4] = [("name", &name), ("times", &times), ("gpu", &gpu), ("cpu", &cpu)];
        self.fill(&format!("device.{on}.{}", why(adapter)), &values)
    }

    /// The name of a setting, and its help.
    pub fn field(&self, field: &Field) -> (String, String) {
        (self.say(&format!("field.{}", field.key)), self.say(&format!("field.{}.help", field.key)))
    }

    /// The name of a choice of a setting.
    pub fn choice(&self, field: &Field, name: &str) -> String {
        self.say(&format!("field.{}.{name}", field.key))
    }

    /// The name of a way of cutting.
    pub fn method(&self, method: TokenizerMethod) -> String {
        self.say(&format!("field.method.{}", method_name(method)))
    }

    /// What a layer is called whose weights' names begin so.
    pub fn layer(&self, name: &str) -> String {
        match (name, name.strip_prefix("h.").and_then(|number| number.parse::<u32>().ok())) {
            (_, Some(block)) => self.fill("train.layer.block", &[("number", &(block + 1))]),
            ("wte", _) => self.say("train.layer.wte"),
            ("wpe", _) => self.say("train.layer.wpe"),
            ("lm_head", _) => self.say("train.layer.lm_head"),
            _ => name.to_string(),
        }
    }

    pub fn bytes(&self, bytes: u64) -> String {
        format::bytes(bytes)
    }

    /// `1 min 20 s`
    pub fn duration(&self, seconds: f32) -> String {
        let seconds = seconds.max(0.0).round() as u64;
        match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
            (0, 0, s) => self.fill("unit.seconds", &[("s", &s)]),
            (0, min, s) => self.fill("unit.minutes", &[("min", &min), ("s", &s)]),
            (h, min, _) => self.fill("unit.hours", &[("h", &h), ("min", &min)]),
        }
    }

    /// An error's argument as a student reads it: sizes in MB, names in words.
    fn argument(&self, name: &str, value: String) -> String {
        let words = match name {
            "bytes" | "limit" => return value.parse().map_or(value, format::bytes),
            "key" => self.find(&format!("field.{value}")),
            "what" => self.find(&format!("missing.{value}")),
            // A run without a name is called by its number.
            "run" if value.parse::<u32>().is_ok() => return self.fill("storage.run", &[("n", &value)]),
            "split" | "missing" | "buffer" => self.find(&format!("{name}.{value}")),
            _ => None,
        };
        words.map_or(value, String::from)
    }

    fn find(&self, key: &str) -> Option<&'static str> {
        self.sentences.get(key).copied()
    }
}

/// Why it is computed where it is, as the end of a key.
fn why(adapter: &Adapter) -> &'static str {
    let software = adapter.gpu.as_ref().is_ok_and(|gpu| gpu.software);
    match (&adapter.gpu, adapter.choice, adapter.speeds) {
        (Err(Error::DeviceLost { .. }), ..) => "away",
        (Err(Error::OutOfMemory { .. }), ..) => "memory",
        (Err(error), ..) if error.blames_device() => "failed",
        (Err(_), ..) => "none",
        (_, DeviceChoice::Gpu | DeviceChoice::Cpu, _) => "chosen",
        (_, _, Some(speeds)) if speeds.gpu <= 0.0 => "unanswered",
        (_, _, Some(_)) if software => "software",
        (_, _, Some(_)) => "faster",
        (_, _, None) => "unmeasured",
    }
}

#[cfg(test)]
#[path = "i18n/tests.rs"]
mod tests;
