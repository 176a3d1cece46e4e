//! One text to many documents.

use super::{Corpus, Document};
use crate::config::corpus::Division;
use crate::error::{Error, Result};

/// The documents of a text, each of group `name`, without white space around them; empty ones are none.
pub fn divide(name: &str, text: &str, division: &Division) -> Result<Corpus> {
    let mut corpus = Corpus::default();
    pieces(text, division, &mut |piece| {
        let piece = piece.trim();
        match piece.is_empty() {
            true => Ok(()),
            false => corpus.push(Document { group: Some(name), ..Document::of(piece) }),
        }
    })?;
    match corpus.is_empty() {
        true => Err(Error::TextEmpty { name: name.into() }),
        false => Ok(corpus),
    }
}

fn pieces(text: &str, division: &Division, take: &mut dyn FnMut(&str) -> Result<()>) -> Result<()> {
    match division {
        Division::Lines => text.lines().try_for_each(take),
        Division::BlankLines => paragraphs(text, take),
        Division::Pattern(pattern) if !pattern.is_empty() => text.split(pattern.as_str()).try_for_each(take),
        Division::Whole | Division::Pattern(_) => take(text),
    }
}

/// Lines up to one that has nothing but white space.
fn paragraphs(text: &str, take: &mut dyn FnMut(&str) -> Result<()>) -> Result<()> {
    let (mut begin, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            take(&text[begin..at])?;
            begin = at + line.len();
        }
        at += line.len();
    }
    take(&text[begin..])
}
