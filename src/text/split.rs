//! Where the training part of a text ends and the part held out for validation begins.

use ahash::AHashMap;

use super::corpus::Corpus;
use crate::rng::{Rng, Stream};

/// How far the cut may move to meet the end of a line, as a share of the part held out.
const SLACK: f64 = 0.1;

/// Byte offset of the cut: about `validation` of all characters lie behind it.
///
/// The cut moves back to the nearest end of a paragraph, or else of a line, so that neither part begins in the middle
/// of a sentence; in a text without lines it stays where it is.
pub fn at(text: &str, characters: usize, validation: f32) -> usize {
    let held_out = (characters as f64 * f64::from(validation)).round() as usize;
    let cut = offset_from_end(text, held_out);
    let earliest = offset_from_end(text, held_out + (held_out as f64 * SLACK) as usize);
    let before = &text[earliest..cut];
    ["\n\n", "\n"]
        .iter()
        .find_map(|end| before.rfind(end).map(|found| earliest + found + end.len()))
        .filter(|found| *found < text.len())
        .unwrap_or(cut)
}

/// The cut moved to the nearest beginning of a document that is another one than the one before: a document that was
/// drawn twice is not in both parts. Where there is one document alone the cut stays where it is.
pub fn between(documents: &[u32], begins: &[u32], cut: usize) -> usize {
    let changes = (1..documents.len()).filter(|at| documents[*at] != documents[at - 1]);
    changes.map(|at| begins[at] as usize).min_by_key(|begin| begin.abs_diff(cut)).unwrap_or(cut)
}

/// Draws the documents held out: these documents with those held out last, and how many are not.
///
/// Documents of the same text stay together, so that none is in both parts; they are drawn by text, in an order that
/// the seed and the texts alone decide, until about `validation` of all characters are held out. At least one text
/// stays on each side where there are two.
pub fn documents(corpus: &Corpus, chosen: Vec<(u32, f64)>, validation: f32, seed: u32) -> (Vec<(u32, f64)>, usize) {
    let mut texts: AHashMap<&str, usize> = AHashMap::new();
    let mut sizes: Vec<usize> = Vec::new();
    let text_of: Vec<usize> = chosen
        .iter()
        .map(|(document, _)| {
            let fresh = texts.len();
            let text = *texts.entry(corpus.text(*document as usize)).or_insert(fresh);
            sizes.resize(texts.len(), 0);
            sizes[text] += corpus.characters(*document as usize);
            text
        })
        .collect();
    let wanted = (sizes.iter().sum::<usize>() as f64 * f64::from(validation)).round() as usize;
    let mut rng = Rng::new(seed, Stream::Split);
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    (1..order.len()).rev().for_each(|at| order.swap(at, rng.below(at + 1)));
    let mut held_out = vec![false; sizes.len()];
    let mut size = 0;
    for text in order.iter().take(sizes.len().saturating_sub(1)) {
        if size > 0 && size >= wanted {
            break;
        }
        held_out[*text] = true;
        size += sizes[*text];
    }
    let (validation, train): (Vec<_>, Vec<_>) = chosen.into_iter().zip(text_of).partition(|(_, text)| held_out[*text]);
    let count = train.len();
    (train.into_iter().chain(validation).map(|(document, _)| document).collect(), count)
}

/// Where the last `characters` characters begin.
fn offset_from_end(text: &str, characters: usize) -> usize {
    match characters {
        0 => text.len(),
        count => text.char_indices().rev().nth(count - 1).map_or(0, |(offset, _)| offset),
    }
}
