//! The built-in corpora whose documents have labels and groups, for sampling and for classifiers.

use super::grammar::{Grammar, Grown};
use super::rng;
use crate::error::Result;
use crate::text::corpus::{Corpus, Document, SEPARATOR};

/// As many whole documents as fit into `characters` characters, at least one. Document n depends on the seed and n alone,
/// so a longer corpus begins with the shorter one.
///
/// # Errors
/// More documents than a corpus holds.
pub fn corpus(grammar: &Grammar, characters: usize, seed: u32) -> Result<Corpus> {
    let mut corpus = Corpus::default();
    let mut size = 0;
    for number in 0.. {
        let grown = grammar.grow_labelled(&mut rng(seed, number));
        size += grown.text.chars().count();
        if size > characters && !corpus.is_empty() {
            break;
        }
        let Grown { text, label, group } = &grown;
        corpus.push(Document { text, label: *label, group: *group, weight: 1.0 })?;
        size += SEPARATOR.len();
    }
    Ok(corpus)
}
