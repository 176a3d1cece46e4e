//! A whole project in one zip file: what a student takes to another computer, or hands in.
//!
//! | entry | is |
//! | --- | --- |
//! | `project.json` | settings, names of the texts, which run the weights are of |
//! | `texts/1`, ... | texts that were brought, byte for byte; built-in ones grow again from the settings |
//! | `tokenizer.json` | as the whole field reads it |
//! | `model.safetensors` | the weights, under the names that other programs know |
//! | `training.safetensors` | moments, counters, step: what is needed to go on bit for bit |
//! | `runs.json` | every run with its curve |
//!
//! A file from elsewhere may be broken or made to harm: sizes are looked at before anything is allocated, every entry is
//! read and checked before anything is changed, and an error names the entry.

use std::collections::HashSet;
use std::io::{Cursor, Read, Write};

use serde::{Deserialize, Serialize};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::storage::saved::{self, SavedTokenizer};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::protocol::Kernels;
use crate::protocol::runs::{RunKey, RunRecord};
use crate::protocol::storage::SavedText;
use crate::text::tokenizer::import;
use crate::text::user_text::MAX_BYTES;
use crate::train::{Checkpoint, checkpoint};

const PROJECT: &str = "project.json";
const TOKENIZER: &str = "tokenizer.json";
const RUNS: &str = "runs.json";
const WEIGHTS: &str = "model.safetensors";
const TRAINING: &str = "training.safetensors";

/// Bytes of an entry that are taken at most.
const MAX_PROJECT: u64 = 1_000_000;
const MAX_TOKENIZER: u64 = 64 << 20;
const MAX_RUNS: u64 = 128 << 20;
const MAX_TENSORS: u64 = 1 << 30;
/// Texts and runs that are taken at most.
const MAX_TEXTS: usize = 2_000;
const MAX_RECORDS: usize = 10_000;
/// Letters of a run's key at most.
const MAX_KEY_LENGTH: usize = 64;
/// Bytes that are set aside before they have come.
const AHEAD: u64 = 1 << 20;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProjectFile {
    pub config: Config,
    /// The texts that were brought, with their bytes.
    pub texts: Vec<(SavedText, Vec<u8>)>,
    /// The tokenizer, and its `tokenizer.json`.
    pub tokenizer: Option<(SavedTokenizer, String)>,
    pub runs: Vec<RunRecord>,
    pub trained: Option<Trained>,
}

/// The weights of one of the runs, and what they were computed with.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    pub run: RunKey,
    pub card: Option<String>,
    pub kernels: Kernels,
    pub checkpoint: Checkpoint,
}

/// What `project.json` says.
#[derive(Serialize, Deserialize)]
struct Description {
    /// So that a file of ours is known from any other `project.json`.
    made_by: String,
    version: u32,
    config: Config,
    texts: Vec<SavedText>,
    tokenizer: Option<SavedTokenizer>,
    run: Option<RunKey>,
    card: Option<String>,
    kernels: Kernels,
}

const MADE_BY: &str = "Gptling";
const VERSION: u32 = 1;

impl ProjectFile {
    /// # Errors
    /// [`Error::Internal`] if the file would be larger than a zip file can be.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let trained = self.trained.as_ref();
        let description = Description {
            made_by: MADE_BY.into(),
            version: VERSION,
            config: self.config.clone(),
            texts: self.texts.iter().map(|(text, _)| text.clone()).collect(),
            tokenizer: self.tokenizer.as_ref().map(|(tokenizer, _)| tokenizer.clone()),
            run: trained.map(|trained| trained.run.clone()),
            card: trained.and_then(|trained| trained.card.clone()),
            kernels: trained.map_or_else(Kernels::new, |trained| trained.kernels.clone()),
        };
        let mut zip = Packing(ZipWriter::new(Cursor::new(Vec::new())));
        zip.add(PROJECT, &saved::to_json(&description))?;
        for (number, (_, bytes)) in (1..).zip(&self.texts) {
            zip.add(&text_entry(number), bytes)?;
        }
        if let Some((_, json)) = &self.tokenizer {
            zip.add(TOKENIZER, json.as_bytes())?;
        }
        if let Some(Trained { checkpoint, .. }) = trained {
            let [weights, training] = checkpoint.to_files();
            zip.add(WEIGHTS, &weights)?;
            zip.add(TRAINING, &training)?;
        }
        zip.add(RUNS, &saved::to_json(&self.runs))?;
        zip.finish()
    }

    /// # Errors
    /// What is wrong with which entry.
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self> {
        let mut zip = Unpacking::open(name, bytes)?;
        let description: Description = zip.json(PROJECT, MAX_PROJECT)?;
        if description.made_by != MADE_BY || description.version > VERSION {
            return Err(zip.broken(PROJECT, "made by a newer Gptling, or by something else"));
        }
        let config = description.config.validated().map_err(|error| zip.broken(PROJECT, &error.to_string()))?;
        let texts = zip.texts(description.texts)?;
        let tokenizer = match description.tokenizer {
            Some(tokenizer) => {
                let json = zip.tokenizer(&tokenizer)?;
                Some((tokenizer, json))
            }
            None => None,
        };
        let runs = zip.runs()?;
        let trained = match description.run {
            Some(run) => {
                let checkpoint = zip.checkpoint(runs.iter().find(|record| record.key == run))?;
                Some(Trained { run, card: description.card, kernels: description.kernels, checkpoint })
            }
            None => None,
        };
        Ok(Self { config, texts, tokenizer, runs, trained })
    }
}

fn is_key(key: &str) -> bool {
    (1..=MAX_KEY_LENGTH).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn text_entry(number: usize) -> String {
    format!("texts/{number}")
}

struct Packing(ZipWriter<Cursor<Vec<u8>>>);

impl Packing {
    /// Text shrinks to a third; weights hardly, and are stored as they are.
    fn add(&mut self, entry: &str, bytes: &[u8]) -> Result<()> {
        let method = match entry {
            WEIGHTS | TRAINING => CompressionMethod::Stored,
            _ => CompressionMethod::Deflated,
        };
        let options = SimpleFileOptions::default().compression_method(method).large_file(bytes.len() > 1 << 31);
        self.0.start_file(entry, options).map_err(internal)?;
        self.0.write_all(bytes).map_err(|error| Error::Internal { detail: error.to_string() })
    }

    fn finish(self) -> Result<Vec<u8>> {
        self.0.finish().map(Cursor::into_inner).map_err(internal)
    }
}

fn internal(error: ZipError) -> Error {
    Error::Internal { detail: error.to_string() }
}

struct Unpacking<'a> {
    name: &'a str,
    zip: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Unpacking<'a> {
    fn open(name: &'a str, bytes: &'a [u8]) -> Result<Self> {
        let refused = |error: ZipError| Error::ProjectNotZip { name: name.into(), detail: error.to_string() };
        Ok(Self { name, zip: ZipArchive::new(Cursor::new(bytes)).map_err(refused)? })
    }

    fn broken(&self, entry: &str, detail: &str) -> Error {
        Error::ProjectEntryBroken { name: self.name.into(), entry: entry.into(), detail: detail.into() }
    }

    /// The bytes of an entry, at most `limit` of them, whatever it says of its own size.
    fn read(&mut self, entry: &str, limit: u64) -> Result<Vec<u8>> {
        let name = || self.name.to_string();
        let file = self.zip.by_name(entry).map_err(|error| match error {
            ZipError::FileNotFound => Error::ProjectEntryMissing { name: name(), entry: entry.into() },
            error => Error::ProjectEntryBroken { name: name(), entry: entry.into(), detail: error.to_string() },
        })?;
        let large = |bytes| Error::ProjectEntryLarge { name: name(), entry: entry.into(), bytes, limit };
        let size = file.size();
        if size > limit {
            return Err(large(size));
        }
        let mut bytes = Vec::with_capacity(size.min(AHEAD) as usize);
        let read = file.take(limit + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > limit {
            return Err(large(bytes.len() as u64));
        }
        match read {
            Ok(_) => Ok(bytes),
            Err(error) => Err(self.broken(entry, &error.to_string())),
        }
    }

    fn json<T: serde::de::DeserializeOwned>(&mut self, entry: &str, limit: u64) -> Result<T> {
        let bytes = self.read(entry, limit)?;
        saved::from_json(&bytes).map_err(|error| match error {
            Error::Internal { detail } => self.broken(entry, &detail),
            error => error,
        })
    }

    fn texts(&mut self, described: Vec<SavedText>) -> Result<Vec<(SavedText, Vec<u8>)>> {
        if described.len() > MAX_TEXTS {
            return Err(
                self.broken(PROJECT, &format!("{} texts, where at most {MAX_TEXTS} are taken", described.len()))
            );
        }
        let (mut texts, mut room) = (Vec::new(), MAX_BYTES as u64);
        for (number, text) in (1..).zip(described) {
            let entry = text_entry(number);
            let bytes = self.read(&entry, room)?;
            if saved::id_of(&bytes) != text.id {
                return Err(self.broken(&entry, "not the text that the project was made with"));
            }
            room -= bytes.len() as u64;
            texts.push((SavedText { bytes: bytes.len() as u64, ..text }, bytes));
        }
        Ok(texts)
    }

    fn tokenizer(&mut self, named: &SavedTokenizer) -> Result<String> {
        let bytes = self.read(TOKENIZER, MAX_TOKENIZER)?;
        if saved::id_of(&bytes) != named.id {
            return Err(self.broken(TOKENIZER, "not the tokenizer that the project was made with"));
        }
        import::tokenizer_json(TOKENIZER, &bytes).map_err(|error| self.broken(TOKENIZER, &error.to_string()))?;
        String::from_utf8(bytes).map_err(|error| self.broken(TOKENIZER, &error.to_string()))
    }

    /// Every run. Its key names its files here, so it is plain letters, and no two runs have the same.
    fn runs(&mut self) -> Result<Vec<RunRecord>> {
        let runs: Vec<RunRecord> = self.json(RUNS, MAX_RUNS)?;
        if runs.len() > MAX_RECORDS {
            return Err(self.broken(RUNS, &format!("{} runs, where at most {MAX_RECORDS} are taken", runs.len())));
        }
        let mut keys = HashSet::new();
        for (number, RunRecord { key, .. }) in (1..).zip(&runs) {
            if !is_key(key) {
                let wanted = format!("1 to {MAX_KEY_LENGTH} ASCII letters and digits");
                return Err(self.broken(RUNS, &format!("the key of run {number} is not {wanted}")));
            }
            if !keys.insert(key) {
                return Err(self.broken(RUNS, &format!("run {number} has the key {key} of another")));
            }
        }
        Ok(runs)
    }

    /// Weights and moments, which have to be those of the run.
    fn checkpoint(&mut self, record: Option<&RunRecord>) -> Result<Checkpoint> {
        let record = record.ok_or_else(|| self.broken(RUNS, "the run of the weights is missing"))?;
        let config = record.config.clone().validated().map_err(|error| self.broken(RUNS, &error.to_string()))?;
        let (weights, training) = (self.read(WEIGHTS, MAX_TENSORS)?, self.read(TRAINING, MAX_TENSORS)?);
        let named = |error: Error, file: &str| match error {
            Error::Checkpoint { entry, detail } => self.broken(&format!("{file}: {entry}"), &detail),
            error => error,
        };
        for (file, bytes) in [(WEIGHTS, &weights), (TRAINING, &training)] {
            checkpoint::check_file(bytes).map_err(|error| named(error, file))?;
        }
        let checkpoint = Checkpoint::from_files(&[&weights, &training]).map_err(|error| named(error, TRAINING))?;
        if checkpoint.config != config.model || checkpoint.vocab_size as u64 != record.vocab_size {
            return Err(self.broken(TRAINING, "of another model than the run's"));
        }
        checkpoint.check_sizes().map_err(|error| named(error, WEIGHTS))?;
        Ok(checkpoint)
    }
}
