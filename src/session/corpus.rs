//! What is told of documents: what a file is, what a corpus is made of, what a cleaning would change.

use std::rc::Rc;

use super::pieces::Pieces;
use super::{Host, Session, shown};
use crate::config::corpus::{CleaningConfig, ReadConfig};
use crate::error::Result;
use crate::protocol::corpus::{CleaningPreview, CorpusCommand, CorpusEvent, FileSummary, Stage};
use crate::protocol::{Command, Event, RequestId, TextContent, Work};
use crate::text::corpus::clean::Cleaning;
use crate::text::corpus::describe::Describing;
use crate::text::corpus::{Corpus, read};

/// A corpus that is being described, a piece at a time between other work.
pub struct DescribeJob {
    request: RequestId,
    stage: Stage,
    corpus: Rc<Corpus>,
    work: Describing,
}

impl<H: Host> Session<H> {
    pub(super) async fn handle_corpus(&mut self, command: CorpusCommand) {
        match command {
            CorpusCommand::Inspect { request, name, content, read } => {
                let file = self.inspect(&name, &content, &read).await;
                self.answer(request, file.map(|file| Event::Corpus(CorpusEvent::Inspected { request, file })));
            }
            CorpusCommand::Describe { request, stage } => {
                self.describe_jobs.retain(|describe_job| describe_job.stage != stage);
                match self.project.documents(stage) {
                    Ok(corpus) => {
                        self.describe_jobs.push(DescribeJob { request, stage, corpus, work: Describing::default() });
                    }
                    Err(error) => self.answer(request, Err(error)),
                }
            }
            CorpusCommand::PreviewCleaning { request, cleaning } => {
                let preview = self.preview(cleaning).await;
                if let Some(preview) = preview.transpose() {
                    let told = |preview| Event::Corpus(CorpusEvent::CleaningPreviewed { request, preview });
                    self.answer(request, preview.map(told));
                }
            }
        }
    }

    /// Describes a little of the corpus that waits longest.
    pub(super) async fn describe_a_piece(&mut self) {
        let Some(describe_job) = self.describe_jobs.first_mut() else { return };
        if describe_job.work.advance(&describe_job.corpus) == 1.0 {
            let DescribeJob { request, corpus, work, .. } = self.describe_jobs.remove(0);
            let description = shown::description(work.finish(&corpus));
            self.host.emit(Event::Corpus(CorpusEvent::Described { request, description }));
        }
        self.host.yield_now().await;
    }

    async fn inspect(&mut self, name: &str, content: &TextContent, config: &ReadConfig) -> Result<FileSummary> {
        let bytes = self.project.fetched.content(&self.host, name, content).await?;
        let inspection = read::inspect(name, &bytes, config, &|bytes| self.host.decode_gb18030(bytes))?;
        Ok(shown::file(inspection, bytes.len()))
    }

    /// Nothing if a newer command made that pointless.
    async fn preview(&mut self, cleaning: CleaningConfig) -> Result<Option<CleaningPreview>> {
        let corpus = self.project.documents(Stage::Brought)?;
        let mut work = Cleaning::new(&corpus, cleaning);
        let mut failed = None;
        let mut pieces = Pieces {
            host: &self.host,
            inbox: &mut self.inbox,
            work: Work::CleaningText,
            superseded_by: supersedes_a_preview,
        };
        let finished = pieces.finish(|| {
            work.advance().unwrap_or_else(|error| {
                failed = Some(error);
                1.0
            })
        });
        match (finished.await, failed) {
            (false, _) => Ok(None),
            (true, Some(error)) => Err(error),
            (true, None) => {
                let (cleaned, report) = work.finish();
                Ok(Some(shown::preview(&corpus, &cleaned, &report)))
            }
        }
    }
}

fn supersedes_a_preview(newer: &Command) -> bool {
    let newer_preview = |command: &CorpusCommand| matches!(command, CorpusCommand::PreviewCleaning { .. });
    match newer {
        Command::LoadText { .. } => true,
        Command::Corpus(command) => newer_preview(command),
        _ => false,
    }
}
