//! What can go wrong, as data. The sentences that a student reads live in `static/locales` under `error.<code>`;
//! the fields of a variant fill their `{placeholders}`.

use serde::{Deserialize, Serialize};

pub type Result<T> = std::result::Result<T, Error>;

/// A failure with everything its sentence needs: what is wrong and what the limit is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[error("{}", self.describe())]
pub enum Error {
    /// The text is empty, or white space alone.
    TextEmpty { name: String },
    /// `bytes` of text where at most `limit` are taken.
    TextTooLarge { name: String, bytes: u64, limit: u64 },
    /// The file holds bytes that no text has, the first at `offset`.
    TextBinary { name: String, offset: u64 },
    /// The file is text, but not UTF-8: the first wrong byte is at `offset`.
    TextNotUtf8 { name: String, offset: u64 },
    /// The browser could not read the file: it was moved, deleted or is forbidden.
    TextUnreadable { name: String, detail: String },
    /// The text gives `tokens` tokens for training or validation (`split`), a single example needs `needed`.
    TextTooShort { split: String, tokens: u64, needed: u64 },
    /// A step was asked for that needs a text (`missing: "text"`) or a tokenizer (`missing: "tokenizer"`) first.
    Missing { missing: String },
    /// Byte-level BPE found only `possible` different tokens in this text.
    VocabularyTooLarge { requested: u64, possible: u64 },
    /// An id that the vocabulary does not have.
    UnknownId { id: u64, vocab_size: u64 },
    /// The tokenizer could not be trained or used.
    Tokenizer { detail: String },
    /// A setting out of its range.
    SettingOutOfRange { key: String, value: String, min: String, max: String },
    /// A setting that is not one of its choices.
    SettingUnknownChoice { key: String, value: String, choices: String },
    /// The model's width is not a multiple of its number of heads.
    HeadsDoNotDivide { n_embd: u64, n_head: u64 },
    /// One buffer (`buffer` names it) would need more bytes than this adapter allows.
    ModelTooLarge { buffer: String, bytes: u64, limit: u64 },
    /// No adapter: the browser or the system has no usable GPU interface.
    NoAdapter { detail: String },
    /// The device went away while it was in use.
    DeviceLost { detail: String },
    /// The GPU refused something that we believe to be right: our bug or the driver's.
    Gpu { detail: String },
    /// Loss or gradient stopped being a number at `step`.
    NotFinite { step: u64 },
    /// A checkpoint or weight file that does not fit.
    Checkpoint { entry: String, detail: String },
    /// The worker could not be started.
    WorkerFailed { detail: String },
    /// A panic: our bug, told instead of hidden.
    Internal { detail: String },
}

impl Error {
    /// The stable name of the variant, the key of its sentence: `text_too_short`.
    pub fn code(&self) -> String {
        self.parts().0
    }

    /// The values for the placeholders of the sentence, by name.
    pub fn arguments(&self) -> Vec<(String, String)> {
        let text = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), String::from);
        self.parts().1.into_iter().map(|(name, value)| (name, text(value))).collect()
    }

    fn parts(&self) -> (String, serde_json::Map<String, serde_json::Value>) {
        let value = serde_json::to_value(self).expect("an error is plain data");
        let serde_json::Value::Object(variant) = value else { unreachable!("every error has fields: {value:?}") };
        match variant.into_iter().next() {
            Some((code, serde_json::Value::Object(fields))) => (code, fields),
            other => unreachable!("an error is its code and its fields: {other:?}"),
        }
    }

    fn describe(&self) -> String {
        let arguments: Vec<String> = self.arguments().iter().map(|(name, value)| format!("{name} = {value}")).collect();
        format!("{} ({})", self.code(), arguments.join(", "))
    }
}
