//! The model of a `tokenizer.json`: vocabulary and merges.

use ahash::{AHashMap, AHashSet};
use serde_json::Value;

use super::File;
use crate::error::Result;

/// Tokens of a vocabulary at most, and the highest id; the largest that are in use have 262,144.
pub const MAX_TOKENS: usize = 300_000;
pub const MAX_MERGES: usize = 600_000;
/// Bytes of a token at most.
const MAX_TOKEN_LENGTH: usize = 2048;
const MAX_PREFIX_LENGTH: usize = 64;
/// Characters of a word that WordPiece looks through: that takes the square of their number.
const MAX_WORD_LENGTH: u64 = 1000;

/// Checks a model. A random choice between merges is switched off: the same text always gives the same ids here.
pub fn check(file: File, model: &mut Value) -> Result<()> {
    let kind = match model.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(other) => return Err(file.wrong("model.type", other)),
        // Old files do not say; only BPE has merges, and only Unigram a list.
        None if model.get("merges").is_some() => "BPE".into(),
        None if model.get("vocab").is_some_and(Value::is_array) => "Unigram".into(),
        None => return Err(file.missing("model.type")),
    };
    let Some(entries) = model.as_object_mut() else { return Err(file.missing("model.type")) };
    entries.insert("type".into(), kind.clone().into());
    entries.remove("dropout");
    match kind.as_str() {
        "Unigram" => pieces(file, model),
        "BPE" | "WordPiece" | "WordLevel" => {
            let vocab = vocabulary(file, model)?;
            words(file, model, &kind, &vocab)
        }
        other => Err(file.wrong_text("model.type", other)),
    }
}

/// Ids by token; no id twice.
fn vocabulary<'a>(file: File, model: &'a Value) -> Result<AHashMap<&'a str, u64>> {
    let Some(vocab) = model.get("vocab") else { return Err(file.missing("model.vocab")) };
    let Some(entries) = vocab.as_object() else { return Err(file.wrong("model.vocab", vocab)) };
    file.count("model.vocab", entries.len(), MAX_TOKENS)?;
    check_ids(file, "model.vocab", entries.iter().map(|(token, id)| (token.as_str(), id)))
}

/// The same for any list of tokens.
pub fn check_ids<'a>(
    file: File,
    place: &str,
    entries: impl Iterator<Item = (&'a str, &'a Value)>,
) -> Result<AHashMap<&'a str, u64>> {
    let (mut ids, mut taken) = (AHashMap::new(), AHashSet::new());
    for (token, id) in entries {
        let place = || format!("{place}[{:?}]", super::shortened(token));
        file.count(&place(), token.len(), MAX_TOKEN_LENGTH)?;
        match id.as_u64() {
            Some(number) if number < MAX_TOKENS as u64 && taken.insert(number) => _ = ids.insert(token, number),
            _ => return Err(file.wrong(&place(), id)),
        }
    }
    Ok(ids)
}

fn words(file: File, model: &Value, kind: &str, vocab: &AHashMap<&str, u64>) -> Result<()> {
    let unknown = model.get("unk_token").and_then(Value::as_str);
    match unknown {
        Some(token) if !vocab.contains_key(token) => return Err(file.no_token("model.unk_token", token)),
        None if kind != "BPE" => return Err(file.missing("model.unk_token")),
        _ => {}
    }
    for place in ["continuing_subword_prefix", "end_of_word_suffix"] {
        let length = model.get(place).and_then(Value::as_str).map_or(0, str::len);
        file.count(&format!("model.{place}"), length, MAX_PREFIX_LENGTH)?;
    }
    if kind == "WordPiece" {
        let longest = model.get("max_input_chars_per_word").and_then(Value::as_u64).unwrap_or(0);
        file.count("model.max_input_chars_per_word", longest as usize, MAX_WORD_LENGTH as usize)?;
    }
    if kind == "BPE" { merges(file, model, vocab) } else { Ok(()) }
}

fn merges(file: File, model: &Value, vocab: &AHashMap<&str, u64>) -> Result<()> {
    let Some(merges) = model.get("merges") else { return Err(file.missing("model.merges")) };
    let Some(list) = merges.as_array() else { return Err(file.wrong("model.merges", merges)) };
    file.count("model.merges", list.len(), MAX_MERGES)?;
    let prefix = model.get("continuing_subword_prefix").and_then(Value::as_str).unwrap_or_default();
    for (at, merge) in list.iter().enumerate() {
        let place = || format!("model.merges[{at}]");
        let pair = match merge {
            Value::String(pair) => pair.split_once(' ').filter(|(_, second)| !second.contains(' ')),
            Value::Array(pair) => match pair.as_slice() {
                [Value::String(first), Value::String(second)] => Some((first.as_str(), second.as_str())),
                _ => None,
            },
            _ => None,
        };
        let Some(pair) = pair else { return Err(file.wrong(&place(), merge)) };
        check_merge(file, &place, pair, prefix, |token| vocab.contains_key(token))?;
    }
    Ok(())
}

/// Both parts of a merge and what it makes must be tokens.
pub fn check_merge(
    file: File,
    place: &dyn Fn() -> String,
    (first, second): (&str, &str),
    prefix: &str,
    is_token: impl Fn(&str) -> bool,
) -> Result<()> {
    let Some(rest) = second.strip_prefix(prefix) else { return Err(file.wrong_text(&place(), second)) };
    let made = format!("{first}{rest}");
    match [first, second, &made].into_iter().find(|token| !is_token(token)) {
        Some(token) => Err(file.no_token(&place(), token)),
        None => Ok(()),
    }
}

/// The pieces of a unigram model: `[[text, score], ...]`.
fn pieces(file: File, model: &Value) -> Result<()> {
    let Some(vocab) = model.get("vocab") else { return Err(file.missing("model.vocab")) };
    let Some(list) = vocab.as_array() else { return Err(file.wrong("model.vocab", vocab)) };
    file.count("model.vocab", list.len(), MAX_TOKENS)?;
    let mut seen = AHashSet::new();
    for (at, piece) in list.iter().enumerate() {
        let place = || format!("model.vocab[{at}]");
        match piece.as_array().map(Vec::as_slice) {
            Some([Value::String(text), Value::Number(_)]) if !text.is_empty() && seen.insert(text) => {
                file.count(&place(), text.len(), MAX_TOKEN_LENGTH)?;
            }
            _ => return Err(file.wrong(&place(), piece)),
        }
    }
    match model.get("unk_id") {
        Some(Value::Number(id)) if id.as_u64().is_some_and(|id| (id as usize) < list.len()) => Ok(()),
        Some(other) => Err(file.wrong("model.unk_id", other)),
        None => Err(file.missing("model.unk_id")),
    }
}
