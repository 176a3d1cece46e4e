//! Sentencepiece's normalizers: a trie over bytes and a text of replacements, packed into one entry.
//!
//! The crate walks the trie without looking where it leads. Here every way through it is walked once.

use serde_json::Value;

use super::File;
use crate::error::Result;

/// Bytes of the packed entry at most; those in use have 320,000.
const MAX_BYTES: usize = 4 << 20;

pub fn check(file: File, place: &str, packed: Option<&Value>) -> Result<()> {
    let Some(packed) = packed else { return Err(file.missing(place)) };
    let Some(text) = packed.as_str() else { return Err(file.wrong(place, packed)) };
    file.count(place, text.len(), MAX_BYTES)?;
    let sound = base64::decode(text).ok().and_then(|bytes| is_sound(&bytes));
    sound.map_or_else(|| Err(file.wrong_text(place, text)), Ok)
}

/// Nothing if a way leads out of the trie or out of the replacements.
fn is_sound(bytes: &[u8]) -> Option<()> {
    let (size, rest) = bytes.split_first_chunk::<4>()?;
    let (trie, replacements) = rest.split_at_checked(u32::from_le_bytes(*size) as usize / 4 * 4)?;
    let replacements = std::str::from_utf8(replacements).ok()?;
    let units: Vec<usize> = trie.chunks_exact(4).map(|unit| word(unit) as usize).collect();
    let offset = |unit: usize| (unit >> 10) << ((unit & (1 << 9)) >> 6);
    let mut waiting = vec![offset(*units.first()?)];
    let mut seen = vec![false; units.len()];
    while let Some(node) = waiting.pop() {
        for byte in 1..=255 {
            let unit = *units.get(node ^ byte)?;
            if unit & (1 << 31 | 0xFF) != byte || std::mem::replace(&mut seen[node ^ byte], true) {
                continue;
            }
            let next = node ^ byte ^ offset(unit);
            let value = *units.get(next)? & ((1 << 31) - 1);
            if unit >> 8 & 1 == 1 && !replacements.is_char_boundary(value) {
                return None;
            }
            waiting.push(next);
        }
    }
    Some(())
}

fn word(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes.try_into().expect("four bytes"))
}
