//! The units of a text that are cut one by one, each for itself: what makes it possible to remember how a unit is cut.

use std::ops::Range;

use super::words;

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Units {
    /// GPT-2's words; put together they are the text.
    Words,
    /// What stands between white space.
    Chunks,
    /// Stretches up to a single space between two letters or digits: no pipeline of the field reads across such a place.
    Stretches,
    /// Lines, as many as fit: for pipelines that look at a text as a whole. Each is cut as if it stood alone.
    Passages,
}

/// Longer units are cut: a megabyte without a space is no word, and one piece of work would become too long.
const MAX_LENGTH: usize = 64 * 1024;
/// Stretches are looked for up to here; where none ends, the end of a sentence or any character ends it.
const MAX_REMEMBERED_SPAN: usize = 4 * 1024;
const PASSAGE: usize = 16 * 1024;

impl Units {
    /// The first unit of a text that begins at `at` or later.
    pub fn next(self, text: &str, at: usize) -> Option<Range<usize>> {
        let unit = match self {
            Units::Words => words::next(text, at)?,
            Units::Chunks => {
                let begin = at + text[at..].find(|character: char| !character.is_whitespace())?;
                let end = text[begin..].find(char::is_whitespace).map_or(text.len(), |length| begin + length);
                begin..end
            }
            Units::Stretches | Units::Passages if at == text.len() => return None,
            Units::Stretches => at..at + stretch(&text[at..]),
            Units::Passages => at..at + passage(&text[at..]),
        };
        match unit.len() > MAX_LENGTH {
            true => Some(unit.start..text.floor_char_boundary(unit.start + MAX_LENGTH)),
            false => Some(unit),
        }
    }
}

/// Bytes of the first passage: up to the end of a line, or of a word, or of a character.
fn passage(text: &str) -> usize {
    if text.len() <= PASSAGE {
        return text.len();
    }
    let most = &text[..text.floor_char_boundary(PASSAGE)];
    let end = most.rfind('\n').or_else(|| most.rfind(' ')).filter(|end| *end > 0);
    end.unwrap_or(most.len())
}

/// Bytes of the first stretch.
fn stretch(text: &str) -> usize {
    let end = text.floor_char_boundary(MAX_REMEMBERED_SPAN);
    let mut before = None;
    let mut characters = text[..end].char_indices().peekable();
    let mut sentence = None;
    while let Some((at, character)) = characters.next() {
        let after = characters.peek().map(|(_, next)| *next);
        if character == ' ' && before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric) {
            return at;
        }
        if matches!(character, '。' | '！' | '？') && after.is_some_and(char::is_alphanumeric) {
            sentence = Some(at + character.len_utf8());
        }
        before = Some(character);
    }
    if end == text.len() { end } else { sentence.unwrap_or(end) }
}
