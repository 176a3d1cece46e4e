//! What can go wrong, as data. The sentences that a student reads live in `static/locales` under `error.<code>`;
//! the fields of a variant fill their `{placeholders}`.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub type Result<T> = std::result::Result<T, Error>;

/// Makes the enum, and from the same lines what a sentence needs: the code of each variant and its fields by name.
macro_rules! errors {
    ($($(#[$doc:meta])* $code:literal $Variant:ident { $($field:ident: $type:ty),+ },)+) => {
        /// A failure with everything its sentence needs: what is wrong and what the limit is.
        #[derive(Clone, Debug, PartialEq, thiserror::Error)]
        #[error("{}", self.describe())]
        pub enum Error {
            $($(#[$doc])* $Variant { $($field: $type),+ },)+
        }

        #[cfg(test)]
        const CODES: &[&str] = &[$($code),+];

        impl Error {
            /// The stable name of the variant, the key of its sentence: `text_too_short`.
            pub fn code(&self) -> &'static str {
                match self {
                    $(Error::$Variant { .. } => $code,)+
                }
            }

            /// The values for the placeholders of the sentence, by name.
            pub fn arguments(&self) -> Vec<(&'static str, String)> {
                match self {
                    $(Error::$Variant { $($field),+ } => vec![$((stringify!($field), $field.to_string())),+],)+
                }
            }

            /// The error of this code with these arguments, in the order of [`Self::arguments`].
            fn read(code: &str, arguments: Vec<String>) -> Option<Self> {
                let mut arguments = arguments.into_iter();
                match code {
                    $($code => Some(Error::$Variant { $($field: arguments.next()?.parse().ok()?),+ }),)+
                    _ => None,
                }
            }
        }
    };
}

errors! {
    /// The text is empty, or white space alone.
    "text_empty" TextEmpty { name: String },
    /// `bytes` of text where at most `limit` are taken.
    "text_too_large" TextTooLarge { name: String, bytes: u64, limit: u64 },
    /// With this text all together would be `bytes`, where at most `limit` are taken.
    "texts_too_large" TextsTooLarge { name: String, bytes: u64, limit: u64 },
    /// The file holds bytes that no text has, the first at `offset`.
    "text_binary" TextBinary { name: String, offset: u64 },
    /// The file is text, but not UTF-8: the first wrong byte is at `offset`.
    "text_not_utf8" TextNotUtf8 { name: String, offset: u64 },
    /// The browser could not read the file: it was moved, deleted or is forbidden.
    "text_unreadable" TextUnreadable { name: String, detail: String },
    /// What was typed is no address that begins with http or https.
    "address_unknown" AddressUnknown { address: String },
    /// A page that came over https fetches nothing over http.
    "address_insecure" AddressInsecure { address: String },
    /// The site is there and does not let other sites' pages read it.
    "address_forbidden" AddressForbidden { address: String },
    /// Nothing answers at the address.
    "address_unreachable" AddressUnreachable { address: String },
    /// The site answers with an HTTP status that is no success.
    "address_status" AddressStatus { address: String, status: u64 },
    /// The site took longer than `seconds`.
    "address_slow" AddressSlow { address: String, seconds: u64 },
    /// Cleaning removes every document of the text.
    "nothing_left" NothingLeft { name: String },
    /// The text gives `tokens` tokens for training or validation (`split`), a single example needs `needed`.
    "text_too_short" TextTooShort { split: String, tokens: u64, needed: u64 },
    /// The file does not have the encoding that was told or guessed: the first wrong byte is at `offset`.
    "text_not_encoded" TextNotEncoded { name: String, encoding: String, offset: u64 },
    /// A table without a column of this name.
    "column_missing" ColumnMissing { name: String, column: String },
    /// A row of a table, or the value of this number in JSON, has nothing for a column.
    "row_too_short" RowTooShort { name: String, line: u64, column: String },
    /// A table that cannot be read on from a line.
    "table_broken" TableBroken { name: String, line: u64, detail: String },
    /// JSON that cannot be read on from a line.
    "json_broken" JsonBroken { name: String, line: u64, detail: String },
    /// More documents than are taken at most.
    "too_many_documents" TooManyDocuments { most: u64 },
    /// The weight of a document, counted from 1, is negative, no number, or all weights are zero.
    "bad_weight" BadWeight { document: u64, value: String },
    /// A class that shall grow by points between its documents has not even two.
    "class_too_small" ClassTooSmall { class: String, documents: u64 },
    /// More synthetic points than are grown at most.
    "too_many_points" TooManyPoints { points: u64, most: u64 },
    /// A step was asked for that needs a text (`missing: "text"`) or a tokenizer (`missing: "tokenizer"`) first.
    "missing" Missing { missing: String },
    /// Byte-level BPE found only `possible` different tokens in this text.
    "vocabulary_too_large" VocabularyTooLarge { requested: u64, possible: u64 },
    /// The characters and special tokens alone need `needed` tokens.
    "vocabulary_too_small" VocabularyTooSmall { requested: u64, needed: u64 },
    /// An id that the vocabulary does not have.
    "unknown_id" UnknownId { id: u64, vocab_size: u64 },
    /// The tokenizer could not be trained or used.
    "tokenizer" Tokenizer { detail: String },
    /// A tokenizer's file that is no JSON, or no text, from a line on.
    "tokenizer_broken" TokenizerBroken { name: String, line: u64, column: u64, detail: String },
    /// A tokenizer's file has more of something (`place` says where) than is taken.
    "tokenizer_too_much" TokenizerTooMuch { name: String, place: String, count: u64, most: u64 },
    /// A tokenizer's file lacks an entry.
    "tokenizer_entry_missing" TokenizerEntryMissing { name: String, place: String },
    /// An entry of a tokenizer's file that cannot be used.
    "tokenizer_entry_wrong" TokenizerEntryWrong { name: String, place: String, value: String },
    /// A merge, or a special entry, names a token that the vocabulary does not have.
    "tokenizer_token_missing" TokenizerTokenMissing { name: String, place: String, token: String },
    /// A pattern that is none, or could take for ever on some text.
    "tokenizer_pattern" TokenizerPattern { name: String, place: String, pattern: String },
    /// A setting out of its range.
    "setting_out_of_range" SettingOutOfRange { key: String, value: String, min: String, max: String },
    /// A setting that is not one of its choices.
    "setting_unknown_choice" SettingUnknownChoice { key: String, value: String, choices: String },
    /// The model's width is not a multiple of its number of heads.
    "heads_do_not_divide" HeadsDoNotDivide { n_embd: u64, n_head: u64 },
    /// One buffer (`buffer` names it) would need more bytes than this adapter allows.
    "model_too_large" ModelTooLarge { buffer: String, bytes: u64, limit: u64 },
    /// The graphics card has no room for a piece of `bytes`; 0 where it did not say for which.
    "out_of_memory" OutOfMemory { bytes: u64 },
    /// A model and the copies that keep it safe would need `bytes` of the page's own memory.
    "no_room" NoRoom { bytes: u64, limit: u64 },
    /// No adapter: the browser or the system has no usable GPU interface.
    "no_adapter" NoAdapter { detail: String },
    /// The device went away while it was in use.
    "device_lost" DeviceLost { detail: String },
    /// The GPU refused something that we believe to be right: our bug or the driver's.
    "gpu" Gpu { detail: String },
    /// Loss or gradient stopped being a number at `step`.
    "not_finite" NotFinite { step: u64 },
    /// From `step` on the loss was far above that of pure guessing, `guessing`.
    "exploded" Exploded { step: u64, loss: String, guessing: String },
    /// A text that was pasted to be measured has `bytes`, and at most `limit` are taken.
    "pasted_text_too_long" PastedTextTooLong { bytes: u64, limit: u64 },
    /// A text that was pasted to be measured gives `tokens` tokens, of which none has one before it.
    "pasted_text_too_short" PastedTextTooShort { tokens: u64 },
    /// A model that was kept is not kept any more.
    "model_forgotten" ModelForgotten { key: u64 },
    /// A checkpoint or weight file that does not fit.
    "checkpoint" Checkpoint { entry: String, detail: String },
    /// The browser has no room left for what should be kept (`bytes`).
    "storage_full" StorageFull { bytes: u64 },
    /// The browser keeps nothing for this page, or no longer.
    "storage_refused" StorageRefused { detail: String },
    /// The weights of a run are not there, or no longer whole.
    "run_not_kept" RunNotKept { run: String },
    /// Text or tokenizer are not those that the run has learned from (`what` says which).
    "run_differs" RunDiffers { run: String, what: String },
    /// The file is no zip archive.
    "project_not_zip" ProjectNotZip { name: String, detail: String },
    /// A project file lacks an entry.
    "project_entry_missing" ProjectEntryMissing { name: String, entry: String },
    /// An entry of a project file has more bytes than are taken.
    "project_entry_large" ProjectEntryLarge { name: String, entry: String, bytes: u64, limit: u64 },
    /// An entry of a project file that cannot be read.
    "project_entry_broken" ProjectEntryBroken { name: String, entry: String, detail: String },
    /// A part of the engine could not be loaded.
    "part_missing" PartMissing { part: String },
    /// The worker could not be started.
    "worker_failed" WorkerFailed { detail: String },
    /// A panic: our bug, told instead of hidden.
    "internal" Internal { detail: String },
}

/// As its code and arguments: what serde derives for as many variants is ten times the code.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let arguments: Vec<String> = self.arguments().into_iter().map(|(_, value)| value).collect();
        (self.code(), arguments).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Error {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let (code, arguments) = <(String, Vec<String>)>::deserialize(deserializer)?;
        Error::read(&code, arguments).ok_or_else(|| de::Error::custom(code))
    }
}

impl Error {
    /// The device has gone away or does not do as it should: another one may.
    pub fn blames_device(&self) -> bool {
        matches!(self, Error::DeviceLost { .. } | Error::Gpu { .. })
    }

    /// The training has gone astray, and may do better from an earlier state.
    pub fn blames_training(&self) -> bool {
        matches!(self, Error::NotFinite { .. } | Error::Exploded { .. })
    }

    fn describe(&self) -> String {
        let arguments: Vec<String> = self.arguments().iter().map(|(name, value)| format!("{name} = {value}")).collect();
        format!("{} ({})", self.code(), arguments.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_arrives_as_it_was_sent() {
        for code in CODES {
            let error = Error::read(code, vec!["18446744073709551615".into(); 9]).expect("a code of ours");
            assert_eq!(error.code(), *code);
            let bytes = postcard::to_allocvec(&error).expect("plain data");
            assert_eq!(postcard::from_bytes(&bytes), Ok(error.clone()), "{code}");
            let json = serde_json::to_string(&error).expect("plain data");
            assert_eq!(serde_json::from_str::<Error>(&json).expect("what was written"), error, "{code}");
        }
    }

    #[test]
    fn what_is_no_error_of_ours_is_refused() {
        let read = |code: &str, arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(|argument| argument.to_string()).collect();
            postcard::from_bytes::<Error>(&postcard::to_allocvec(&(code, arguments)).expect("plain data"))
        };
        assert_eq!(
            read("address_status", &["here", "404"]),
            Ok(Error::AddressStatus { address: "here".into(), status: 404 })
        );
        assert!(read("address_status", &["here"]).is_err(), "an argument is missing");
        assert!(read("address_status", &["here", "many"]).is_err(), "an argument is no number");
        assert!(read("moon_full", &["here"]).is_err(), "there is no such error");
    }
}
