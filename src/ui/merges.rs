//! Training by merges as it is looked at: any moment of it, at once. Pure: no browser here.
//!
//! A merge takes away boundaries between the pieces of a word and never brings one back. So of the excerpt only this is
//! kept: after which merge each boundary is gone. The text at any moment is then read off in one pass, and scrubbing
//! through thousands of merges costs nothing.

pub mod excerpt;
pub mod player;

use crate::protocol::tokens::{Trace, TracedMerge, TracedPair};
pub use excerpt::{Cell, Excerpt};
pub use player::{Move, Player, Speed};

/// A trace made ready to be looked at.
#[derive(Clone, Debug)]
pub struct Replay {
    pub trace: Trace,
    pub excerpt: Excerpt,
    /// What every token looks like, by number.
    names: Vec<Name>,
}

/// A token as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Its text; bytes that are no whole character as `\xE4`.
    pub text: String,
    /// Some of its bytes are only a part of a character.
    pub partial: bool,
}

/// Equal when it is the very same: there is one for each answer of the engine.
impl PartialEq for Replay {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Replay {
    pub fn new(trace: Trace) -> Self {
        let excerpt = Excerpt::new(&trace);
        let names = names(&trace);
        Self { trace, excerpt, names }
    }

    /// Merges in all.
    pub fn last(&self) -> usize {
        self.trace.merges.len()
    }

    pub fn name(&self, token: u32) -> &Name {
        &self.names[token as usize]
    }

    /// The merge that leads to a moment; none leads to the beginning.
    pub fn merge(&self, moment: usize) -> Option<&TracedMerge> {
        moment.checked_sub(1).and_then(|before| self.trace.merges.get(before))
    }

    /// Tokens of the whole text at a moment.
    pub fn tokens(&self, moment: usize) -> u64 {
        self.merge(moment).map_or(self.trace.tokens, |merge| merge.tokens)
    }

    /// Tokens of the vocabulary at a moment.
    pub fn vocabulary(&self, moment: usize) -> usize {
        self.trace.reserved as usize + self.trace.alphabet.len() + moment
    }

    /// The learned tokens at a moment, newest first.
    pub fn learned(&self, moment: usize) -> impl Iterator<Item = (usize, &TracedMerge)> {
        (1..=moment.min(self.last())).rev().filter_map(|at| Some((at, self.merge(at)?)))
    }

    /// The pair that is joined at a moment and those that came next, best first.
    pub fn candidates(&self, moment: usize) -> Vec<TracedPair> {
        let merge = self.merge(moment);
        merge.map_or_else(Vec::new, |merge| [merge.pair].into_iter().chain(merge.runners_up.iter().copied()).collect())
    }

    /// Whether a script without spaces between words is in it.
    pub fn has_han(&self) -> bool {
        self.names.iter().any(|name| name.text.chars().any(|character| matches!(character, '\u{4E00}'..='\u{9FFF}')))
    }

    /// Whether some tokens are pieces of characters, as bytes of Chinese ones are.
    pub fn has_partial_tokens(&self) -> bool {
        self.excerpt.symbols().any(|symbol| self.name(symbol).partial)
    }
}

fn names(trace: &Trace) -> Vec<Name> {
    let mut pieces: Vec<(Vec<u8>, bool)> =
        trace.alphabet.iter().map(|piece| (piece.bytes.clone(), piece.continues)).collect();
    for merge in &trace.merges {
        let (left, right) = (&pieces[merge.pair.left as usize], &pieces[merge.pair.right as usize]);
        let joined = ([&*left.0, &*right.0].concat(), left.1);
        match pieces.get_mut(merge.token as usize) {
            Some(piece) => *piece = joined,
            None => pieces.push(joined),
        }
    }
    pieces.iter().map(|(bytes, continues)| name(bytes, *continues)).collect()
}

fn name(bytes: &[u8], continues: bool) -> Name {
    let mut name = Name { text: if continues { "##".into() } else { String::new() }, partial: false };
    for chunk in bytes.utf8_chunks() {
        name.text.push_str(chunk.valid());
        name.partial |= !chunk.invalid().is_empty();
        name.text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
    }
    name
}

#[cfg(test)]
#[path = "merges/tests.rs"]
mod tests;
