//! Keeps runs and projects beyond the visit.
//!
//! Nobody has to ask for it: after each piece of work the session looks whether the run is due, which it is every half
//! minute of training, when it pauses and when it ends. Where nothing can be kept, training goes on.

mod continuing;
mod load_run;
mod projects;
mod recorder;
pub mod saved;

use web_time::SystemTime;

use super::{Host, Session};
use crate::config::{Config, Source};
use crate::error::{Error, Result};
use crate::protocol::runs::RunRecord;
use crate::protocol::storage::{LockState, Offer, SavedProject, SavedText, StorageCommand, StorageEvent};
use crate::protocol::tokenizer::{TokenizerFile, TokenizerFiles};
use crate::protocol::{DeviceKind, Event, Kernels, RunId, RunState, TextSource};
use crate::store::Store;
use crate::store::slots::Slots;
use crate::text::tokenizer::Tokenizer;
use crate::train::Checkpoint;
use projects::ImportedRun;
pub use recorder::Recorder;
use saved::{SavedRun, SavedSettings, SavedTokenizer};

/// Seconds of training after which a run is kept again.
const EVERY: f32 = 30.0;

#[derive(Default)]
pub struct Storage {
    hold: LockState,
    /// The run that is going on.
    current: Option<Current>,
    /// The page's settings, once it has told them.
    config: Option<Config>,
    /// The texts that were brought for the documents that are there.
    texts: Vec<SavedText>,
    settings: Option<Slots>,
    /// The number of the newest run.
    numbers: u32,
    /// Why nothing was kept last time.
    trouble: Option<Error>,
    /// The run that came in a file last.
    imported_run: Option<ImportedRun>,
}

/// The run that is going on, and what of it is kept.
struct Current {
    texts: Vec<SavedText>,
    tokenizer: SavedTokenizer,
    /// Where it is kept, once it was looked for.
    slots: Option<(Slots, Slots)>,
    /// The state that was kept last, and the seconds of training it had then.
    state: Option<RunState>,
    seconds: f32,
    /// Put away, though it goes on.
    deleted: bool,
    /// What it is computed with.
    card: Option<String>,
    kernels: Kernels,
}

impl<H: Host> Session<H> {
    pub(super) async fn handle_storage(&mut self, command: StorageCommand) {
        match command {
            StorageCommand::Held(hold) => self.hold(hold).await,
            StorageCommand::TakeOver => self.host.take_over(),
            StorageCommand::Remember { config, texts } => {
                self.storage.config = Some(*config);
                self.storage.texts.retain(|text| texts.contains(&text.name));
                if !self.inbox.has(|newer| matches!(newer, super::Command::Storage(StorageCommand::Remember { .. }))) {
                    self.save_settings().await;
                }
            }
            StorageCommand::Open { request, key } => {
                let opened = self.open_run(&key).await;
                let told = |opened| Event::Storage(StorageEvent::Opened { request, opened: Box::new(opened) });
                self.answer(request, opened.map(told));
            }
            StorageCommand::Continue { run, key } => self.go_on(run, &key).await,
            StorageCommand::Rename { key, name } => {
                // A run that has just begun is not kept yet, and will be by this name.
                if self.host.key().as_ref() == Some(&key) {
                    self.host.with_record(|record| record.name.clone_from(&name));
                }
                self.change_run(&key, |kept| kept.record.name = name).await;
            }
            StorageCommand::Delete { key } => self.change_run(&key, |kept| kept.deleted = true).await,
            StorageCommand::Restore { key } => self.change_run(&key, |kept| kept.deleted = false).await,
            StorageCommand::Duplicate { key, name } => {
                let copy = self.duplicate(&key, name).await;
                self.note_error(copy);
            }
            StorageCommand::SaveProject { request, config, key } => self.save_project(request, *config, key).await,
            StorageCommand::OpenProject { request, name, bytes } => self.open_project(request, &name, bytes).await,
        }
    }

    fn emit_storage(&self, event: StorageEvent) {
        self.host.emit(Event::Storage(event));
    }

    /// The browser has said whether this tab keeps what is done in it.
    async fn hold(&mut self, hold: LockState) {
        self.storage.hold = hold.clone();
        self.storage.settings = None;
        if let Some(current) = &mut self.storage.current {
            current.slots = None;
            current.state = None;
        }
        self.emit_storage(StorageEvent::Holds { hold: hold.clone() });
        if matches!(hold, LockState::Ours | LockState::Elsewhere) {
            let found = self.look().await;
            self.note_error(found);
        }
        self.save_texts().await;
    }

    /// Tells what is kept, and throws away what was put away before.
    async fn look(&mut self) -> Result<()> {
        let store = self.host.store();
        let runs = saved::runs(store).await?;
        let (slots, settings) = saved::open_settings(store).await?;
        if self.storage.hold == LockState::Ours {
            saved::tidy(store, &runs, settings.as_ref()).await?;
        }
        self.storage.settings = Some(slots);
        self.storage.numbers = runs.iter().map(|run| run.record.number).max().unwrap_or(0).max(self.storage.numbers);
        let project = match settings {
            Some(SavedSettings { config, texts, tokenizer }) => {
                if self.storage.texts.is_empty() {
                    self.storage.texts.clone_from(&texts);
                }
                Some(Box::new(project(config, texts, imported(store, tokenizer).await?)))
            }
            None => None,
        };
        let runs: Vec<SavedRun> = runs.into_iter().filter(|run| !run.deleted).collect();
        let offer = if self.run.is_none() { offer(store, &runs).await? } else { None };
        let records = runs.into_iter().map(|run| at_rest(run.record)).collect();
        self.emit_storage(StorageEvent::Found { records, offer, project });
        Ok(())
    }

    /// Begins the record of a run that is about to be built.
    pub(super) fn begin_record(&mut self, run: RunId, config: &Config) -> Result<()> {
        self.storage.numbers += 1;
        let begun = now();
        let cut = self.project.cut()?;
        let record = RunRecord {
            key: begun.to_string(),
            number: self.storage.numbers,
            name: String::new(),
            begun,
            config: config.clone(),
            text: self.project.mark()?,
            vocab_size: cut.tokenizer.vocab_size() as u64,
            state: RunState::Preparing,
            report: None,
            unigram_entropy: cut.dataset.unigram_entropy() as f32,
            baselines: None,
            points: Vec::new(),
            evaluations: Vec::new(),
            samples: Vec::new(),
            seconds: 0.0,
            clock: Vec::new(),
            device: DeviceKind::Cpu,
            kept: None,
        };
        let tokenizer =
            SavedTokenizer { id: saved::id_of(cut.tokenizer.to_json().as_bytes()), imported: cut.imported.clone() };
        let own = config.data.source == Source::Own;
        let texts = if own { self.storage.texts.clone() } else { Vec::new() };
        self.follow_run(run, record, texts, tokenizer);
        Ok(())
    }

    fn follow_run(&mut self, run: RunId, record: RunRecord, texts: Vec<SavedText>, tokenizer: SavedTokenizer) {
        let seconds = record.seconds;
        self.storage.current = Some(Current {
            texts,
            tokenizer,
            slots: None,
            state: None,
            seconds,
            deleted: false,
            card: None,
            kernels: Kernels::new(),
        });
        self.host.record(run, record.clone());
        self.emit_storage(StorageEvent::Began { run, record: Box::new(record) });
    }

    /// What the run that is going on has for texts and tokenizer is not asked for any more.
    pub(super) fn forget_record(&mut self) {
        self.storage.current = None;
        self.host.forget();
    }

    /// Keeps the run if it is due.
    pub(super) async fn save_what_is_due(&mut self) {
        let Some(current) = &self.storage.current else { return };
        let due = self.host.with_record(|record| match &record.state {
            RunState::Preparing => false,
            RunState::Running { .. } => record.seconds >= current.seconds + EVERY,
            state => current.state.as_ref() != Some(state),
        });
        if due == Some(true) {
            self.save_now().await;
        }
    }

    /// Keeps the run that is going on, if there is one.
    pub(super) async fn save_now(&mut self) {
        let Some(current) = &mut self.storage.current else { return };
        if self.storage.hold != LockState::Ours {
            return;
        }
        let Some(run) = &mut self.run else { return };
        run.save(&self.host).await;
        (current.card, current.kernels) = (self.devices.card(), run.kernels());
        let checkpoint = run.checkpoint().filter(Checkpoint::is_sound);
        let record = self.host.with_record(|record| {
            record.device = run.device();
            current.seconds = record.seconds;
            current.state = Some(record.state.clone());
            record.clone()
        });
        let Some(mut record) = record else { return };
        let kept = keep(self.host.store(), current, &mut record, checkpoint.as_ref(), run.tokenizer()).await;
        self.host.with_record(|it| it.kept = record.kept);
        if let (Ok(()), Some(step)) = (&kept, record.kept) {
            let older = |imported_run: &mut ImportedRun| {
                imported_run.run.record.key == record.key && imported_run.run.record.kept < Some(step)
            };
            self.storage.imported_run.take_if(older);
            self.emit_storage(StorageEvent::Saved { key: record.key, step });
        }
        self.note_run(kept);
    }

    /// Keeps the texts that were brought for the documents that are there, and what names them.
    pub(super) async fn save_texts(&mut self) {
        let mut texts = Vec::new();
        for source in self.project.sources.clone() {
            let TextSource::Brought { name, content, read } = source else { continue };
            // One that cannot be read has been told of already.
            let Ok(bytes) = self.project.fetched.content(&self.host, &name, &content).await else { continue };
            let text = SavedText { name, id: saved::id_of(&bytes), bytes: bytes.len() as u64, read };
            if self.storage.hold == LockState::Ours {
                let saved = saved::save_bytes(self.host.store(), &saved::text_file(&text.id), &bytes).await;
                self.note_error(saved);
            }
            texts.push(text);
        }
        if !texts.is_empty() {
            self.storage.texts = texts;
            self.save_settings().await;
        }
    }

    async fn save_settings(&mut self) {
        let saved = self.try_to_save_settings().await;
        self.note_error(saved);
    }

    async fn try_to_save_settings(&mut self) -> Result<()> {
        let (LockState::Ours, Some(config)) = (&self.storage.hold, &self.storage.config) else { return Ok(()) };
        let store = self.host.store();
        let mut tokenizer = None;
        if let Ok(cut) = self.project.cut()
            && cut.imported.is_some()
        {
            let json = cut.tokenizer.to_json();
            let id = saved::id_of(json.as_bytes());
            saved::save_bytes(store, &saved::tokenizer_file(&id), json.as_bytes()).await?;
            tokenizer = Some(SavedTokenizer { id, imported: cut.imported.clone() });
        }
        let settings = SavedSettings { config: config.clone(), texts: self.storage.texts.clone(), tokenizer };
        if self.storage.settings.is_none() {
            self.storage.settings = Some(saved::open_settings(store).await?.0);
        }
        let Some(slots) = &mut self.storage.settings else { return Ok(()) };
        slots.save(store, &[&saved::to_json(&settings)]).await
    }

    /// Tells once that nothing is kept any more; anything else that went wrong is told as it is.
    fn note_error(&mut self, kept: Result<()>) {
        match kept {
            Ok(()) => (),
            Err(error @ (Error::StorageFull { .. } | Error::StorageRefused { .. })) => {
                if self.storage.trouble.replace(error.clone()).is_none() {
                    self.emit_storage(StorageEvent::Stopped { error });
                }
            }
            Err(error) => self.host.emit(Event::Failed { error }),
        }
    }

    /// The same for a run, whose weights need the most room: where they have room again, everything has.
    fn note_run(&mut self, kept: Result<()>) {
        if kept.is_ok() && self.storage.trouble.take().is_some() {
            self.emit_storage(StorageEvent::Resumed);
        }
        self.note_error(kept);
    }
}

/// First the record, so that no step is missing in it that the weights know, then what the run was made of, the weights,
/// and the record once more, which says that they are there.
async fn keep(
    store: &impl Store,
    current: &mut Current,
    record: &mut RunRecord,
    checkpoint: Option<&Checkpoint>,
    tokenizer: &Tokenizer,
) -> Result<()> {
    if current.slots.is_none() {
        let record_slots = saved::open_record(store, &record.key).await?.0;
        current.slots = Some((record_slots, saved::open_weights(store, &record.key).await?.0));
        let (file, json) = (saved::tokenizer_file(&current.tokenizer.id), tokenizer.to_json());
        saved::save_bytes(store, &file, json.as_bytes()).await?;
    }
    // After a failure it is looked again what there is.
    let Some((mut record_slots, mut weights_slots)) = current.slots.take() else { return Ok(()) };
    record_slots.save(store, &[&saved::to_json(&current.kept(finite(record)))]).await?;
    if let Some(checkpoint) = checkpoint.filter(|checkpoint| record.kept != Some(checkpoint.step)) {
        weights_slots.save(store, &[&checkpoint.to_bytes()]).await?;
        record.kept = Some(checkpoint.step);
        record_slots.save(store, &[&saved::to_json(&current.kept(finite(record)))]).await?;
    }
    current.slots = Some((record_slots, weights_slots));
    Ok(())
}

impl Current {
    /// The run as it is kept.
    fn kept(&self, record: RunRecord) -> SavedRun {
        SavedRun {
            record,
            texts: self.texts.clone(),
            tokenizer: self.tokenizer.clone(),
            card: self.card.clone(),
            kernels: self.kernels.clone(),
            touched: now(),
            deleted: self.deleted,
        }
    }
}

/// Without what is no number, which JSON cannot say.
fn finite(record: &RunRecord) -> RunRecord {
    let mut record = record.clone();
    record.points.retain(|point| point.loss.is_finite() && point.grad_norm.is_finite());
    record.evaluations.retain(|evaluation| evaluation.loss.is_finite() && evaluation.bits_per_byte.is_finite());
    record
}

/// A run of an earlier visit does not run any more, whatever it did when the tab was closed.
fn at_rest(mut record: RunRecord) -> RunRecord {
    if matches!(record.state, RunState::Preparing | RunState::Running { .. }) {
        record.state = RunState::Paused { step: record.step() };
    }
    record
}

/// The run that was kept last, if its weights are whole.
async fn offer(store: &impl Store, runs: &[SavedRun]) -> Result<Option<Offer>> {
    let Some(last) = runs.iter().max_by_key(|run| run.touched) else { return Ok(None) };
    let key = last.record.key.clone();
    let (_, weights) = saved::open_weights(store, &key).await?;
    let step = weights.and_then(|weights| Checkpoint::step_of(&weights).ok());
    Ok(step.map(|step| Offer { key, step }))
}

/// A project as the page needs it, with the bytes of a tokenizer that was imported.
fn project(config: Config, texts: Vec<SavedText>, tokenizer: Option<(SavedTokenizer, Vec<u8>)>) -> SavedProject {
    let files = tokenizer.and_then(|(tokenizer, bytes)| {
        Some(TokenizerFiles::TokenizerJson(TokenizerFile { name: tokenizer.imported?, bytes }))
    });
    SavedProject { config, texts, tokenizer: files }
}

/// A tokenizer that is kept, where it had been imported.
async fn imported(store: &impl Store, tokenizer: Option<SavedTokenizer>) -> Result<Option<(SavedTokenizer, Vec<u8>)>> {
    let Some(tokenizer) = tokenizer.filter(|tokenizer| tokenizer.imported.is_some()) else { return Ok(None) };
    let bytes = saved::read_bytes(store, &saved::tokenizer_file(&tokenizer.id)).await?;
    Ok(bytes.map(|bytes| (tokenizer, bytes)))
}

/// Milliseconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
