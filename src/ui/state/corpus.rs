//! What is asked about documents: what each file is, what they are made of, what a cleaning would change; and the
//! cleaning that is planned, applied, undone.

use std::rc::Rc;

use crate::config::corpus::{CleaningConfig, ReadConfig};
use crate::config::fields::{Field, Value};
use crate::error::Error;
use crate::protocol::corpus::{CleaningPreview, CorpusCommand, CorpusEvent, Description, Stage};
use crate::protocol::{Command, FileId, RequestId};

use super::user_text::{Brought, UserText};
use super::{Part, Question, State, Station};

/// Files that are looked into: those that are listed.
pub const LISTED: usize = 100;

#[derive(Clone, Debug)]
pub enum CorpusAction {
    Bring(Vec<Brought>),
    UseOwn,
    Remove(FileId),
    Read(FileId, ReadConfig),
    /// Change a setting of the cleaning that is planned.
    Plan(&'static Field, Value),
    /// Forget the plan.
    Discard,
    Apply,
    /// Go back to the cleaning before the one that was applied last.
    Undo,
}

/// The cleaning that is planned, and those that were there before.
#[derive(Clone, Debug, Default)]
pub struct CleaningPlan {
    /// Nothing is planned: the one that is applied stands.
    planned: Option<CleaningConfig>,
    undone_to: Vec<CleaningConfig>,
    pub preview: Question<(u32, CleaningConfig), CleaningPreview>,
}

impl CleaningPlan {
    pub fn can_undo(&self) -> bool {
        !self.undone_to.is_empty()
    }
}

/// The cards of the documents before and after cleaning.
#[derive(Clone, Debug, Default)]
pub struct Descriptions {
    pub brought: Question<u32, Description>,
    pub cleaned: Question<(u32, CleaningConfig), Description>,
}

impl State {
    pub(super) fn act_on_corpus(&mut self, action: CorpusAction) {
        match action {
            CorpusAction::Bring(texts) => self.bring(texts),
            CorpusAction::UseOwn => self.use_own(),
            CorpusAction::Remove(id) => self.remove_text(id),
            CorpusAction::Read(id, read) => self.read_text(id, read),
            CorpusAction::Plan(field, value) => self.plan(field, &value),
            CorpusAction::Discard => self.project.cleaning.planned = None,
            CorpusAction::Apply => {
                if let Some(planned) = self.project.cleaning.planned.take() {
                    let before = std::mem::replace(&mut self.config.data.cleaning, planned);
                    self.project.cleaning.undone_to.push(before);
                }
            }
            CorpusAction::Undo => {
                if let Some(before) = self.project.cleaning.undone_to.pop() {
                    self.config.data.cleaning = before;
                    self.project.cleaning.planned = None;
                }
            }
        }
    }

    fn plan(&mut self, field: &Field, value: &Value) {
        let mut config = self.config.clone();
        config.data.cleaning = self.planned_cleaning().clone();
        if field.set(&mut config, value).is_ok() {
            let changed = config.data.cleaning != self.config.data.cleaning;
            self.project.cleaning.planned = changed.then_some(config.data.cleaning);
        }
    }

    /// The cleaning that the controls show.
    pub fn planned_cleaning(&self) -> &CleaningConfig {
        self.project.cleaning.planned.as_ref().unwrap_or(&self.config.data.cleaning)
    }

    pub fn plans_cleaning(&self) -> bool {
        self.project.cleaning.planned.is_some()
    }

    /// A cleaning that was refused is a plan again, which can be changed, and none to go back to.
    pub(super) fn cleaning_refused(&mut self, stands: &CleaningConfig, refused: CleaningConfig) {
        if *stands == refused {
            return;
        }
        self.project.cleaning.undone_to.pop_if(|before| before == stands);
        self.project.cleaning.planned = Some(refused);
    }

    /// Whether the card is that of the documents that are loaded.
    pub fn description_is_current(&self) -> bool {
        self.project.described.brought.answers(&self.project.corpora)
    }

    /// The same of the documents after cleaning.
    pub fn cleaned_description_is_current(&self) -> bool {
        let wanted = (self.project.corpora, self.config.data.cleaning.clone());
        self.project.described.cleaned.answers(&wanted)
    }

    pub(super) fn on_corpus_event(&mut self, event: CorpusEvent) {
        let project = &mut self.project;
        match event {
            CorpusEvent::Inspected { request, file } => {
                let waiting = project.files.values_mut().find(|question| question.waits_for(request));
                waiting.into_iter().for_each(|question| _ = question.accept(request, file.clone()));
            }
            CorpusEvent::Described { request, description } => {
                if project.described.brought.waits_for(request) {
                    project.described.brought.accept(request, description);
                } else {
                    project.described.cleaned.accept(request, description);
                }
            }
            CorpusEvent::CleaningPreviewed { request, preview } => {
                self.progress.end(&[crate::protocol::Work::CleaningText]);
                self.project.cleaning.preview.accept(request, preview);
            }
            CorpusEvent::LeftOut { request, place, error } => {
                if project.text.waits_for(request) {
                    project.left_out.push((place, error));
                }
            }
        }
    }

    pub(super) fn corpus_refused(&mut self, request: RequestId, error: &Error) -> bool {
        let project = &mut self.project;
        project.files.values_mut().any(|question| question.refuse(request, error))
            || project.described.brought.refuse(request, error)
            || project.described.cleaned.refuse(request, error)
            || project.cleaning.preview.refuse(request, error)
    }

    /// What each listed file is: one question at a time, so that a folder of files does not keep the engine from others.
    pub(super) fn sync_files(&mut self) {
        let looked_at = self.view.part() == Some(Part::Bring);
        if !looked_at || self.project.files.values().any(Question::is_waiting) {
            return;
        }
        let due = |text: &&Rc<UserText>| self.project.files.get(&text.id).is_none_or(|file| file.is_due(&text.read));
        if let Some(text) = self.project.own.iter().take(LISTED).find(due).cloned() {
            let request = self.next_request();
            let (name, content, read) = (text.name.clone(), text.content(), text.read.clone());
            self.send(Command::Corpus(CorpusCommand::Inspect { request, name, content, read }));
            self.project.files.entry(text.id).or_default().ask(request, text.read.clone());
        }
    }

    /// The cards of the documents, and what the planned cleaning would change, where they are looked at.
    pub(super) fn sync_corpus(&mut self) {
        if self.view.station != Station::Text {
            return;
        }
        let corpus = self.project.corpora;
        if self.project.described.brought.is_overdue(&corpus) {
            let request = self.describe(Stage::Brought);
            self.project.described.brought.ask(request, corpus);
        }
        if self.view.part() != Some(Part::Clean) {
            return;
        }
        let applied = (corpus, self.config.data.cleaning.clone());
        let cleans = applied.1 != CleaningConfig::default();
        if cleans && !self.project.text.is_waiting() && self.project.described.cleaned.is_overdue(&applied) {
            let request = self.describe(Stage::Cleaned);
            self.project.described.cleaned.ask(request, applied);
        }
        self.sync_preview(corpus);
    }

    fn describe(&mut self, stage: Stage) -> RequestId {
        let request = self.next_request();
        self.send(Command::Corpus(CorpusCommand::Describe { request, stage }));
        request
    }

    fn sync_preview(&mut self, corpus: u32) {
        let cleaning = self.planned_cleaning().clone();
        let wanted = (corpus, cleaning.clone());
        if cleaning != CleaningConfig::default() && self.project.cleaning.preview.is_overdue(&wanted) {
            let request = self.next_request();
            self.send(Command::Corpus(CorpusCommand::PreviewCleaning { request, cleaning }));
            self.project.cleaning.preview.ask(request, wanted);
        }
    }

    pub(super) fn expire_corpus(&mut self) {
        let project = &mut self.project;
        project.files.values_mut().for_each(Question::expire);
        project.described.brought.expire();
        project.described.cleaned.expire();
        project.cleaning.preview.expire();
    }
}
