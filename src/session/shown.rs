//! Texts and tokenizers as the page is told of them.

mod corpus;

pub use corpus::{description, file, preview};

use crate::config::TokenizerConfig;
use crate::error::Result;
use crate::protocol::{TextSummary, Token, TokenizerSummary};
use crate::text::Text;
use crate::text::dataset::Dataset;
use crate::text::statistics::head;
use crate::text::tokenizer::Tokenizer;

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

pub fn tokenizer(config: &TokenizerConfig, tokenizer: &Tokenizer, dataset: &Dataset) -> Result<TokenizerSummary> {
    let counts = dataset.counts();
    let vocabulary = (0u32..).zip(counts).take(VOCABULARY);
    let first = &dataset.train[..dataset.train.len().min(FIRST_TOKENS)];
    Ok(TokenizerSummary {
        config: config.clone(),
        vocab_size: tokenizer.vocab_size() as u64,
        train_tokens: dataset.train.len() as u64,
        validation_tokens: dataset.validation.len() as u64,
        bytes_per_token: dataset.bytes_per_token() as f32,
        unigram_entropy: dataset.unigram_entropy() as f32,
        vocabulary: vocabulary.map(|(id, count)| Ok((token(tokenizer, id)?, count))).collect::<Result<_>>()?,
        head: tokens(tokenizer, first)?,
    })
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
