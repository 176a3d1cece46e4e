//! Texts: where they come from, and what they are.

use serde::{Deserialize, Serialize};

use crate::config::Source;
use crate::config::corpus::ReadConfig;

/// A file of the student's that stays in the browser until it is read; the host gives the numbers.
pub type FileId = u32;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum TextSource {
    /// Grow it with a built-in grammar.
    BuiltIn { corpus: Source, characters: usize, seed: u32 },
    /// What the student brought: pasted, dropped, chosen, or found at an address.
    Brought { name: String, content: TextContent, read: ReadConfig },
}

/// Where the bytes of a text are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum TextContent {
    Bytes(#[serde(with = "serde_bytes")] Vec<u8>),
    File(FileId),
    /// One that is kept from an earlier visit, by its name there.
    Kept(super::storage::SavedId),
    /// Fetched from there when the text is loaded.
    Address(String),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextSummary {
    pub name: String,
    pub bytes: u64,
    pub characters: u64,
    pub lines: u64,
    /// Documents of the text; those that were drawn twice count twice.
    pub documents: u64,
    /// Documents in the part held out. One that the cut goes through counts in both parts.
    pub validation_documents: u64,
    pub distinct_characters: u64,
    /// The first lines, at most about 1,200 characters.
    pub head: String,
    /// Characters held out for validation.
    pub validation_characters: u64,
    /// The first lines of the part held out.
    pub validation_head: String,
    /// The most frequent characters with their counts, at most 20, most frequent first.
    pub frequent: Vec<(char, u64)>,
}
