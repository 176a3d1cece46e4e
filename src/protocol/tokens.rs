//! Tokenizers and tokens.

use serde::{Deserialize, Serialize};

use super::RequestId;
use super::tokenizer::TokenizerFiles;
use crate::config::TokenizerConfig;
use crate::error::Error;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenizerSummary {
    /// What it was trained with; of an imported one what can be told from it.
    pub config: TokenizerConfig,
    /// The file that it comes from, if it was not trained here.
    pub imported: Option<String>,
    /// Tokens of the whole text that stand for what the vocabulary does not have.
    pub unknown_tokens: u64,
    /// Characters of the longest token that the text uses.
    pub longest_used: u64,
    /// Han characters for each hundred of the text that is no white space.
    pub han_percent: f32,
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

/// A command about tokenizers beyond the project's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum TokensCommand {
    /// Train by merges and tell every step: on the text that was typed, or on the project's.
    Trace { request: RequestId, tokenizer: TokenizerConfig, typed: Option<String> },
    /// Train these tokenizers on the project's text, one after the other, and cut it with each.
    Compare { request: RequestId, sides: Vec<CompareSide> },
    /// Give up what is traced or compared.
    Stop,
}

/// An event about tokenizers beyond the project's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum TokensEvent {
    Traced { request: RequestId, trace: Box<Trace> },
    Compared { request: RequestId, comparison: Box<Comparison> },
}

/// A training by merges, step by step.
///
/// Tokens are numbered as they came: first the alphabet, then what the merges made of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// The single characters or bytes that everything is made of.
    pub alphabet: Vec<Piece>,
    /// Tokens of the vocabulary that are never merged.
    pub reserved: u32,
    pub merges: Vec<TracedMerge>,
    /// Tokens of the whole text before the first merge.
    pub tokens: u64,
    /// Words of the text, and how many different ones.
    pub words: u64,
    pub different_words: u64,
    /// The first words of the text in tokens of the alphabet.
    pub excerpt: Vec<Vec<u32>>,
}

/// A token of an alphabet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// It continues a word: WordPiece writes `##` before it.
    pub continues: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TracedMerge {
    pub pair: TracedPair,
    /// What the pair became.
    pub token: u32,
    /// Tokens of the whole text after it.
    pub tokens: u64,
    /// The pairs that came next, best first.
    pub runners_up: Vec<TracedPair>,
}

/// Two tokens, and how often they stood together and at all, before a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedPair {
    pub left: u32,
    pub right: u32,
    pub count: u64,
    pub left_count: u64,
    pub right_count: u64,
}

impl TracedPair {
    /// What WordPiece chooses by.
    pub fn score(&self) -> f64 {
        self.count as f64 / (self.left_count as f64 * self.right_count as f64)
    }
}

/// A tokenizer of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CompareSide {
    /// Trained for it.
    Trained(TokenizerConfig),
    /// The project's own, as it is.
    Project,
    Imported(TokenizerFiles),
}

/// Tokenizers on one text, side by side.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub bytes: u64,
    pub words: u64,
    pub probes: Vec<Probe>,
    /// In the order in which they were asked for. One that this text does not give says why.
    pub sides: Vec<Result<Side, Error>>,
}

/// A piece of text on which tokenizers differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    pub kind: ProbeKind,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProbeKind {
    /// A word of the text that it hardly ever has.
    RareWord,
    /// A frequent word of the text with two letters swapped.
    TypingError,
    /// A word that most texts do not have.
    UnknownWord,
    Numbers,
    Emoji,
    Chinese,
}

/// What one tokenizer makes of the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// What it was made with; nothing if it is none of ours.
    pub config: Option<TokenizerConfig>,
    /// V.
    pub vocab_size: u64,
    /// Tokens of the vocabulary that the text has.
    pub used: u64,
    /// Tokens of the whole text, and how many of them stand for what the vocabulary does not have.
    pub tokens: u64,
    pub unknown: u64,
    /// The beginning of the text.
    pub excerpt: Vec<Token>,
    /// The probes of the comparison, in their order.
    pub probes: Vec<Vec<Token>>,
    /// Ranks of tokens by frequency, from 1, with how often the text has that token. Evenly in the logarithm.
    pub zipf: Vec<(u32, u64)>,
}
