//! Texts and tokenizers as the page is told of them.

mod corpus;

pub use corpus::{description, file, preview};

use crate::config::{TokenizerConfig, TokenizerMethod};
use crate::error::Result;
use crate::protocol::{TextSummary, Token, TokenizerSummary, WrittenToken};
use crate::text::Text;
use crate::text::dataset::Dataset;
use crate::text::statistics::head;
use crate::text::tokenizer::Tokenizer;
use crate::train::Written;

/// Characters of the first lines.
const HEAD: usize = 1200;
const FREQUENT: usize = 20;
const VOCABULARY: usize = 400;
const FIRST_TOKENS: usize = 600;

pub fn text(text: &Text) -> TextSummary {
    TextSummary {
        name: text.name.clone(),
        bytes: text.content().len() as u64,
        characters: text.statistics.characters as u64,
        lines: text.statistics.lines as u64,
        documents: (text.train_passages().len() + text.validation_passages().len()) as u64,
        validation_documents: text.validation_passages().len() as u64,
        distinct_characters: text.statistics.counts.len() as u64,
        head: head(text.content(), HEAD).into(),
        validation_characters: text.validation().chars().count() as u64,
        validation_head: head(text.validation(), HEAD).into(),
        frequent: text.statistics.frequent(FREQUENT),
    }
}

pub fn tokenizer(
    text: &Text,
    tokenizer: &Tokenizer,
    imported: Option<String>,
    dataset: &Dataset,
    counts: &[u64],
) -> Result<TokenizerSummary> {
    let vocabulary = (0u32..).zip(counts).take(VOCABULARY);
    let first = &dataset.train[..dataset.train.len().min(FIRST_TOKENS)];
    let used = (0u32..).zip(counts).filter(|(id, count)| **count > 0 && !tokenizer.is_special(*id));
    let longest = used.filter_map(|(id, _)| tokenizer.piece(id).ok()).map(characters).max();
    let standard = || TokenizerConfig::new(TokenizerMethod::Bpe, tokenizer.vocab_size());
    Ok(TokenizerSummary {
        config: tokenizer.config().cloned().unwrap_or_else(standard),
        imported,
        unknown_tokens: tokenizer.unknown().map_or(0, |id| counts[id as usize]),
        longest_used: longest.unwrap_or(0) as u64,
        han_percent: han_percent(text),
        vocab_size: tokenizer.vocab_size() as u64,
        train_tokens: dataset.train.len() as u64,
        validation_tokens: dataset.validation.len() as u64,
        bytes_per_token: dataset.bytes_per_token() as f32,
        unigram_entropy: dataset.unigram_entropy() as f32,
        vocabulary: vocabulary.map(|(id, count)| Ok((token(tokenizer, id)?, *count))).collect::<Result<_>>()?,
        head: tokens(tokenizer, first)?,
    })
}

fn characters(piece: &[u8]) -> usize {
    String::from_utf8_lossy(piece).chars().count()
}

fn han_percent(text: &Text) -> f32 {
    let visible = text.statistics.counts.iter().filter(|(character, _)| !character.is_whitespace());
    let (mut han, mut all) = (0, 0);
    for (character, count) in visible {
        all += count;
        han += if matches!(character, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}') { *count } else { 0 };
    }
    100.0 * han as f32 / all.max(1) as f32
}

pub fn tokens(tokenizer: &Tokenizer, ids: &[u32]) -> Result<Vec<Token>> {
    ids.iter().map(|id| token(tokenizer, *id)).collect()
}

pub fn token(tokenizer: &Tokenizer, id: u32) -> Result<Token> {
    let shown = tokenizer.show(id)?;
    Ok(Token { id, text: shown.text, partial: shown.partial })
}

/// The same with the space that goes before it in a text.
pub fn token_in_text(tokenizer: &Tokenizer, id: u32) -> Result<Token> {
    let shown = tokenizer.show_in_text(id)?;
    Ok(Token { id, text: shown.text, partial: shown.partial })
}

/// A token that was drawn, with the others that could have been.
pub fn written(tokenizer: &Tokenizer, written: &Written) -> Result<WrittenToken> {
    let named = |(id, probability): &(u32, f32)| Ok((token_in_text(tokenizer, *id)?, *probability));
    Ok(WrittenToken {
        token: token_in_text(tokenizer, written.id)?,
        probability: written.probability,
        runners_up: written.runners_up.iter().map(named).collect::<Result<_>>()?,
    })
}
