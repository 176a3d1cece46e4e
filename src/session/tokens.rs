//! Tokenizers beyond the project's own: looked at while they learn, and side by side.

use super::pieces::Pieces;
use super::project::Project;
use super::{Host, Session, compare};
use crate::config::TokenizerConfig;
use crate::error::Result;
use crate::protocol::tokens::{Piece, TokensCommand, TokensEvent, Trace, TracedMerge, TracedPair};
use crate::protocol::{Command, Event, Work};
use crate::text::tokenizer::Training;
use crate::text::tokenizer::merging::{Counts, Pair, Step};
use crate::text::tokenizer::trace::{Traced, traced};

impl<H: Host> Session<H> {
    pub async fn handle_merges_part(&mut self, command: Command) {
        let Command::Tokens(command) = command else { return };
        match command {
            TokensCommand::Trace { request, tokenizer, typed } => {
                let (host, inbox) = (&self.host, &mut self.inbox);
                let mut pieces = Pieces { host, inbox, work: Work::Tracing, superseded_by: supersedes_a_trace };
                let traced = trace(&mut pieces, &self.project, &tokenizer, typed).await;
                if let Some(traced) = traced.transpose() {
                    let event = traced.map(|trace| TokensEvent::Traced { request, trace: Box::new(trace) });
                    self.answer(request, event.map(Event::Tokens));
                }
            }
            TokensCommand::Compare { request, sides } => {
                let (host, inbox) = (&self.host, &mut self.inbox);
                let mut pieces = Pieces { host, inbox, work: Work::Comparing, superseded_by: supersedes_a_comparison };
                let compared = compare::compare(&mut pieces, &self.project, sides).await;
                if let Some(compared) = compared.transpose() {
                    let event =
                        compared.map(|comparison| TokensEvent::Compared { request, comparison: Box::new(comparison) });
                    self.answer(request, event.map(Event::Tokens));
                }
            }
            // Whatever it stops has seen it already.
            TokensCommand::Stop => {}
        }
    }
}

/// Trains by merges and keeps every step; nothing if a newer command made that pointless.
async fn trace(
    pieces: &mut Pieces<'_, impl Host>,
    project: &Project,
    config: &TokenizerConfig,
    typed: Option<String>,
) -> Result<Option<Trace>> {
    let text = match typed {
        Some(_) => None,
        None => Some(project.text()?),
    };
    let typed = typed.unwrap_or_default();
    let mut training = match text {
        Some(text) => Training::new(text, config),
        None => Training::of_documents([&*typed], config),
    };
    if !pieces.finish(|| training.advance()).await {
        return Ok(None);
    }
    let traced = match text {
        Some(text) => traced(&training, text.train_passages().map(|passage| passage.text), config),
        None => traced(&training, std::iter::once(&*typed), config),
    };
    Ok(Some(told(traced.unwrap_or_default())))
}

/// Another text or another question: a trace need not be finished, and is not answered.
fn supersedes_a_trace(newer: &Command) -> bool {
    let again = matches!(newer, Command::Tokens(TokensCommand::Trace { .. } | TokensCommand::Stop));
    again || matches!(newer, Command::LoadText { .. } | Command::PrepareText { .. })
}

/// The same for a comparison.
fn supersedes_a_comparison(newer: &Command) -> bool {
    let again = matches!(newer, Command::Tokens(TokensCommand::Compare { .. } | TokensCommand::Stop));
    again || matches!(newer, Command::LoadText { .. } | Command::PrepareText { .. })
}

fn told(traced: Traced) -> Trace {
    Trace {
        alphabet: traced.alphabet.into_iter().map(|(bytes, continues)| Piece { bytes, continues }).collect(),
        reserved: traced.reserved as u32,
        merges: traced.steps.into_iter().map(told_step).collect(),
        tokens: traced.first,
        words: traced.words,
        different_words: traced.different_words,
        excerpt: traced.excerpt,
    }
}

fn told_step(step: Step) -> TracedMerge {
    TracedMerge {
        pair: told_pair(step.pair, step.counts),
        token: step.token,
        tokens: step.tokens,
        runners_up: step.runners_up.into_iter().map(|next| told_pair(next.pair, next.counts)).collect(),
    }
}

fn told_pair((left, right): Pair, counts: Counts) -> TracedPair {
    TracedPair { left, right, count: counts.pair, left_count: counts.left, right_count: counts.right }
}
