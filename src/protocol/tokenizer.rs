//! The project's tokenizer as a thing of its own: brought from files, taken away as one, and its vocabulary looked through.

use serde::{Deserialize, Serialize};

use super::{RequestId, Token};

/// A command about the project's tokenizer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum TokenizerCommand {
    /// Make the tokenizer of these files the project's and cut the text with it. Answered like a training.
    Import { request: RequestId, files: TokenizerFiles },
    /// Stop what is being trained or imported; the tokenizer before stays. There is no answer.
    Cancel,
    /// The tokenizer as a `tokenizer.json`.
    Export { request: RequestId },
    /// Cut this text and put it together again: what has been lost?
    RoundTrip { request: RequestId, text: String },
    /// A part of the vocabulary.
    Browse { request: RequestId, query: VocabularyQuery },
    /// The whole vocabulary that a query finds, as CSV.
    ExportVocabulary { request: RequestId, query: VocabularyQuery },
    /// Everything about one token.
    Inspect { request: RequestId, id: u32 },
}

/// An event about the project's tokenizer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum TokenizerEvent {
    Exported { request: RequestId, json: String },
    RoundTrip { request: RequestId, text: Vec<Kept> },
    Browsed { request: RequestId, vocabulary: VocabularyPage },
    VocabularyExported { request: RequestId, csv: String },
    Inspected { request: RequestId, token: Box<TokenDetails> },
}

/// Files of a tokenizer, as they were brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenizerFiles {
    TokenizerJson(TokenizerFile),
    /// GPT-2's two files.
    Gpt2 {
        vocab: TokenizerFile,
        merges: TokenizerFile,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenizerFile {
    pub name: String,
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

impl TokenizerFiles {
    /// The name by which the visitor knows them.
    pub fn name(&self) -> &str {
        match self {
            Self::TokenizerJson(file) | Self::Gpt2 { vocab: file, .. } => &file.name,
        }
    }
}

/// A stretch of a text before and after it was cut and put together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kept {
    Same(String),
    /// It was there before, and something else, or nothing, stands there now.
    Changed {
        before: String,
        after: String,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VocabularyQuery {
    /// A part of a token's text, or its id; empty finds all.
    pub search: String,
    pub order: VocabularyOrder,
    /// From the highest to the lowest.
    pub descending: bool,
    /// Tokens found that are left out before the first that is told, and how many are told.
    pub from: u32,
    pub count: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum VocabularyOrder {
    #[default]
    Id,
    /// How often the text has it.
    Frequency,
    /// Its bytes.
    Length,
    Text,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VocabularyPage {
    /// Tokens that the query finds.
    pub found: u32,
    pub entries: Vec<VocabularyEntry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VocabularyEntry {
    pub token: Token,
    /// Bytes of its text.
    pub length: u32,
    /// How often the whole text has it.
    pub count: u64,
    pub kind: TokenKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenKind {
    Text,
    /// A part of a character.
    Bytes,
    /// It stands for what the vocabulary does not have.
    Unknown,
    /// It stands for no text.
    Special,
    /// An id that an imported vocabulary leaves out.
    Unused,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenDetails {
    pub entry: VocabularyEntry,
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// The two tokens that were merged into it; none for single characters, and where nothing was merged.
    pub parts: Vec<Token>,
    /// What it is made of in the end: the tokens that no merge has made.
    pub leaves: Vec<Token>,
    /// The first places where the text has it.
    pub places: Vec<TokenPlace>,
}

/// A token in the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenPlace {
    /// The number of the document, from 1.
    pub document: u64,
    pub before: String,
    pub token: String,
    pub after: String,
}
