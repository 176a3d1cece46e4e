//! How one experiment differs from another, setting by setting, in words.

use crate::config::fields::{Field, Kind, Section, Value};
use crate::config::{Config, Source, Split, TokenizerMethod};
use crate::protocol::runs::RunRecord;

use super::format;
use super::i18n::I18n;

/// Factors between two values that are worth to be told.
const TOLD: f64 = 1.25;

/// A setting with the values of both.
#[derive(Clone, Debug)]
pub struct Difference {
    pub field: &'static Field,
    pub before: Value,
    pub after: Value,
}

/// Settings that differ and matter to both, in the order of the stations.
pub fn between(before: &Config, after: &Config) -> Vec<Difference> {
    let compared = Field::all().filter(|field| matters(field, before) && matters(field, after));
    let pairs = compared.map(|field| Difference { field, before: field.get(before), after: field.get(after) });
    pairs.filter(|difference| difference.before != difference.after).collect()
}

/// Whether anything depends on a setting, the others being as they are.
pub fn matters(field: &Field, config: &Config) -> bool {
    let method = config.tokenizer.method;
    match (field.section, field.key) {
        (Section::Model, key) => config.model.matters(key),
        (Section::Train, key) => config.train.reads(key),
        (_, "characters" | "corpus_seed") => config.data.source != Source::Own,
        (_, "split_seed") => config.data.split == Split::Documents,
        (_, "vocab_size" | "min_frequency") => !method.is_given(),
        (_, key) if key.starts_with("rule_") => method == TokenizerMethod::Rules,
        _ => true,
    }
}

impl Difference {
    /// “Learning rate: 0.002 instead of 0.004 (÷ 2).”
    pub fn told(&self, t: &I18n) -> String {
        let (name, _) = t.field(self.field);
        let (before, after) = (value(self.field, &self.before, t), value(self.field, &self.after, t));
        if let Kind::Switch = self.field.kind {
            let key = if self.after == Value::Text("on".into()) { "runs.differs.on" } else { "runs.differs.off" };
            return t.fill(key, &[("name", &name)]);
        }
        t.fill(
            "runs.differs.from",
            &[("name", &name), ("before", &before), ("after", &after), ("factor", &self.factor())],
        )
    }

    fn factor(&self) -> String {
        let (Value::Number(before), Value::Number(after)) = (&self.before, &self.after) else { return String::new() };
        if self.field.kind.is_seed() || *before <= 0.0 || *after <= 0.0 {
            return String::new();
        }
        match after / before {
            factor if factor >= TOLD => format!(" (× {})", format::figures(factor)),
            factor if factor <= 1.0 / TOLD => format!(" (÷ {})", format::figures(1.0 / factor)),
            _ => String::new(),
        }
    }
}

/// A value as a student reads it.
pub fn value(field: &Field, value: &Value, t: &I18n) -> String {
    match (field.kind, value) {
        (Kind::Choice(_), Value::Text(name)) => t.choice(field, name),
        (Kind::Switch, Value::Text(name)) => t.say(if name == "on" { "runs.on" } else { "runs.off" }),
        (_, Value::Text(text)) if text.is_empty() => t.say("runs.empty"),
        (_, Value::Text(text)) => t.fill("runs.quoted", &[("text", text)]),
        (_, number) => number.to_string(),
    }
}

/// What sets a run apart from another one: the text, the settings, and the size that comes of them.
pub fn told(before: &RunRecord, after: &RunRecord, t: &I18n) -> Vec<String> {
    let mut sentences = Vec::new();
    if before.text.hash != after.text.hash {
        let (old, new) = (mark(before), mark(after));
        sentences.push(t.fill("runs.differs.text", &[("before", &old), ("after", &new)]));
    }
    let settings = between(&before.config, &after.config);
    sentences.extend(settings.iter().map(|difference| difference.told(t)));
    if before.vocab_size != after.vocab_size {
        let (old, new) = (format::count(before.vocab_size), format::count(after.vocab_size));
        sentences.push(t.fill("runs.differs.vocabulary", &[("before", &old), ("after", &new)]));
    }
    let weights = |run: &RunRecord| run.report.as_ref().map(|report| report.parameters);
    if let (Some(old), Some(new)) = (weights(before), weights(after))
        && old != new
    {
        let (old, new) = (format::count(old), format::count(new));
        sentences.push(t.fill("runs.differs.weights", &[("before", &old), ("after", &new)]));
    }
    sentences
}

/// A text by its name and the beginning of its hash.
pub fn mark(run: &RunRecord) -> String {
    format!("{} · {}", run.text.name, hash(run))
}

/// The first digits of a text's hash: enough to tell the texts of a class apart.
pub fn hash(run: &RunRecord) -> String {
    format!("{:016x}", run.text.hash)[..8].to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::presets::Preset;
    use crate::ui::state::Lang;

    fn set(config: &mut Config, key: &str, value: Value) {
        Field::find(key).expect(key).set(config, &value).expect(key);
    }

    /// A value of the setting that is not the one that it has.
    fn another(field: &Field, config: &Config) -> Value {
        let now = field.get(config);
        let candidates = match field.kind {
            Kind::Integer { min, max, .. } => vec![Value::Number(max as f64), Value::Number(min as f64)],
            Kind::Real { min, max, .. } => vec![Value::Number(max), Value::Number(min)],
            Kind::Choice(_) | Kind::Switch => {
                field.kind.names().iter().map(|name| Value::Text(name.to_string())).collect()
            }
            Kind::Text { .. } => vec![Value::Text("Once".into())],
        };
        candidates.into_iter().find(|value| *value != now).expect("another value")
    }

    #[test]
    fn every_setting_of_model_and_training_is_told_by_its_name_in_both_languages() {
        let mut told_of = 0;
        for field in [Section::Model, Section::Train].into_iter().flat_map(Field::of) {
            let before = Config::default();
            if !matters(field, &before) {
                continue;
            }
            told_of += 1;
            let mut after = before.clone();
            field.set(&mut after, &another(field, &before)).expect(field.key);
            let differences = between(&before, &after);
            assert!(differences.iter().any(|difference| difference.field.key == field.key), "{}", field.key);
            for t in Lang::ALL.map(I18n::new) {
                let told = differences.iter().find(|it| it.field.key == field.key).expect("found before").told(&t);
                assert!(told.contains(&t.field(field).0) && !told.contains('{'), "{told}");
                assert!(!told.contains("runs.") && !told.contains("field."), "{told}");
            }
        }
        assert!(told_of > 25, "{told_of}");
    }

    #[test]
    fn numbers_are_told_with_the_factor_between_them() {
        let before = Config::default();
        let mut after = before.clone();
        set(&mut after, "learning_rate", Value::Number(0.002));
        set(&mut after, "seed", Value::Number(2.0));
        set(&mut after, "dropout", Value::Number(0.1));
        let t = I18n::new(Lang::En);
        let told: Vec<String> = between(&before, &after).iter().map(|difference| difference.told(&t)).collect();
        let expected =
            ["Dropout: 0.1 instead of 0.", "Learning rate: 0.002 instead of 0.004 (÷ 2).", "Seed: 2 instead of 1."];
        assert_eq!(told, expected);
    }

    #[test]
    fn what_makes_no_difference_is_not_told() {
        let before = Config::default();
        assert!(between(&before, &before).is_empty());
        let mut after = before.clone();
        assert_eq!(after.tokenizer.method, TokenizerMethod::Characters);
        set(&mut after, "vocab_size", Value::Number(999.0 + 1.0));
        set(&mut after, "rule_numbers", Value::Text("on".into()));
        assert!(
            between(&before, &after).is_empty(),
            "characters have no vocabulary to choose: {:?}",
            between(&before, &after)
        );
    }

    #[test]
    fn presets_differ_in_what_they_are() {
        let keys: Vec<&str> =
            between(&Preset::Seedling.config(), &Preset::Sprout.config()).iter().map(|it| it.field.key).collect();
        for key in ["method", "n_layer", "n_embd", "steps", "learning_rate"] {
            assert!(keys.contains(&key), "{key}: {keys:?}");
        }
    }
}
