//! Tokenizers side by side.

use std::rc::Rc;

use crate::config::{TokenizerConfig, TokenizerMethod};
use crate::error::Error;
use crate::protocol::tokenizer::TokenizerFiles;
use crate::protocol::tokens::{CompareSide, Comparison, TokensCommand};
use crate::protocol::{Command, RequestId, Work};

use super::{Part, Question, State, Station};

/// Tokenizers that are compared at most.
pub const MOST: usize = 4;
/// Above this many bytes nothing is compared until it is asked for.
const COMPARED_UNASKED: u64 = 1_000_000;

#[derive(Clone, Debug)]
pub struct Comparing {
    pub sides: Vec<SideChoice>,
    pub comparison: Question<WantedComparison, Comparison>,
    /// Tokenizers that were imported on this visit, in their order.
    pub brought: Vec<Rc<TokenizerFiles>>,
    /// Somebody asked for what is chosen now.
    wanted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SideChoice {
    Trained {
        method: TokenizerMethod,
        vocab_size: usize,
    },
    /// The project's own tokenizer.
    Project,
    /// One that was imported, by its place.
    Imported(usize),
}

#[derive(Clone, Debug, PartialEq)]
pub struct WantedComparison {
    /// The counts of the project's text and, where it is compared, its tokenizer.
    text: u32,
    tokenizer: Option<u32>,
    /// What trained ones have in common.
    config: TokenizerConfig,
    pub sides: Vec<SideChoice>,
}

#[derive(Clone, Copy, Debug)]
pub enum CompareAction {
    Choose(usize, SideChoice),
    Add,
    Remove(usize),
    Compare,
    Stop,
}

impl Default for Comparing {
    fn default() -> Self {
        use TokenizerMethod::{Bpe, Characters, Unigram, WordPiece};
        let side = |method| SideChoice::Trained { method, vocab_size: 1_000 };
        Self {
            sides: [Characters, Bpe, WordPiece, Unigram].map(side).to_vec(),
            comparison: Question::default(),
            brought: Vec::new(),
            wanted: false,
        }
    }
}

impl Comparing {
    /// A tokenizer that was imported can be compared from then on.
    pub(super) fn keep(&mut self, files: &Rc<TokenizerFiles>) {
        match self.brought.iter_mut().find(|other| other.name() == files.name()) {
            Some(other) => *other = files.clone(),
            None => self.brought.push(files.clone()),
        }
    }

    fn side(&self, choice: SideChoice, config: &TokenizerConfig) -> CompareSide {
        match choice {
            SideChoice::Project => CompareSide::Project,
            SideChoice::Imported(at) => {
                self.brought.get(at).map_or(CompareSide::Project, |files| CompareSide::Imported((**files).clone()))
            }
            SideChoice::Trained { method, vocab_size } => {
                CompareSide::Trained(TokenizerConfig { method, vocab_size, ..config.clone() }.relevant())
            }
        }
    }
}

impl State {
    pub(super) fn act_on_compare(&mut self, action: CompareAction) {
        let comparing = &mut self.comparing;
        match action {
            CompareAction::Choose(at, choice) => {
                if let Some(side) = comparing.sides.get_mut(at) {
                    *side = choice;
                }
            }
            CompareAction::Add if comparing.sides.len() < MOST => comparing.sides.push(SideChoice::Project),
            CompareAction::Remove(at) if at < comparing.sides.len() && comparing.sides.len() > 1 => {
                comparing.sides.remove(at);
            }
            CompareAction::Add | CompareAction::Remove(_) => {}
            CompareAction::Compare => comparing.wanted = true,
            CompareAction::Stop => {
                comparing.comparison.give_up();
                self.progress.end(&[Work::Comparing]);
                self.send(Command::Tokens(TokensCommand::Stop));
            }
        }
    }

    /// Whether the comparison that is shown is the one that is chosen.
    pub fn comparison_is_current(&self) -> bool {
        self.comparing.comparison.answers(&self.wanted_comparison())
    }

    /// A comparison is made when it is asked for, and once unasked where the text is small.
    pub(super) fn sync_comparison(&mut self) {
        if self.project.text.is_waiting() {
            // The engine drops a comparison on a text that is on its way out.
            self.comparing.comparison.withdraw();
            return;
        }
        let Some(text) = self.project.text.answer.as_ref() else { return };
        let looked_at = self.view.station == Station::Tokens && self.view.part() == Some(Part::Compare);
        let first = self.comparing.comparison.answered().is_none() && !self.comparing.comparison.is_waiting();
        let unasked = looked_at && first && text.bytes <= COMPARED_UNASKED;
        let wanted = self.wanted_comparison();
        if (self.comparing.wanted || unasked) && self.comparing.comparison.is_overdue(&wanted) {
            let request = self.next_request();
            let side = |choice: &SideChoice| self.comparing.side(*choice, &wanted.config);
            let sides = wanted.sides.iter().map(side).collect();
            self.send(Command::Tokens(TokensCommand::Compare { request, sides }));
            self.comparing.comparison.ask(request, wanted);
        }
        self.comparing.wanted = false;
    }

    fn wanted_comparison(&self) -> WantedComparison {
        let sides = self.comparing.sides.clone();
        let tokenizer = sides.contains(&SideChoice::Project).then_some(self.project.tokenizers);
        let config = TokenizerConfig { vocab_size: 0, ..self.config.tokenizer.clone() };
        WantedComparison { text: self.project.texts, tokenizer, config, sides }
    }

    pub(super) fn compared(&mut self, request: RequestId, comparison: Comparison) {
        if self.comparing.comparison.accept(request, comparison) {
            self.progress.end(&[Work::Comparing]);
        }
    }

    pub(super) fn comparison_refused(&mut self, request: RequestId, error: &Error) -> bool {
        self.comparing.comparison.refuse(request, error)
    }
}
