//! What lies in the store: a record and weights for every run, each in slots; texts and tokenizers under the hash of
//! their bytes, each once for all runs; the settings of the last visit.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::error::{Error, Result};
use crate::protocol::Kernels;
use crate::protocol::runs::{RunKey, RunRecord};
use crate::protocol::storage::{SavedId, SavedText};
use crate::store::slots::{Slots, file_of};
use crate::store::{Store, seal};

const RECORD: &str = ".record";
const WEIGHTS: &str = ".weights";
const PROJECT: &str = "project";
const TEXT: &str = "text.";
const TOKENIZER: &str = "tokenizer.";

/// A run but for its weights.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SavedRun {
    pub record: RunRecord,
    pub texts: Vec<SavedText>,
    pub tokenizer: SavedTokenizer,
    /// The graphics card, and the kernels that it was computed with there.
    pub card: Option<String>,
    pub kernels: Kernels,
    /// Milliseconds since 1970 when it was saved last.
    pub touched: u64,
    /// Put away: gone when the engine starts again.
    pub deleted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedTokenizer {
    pub id: SavedId,
    /// The name of the file that it came from. Any other is trained again, and is the same then.
    pub imported: Option<String>,
}

/// The settings, texts and tokenizer of the last visit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedSettings {
    pub config: Config,
    pub texts: Vec<SavedText>,
    pub tokenizer: Option<SavedTokenizer>,
}

/// What bytes are called.
pub fn id_of(bytes: &[u8]) -> SavedId {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn text_file(id: &str) -> String {
    format!("{TEXT}{id}")
}

pub fn tokenizer_file(id: &str) -> String {
    format!("{TOKENIZER}{id}")
}

pub async fn open_record(store: &impl Store, key: &str) -> Result<(Slots, Option<SavedRun>)> {
    let (slots, content) = Slots::open(store, format!("{key}{RECORD}")).await?;
    Ok((slots, content.and_then(|content| from_json(&content).ok())))
}

pub async fn open_weights(store: &impl Store, key: &str) -> Result<(Slots, Option<Vec<u8>>)> {
    Slots::open(store, format!("{key}{WEIGHTS}")).await
}

pub async fn open_settings(store: &impl Store) -> Result<(Slots, Option<SavedSettings>)> {
    let (slots, content) = Slots::open(store, PROJECT).await?;
    Ok((slots, content.and_then(|content| from_json(&content).ok())))
}

/// Keeps a run that is not going on.
pub async fn save_run(store: &impl Store, run: &SavedRun, weights: Option<&[u8]>) -> Result<()> {
    if let Some(weights) = weights {
        open_weights(store, &run.record.key).await?.0.save(store, &[weights]).await?;
    }
    open_record(store, &run.record.key).await?.0.save(store, &[&to_json(run)]).await
}

/// Every run, those that were put away too, in the order in which they began.
pub async fn runs(store: &impl Store) -> Result<Vec<SavedRun>> {
    let mut keys: Vec<RunKey> = store.list().await?.iter().filter_map(|name| key_of(name, RECORD)).collect();
    // A store lists its files in whatever order it likes.
    keys.sort_unstable();
    keys.dedup();
    let mut runs = Vec::new();
    for key in keys {
        runs.extend(open_record(store, &key).await?.1);
    }
    runs.sort_by_key(|run: &SavedRun| (run.record.begun, run.record.number));
    Ok(runs)
}

fn key_of(name: &str, end: &str) -> Option<RunKey> {
    file_of(name)?.strip_suffix(end).map(RunKey::from)
}

/// Deletes the runs that were put away, weights that no record is of, and texts and tokenizers that nothing names. What cannot
/// be read may have been written by a newer page: it stays, and so does whatever it may name.
pub async fn tidy(store: &impl Store, runs: &[SavedRun], settings: Option<&SavedSettings>) -> Result<()> {
    for run in runs.iter().filter(|run| run.deleted) {
        open_weights(store, &run.record.key).await?.0.delete(store).await?;
        open_record(store, &run.record.key).await?.0.delete(store).await?;
    }
    let names = store.list().await?;
    let records: Vec<RunKey> = names.iter().filter_map(|name| key_of(name, RECORD)).collect();
    let left = || runs.iter().filter(|run| !run.deleted);
    let is_read = |key: &RunKey| left().any(|run| run.record.key == *key);
    let all_is_read =
        records.iter().all(is_read) && (settings.is_some() || !names.iter().any(|name| file_of(name) == Some(PROJECT)));
    let texts = left().flat_map(|run| &run.texts).chain(settings.iter().flat_map(|settings| &settings.texts));
    let tokenizers = left().map(|run| &run.tokenizer).chain(settings.iter().filter_map(|it| it.tokenizer.as_ref()));
    let named: Vec<String> =
        texts.map(|text| text_file(&text.id)).chain(tokenizers.map(|it| tokenizer_file(&it.id))).collect();
    for name in &names {
        let is_orphan = key_of(name, WEIGHTS).is_some_and(|key| !records.contains(&key));
        let is_shared = name.starts_with(TEXT) || name.starts_with(TOKENIZER);
        if is_orphan || is_shared && all_is_read && !named.contains(name) {
            store.delete(name).await?;
        }
    }
    Ok(())
}

/// Keeps bytes that never change, unless they are there and whole.
pub async fn save_bytes(store: &impl Store, file: &str, bytes: &[u8]) -> Result<()> {
    if read_bytes(store, file).await?.is_some_and(|kept| kept == bytes) {
        return Ok(());
    }
    store.write(file, &[&seal::header(0, &[bytes]), bytes]).await
}

pub async fn read_bytes(store: &impl Store, file: &str) -> Result<Option<Vec<u8>>> {
    let kept = store.read(file).await?;
    Ok(kept.and_then(|kept| seal::open(&kept).map(|(_, bytes)| bytes.to_vec())))
}

pub fn to_json(content: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(content).expect("what is kept is plain data")
}

/// What [`to_json`] wrote, perhaps before a setting existed that there is now: it has its default then.
///
/// # Errors
/// [`Error::Internal`] with what is wrong.
pub fn from_json<T: DeserializeOwned>(json: &[u8]) -> Result<T> {
    let broken = |error: serde_json::Error| Error::Internal { detail: error.to_string() };
    let mut content: Value = serde_json::from_slice(json).map_err(broken)?;
    let defaults = serde_json::to_value(Config::default()).expect("settings are plain data");
    fill_configs(&mut content, &defaults);
    serde_json::from_value(content).map_err(broken)
}

fn fill_configs(content: &mut Value, defaults: &Value) {
    match content {
        Value::Object(entries) => {
            for (name, value) in entries {
                match name.as_str() {
                    "config" => fill(value, defaults),
                    _ => fill_configs(value, defaults),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| fill_configs(value, defaults)),
        _ => (),
    }
}

/// Fills in what is missing. An object with a name that the default lacks is another choice than the default, not an
/// older form of it.
fn fill(value: &mut Value, defaults: &Value) {
    if let (Value::Object(entries), Value::Object(defaults)) = (value, defaults)
        && entries.keys().all(|name| defaults.contains_key(name))
    {
        for (name, default) in defaults {
            match entries.get_mut(name) {
                Some(value) => fill(value, default),
                None => _ = entries.insert(name.clone(), default.clone()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_from_before_a_setting_existed_have_its_default() {
        let mut config = Config::default();
        config.train.steps = 77;
        config.data.source = crate::config::Source::Labelled(crate::config::corpus::Labelled::Couplets);
        let settings = SavedSettings { config, texts: Vec::new(), tokenizer: None };
        let json = to_json(&settings);
        assert_eq!(from_json::<SavedSettings>(&json).expect("as it was"), settings);
        let mut older: Value = serde_json::from_slice(&json).expect("it was written as JSON");
        let train = older["config"]["train"].as_object_mut().expect("settings of training");
        assert!(train.remove("warmup").is_some());
        assert!(older["config"].as_object_mut().expect("settings").remove("sample").is_some());
        let read: SavedSettings = from_json(&serde_json::to_vec(&older).expect("JSON")).expect("an older form");
        assert_eq!(read.config.train.warmup, Config::default().train.warmup);
        assert_eq!(
            read,
            SavedSettings {
                config: Config {
                    train: crate::config::TrainConfig { warmup: read.config.train.warmup, ..settings.config.train },
                    sample: Config::default().sample,
                    ..settings.config
                },
                ..settings
            }
        );
        assert!(from_json::<SavedSettings>(b"{\"config\": 3}").is_err());
    }
}
