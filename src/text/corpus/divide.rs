//! One text to many documents.

use super::Corpus;
use crate::config::corpus::Division;
use crate::error::{Error, Result};

/// The documents of a text, each of group `name`, without white space around them; empty ones are none. The text stays
/// as it is, so that the documents can be put together again.
///
/// # Errors
/// A text of white space alone, or one with too many documents.
pub fn divide(name: &str, text: String, division: &Division) -> Result<Corpus> {
    let mut parts = Vec::new();
    pieces(&text, division, &mut |begin, piece: &str| {
        let trimmed = piece.trim();
        if !trimmed.is_empty() {
            let begin = begin + piece.len() - piece.trim_start().len();
            parts.push(begin..begin + trimmed.len());
        }
    });
    match parts.is_empty() {
        true => Err(Error::TextEmpty { name: name.into() }),
        false => Corpus::over(text, name, &parts),
    }
}

/// Gives each piece with the byte at which it begins.
fn pieces(text: &str, division: &Division, take: &mut dyn FnMut(usize, &str)) {
    let mut split = |pieces: &mut dyn Iterator<Item = &str>, separator: usize| {
        let mut at = 0;
        for piece in pieces {
            take(at, piece);
            at += piece.len() + separator;
        }
    };
    match division {
        Division::Lines => split(&mut text.split_inclusive('\n'), 0),
        Division::BlankLines => paragraphs(text, take),
        Division::Pattern(pattern) if !pattern.is_empty() => split(&mut text.split(pattern.as_str()), pattern.len()),
        Division::Whole | Division::Pattern(_) => take(0, text),
    }
}

/// Lines up to one that has nothing but white space.
fn paragraphs(text: &str, take: &mut dyn FnMut(usize, &str)) {
    let (mut begin, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            take(begin, &text[begin..at]);
            begin = at + line.len();
        }
        at += line.len();
    }
    take(begin, &text[begin..]);
}
