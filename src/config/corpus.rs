//! How files become documents, and how documents are cleaned.

use crate::config::names::names;
use serde::{Deserialize, Serialize};

/// How a file is read. What is `None` is guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadConfig {
    pub encoding: Option<Encoding>,
    pub format: Option<Format>,
    pub division: Division,
    /// Of tables and JSON.
    pub columns: Option<Columns>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// Chinese; GBK and GB 2312 are parts of it.
    Gb18030,
    /// Western European as the web reads it: windows-1252, of which ISO 8859-1 is the printable part.
    Latin1,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Text, Markdown and everything else.
    Text,
    /// Cells between commas; semicolons and tabs are recognized.
    Csv,
    Tsv,
    /// One array, or one value after the other (JSON lines): objects or plain strings.
    Json,
}

/// Where one document ends and the next begins in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Division {
    /// The whole file is a document.
    Whole,
    Lines,
    #[default]
    BlankLines,
    /// At every occurrence of these characters, which belong to no document.
    Pattern(String),
}

/// Which columns of a table, or fields of a JSON object, are what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    pub text: String,
    pub label: Option<String>,
    pub group: Option<String>,
    pub weight: Option<String>,
}

/// What is done to the documents of a corpus, in this order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CleaningConfig {
    /// Tags, comments, scripts and styles go, entities become characters.
    pub strip_html: bool,
    /// Unicode NFC: one way to write each accented letter.
    pub normalize: bool,
    /// Spaces at line ends go, others become one; of empty lines one remains.
    pub tidy_whitespace: bool,
    pub lower_case: bool,
    /// Documents of fewer characters go.
    pub shortest: usize,
    /// Documents of more characters go; 0 keeps them.
    pub longest: usize,
    /// Of equal documents the first remains.
    pub drop_duplicates: bool,
    /// Of documents whose shingles agree to this share the first remains; 0 keeps them.
    pub drop_similar: f32,
}

names! {
    /// Its proper name, the same in every language.
    Encoding {
        Utf8 = "UTF-8",
        Utf16Le = "UTF-16 LE",
        Utf16Be = "UTF-16 BE",
        Gb18030 = "GB 18030",
        Latin1 = "Latin-1 (windows-1252)",
    }
}

/// The built-in corpora whose documents have labels and groups, each followed by its Chinese twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Labelled {
    /// Names of people and towns, by kind.
    Names,
    NamesZh,
    /// Two rhymed lines each, labelled by theme.
    Couplets,
    CoupletsZh,
    /// Two people talk, labelled by place.
    Dialogues,
    DialoguesZh,
    /// Tasks with their right answers, labelled by kind.
    Instructions,
    InstructionsZh,
    /// Short messages, spam or not.
    Messages,
    MessagesZh,
    /// Reviews: positive, neutral or negative.
    Reviews,
    ReviewsZh,
    /// Headlines by topic.
    Headlines,
    HeadlinesZh,
}
