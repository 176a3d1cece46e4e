//! The tokenizer as a thing of its own: brought from files, saved as one, its vocabulary looked through.

use std::rc::Rc;

use crate::error::Error;
use crate::protocol::tokenizer::{
    Kept, TokenDetails, TokenizerCommand, TokenizerEvent, TokenizerFiles, VocabularyOrder, VocabularyPage,
    VocabularyQuery,
};
use crate::protocol::{Command, RequestId};

use super::{Part, Question, State, Station};

/// Tokens of the vocabulary that are shown at a time.
pub const PAGE: u32 = 50;

#[derive(Clone, Debug, Default)]
pub struct Tokenizing {
    /// The files that were brought, kept so that a new engine can be given them; they stand before the settings.
    pub imported: Option<Rc<TokenizerFiles>>,
    /// Why the browser could not even read what was brought last.
    pub unread: Option<Error>,
    /// What the text of the try-it box loses.
    pub round_trip: Question<(u32, String), Vec<Kept>>,
    pub query: VocabularyQuery,
    pub vocabulary: Question<(u32, VocabularyQuery), VocabularyPage>,
    /// The token that is looked at.
    pub inspected: Option<u32>,
    pub details: Question<(u32, u32), TokenDetails>,
    /// A file that is asked for, and the last one that came, which the page saves once.
    asked: Option<RequestId>,
    pub saved: Option<Rc<SavedFile>>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct SavedFile {
    /// Tells two files of the same content apart.
    pub request: RequestId,
    pub name: &'static str,
    pub mime: &'static str,
    pub content: String,
}

#[derive(Clone, Debug)]
pub enum TokenizerAction {
    Import(Rc<TokenizerFiles>),
    /// The browser could not read a file, or these files are no tokenizer.
    Unreadable(Error),
    /// Go back to the settings.
    Forget,
    Cancel,
    Export,
    Search(String),
    Order(VocabularyOrder),
    /// Show the tokens from this one of those found.
    From(u32),
    Inspect(Option<u32>),
    ExportVocabulary,
}

impl Tokenizing {
    pub(super) fn expire(&mut self) {
        self.round_trip.expire();
        self.vocabulary.expire();
        self.details.expire();
        self.asked = None;
    }

    /// A training that was asked for by the settings stands before what was imported.
    pub(super) fn forget_import(&mut self) {
        self.imported = None;
        self.unread = None;
    }
}

impl State {
    pub(super) fn act_on_tokenizer(&mut self, action: TokenizerAction) {
        let tokenizing = &mut self.tokenizing;
        match action {
            TokenizerAction::Import(files) => {
                self.comparing.keep(&files);
                tokenizing.unread = None;
                tokenizing.imported = Some(files);
            }
            TokenizerAction::Unreadable(error) => tokenizing.unread = Some(error),
            TokenizerAction::Forget => tokenizing.forget_import(),
            TokenizerAction::Cancel => self.cancel_tokenizer(),
            TokenizerAction::Export => self.ask_for_file(|request, _| TokenizerCommand::Export { request }),
            TokenizerAction::Search(search) => {
                tokenizing.query.search = search;
                tokenizing.query.from = 0;
            }
            TokenizerAction::Order(order) => {
                let query = &mut tokenizing.query;
                // The same order once more turns it round; what is frequent or long is looked for first.
                query.descending = match query.order == order {
                    true => !query.descending,
                    false => matches!(order, VocabularyOrder::Frequency | VocabularyOrder::Length),
                };
                query.order = order;
                query.from = 0;
            }
            TokenizerAction::From(from) => tokenizing.query.from = from,
            TokenizerAction::Inspect(id) => tokenizing.inspected = id,
            TokenizerAction::ExportVocabulary => {
                self.ask_for_file(|request, query| TokenizerCommand::ExportVocabulary { request, query });
            }
        }
    }

    /// The tokenizer before stays; the settings stay as they are, and are not trained before somebody asks for it.
    fn cancel_tokenizer(&mut self) {
        self.send(Command::Tokenizer(TokenizerCommand::Cancel));
        self.project.tokenizer.give_up();
        self.project.tokenizer_wanted = false;
        self.training.cancel_start();
        self.progress.end_tokenizer();
    }

    fn ask_for_file(&mut self, command: impl FnOnce(RequestId, VocabularyQuery) -> TokenizerCommand) {
        let request = self.next_request();
        let query = VocabularyQuery { from: 0, count: u32::MAX, ..self.tokenizing.query.clone() };
        self.tokenizing.asked = Some(request);
        self.send(Command::Tokenizer(command(request, query)));
    }

    pub(super) fn sync_tokenizing(&mut self, tokenizers: u32) {
        self.sync_round_trip(tokenizers);
        if self.view.station == Station::Tokens && self.view.part() == Some(Part::Vocabulary) {
            self.sync_vocabulary(tokenizers);
            self.sync_details(tokenizers);
        }
    }

    fn sync_round_trip(&mut self, tokenizers: u32) {
        let wanted = (tokenizers, self.tried_text());
        if wanted.1.is_empty() {
            self.tokenizing.round_trip.clear();
        } else if self.view.station == Station::Tokens && self.tokenizing.round_trip.is_due(&wanted) {
            let request = self.next_request();
            let text = wanted.1.clone();
            self.send(Command::Tokenizer(TokenizerCommand::RoundTrip { request, text }));
            self.tokenizing.round_trip.ask(request, wanted);
        }
    }

    fn sync_vocabulary(&mut self, tokenizers: u32) {
        let query = VocabularyQuery { count: PAGE, ..self.tokenizing.query.clone() };
        let wanted = (tokenizers, query.clone());
        if self.tokenizing.vocabulary.is_due(&wanted) {
            let request = self.next_request();
            self.send(Command::Tokenizer(TokenizerCommand::Browse { request, query }));
            self.tokenizing.vocabulary.ask(request, wanted);
        }
    }

    fn sync_details(&mut self, tokenizers: u32) {
        let Some(id) = self.tokenizing.inspected else { return };
        let wanted = (tokenizers, id);
        if self.tokenizing.details.is_due(&wanted) {
            let request = self.next_request();
            self.send(Command::Tokenizer(TokenizerCommand::Inspect { request, id }));
            self.tokenizing.details.ask(request, wanted);
        }
    }

    pub(super) fn on_tokenizer_event(&mut self, event: TokenizerEvent) {
        let tokenizing = &mut self.tokenizing;
        match event {
            TokenizerEvent::Exported { request, json } => {
                self.save_file(request, "tokenizer.json", "application/json", json);
            }
            TokenizerEvent::VocabularyExported { request, csv } => {
                self.save_file(request, "vocabulary.csv", "text/csv", csv);
            }
            TokenizerEvent::RoundTrip { request, text } => _ = tokenizing.round_trip.accept(request, text),
            TokenizerEvent::Browsed { request, vocabulary } => _ = tokenizing.vocabulary.accept(request, vocabulary),
            TokenizerEvent::Inspected { request, token } => _ = tokenizing.details.accept(request, *token),
        }
    }

    fn save_file(&mut self, request: RequestId, name: &'static str, mime: &'static str, content: String) {
        if self.tokenizing.asked == Some(request) {
            self.tokenizing.asked = None;
            self.tokenizing.saved = Some(Rc::new(SavedFile { request, name, mime, content }));
        }
    }

    pub(super) fn tokenizing_refused(&mut self, request: RequestId, error: &Error) -> bool {
        let tokenizing = &mut self.tokenizing;
        // An id that another tokenizer had.
        let inspected = tokenizing.details.refuse(request, error);
        if inspected {
            tokenizing.inspected = None;
        }
        inspected
            || tokenizing.round_trip.refuse(request, error)
            || tokenizing.vocabulary.refuse(request, error)
            || tokenizing.asked.take_if(|asked| *asked == request).is_some()
    }
}
