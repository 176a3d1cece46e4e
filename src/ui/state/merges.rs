//! What is asked about training by merges: on which text, by which method.

use crate::config::{TokenizerConfig, TokenizerMethod};
use crate::error::Error;
use crate::protocol::tokens::{TokensCommand, Trace};
use crate::protocol::{Command, RequestId, Work};
use crate::ui::merges::Replay;

use super::{Lang, Part, Question, State, Station};

/// Typed text is taken up to so many characters.
pub const TYPED_CHARACTERS: usize = 20_000;

#[derive(Clone, Debug, Default)]
pub struct Merging {
    /// The text that is learned from.
    pub text: TracedText,
    /// What the student typed.
    pub typed: String,
    /// The method that is looked at; without it the project's, where that one merges.
    pub method: Option<TokenizerMethod>,
    pub trace: Question<WantedTrace, Replay>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TracedText {
    #[default]
    Project,
    Typed,
}

#[derive(Clone, Debug, PartialEq)]
pub struct WantedTrace {
    text: LearnedText,
    pub tokenizer: TokenizerConfig,
}

#[derive(Clone, Debug, PartialEq)]
enum LearnedText {
    /// The project's text with this count.
    Project(u32),
    Typed(String),
}

#[derive(Clone, Debug)]
pub enum MergesAction {
    Text(TracedText),
    Type(String),
    Method(TokenizerMethod),
    /// Give up the training that is on its way.
    Stop,
    /// Train after all.
    Again,
}

/// The methods that learn by merges.
pub const METHODS: [TokenizerMethod; 3] =
    [TokenizerMethod::Bpe, TokenizerMethod::BpeCharacters, TokenizerMethod::WordPiece];

/// Whether a method merges by score instead of by count.
pub fn is_scored(method: TokenizerMethod) -> bool {
    method == TokenizerMethod::WordPiece
}

/// A text on which the first merges are easily followed.
fn example(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "low lower lowest new newer newest",
        Lang::Zh => "小猫 小狗 小鸟 小猫看小鸟 小狗看小猫",
    }
}

impl State {
    pub(super) fn act_on_merges(&mut self, action: MergesAction) {
        let merging = &mut self.merging;
        match action {
            MergesAction::Text(text) => {
                merging.text = text;
                if merging.typed.is_empty() {
                    merging.typed = example(self.view.lang()).into();
                }
            }
            MergesAction::Type(text) => merging.typed = text,
            MergesAction::Method(method) => merging.method = Some(method),
            MergesAction::Stop => {
                merging.trace.give_up();
                self.progress.end(&[Work::Tracing]);
                self.send(Command::Tokens(TokensCommand::Stop));
            }
            MergesAction::Again => merging.trace.expire(),
        }
    }

    /// The method whose merges are looked at, if it has any.
    pub fn traced_method(&self) -> Option<TokenizerMethod> {
        self.merging.method.or(Some(self.config.tokenizer.method)).filter(|method| METHODS.contains(method))
    }

    /// Whether the trace that is shown is the one that is asked for.
    pub fn trace_is_current(&self) -> bool {
        self.wanted_trace().is_some_and(|wanted| self.merging.trace.answers(&wanted))
    }

    /// Asks for the training that is looked at, once somebody looks.
    pub(super) fn sync_merges(&mut self) {
        if self.project.text.is_waiting() {
            // The engine drops a trace for a text that is on its way out.
            self.merging.trace.withdraw();
            return;
        }
        let looked_at = self.view.station == Station::Tokens && self.view.part() == Some(Part::Merges);
        let Some(wanted) = self.wanted_trace().filter(|_| looked_at) else { return };
        if self.merging.trace.is_overdue(&wanted) {
            let request = self.next_request();
            let typed = match &wanted.text {
                LearnedText::Project(_) => None,
                LearnedText::Typed(text) => Some(text.clone()),
            };
            self.send(Command::Tokens(TokensCommand::Trace { request, tokenizer: wanted.tokenizer.clone(), typed }));
            self.merging.trace.ask(request, wanted);
        }
    }

    fn wanted_trace(&self) -> Option<WantedTrace> {
        let text = match self.merging.text {
            TracedText::Project => LearnedText::Project(self.project.text.answer.as_ref().map(|_| self.project.texts)?),
            TracedText::Typed => LearnedText::Typed(self.merging.typed.chars().take(TYPED_CHARACTERS).collect()),
        };
        let tokenizer = TokenizerConfig { method: self.traced_method()?, ..self.config.tokenizer.clone() }.relevant();
        Some(WantedTrace { text, tokenizer })
    }

    pub(super) fn traced(&mut self, request: RequestId, trace: Trace) {
        if self.merging.trace.accept(request, Replay::new(trace)) {
            self.progress.end(&[Work::Tracing]);
        }
    }

    pub(super) fn trace_refused(&mut self, request: RequestId, error: &Error) -> bool {
        self.merging.trace.refuse(request, error)
    }
}
