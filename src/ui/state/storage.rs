//! What is kept beyond the visit, and what can be continued.

use std::rc::Rc;

use crate::config::{Config, Source};
use crate::error::Error;
use crate::protocol::runs::{RunKey, RunRecord};
use crate::protocol::storage::{LockState, Offer, Opened, SavedProject, SavedText, StorageCommand, StorageEvent};
use crate::protocol::{Command, Event, RequestId, RunId};

use super::{Content, Notice, State, Station, UserText};

#[derive(Clone, Debug, Default)]
pub struct Storage {
    pub hold: LockState,
    /// Every run that is kept, and the one that is going on, in the order in which they began.
    pub records: Vec<Rc<RunRecord>>,
    /// A run of an earlier visit that could go on.
    pub offer: Option<Offer>,
    /// Why nothing is kept any more, until the visitor has read it, and whether that is so still.
    pub trouble: Option<Error>,
    pub is_stopped: bool,
    /// Why a project could not be opened.
    pub refused: Option<Error>,
    /// A project that is being saved or opened.
    busy: Option<(RequestId, Busy)>,
    /// The last project that was made into a file, which the page saves once.
    pub file: Option<Rc<ProjectFile>>,
    /// The runs of this engine by the keys of their records; the last one is going on.
    begun: Vec<(RunId, RunKey)>,
    /// The settings of the link that the page was opened with, where it asks for texts that are not there.
    wanted: Option<Config>,
    /// What a reload would find again; nothing before the engine has told what there is.
    remembered: Option<Remembered>,
}

/// The settings, and the names of the visitor's own texts.
type Remembered = (Config, Vec<String>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Busy {
    Saving,
    Opening,
    /// To go on with this run.
    Continuing(RunKey),
}

#[derive(Debug, PartialEq, Eq)]
pub struct ProjectFile {
    /// Tells two files of the same content apart.
    pub request: RequestId,
    pub name: String,
    pub bytes: Vec<u8>,
}

#[derive(Clone, Debug)]
pub enum StorageAction {
    /// Go on with a run of an earlier visit.
    Continue(RunKey),
    /// Not now.
    Decline,
    TakeOver,
    /// The visitor has read why nothing is kept any more, or why a project could not be opened.
    Read,
    /// The project as a file, with the weights of this run, or of the one that is there.
    Save(Option<RunKey>),
    /// A file by its name and bytes.
    Open(String, Rc<[u8]>),
    Unreadable(Error),
}

impl Storage {
    pub fn record(&self, key: &str) -> Option<&Rc<RunRecord>> {
        self.records.iter().find(|record| record.key == key)
    }

    /// The record of the run that is going on.
    pub fn current(&self) -> Option<&Rc<RunRecord>> {
        self.begun.last().and_then(|(_, key)| self.record(key))
    }

    /// The record of a run of this engine.
    pub fn of_run(&self, run: RunId) -> Option<&Rc<RunRecord>> {
        let (_, key) = self.begun.iter().find(|(begun, _)| *begun == run)?;
        self.record(key)
    }

    pub fn is_saving(&self) -> bool {
        matches!(self.busy, Some((_, Busy::Saving)))
    }

    /// Whether a project or a run is being opened.
    pub fn is_opening(&self) -> bool {
        matches!(self.busy, Some((_, Busy::Opening | Busy::Continuing(_))))
    }

    /// Takes up what an event says of the run that is going on.
    pub(super) fn follow(&mut self, event: &Event) {
        let Some((run, key)) = self.begun.last() else { return };
        if event.run() == Some(*run)
            && let Some(record) = self.records.iter_mut().find(|record| record.key == *key)
        {
            Rc::make_mut(record).hear(event);
        }
    }

    /// Puts a record in the place of the one of its key, or where it belongs in the order of time.
    pub(super) fn put(&mut self, record: RunRecord) {
        match self.records.iter_mut().find(|other| other.key == record.key) {
            Some(other) => *other = Rc::new(record),
            None => {
                let place = self.records.partition_point(|other| other.begun <= record.begun);
                self.records.insert(place, Rc::new(record));
            }
        }
    }

    /// Changes what is known of a run here.
    pub(super) fn change(&mut self, key: &str, change: impl FnOnce(&mut RunRecord)) {
        if let Some(record) = self.records.iter_mut().find(|record| record.key == key) {
            change(Rc::make_mut(record));
        }
    }

    /// A new engine tells anew.
    pub(super) fn expire(&mut self) {
        self.hold = LockState::Unknown;
        (self.busy, self.remembered) = (None, None);
        self.begun.clear();
    }
}

impl State {
    pub(super) fn act_on_storage(&mut self, action: StorageAction) {
        match action {
            StorageAction::Continue(key) => {
                let request = self.next_request();
                self.storage.busy = Some((request, Busy::Continuing(key.clone())));
                self.order(StorageCommand::Open { request, key });
            }
            StorageAction::Decline => self.storage.offer = None,
            StorageAction::TakeOver => self.order(StorageCommand::TakeOver),
            StorageAction::Read => (self.storage.trouble, self.storage.refused) = (None, None),
            StorageAction::Save(key) => {
                let request = self.next_request();
                self.storage.busy = Some((request, Busy::Saving));
                let config = Box::new(self.config.clone());
                self.order(StorageCommand::SaveProject { request, config, key });
            }
            StorageAction::Open(name, bytes) => {
                let request = self.next_request();
                self.storage.refused = None;
                self.storage.busy = Some((request, Busy::Opening));
                self.order(StorageCommand::OpenProject { request, name, bytes: bytes.to_vec() });
            }
            StorageAction::Unreadable(error) => self.storage.refused = Some(error),
        }
    }

    fn order(&mut self, command: StorageCommand) {
        self.send(Command::Storage(command));
    }

    pub(super) fn on_storage_event(&mut self, event: StorageEvent) {
        let storage = &mut self.storage;
        match event {
            StorageEvent::Holds { hold } => {
                if let LockState::Refused { error } = &hold {
                    (storage.trouble, storage.is_stopped) = (Some(error.clone()), true);
                }
                storage.hold = hold;
            }
            StorageEvent::Found { records, offer, project } => self.found(records, offer, project.map(|it| *it)),
            StorageEvent::Began { run, record } => {
                storage.begun.push((run, record.key.clone()));
                storage.offer = None;
                storage.put(*record);
            }
            StorageEvent::Saved { key, step } => {
                if let Some(record) = storage.records.iter_mut().find(|record| record.key == key) {
                    Rc::make_mut(record).kept = Some(step);
                }
            }
            StorageEvent::Stopped { error } => (storage.trouble, storage.is_stopped) = (Some(error), true),
            StorageEvent::Resumed => (storage.trouble, storage.is_stopped) = (None, false),
            StorageEvent::Changed { record } => storage.put(*record),
            StorageEvent::Deleted { key } => {
                storage.records.retain(|record| record.key != key);
                storage.offer.take_if(|offer| offer.key == key);
            }
            StorageEvent::Opened { request, opened } => self.opened(request, *opened),
            StorageEvent::ProjectSaved { request, name, bytes } => {
                if storage.busy.take_if(|(waiting, _)| *waiting == request).is_some() {
                    storage.file = Some(Rc::new(ProjectFile { request, name, bytes }));
                }
            }
        }
    }

    /// What the browser had kept. Records of this visit that are newer stay.
    fn found(&mut self, records: Vec<RunRecord>, offer: Option<Offer>, project: Option<SavedProject>) {
        let current = self.storage.current().cloned();
        self.storage.records = records.into_iter().map(Rc::new).collect();
        if let Some(current) = current {
            self.storage.put(RunRecord::clone(&current));
        }
        self.storage.offer = offer;
        let remembered = (self.config.clone(), self.names());
        if self.storage.remembered.replace(remembered).is_none()
            && let Some(project) = project
        {
            self.take_back(project);
        }
    }

    /// The texts and the tokenizer of the last visit, where the page was opened with its settings: it was reloaded.
    fn take_back(&mut self, project: SavedProject) {
        let wanted = self.storage.wanted.take();
        let same = wanted.as_ref().unwrap_or(&self.config) == &project.config;
        for text in project.texts {
            if self.project.own.iter().all(|other| other.name != text.name) {
                self.bring_saved(text);
            }
        }
        if !same {
            return;
        }
        if let Some(config) = wanted.filter(|_| self.project.usable().next().is_some()) {
            self.notices.retain(|notice| *notice != Notice::TextNotInLink);
            self.take_config(config);
        }
        if let Some(files) = project.tokenizer.filter(|_| self.tokenizing.imported.is_none()) {
            self.tokenizing.imported = Some(Rc::new(files));
        }
    }

    fn bring_saved(&mut self, SavedText { name, id, bytes, read }: SavedText) {
        self.project.last_text += 1;
        let text = UserText { id: self.project.last_text, name, content: Content::Kept(id, bytes), read };
        self.project.own.push(Rc::new(text));
    }

    /// The project of a run or of a file takes the place of what is there.
    fn opened(&mut self, request: RequestId, opened: Opened) {
        let Some((_, busy)) = self.storage.busy.take_if(|(waiting, _)| *waiting == request) else { return };
        let Opened { project, record } = opened;
        if project.config.data.source == Source::Own {
            self.project.own.clear();
            self.project.faults.clear();
        }
        for text in project.texts {
            if self.project.own.iter().all(|other| other.name != text.name) {
                self.bring_saved(text);
            }
        }
        self.take_config(project.config);
        self.tokenizing.imported = project.tokenizer.map(Rc::new);
        match (busy, record) {
            (Busy::Continuing(_), Some(record)) => {
                self.storage.offer = None;
                self.go(Station::Train);
                self.start_from(record);
            }
            (_, record) => {
                self.storage.offer = record.and_then(|record| Some(Offer { step: record.kept?, key: record.key }));
            }
        }
    }

    /// A run or a project that could not be opened or saved.
    pub(super) fn storage_refused(&mut self, request: RequestId, error: &Error) -> bool {
        let Some(busy) = self.storage.busy.take_if(|(waiting, _)| *waiting == request) else { return false };
        if matches!(busy.1, Busy::Continuing(_)) {
            self.storage.offer = None;
        }
        self.storage.refused = Some(error.clone());
        true
    }

    /// Notes what a link asks for that is not there; the engine may have it from the last visit.
    pub(super) fn miss_texts(&mut self, config: &Config) {
        self.storage.wanted = Some(config.clone());
    }

    fn names(&self) -> Vec<String> {
        self.project.own.iter().map(|text| text.name.clone()).collect()
    }

    pub(super) fn sync_storage(&mut self) {
        let now = (self.config.clone(), self.names());
        let due = self.storage.remembered.as_ref().is_some_and(|remembered| *remembered != now);
        if due && self.storage.hold == LockState::Ours {
            let (config, texts) = (Box::new(now.0.clone()), now.1.clone());
            self.order(StorageCommand::Remember { config, texts });
            self.storage.remembered = Some(now);
        }
    }
}
