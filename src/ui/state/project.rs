//! The text and its tokens, and what is asked about them.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::config::corpus::ReadConfig;
use crate::config::{Config, DataConfig, Source, TokenizerConfig};
use crate::error::Error;
use crate::protocol::corpus::FileSummary;
use crate::protocol::tokenizer::{TokenizerCommand, TokenizerFiles};
use crate::protocol::{Command, Estimate, FileId, RequestId, TextSource, TextSummary, Token, TokenizerSummary};

use super::corpus::{CleaningPlan, Descriptions};
use super::user_text::UserText;
use super::{Notice, Question, State, Station};

/// Above this many bytes a tokenizer is trained only when it is asked for.
const TRAIN_UNASKED_BYTES: u64 = 1_000_000;
/// The try-it box sends at most this many characters.
pub const TRY_CHARACTERS: usize = 2_000;

/// As many characters of the text stand in the try-it box at first.
const SAMPLE_CHARACTERS: usize = 48;

#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The texts that the student brought, kept so that a new engine can be given them.
    pub own: Vec<Rc<UserText>>,
    /// Those of them that cannot be read, and why. They wait for being read in another way.
    pub faults: BTreeMap<FileId, Error>,
    /// What each of them turned out to be.
    pub files: BTreeMap<FileId, Question<ReadConfig, FileSummary>>,
    /// Why the browser could not even read what was brought last. No answer of the engine takes it back.
    pub unread: Option<Error>,
    pub described: Descriptions,
    pub cleaning: CleaningPlan,
    pub text: Question<WantedText, TextSummary>,
    /// The text whose documents the engine has.
    loaded: Option<WantedText>,
    pub tokenizer: Question<WantedTokenizer, TokenizerSummary>,
    /// What is typed into the try-it box, and its tokens.
    pub try_text: String,
    /// The words of the text that stand there at first.
    sample: String,
    pub encoded: Question<(u32, String), Vec<Token>>,
    /// The ids that are typed in, and their text.
    pub try_ids: String,
    pub decoded: Question<(u32, Vec<u32>), String>,
    /// What the model would cost.
    pub estimate: Question<WantedEstimate, Estimate>,
    /// Counts the texts and the tokenizers that the engine has had: answers about older ones are stale.
    pub(super) texts: u32,
    pub(super) tokenizers: u32,
    pub(super) tokenizer_wanted: bool,
    /// Counts the documents that the engine has had.
    pub(super) corpora: u32,
    /// The number of the text that was brought last.
    pub(super) last_text: FileId,
    /// Places of the texts that the engine could not read in the command to load that is not answered yet.
    pub(super) left_out: Vec<(u32, Error)>,
}

/// Which text is wanted, with the share held out.
#[derive(Clone, Debug, PartialEq)]
pub struct WantedText {
    data: DataConfig,
    /// Empty for a built-in text.
    own: Vec<Rc<UserText>>,
}

/// The tokenizer wanted for the text with this count.
#[derive(Clone, Debug, PartialEq)]
pub struct WantedTokenizer {
    text: u32,
    origin: Origin,
}

/// Where a tokenizer comes from.
#[derive(Clone, Debug)]
enum Origin {
    Trained(TokenizerConfig),
    Imported(Rc<TokenizerFiles>),
}

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Origin::Trained(config), Origin::Trained(other)) => config == other,
            (Origin::Imported(files), Origin::Imported(others)) => Rc::ptr_eq(files, others),
            _ => false,
        }
    }
}

/// The configuration to be estimated with the tokenizer of this count.
#[derive(Clone, Debug, PartialEq)]
pub struct WantedEstimate {
    tokenizer: u32,
    config: Config,
}

impl Project {
    /// The texts of one's own that can be read, as far as is known.
    pub fn usable(&self) -> impl Iterator<Item = &Rc<UserText>> {
        self.own.iter().filter(|text| !self.faults.contains_key(&text.id))
    }

    pub(super) fn take_saved(&mut self, own: Vec<UserText>) {
        self.last_text = own.len() as FileId;
        self.own = (1..).zip(own).map(|(id, text)| Rc::new(UserText { id, ..text })).collect();
    }

    /// Whether the engine is at work on files of a tokenizer.
    pub(super) fn is_importing(&self) -> bool {
        self.tokenizer.waiting().is_some_and(|wanted| matches!(wanted.origin, Origin::Imported(_)))
    }

    pub(super) fn expire(&mut self) {
        self.loaded = None;
        self.text.expire();
        self.tokenizer.expire();
        self.encoded.expire();
        self.decoded.expire();
        self.estimate.expire();
    }
}

impl State {
    pub(super) fn use_built_in(&mut self, source: Source) {
        self.config.data.source = source;
        self.config.data.sampling = None;
        self.project.text.error = None;
        self.project.unread = None;
        self.forget_tried();
    }

    /// Takes the configuration of a link. A link does not carry its maker's own text.
    pub(super) fn take_config(&mut self, mut config: Config) {
        self.tokenizing.forget_import();
        if config.data.source == Source::Own && self.project.usable().next().is_none() {
            self.miss_texts(&config);
            config.data.source = Source::Stories;
            config.data.sampling = None;
            self.notice(Notice::TextNotInLink);
        }
        if let Some(sampling) = &config.data.sampling {
            self.sampling.draft = sampling.clone();
        }
        self.config = config;
    }

    pub(super) fn forget_tried(&mut self) {
        self.project.try_ids.clear();
    }

    /// Whether the tokenizer is the one that the settings describe, for the text that is loaded.
    pub fn tokenizer_is_current(&self) -> bool {
        self.project.tokenizer.answers(&self.wanted_tokenizer()) && !self.project.text.is_waiting()
    }

    /// Asks what the page wants to know and has not asked: text first, then what is built on it.
    pub(super) fn sync_project(&mut self) {
        self.sync_text();
        if self.project.text.is_waiting() {
            return;
        }
        self.sync_files();
        if self.project.text.answer.is_none() {
            return;
        }
        self.sync_sample();
        self.sync_tokenizer();
        if self.project.tokenizer.is_waiting() {
            return;
        }
        self.sync_corpus();
        if self.project.tokenizer.answer.is_none() {
            return;
        }
        self.sync_encode();
        self.sync_decode();
        self.sync_tokenizing(self.project.tokenizers);
        self.sync_estimate();
    }

    fn sync_text(&mut self) {
        let wanted = self.wanted_text();
        if !self.project.text.is_due(&wanted) {
            return;
        }
        let request = self.next_request();
        let data = Box::new(wanted.data.clone());
        let loaded = self.project.loaded.as_ref().is_some_and(|loaded| loaded.has_documents_of(&wanted));
        self.send(match loaded {
            true => Command::PrepareText { request, data },
            false => Command::LoadText { request, sources: wanted.sources(), data },
        });
        self.project.left_out.clear();
        self.project.text.ask(request, wanted);
        // The engine drops a tokenizer for a text that is on its way out.
        self.project.tokenizer.withdraw();
        self.sampling.withdraw();
    }

    fn sync_tokenizer(&mut self) {
        let wanted = self.wanted_tokenizer();
        let question = &self.project.tokenizer;
        // One that was given up can be asked for again.
        let again = self.project.tokenizer_wanted && !question.is_waiting() && !question.answers(&wanted);
        if again || question.is_overdue(&wanted) && (self.project.tokenizer_wanted || self.trains_unasked()) {
            let request = self.next_request();
            self.send(match &wanted.origin {
                Origin::Trained(_) => Command::TrainTokenizer { request, tokenizer: self.config.tokenizer.clone() },
                Origin::Imported(files) => {
                    Command::Tokenizer(TokenizerCommand::Import { request, files: TokenizerFiles::clone(files) })
                }
            });
            self.project.tokenizer.ask(request, wanted);
            self.project.tokenizer_wanted = false;
        }
    }

    /// Characters and bytes cost nothing, and what was imported is there. Anything else is trained unasked for a new text that is small, once somebody goes to look.
    fn trains_unasked(&self) -> bool {
        let stale_text = self.project.tokenizer.answered().is_none_or(|wanted| wanted.text != self.project.texts);
        let small = self.project.text.answer.as_ref().is_some_and(|text| text.bytes <= TRAIN_UNASKED_BYTES);
        let given = self.config.tokenizer.method.is_given() || self.tokenizing.imported.is_some();
        given || self.training.is_starting() || stale_text && small && self.view.station > Station::Text
    }

    /// What the try-it box sends.
    pub(super) fn tried_text(&self) -> String {
        self.project.try_text.chars().take(TRY_CHARACTERS).collect()
    }

    fn sync_encode(&mut self) {
        let wanted = (self.project.tokenizers, self.tried_text());
        if wanted.1.is_empty() {
            self.project.encoded.clear();
        } else if self.view.station == Station::Tokens && self.project.encoded.is_due(&wanted) {
            let request = self.next_request();
            self.send(Command::Encode { request, text: wanted.1.clone() });
            self.project.encoded.ask(request, wanted);
        }
    }

    fn sync_decode(&mut self) {
        let wanted = (self.project.tokenizers, numbers(&self.project.try_ids).unwrap_or_default());
        if wanted.1.is_empty() {
            self.project.decoded.clear();
        } else if self.view.station == Station::Tokens && self.project.decoded.is_due(&wanted) {
            let request = self.next_request();
            self.send(Command::Decode { request, ids: wanted.1.clone() });
            self.project.decoded.ask(request, wanted);
        }
    }

    fn sync_estimate(&mut self) {
        let looked_at = matches!(self.view.station, Station::Model | Station::Train);
        let wanted = self.wanted_estimate();
        if looked_at && self.project.estimate.is_due(&wanted) {
            let request = self.ask_estimate(&wanted.config);
            self.project.estimate.ask(request, wanted);
        } else if self.view.station == Station::Model && !self.project.estimate.is_waiting() {
            self.sync_estimate_before();
        }
    }

    /// What the model cost before its last change, where it was changed before that was counted.
    fn sync_estimate_before(&mut self) {
        let Some(config) = self.uncounted_before().cloned() else { return };
        let wanted = WantedEstimate { tokenizer: self.project.tokenizers, config };
        if self.shaping.before.is_due(&wanted) {
            let request = self.ask_estimate(&wanted.config);
            self.shaping.before.ask(request, wanted);
        }
    }

    fn ask_estimate(&mut self, config: &Config) -> RequestId {
        let request = self.next_request();
        self.send(Command::Estimate { request, config: Box::new(config.clone()) });
        request
    }

    pub(super) fn estimated(&mut self, request: RequestId, estimate: Estimate) {
        match self.shaping.before.waits_for(request) {
            true => _ = self.shaping.before.accept(request, estimate),
            false => _ = self.project.estimate.accept(request, estimate),
        }
    }

    fn wanted_estimate(&self) -> WantedEstimate {
        WantedEstimate { tokenizer: self.project.tokenizers, config: self.config.clone() }
    }

    /// What the model as it is would cost, once the engine has counted that.
    pub fn estimate_now(&self) -> Option<Rc<Estimate>> {
        self.project.estimate.answers(&self.wanted_estimate()).then(|| self.project.estimate.answer.clone())?
    }

    fn wanted_text(&self) -> WantedText {
        let mut data = self.config.data.clone();
        let mut own = Vec::new();
        if data.source == Source::Own {
            own.extend(self.project.usable().cloned());
            // Settings of the built-in grammars do not matter to a text that was brought.
            let DataConfig { characters, corpus_seed, .. } = Config::default().data;
            data = DataConfig { characters, corpus_seed, ..data };
        }
        WantedText { data, own }
    }

    fn wanted_tokenizer(&self) -> WantedTokenizer {
        let origin = match &self.tokenizing.imported {
            Some(files) => Origin::Imported(Rc::clone(files)),
            None => Origin::Trained(self.config.tokenizer.relevant()),
        };
        WantedTokenizer { text: self.project.texts, origin }
    }

    pub(super) fn text_loaded(&mut self, request: RequestId, text: TextSummary) {
        let sample = first_words(&text.head);
        if self.project.text.accept(request, text) {
            self.take_loaded();
            self.project.texts += 1;
            self.leaks_end();
            // What the visitor typed stays; what the page put there follows the text.
            if self.project.try_text == self.project.sample {
                self.project.try_text.clone_from(&sample);
            }
            self.project.sample = sample;
        }
    }

    /// The documents that are loaded are those of the texts that could be read.
    fn take_loaded(&mut self) {
        let Some(mut answered) = self.project.text.answered().cloned() else { return };
        let same = self.project.loaded.as_ref().is_some_and(|loaded| loaded.has_documents_of(&answered));
        self.set_aside(&answered.own);
        let faults = &self.project.faults;
        answered.own.retain(|text| !faults.contains_key(&text.id));
        self.project.corpora += u32::from(!same);
        self.project.loaded = Some(answered.clone());
        self.project.text.rephrase(answered);
    }

    /// The engine keeps the text before, and so does the page. A text that was there is read again as it was; a new one
    /// waits for being read in another way.
    pub(super) fn text_refused(&mut self, request: RequestId, error: &Error) -> bool {
        let wanted = self.project.text.waiting().cloned();
        let refused = self.project.text.refuse(request, error);
        let Some(wanted) = wanted.filter(|_| refused) else { return false };
        let before = self.project.text.fall_back().cloned();
        let known = before.as_ref().map_or(Vec::new(), |before| before.own.clone());
        let same = self.project.loaded.as_ref().is_some_and(|loaded| loaded.has_documents_of(&wanted));
        if !same && self.project.left_out.is_empty() {
            self.project.left_out = (0..).zip(&wanted.own).map(|(place, _)| (place, error.clone())).collect();
        }
        self.set_aside(&wanted.own);
        for text in known {
            self.project.faults.remove(&text.id);
            match self.project.own.iter_mut().find(|other| other.id == text.id) {
                Some(other) => *other = text,
                None => self.project.own.push(text),
            }
        }
        if let Some(before) = before {
            self.cleaning_refused(&before.data.cleaning, wanted.data.cleaning);
            let DataConfig { characters, corpus_seed, .. } = self.config.data;
            self.config.data = match before.own.is_empty() {
                false => DataConfig { characters, corpus_seed, ..before.data },
                true => before.data,
            };
        }
        self.leave_own_if_empty();
        true
    }

    pub(super) fn tokenizer_trained(&mut self, request: RequestId, tokenizer: TokenizerSummary) {
        if self.project.tokenizer.accept(request, tokenizer) {
            self.project.tokenizers += 1;
        }
    }

    /// Files that are refused are forgotten: what the settings describe, and the engine has, stands again.
    pub(super) fn tokenizer_refused(&mut self, request: RequestId, error: &Error) -> bool {
        let importing = self.project.is_importing();
        let refused = self.project.tokenizer.refuse(request, error);
        if refused {
            self.training.cancel_start();
        }
        if refused && importing {
            self.tokenizing.forget_import();
            self.tokenizing.unread = Some(error.clone());
            self.project.tokenizer.error = None;
            self.project.tokenizer.fall_back();
        }
        refused
    }
}

impl WantedText {
    /// Whether only what is made of the documents differs.
    fn has_documents_of(&self, other: &Self) -> bool {
        let DataConfig { source, characters, corpus_seed, .. } = self.data;
        let same =
            WantedText { data: DataConfig { source, characters, corpus_seed, ..other.data.clone() }, ..self.clone() };
        same == *other
    }

    fn sources(&self) -> Vec<TextSource> {
        let DataConfig { source: corpus, characters, corpus_seed: seed, .. } = self.data;
        match self.own.is_empty() {
            true => vec![TextSource::BuiltIn { corpus, characters, seed }],
            false => self.own.iter().map(|text| text.source()).collect(),
        }
    }
}

/// The beginning of a text, about a line of it, not cut within a word where words are told apart.
fn first_words(text: &str) -> String {
    let line = text.trim_start().lines().next().unwrap_or_default();
    let cut: String = line.chars().take(SAMPLE_CHARACTERS).collect();
    match cut.rsplit_once(' ') {
        Some((words, _)) if cut.len() < line.len() => words.to_string(),
        _ => cut,
    }
}

/// Numbers with anything but digits between them; `None` where one is too large for an id.
pub fn numbers(text: &str) -> Option<Vec<u32>> {
    let digits = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    digits.take(TRY_CHARACTERS).map(|part| part.parse().ok()).collect()
}
