//! Keeps runs and projects beyond the visit.
//!
//! Nobody has to ask for it: after each piece of work the session looks whether the run is due, which it is every half
//! minute of training, when it pauses and when it ends. Where nothing can be kept, training goes on.

mod continuing;
pub mod kept;
mod lent;
mod projects;
mod recorder;

use web_time::SystemTime;

use super::{Host, Session};
use crate::config::{Config, Source};
use crate::error::{Error, Result};
use crate::protocol::keeping::{Hold, KeepingCommand, KeepingEvent, KeptProject, KeptText, Offer};
use crate::protocol::runs::RunRecord;
use crate::protocol::tokenizer::{TokenizerFile, TokenizerFiles};
use crate::protocol::{DeviceKind, Event, Kernels, RunId, RunState, TextSource};
use crate::store::Store;
use crate::store::slots::Slots;
use crate::text::tokenizer::Tokenizer;
use crate::train::Checkpoint;
use kept::{KeptRun, KeptSettings, KeptTokenizer};
use projects::Guest;
pub use recorder::Recorder;

/// Seconds of training after which a run is kept again.
const EVERY: f32 = 30.0;

#[derive(Default)]
pub struct Keeping {
    hold: Hold,
    /// The run that is going on.
    current: Option<Current>,
    /// The page's settings, once it has told them.
    config: Option<Config>,
    /// The texts that were brought for the documents that are there.
    texts: Vec<KeptText>,
    settings: Option<Slots>,
    /// The number of the newest run.
    numbers: u32,
    /// Why nothing was kept last time.
    trouble: Option<Error>,
    /// The run that came in a file last.
    guest: Option<Guest>,
}

/// The run that is going on, and what of it is kept.
struct Current {
    texts: Vec<KeptText>,
    tokenizer: KeptTokenizer,
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
    pub(super) async fn obey_keeping(&mut self, command: KeepingCommand) {
        match command {
            KeepingCommand::Held(hold) => self.hold(hold).await,
            KeepingCommand::TakeOver => self.host.take_over(),
            KeepingCommand::Remember { config, texts } => {
                self.keeping.config = Some(*config);
                self.keeping.texts.retain(|text| texts.contains(&text.name));
                if !self.inbox.has(|newer| matches!(newer, super::Command::Keeping(KeepingCommand::Remember { .. }))) {
                    self.keep_settings().await;
                }
            }
            KeepingCommand::Open { request, key } => {
                let opened = self.open_run(&key).await;
                let told = |opened| Event::Keeping(KeepingEvent::Opened { request, opened: Box::new(opened) });
                self.answer(request, opened.map(told));
            }
            KeepingCommand::Continue { run, key } => self.go_on(run, &key).await,
            KeepingCommand::Rename { key, name } => {
                // A run that has just begun is not kept yet, and will be by this name.
                if self.host.key().as_ref() == Some(&key) {
                    self.host.with_record(|record| record.name.clone_from(&name));
                }
                self.change_run(&key, |kept| kept.record.name = name).await;
            }
            KeepingCommand::Delete { key } => self.change_run(&key, |kept| kept.deleted = true).await,
            KeepingCommand::Restore { key } => self.change_run(&key, |kept| kept.deleted = false).await,
            KeepingCommand::Duplicate { key, name } => {
                let copy = self.duplicate(&key, name).await;
                self.note_trouble(copy);
            }
            // Orders of a part.
            KeepingCommand::SaveProject { .. } | KeepingCommand::OpenProject { .. } => {}
        }
    }

    fn tell_keeping(&self, event: KeepingEvent) {
        self.host.tell(Event::Keeping(event));
    }

    /// The browser has said whether this tab keeps what is done in it.
    async fn hold(&mut self, hold: Hold) {
        self.keeping.hold = hold.clone();
        self.keeping.settings = None;
        if let Some(current) = &mut self.keeping.current {
            current.slots = None;
            current.state = None;
        }
        self.tell_keeping(KeepingEvent::Holds { hold: hold.clone() });
        if matches!(hold, Hold::Ours | Hold::Elsewhere) {
            let found = self.look().await;
            self.note_trouble(found);
        }
        self.keep_texts().await;
    }

    /// Tells what is kept, and throws away what was put away before.
    async fn look(&mut self) -> Result<()> {
        let store = self.host.store();
        let runs = kept::runs(store).await?;
        let (slots, settings) = kept::open_settings(store).await?;
        if self.keeping.hold == Hold::Ours {
            kept::tidy(store, &runs, settings.as_ref()).await?;
        }
        self.keeping.settings = Some(slots);
        self.keeping.numbers = runs.iter().map(|run| run.record.number).max().unwrap_or(0).max(self.keeping.numbers);
        let project = match settings {
            Some(KeptSettings { config, texts, tokenizer }) => {
                if self.keeping.texts.is_empty() {
                    self.keeping.texts.clone_from(&texts);
                }
                Some(Box::new(project(config, texts, imported(store, tokenizer).await?)))
            }
            None => None,
        };
        let runs: Vec<KeptRun> = runs.into_iter().filter(|run| !run.deleted).collect();
        let offer = if self.run.is_none() { offer(store, &runs).await? } else { None };
        let records = runs.into_iter().map(|run| at_rest(run.record)).collect();
        self.tell_keeping(KeepingEvent::Found { records, offer, project });
        Ok(())
    }

    /// Begins the record of a run that is about to be built.
    pub(super) fn begin_record(&mut self, run: RunId, config: &Config) -> Result<()> {
        self.keeping.numbers += 1;
        let begun = now();
        let cut = self.project.cut()?;
        let record = RunRecord {
            key: begun.to_string(),
            number: self.keeping.numbers,
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
            KeptTokenizer { id: kept::id_of(cut.tokenizer.to_json().as_bytes()), imported: cut.imported.clone() };
        let own = config.data.source == Source::Own;
        let texts = if own { self.keeping.texts.clone() } else { Vec::new() };
        self.follow_run(run, record, texts, tokenizer);
        Ok(())
    }

    fn follow_run(&mut self, run: RunId, record: RunRecord, texts: Vec<KeptText>, tokenizer: KeptTokenizer) {
        let seconds = record.seconds;
        self.keeping.current = Some(Current {
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
        self.tell_keeping(KeepingEvent::Began { run, record: Box::new(record) });
    }

    /// What the run that is going on has for texts and tokenizer is not asked for any more.
    pub(super) fn forget_record(&mut self) {
        self.keeping.current = None;
        self.host.forget();
    }

    /// Keeps the run if it is due.
    pub(super) async fn keep_what_is_due(&mut self) {
        let Some(current) = &self.keeping.current else { return };
        let due = self.host.with_record(|record| match &record.state {
            RunState::Preparing => false,
            RunState::Running { .. } => record.seconds >= current.seconds + EVERY,
            state => current.state.as_ref() != Some(state),
        });
        if due == Some(true) {
            self.keep_now().await;
        }
    }

    /// Keeps the run that is going on, if there is one.
    pub(super) async fn keep_now(&mut self) {
        let Some(current) = &mut self.keeping.current else { return };
        if self.keeping.hold != Hold::Ours {
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
            let older = |guest: &mut Guest| guest.run.record.key == record.key && guest.run.record.kept < Some(step);
            self.keeping.guest.take_if(older);
            self.tell_keeping(KeepingEvent::Saved { key: record.key, step });
        }
        self.note_run(kept);
    }

    /// Keeps the texts that were brought for the documents that are there, and what names them.
    pub(super) async fn keep_texts(&mut self) {
        let mut texts = Vec::new();
        for source in self.project.sources.clone() {
            let TextSource::Brought { name, content, read } = source else { continue };
            // One that cannot be read has been told of already.
            let Ok(bytes) = self.project.fetched.content(&self.host, &name, &content).await else { continue };
            let text = KeptText { name, id: kept::id_of(&bytes), bytes: bytes.len() as u64, read };
            if self.keeping.hold == Hold::Ours {
                let saved = kept::keep_bytes(self.host.store(), &kept::text_file(&text.id), &bytes).await;
                self.note_trouble(saved);
            }
            texts.push(text);
        }
        if !texts.is_empty() {
            self.keeping.texts = texts;
            self.keep_settings().await;
        }
    }

    async fn keep_settings(&mut self) {
        let saved = self.try_to_keep_settings().await;
        self.note_trouble(saved);
    }

    async fn try_to_keep_settings(&mut self) -> Result<()> {
        let (Hold::Ours, Some(config)) = (&self.keeping.hold, &self.keeping.config) else { return Ok(()) };
        let store = self.host.store();
        let mut tokenizer = None;
        if let Ok(cut) = self.project.cut()
            && cut.imported.is_some()
        {
            let json = cut.tokenizer.to_json();
            let id = kept::id_of(json.as_bytes());
            kept::keep_bytes(store, &kept::tokenizer_file(&id), json.as_bytes()).await?;
            tokenizer = Some(KeptTokenizer { id, imported: cut.imported.clone() });
        }
        let settings = KeptSettings { config: config.clone(), texts: self.keeping.texts.clone(), tokenizer };
        if self.keeping.settings.is_none() {
            self.keeping.settings = Some(kept::open_settings(store).await?.0);
        }
        let Some(slots) = &mut self.keeping.settings else { return Ok(()) };
        slots.save(store, &[&kept::to_json(&settings)]).await
    }

    /// Tells once that nothing is kept any more; anything else that went wrong is told as it is.
    fn note_trouble(&mut self, kept: Result<()>) {
        match kept {
            Ok(()) => (),
            Err(error @ (Error::StorageFull { .. } | Error::StorageRefused { .. })) => {
                if self.keeping.trouble.replace(error.clone()).is_none() {
                    self.tell_keeping(KeepingEvent::Stopped { error });
                }
            }
            Err(error) => self.host.tell(Event::Failed { error }),
        }
    }

    /// The same for a run, whose weights need the most room: where they have room again, everything has.
    fn note_run(&mut self, kept: Result<()>) {
        if kept.is_ok() && self.keeping.trouble.take().is_some() {
            self.tell_keeping(KeepingEvent::Resumed);
        }
        self.note_trouble(kept);
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
        let record_slots = kept::open_record(store, &record.key).await?.0;
        current.slots = Some((record_slots, kept::open_weights(store, &record.key).await?.0));
        let (file, json) = (kept::tokenizer_file(&current.tokenizer.id), tokenizer.to_json());
        kept::keep_bytes(store, &file, json.as_bytes()).await?;
    }
    // After a failure it is looked again what there is.
    let Some((mut record_slots, mut weights_slots)) = current.slots.take() else { return Ok(()) };
    record_slots.save(store, &[&kept::to_json(&current.kept(finite(record)))]).await?;
    if let Some(checkpoint) = checkpoint.filter(|checkpoint| record.kept != Some(checkpoint.step)) {
        weights_slots.save(store, &[&checkpoint.to_bytes()]).await?;
        record.kept = Some(checkpoint.step);
        record_slots.save(store, &[&kept::to_json(&current.kept(finite(record)))]).await?;
    }
    current.slots = Some((record_slots, weights_slots));
    Ok(())
}

impl Current {
    /// The run as it is kept.
    fn kept(&self, record: RunRecord) -> KeptRun {
        KeptRun {
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
async fn offer(store: &impl Store, runs: &[KeptRun]) -> Result<Option<Offer>> {
    let Some(last) = runs.iter().max_by_key(|run| run.touched) else { return Ok(None) };
    let key = last.record.key.clone();
    let (_, weights) = kept::open_weights(store, &key).await?;
    let step = weights.and_then(|weights| Checkpoint::step_of(&weights).ok());
    Ok(step.map(|step| Offer { key, step }))
}

/// A project as the page needs it, with the bytes of a tokenizer that was imported.
fn project(config: Config, texts: Vec<KeptText>, tokenizer: Option<(KeptTokenizer, Vec<u8>)>) -> KeptProject {
    let files = tokenizer.and_then(|(tokenizer, bytes)| {
        Some(TokenizerFiles::TokenizerJson(TokenizerFile { name: tokenizer.imported?, bytes }))
    });
    KeptProject { config, texts, tokenizer: files }
}

/// A tokenizer that is kept, where it had been imported.
async fn imported(store: &impl Store, tokenizer: Option<KeptTokenizer>) -> Result<Option<(KeptTokenizer, Vec<u8>)>> {
    let Some(tokenizer) = tokenizer.filter(|tokenizer| tokenizer.imported.is_some()) else { return Ok(None) };
    let bytes = kept::read_bytes(store, &kept::tokenizer_file(&tokenizer.id)).await?;
    Ok(bytes.map(|bytes| (tokenizer, bytes)))
}

/// Milliseconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
