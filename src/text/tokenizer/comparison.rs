//! What tokenizers are compared by: how they use their vocabulary, and how they cut what is rare or wrong.

use ahash::AHashMap;

use super::Tokenizer;
use crate::text::words::words;

/// Documents that one piece of work cuts at most.
pub const PASSAGES: usize = 2_000;
/// Ranks of a Zipf plot at most.
const RANKS: usize = 120;
/// Rare words that are tried.
const RARE_WORDS: usize = 3;
/// Letters of a word that is worth trying.
const LETTERS: std::ops::RangeInclusive<usize> = 5..=14;
/// Bytes of text that words for trying are taken from.
const SAMPLE: usize = 2 * 1024 * 1024;

/// How a tokenizer cuts a text.
#[derive(Debug, PartialEq)]
pub struct Figures {
    pub tokens: u64,
    /// Different ones among them.
    pub used: u64,
    /// Those that stand for what the vocabulary does not have.
    pub unknown: u64,
    /// Ranks by frequency, from 1, with the count of the token there.
    pub zipf: Vec<(u32, u64)>,
}

impl Figures {
    pub fn of(tokenizer: &Tokenizer, ids: &[u32]) -> Self {
        let mut counts = vec![0u64; tokenizer.vocab_size()];
        ids.iter().for_each(|id| counts[*id as usize] += 1);
        let unknown = tokenizer.unknown().map_or(0, |id| counts[id as usize]);
        counts.retain(|count| *count > 0);
        counts.sort_unstable_by(|a, b| b.cmp(a));
        Self { tokens: ids.len() as u64, used: counts.len() as u64, unknown, zipf: zipf(&counts) }
    }
}

/// Counts, most frequent first, at ranks that are evenly spread in the logarithm; the first and the last among them.
fn zipf(counts: &[u64]) -> Vec<(u32, u64)> {
    let Some(last) = counts.len().checked_sub(1) else { return Vec::new() };
    let spread = |at: usize| (counts.len() as f64).powf(at as f64 / (RANKS - 1) as f64).round() as usize - 1;
    let mut ranks: Vec<usize> = (0..RANKS).map(|at| spread(at).min(last)).collect();
    ranks.dedup();
    ranks.into_iter().map(|rank| (rank as u32 + 1, counts[rank])).collect()
}

/// The part of a text that words for trying are taken from.
pub fn sample(text: &str) -> &str {
    &text[..text.floor_char_boundary(SAMPLE)]
}

/// The rarest words of a text, the longest of them.
pub fn rare_words(text: &str) -> Vec<String> {
    let mut rare: Vec<(&str, u64)> = counts(text).into_iter().collect();
    rare.sort_unstable_by_key(|(word, count)| (*count, std::cmp::Reverse(word.len()), *word));
    rare.into_iter().take(RARE_WORDS).map(|(word, _)| word.into()).collect()
}

/// The most frequent longer word of a text with two of its letters swapped, as one types it in haste.
pub fn typing_error(text: &str) -> Option<String> {
    let (word, _) = counts(text).into_iter().max_by_key(|(word, count)| (*count, std::cmp::Reverse(*word)))?;
    let mut letters: Vec<char> = word.chars().collect();
    let last = letters.len().checked_sub(1)?;
    let at = (1..last).chain([0]).find(|at| letters[*at] != letters[at + 1])?;
    letters.swap(at, at + 1);
    Some(letters.into_iter().collect())
}

/// Words of letters alone that are neither short nor very long. In a text without them, which is written without spaces,
/// two neighbouring characters stand for a word.
fn counts(text: &str) -> AHashMap<&str, u64> {
    let mut counts = AHashMap::new();
    let worth = |word: &&str| LETTERS.contains(&word.chars().count()) && word.chars().all(char::is_alphabetic);
    words(text).filter(worth).for_each(|word| *counts.entry(word).or_default() += 1);
    if counts.is_empty() {
        neighbours(text).for_each(|pair| *counts.entry(pair).or_default() += 1);
    }
    counts
}

fn neighbours(text: &str) -> impl Iterator<Item = &str> {
    let letters = text.char_indices().zip(text.chars().skip(1));
    let pairs =
        letters.filter(|((_, first), second)| first.is_alphabetic() && second.is_alphabetic() && first != second);
    pairs.map(|((at, first), second)| &text[at..at + first.len_utf8() + second.len_utf8()])
}
