//! Patterns of an imported tokenizer: refused if they could take for ever.
//!
//! What needs no look-around is matched in a time that grows with the text alone. Anything else is tried on texts that are
//! made to be hard, and must get along with few steps of going back.

use fancy_regex::RegexBuilder;
use serde_json::Value;

use super::File;
use crate::error::{Error, Result};

/// Characters of a pattern at most; GPT-4o's has 320.
const MAX_LENGTH: usize = 1000;
/// Bytes that the automaton of a pattern may take.
const SIZE: usize = 4 << 20;
/// Characters of a text that is tried, and the steps of going back that one match may take in it.
const PROBE: usize = 300;
const STEPS: usize = 20_000;
/// Characters that words, numbers, gaps and marks are made of, with those of the pattern itself.
const CHARACTERS: [char; 12] = ['a', 'A', '0', ' ', '\n', '\r', '\'', '.', '!', '中', '\u{301}', '/'];

/// Checks `{"String": text}` or `{"Regex": pattern}`.
pub fn check(file: File, place: &str, pattern: Option<&Value>) -> Result<()> {
    let Some(pattern) = pattern else { return Err(file.missing(place)) };
    let text = pattern.get("Regex").or_else(|| pattern.get("String")).and_then(Value::as_str);
    let Some(text) = text else { return Err(file.wrong(place, pattern)) };
    file.count(place, text.chars().count(), MAX_LENGTH)?;
    if pattern.get("String").is_some() || is_harmless(text) {
        return Ok(());
    }
    Err(Error::TokenizerPattern { name: file.name.into(), place: place.into(), pattern: super::shortened(text) })
}

fn is_harmless(pattern: &str) -> bool {
    if regex::RegexBuilder::new(pattern).size_limit(SIZE).build().is_ok() {
        return true;
    }
    let regex = RegexBuilder::new(pattern).backtrack_limit(STEPS).delegate_size_limit(SIZE).build();
    regex.is_ok_and(|regex| probes(pattern).iter().all(|probe| regex.find_iter(probe).all(|found| found.is_ok())))
}

/// Runs of one character, and of two in turn, with and without an end that does not fit.
fn probes(pattern: &str) -> Vec<String> {
    let mut characters: Vec<char> = CHARACTERS.to_vec();
    characters.extend(pattern.chars().filter(|character| character.is_alphanumeric()).take(32));
    characters.sort_unstable();
    characters.dedup();
    let mut probes = Vec::new();
    for (at, character) in characters.iter().enumerate() {
        let next = characters[(at + 1) % characters.len()];
        for unit in [character.to_string(), format!("{character}{next}"), format!("{character} ")] {
            let run = unit.repeat(PROBE / unit.chars().count());
            probes.extend([format!("{run}\u{1}"), format!(" {run}"), run]);
        }
    }
    probes
}
