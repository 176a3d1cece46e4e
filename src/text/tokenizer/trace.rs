//! Training by merges, to be looked at: it is [`Training`] itself, with every step kept and the beginning of the text in
//! tokens of the alphabet.

use super::merging::{CONTINUES, Merges, Rule, Step};
use super::{Training, UNKNOWN, byte_level};
use crate::config::{TokenizerConfig, TokenizerMethod};
use crate::text::statistics::head;

/// Characters at the beginning of a document of which the excerpt is made, and how many symbols it has at most.
const HEAD: usize = 1_000;
const SYMBOLS: usize = 900;

/// A finished training. Tokens are numbered from the first one of the alphabet on.
#[derive(Debug, Default)]
pub struct Traced {
    /// The bytes of each token of the alphabet, and whether it continues a word.
    pub alphabet: Vec<(Vec<u8>, bool)>,
    /// Tokens of the vocabulary that are never merged, and not numbered here.
    pub reserved: usize,
    pub steps: Vec<Step>,
    /// Tokens of the whole text before the first merge.
    pub first: u64,
    /// Words of the text, and how many different ones.
    pub words: u64,
    pub different_words: u64,
    /// The first words of the text in tokens of the alphabet.
    pub excerpt: Vec<Vec<u32>>,
}

/// The trace of a training that is done, on these documents; nothing if its method does not merge.
pub fn traced<'a>(
    training: &Training,
    documents: impl Iterator<Item = &'a str>,
    config: &TokenizerConfig,
) -> Option<Traced> {
    let merges = training.merges()?;
    let unknown = merges.tokens.first().is_some_and(|token| **token == *UNKNOWN);
    let before = u32::from(unknown);
    let words: Vec<String> =
        documents.flat_map(|document| training.words_of(head(document, HEAD))).take(SYMBOLS).collect();
    let rule = if config.method == TokenizerMethod::WordPiece { Rule::Score } else { Rule::Frequency };
    let excerpt = merges.spell(rule, words.iter().map(|word| &**word));
    Some(Traced {
        alphabet: alphabet(merges, before as usize, config.method),
        reserved: before as usize + config.special_tokens().len(),
        steps: merges.steps.iter().map(|step| numbered_from(step, before)).collect(),
        first: merges.first,
        words: training.words().iter().map(|(_, count)| count).sum(),
        different_words: training.words().len() as u64,
        excerpt: first(excerpt).into_iter().map(|word| word.iter().map(|token| token - before).collect()).collect(),
    })
}

fn alphabet(merges: &Merges, before: usize, method: TokenizerMethod) -> Vec<(Vec<u8>, bool)> {
    let read = |token: &str| match method {
        TokenizerMethod::Bpe => (byte_level::read(token).expect("bytes are spelled").into(), false),
        TokenizerMethod::WordPiece => match token.strip_prefix(CONTINUES) {
            Some(rest) if !rest.is_empty() => (rest.as_bytes().into(), true),
            _ => (token.as_bytes().into(), false),
        },
        _ => (token.as_bytes().into(), false),
    };
    merges.tokens[before..merges.alphabet].iter().map(|token| read(token)).collect()
}

fn numbered_from(step: &Step, before: u32) -> Step {
    let moved = |(left, right): (u32, u32)| (left - before, right - before);
    let mut step = step.clone();
    (step.pair, step.token) = (moved(step.pair), step.token - before);
    step.runners_up.iter_mut().for_each(|next| next.pair = moved(next.pair));
    step
}

/// As many words as the excerpt holds; of the first one its beginning, however long it is.
fn first(mut words: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    let mut room = SYMBOLS;
    if let Some(first) = words.first_mut() {
        first.truncate(SYMBOLS);
    }
    let fits = |word: &Vec<u32>| {
        let fits = word.len() <= room;
        room = room.saturating_sub(word.len());
        fits
    };
    words.into_iter().take_while(fits).collect()
}
