//! Documents: what came in, and cleaning them.

use serde::{Deserialize, Serialize};

use super::{RequestId, TextContent};
use crate::config::corpus::{CleaningConfig, Columns, Encoding, Format, ReadConfig};
use crate::error::Error;

/// A command of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum CorpusCommand {
    /// Look into a file without making documents of it.
    Inspect { request: RequestId, name: String, content: TextContent, read: ReadConfig },
    /// Count what the documents are made of. Everything else goes first.
    Describe { request: RequestId, stage: Stage },
    /// Say what this cleaning would change. Nothing is changed.
    PreviewCleaning { request: RequestId, cleaning: CleaningConfig },
}

/// Documents before or after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// As they came.
    Brought,
    /// As the text has them, cleaned.
    Cleaned,
}

/// An event of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum CorpusEvent {
    Inspected {
        request: RequestId,
        file: FileSummary,
    },
    Described {
        request: RequestId,
        description: Description,
    },
    CleaningPreviewed {
        request: RequestId,
        preview: CleaningPreview,
    },
    /// The source at this place of the command to load could not be read. The others are loaded, if there are any.
    LeftOut {
        request: RequestId,
        place: u32,
        error: Error,
    },
}

/// What a file turned out to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileSummary {
    pub bytes: u64,
    pub encoding: Encoding,
    pub format: Format,
    /// The names of the columns of a table or of the fields of JSON, and the first rows; cells are cut.
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Which column is what: as told, or the likeliest ones.
    pub chosen: Option<Columns>,
    /// How the text begins.
    pub head: String,
}

/// The card of a corpus.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    pub documents: u64,
    pub characters: u64,
    pub words: u64,
    /// Different words, in lower case; at least so many where `types_capped`.
    pub types: u64,
    pub types_capped: bool,
    /// Labels with their documents.
    pub classes: Vec<(String, u64)>,
    pub unlabelled: u64,
    pub groups: u64,
    pub lengths: Lengths,
    /// Scripts by their key in locales, with their shares of all letters, most frequent first.
    pub scripts: Vec<(String, f32)>,
    /// The most frequent words.
    pub frequent: Vec<(String, u64)>,
}

/// How long documents are, in characters: counts in bars of equal width from `shortest` on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lengths {
    pub shortest: u64,
    pub longest: u64,
    pub median: u64,
    pub width: u64,
    pub counts: Vec<u64>,
}

/// What a cleaning would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CleaningPreview {
    /// Documents and characters before and after.
    pub documents: (u64, u64),
    pub characters: (u64, u64),
    /// Each step with the documents that it changes or removes, in the order of the steps: the step's key in locales.
    pub steps: Vec<(String, u64)>,
    /// Some documents that change or go.
    pub changes: Vec<CleaningChange>,
}

/// One document before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CleaningChange {
    /// Counted from 1.
    pub document: u64,
    /// The step that removes it, if one does.
    pub removed_by: Option<String>,
    /// The document, cut, in pieces: those of both, those before alone, those after alone.
    pub pieces: Vec<(Side, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    Both,
    Before,
    After,
}
