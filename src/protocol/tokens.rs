//! Tokenizers and tokens.

use serde::{Deserialize, Serialize};

use crate::config::TokenizerConfig;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenizerSummary {
    pub config: TokenizerConfig,
    /// V, as it came out.
    pub vocab_size: u64,
    pub train_tokens: u64,
    pub validation_tokens: u64,
    /// Bytes of text per token, over the whole text.
    pub bytes_per_token: f32,
    /// Entropy of single tokens in the training split, in nats: the loss of a model that knows only frequencies.
    pub unigram_entropy: f32,
    /// Up to 400 tokens of the vocabulary, in the order of their ids, with how often the text uses them.
    pub vocabulary: Vec<(Token, u64)>,
    /// The first tokens of the text.
    pub head: Vec<Token>,
}

/// A token as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    pub id: u32,
    /// Its text. Where its bytes are no whole characters, `\xE4\xBD`: see `partial`.
    pub text: String,
    /// The bytes are only a part of a character.
    pub partial: bool,
}

/// An order about tokenizers beyond the project's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum TokensCommand {}

/// A fact about tokenizers beyond the project's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum TokensEvent {}
