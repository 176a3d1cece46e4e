//! What stands around the model of a `tokenizer.json`: normalizers, pre-tokenizers, decoders.

use serde_json::{Map, Value};

use super::{File, charsmap, pattern};
use crate::error::Result;

/// Steps of one kind at most, within each other or in a row.
const MAX_STEPS: usize = 32;
/// Bytes that stand for what a step replaces, or before a text.
const MAX_CONTENT_LENGTH: usize = 64;
/// How many times longer all normalizers together may make a text.
const MAX_GROWTH: usize = 4096;

/// Checks the three parts.
pub fn check(file: File, entries: &Map<String, Value>) -> Result<()> {
    for (part, list) in [("normalizer", "normalizers"), ("pre_tokenizer", "pretokenizers"), ("decoder", "decoders")] {
        let mut steps = Steps { file, list, count: 0, growth: 1 };
        if let Some(step) = entries.get(part).filter(|step| !step.is_null()) {
            steps.check(part, step)?;
        }
    }
    Ok(())
}

struct Steps<'a> {
    file: File<'a>,
    /// The key under which a sequence has its steps.
    list: &'static str,
    count: usize,
    growth: usize,
}

impl Steps<'_> {
    fn check(&mut self, place: &str, step: &Value) -> Result<()> {
        self.count += 1;
        self.file.count(place, self.count, MAX_STEPS)?;
        let Some(kind) = step.get("type").and_then(Value::as_str) else {
            return Err(self.file.missing(&format!("{place}.type")));
        };
        let at = |key: &str| format!("{place}.{key}");
        match kind {
            "Sequence" => self.check_sequence(place, step)?,
            "Split" | "Replace" => {
                pattern::check(self.file, &at("pattern"), step.get("pattern"))?;
                self.grow(&at("content"), step.get("content"))?;
            }
            "Prepend" => self.grow(&at("prepend"), step.get("prepend"))?,
            "Precompiled" => charsmap::check(self.file, &at("precompiled_charsmap"), step.get("precompiled_charsmap"))?,
            "FixedLength" if step.get("length").and_then(Value::as_u64) == Some(0) => {
                return Err(self.file.wrong_text(&at("length"), "0"));
            }
            // The crate counts back from the end of a token, which may be shorter.
            "Strip" if step.get("stop").and_then(Value::as_u64).is_some_and(|stop| stop > 0) => {
                return Err(self.file.wrong(&at("stop"), &step["stop"]));
            }
            "WordPiece" => self.short(&at("prefix"), step.get("prefix"))?,
            "BPEDecoder" => self.short(&at("suffix"), step.get("suffix"))?,
            _ => {}
        }
        Ok(())
    }

    fn check_sequence(&mut self, place: &str, step: &Value) -> Result<()> {
        let place = format!("{place}.{}", self.list);
        let Some(steps) = step.get(self.list) else { return Err(self.file.missing(&place)) };
        let Some(steps) = steps.as_array() else { return Err(self.file.wrong(&place, steps)) };
        steps.iter().enumerate().try_for_each(|(at, step)| self.check(&format!("{place}[{at}]"), step))
    }

    fn short(&self, place: &str, content: Option<&Value>) -> Result<()> {
        let length = content.and_then(Value::as_str).map_or(0, str::len);
        self.file.count(place, length, MAX_CONTENT_LENGTH)
    }

    /// A replacement can stand in the place of nothing, before every character.
    fn grow(&mut self, place: &str, content: Option<&Value>) -> Result<()> {
        self.short(place, content)?;
        self.growth *= content.and_then(Value::as_str).map_or(0, str::len) + 1;
        self.file.count(place, self.growth, MAX_GROWTH)
    }
}
