//! Tokenizers from files: any `tokenizer.json`, and GPT-2's `vocab.json` with `merges.txt`.
//!
//! Files are not trusted. Everything in them is counted and checked before the crate sees it, for the crate trusts what it
//! reads: it would panic over a merge whose result is no token, and run over a pattern for as long as that takes. What comes
//! out is a tokenizer, or an error with the place; nothing in between.

mod charsmap;
mod gpt2;
mod model;
mod pattern;
mod steps;

use serde_json::Value;

use super::Tokenizer;
use crate::error::{Error, Result};
pub use gpt2::gpt2;

/// Bytes of a file at most; the largest that are in use have 35 million.
pub const MAX_BYTES: usize = 48 * 1024 * 1024;
const MAX_ADDED: usize = 20_000;
const MAX_ADDED_TOKEN_LENGTH: usize = 512;
/// What a file is called in errors of the crate's.
const WHOLE: &str = "tokenizer.json";

/// Reads a `tokenizer.json`. What it says of templates, truncation and padding is left out: here a text is cut, whole and
/// by itself.
///
/// # Errors
/// What cannot be read, is too large, contradicts itself, or is not known here, with its place.
pub fn tokenizer_json(name: &str, bytes: &[u8]) -> Result<Tokenizer> {
    let file = File { name };
    let mut json = file.json(bytes)?;
    let Some(entries) = json.as_object_mut() else { return Err(file.wrong("", &json)) };
    for ignored in ["truncation", "padding", "post_processor"] {
        entries.remove(ignored);
    }
    let Some(model) = entries.get_mut("model") else { return Err(file.missing("model")) };
    model::check(file, model)?;
    if let Some(version) = entries.get("version").filter(|version| *version != "1.0") {
        return Err(file.wrong("version", version));
    }
    check_added(file, entries.get("added_tokens"))?;
    steps::check(file, entries)?;
    let pipeline = serde_json::from_value(json).map_err(|error| file.refused(&error.to_string()))?;
    let tokenizer = Tokenizer::of_pipeline(pipeline)?;
    match tokenizer.vocab_size() {
        0 => Err(file.missing("model.vocab")),
        size if size > model::MAX_TOKENS => Err(file.too_much("model.vocab", size, model::MAX_TOKENS)),
        _ => Ok(tokenizer),
    }
}

fn check_added(file: File, added: Option<&Value>) -> Result<()> {
    let Some(added) = added.filter(|added| !added.is_null()) else { return Ok(()) };
    let Some(list) = added.as_array() else { return Err(file.wrong("added_tokens", added)) };
    file.count("added_tokens", list.len(), MAX_ADDED)?;
    for (at, token) in list.iter().enumerate() {
        let place = format!("added_tokens[{at}].content");
        match token.get("content").and_then(Value::as_str) {
            Some(content) => file.count(&place, content.len(), MAX_ADDED_TOKEN_LENGTH)?,
            None => return Err(file.missing(&place)),
        }
    }
    Ok(())
}

/// A file that is being read: what its errors have in common.
#[derive(Clone, Copy)]
struct File<'a> {
    name: &'a str,
}

impl File<'_> {
    fn json(self, bytes: &[u8]) -> Result<Value> {
        self.count("bytes", bytes.len(), MAX_BYTES)?;
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        serde_json::from_slice(bytes).map_err(|error| {
            let detail = error.to_string();
            let detail = detail.split(" at line ").next().unwrap_or_default().to_string();
            Error::TokenizerBroken {
                name: self.name.into(),
                line: error.line() as u64,
                column: error.column() as u64,
                detail,
            }
        })
    }

    fn count(self, place: &str, count: usize, most: usize) -> Result<()> {
        if count > most { Err(self.too_much(place, count, most)) } else { Ok(()) }
    }

    fn too_much(self, place: &str, count: usize, most: usize) -> Error {
        let (name, place) = (self.name.into(), place.into());
        Error::TokenizerTooMuch { name, place, count: count as u64, most: most as u64 }
    }

    fn missing(self, place: &str) -> Error {
        Error::TokenizerEntryMissing { name: self.name.into(), place: place.into() }
    }

    fn wrong(self, place: &str, value: &Value) -> Error {
        self.wrong_text(place, &value.to_string())
    }

    fn wrong_text(self, place: &str, value: &str) -> Error {
        Error::TokenizerEntryWrong { name: self.name.into(), place: place.into(), value: shortened(value) }
    }

    fn no_token(self, place: &str, token: &str) -> Error {
        Error::TokenizerTokenMissing { name: self.name.into(), place: place.into(), token: shortened(token) }
    }

    /// What the crate has to say against a file that passed every check of ours.
    fn refused(self, detail: &str) -> Error {
        self.wrong_text(WHOLE, detail)
    }
}

/// Enough of a value to find it by.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}
