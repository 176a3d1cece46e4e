//! What of the session comes when it is asked for. Where a program is cut only the binary may say (`bin/worker`), so it hands a
//! loader for each area over as a function; elsewhere everything is here.

use futures::FutureExt;
use futures::future::LocalBoxFuture;

use super::{Host, Session};
use crate::error::Result;
use crate::protocol::sample::SampleCommand;
use crate::protocol::storage::StorageCommand;
use crate::protocol::tokenizer::TokenizerCommand;
use crate::protocol::tokens::TokensCommand;
use crate::protocol::{Command, Event, RequestId};

/// What does the commands of an area.
pub type Handle<H> = for<'a> fn(&'a mut Session<H>, Command) -> LocalBoxFuture<'a, ()>;
/// Brings an area.
pub type Parts<H> = fn(Area) -> Part<H>;

pub enum Part<H> {
    Here(Handle<H>),
    Coming(LocalBoxFuture<'static, Result<Handle<H>>>),
}

/// Commands that are done by the same code, which comes as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Documents as dots, and samples of them.
    Sample,
    /// Training by merges, looked at, and tokenizers side by side.
    Merges,
    /// The vocabulary, and tokenizers that come in and go out.
    Tokenizer,
    /// A project as a file.
    Storage,
}

impl Area {
    pub const ALL: [Area; 4] = [Area::Sample, Area::Merges, Area::Tokenizer, Area::Storage];

    fn of(command: &Command) -> Option<Area> {
        match command {
            Command::Sample(_) => Some(Area::Sample),
            // Whatever it stops has seen it already.
            Command::Tokens(TokensCommand::Stop) => None,
            Command::Tokens(_) => Some(Area::Merges),
            Command::Tokenizer(TokenizerCommand::Cancel) => None,
            Command::Tokenizer(_) => Some(Area::Tokenizer),
            Command::Storage(StorageCommand::SaveProject { .. } | StorageCommand::OpenProject { .. }) => {
                Some(Area::Storage)
            }
            _ => None,
        }
    }
}

/// Where nothing has to be loaded.
pub fn whole<H: Host>(area: Area) -> Part<H> {
    Part::Here(match area {
        Area::Sample => |session, command| session.handle_sample_part(command).boxed_local(),
        Area::Merges => |session, command| session.handle_merges_part(command).boxed_local(),
        Area::Tokenizer => |session, command| session.handle_tokenizer_part(command).boxed_local(),
        Area::Storage => |session, command| session.handle_storage_part(command).boxed_local(),
    })
}

impl<H: Host> Session<H> {
    /// Does a command, for which its part may have to come first. Work in hand goes on meanwhile; later commands wait, so that all
    /// are done in their order.
    pub(super) async fn handle(&mut self, command: Command) {
        let Some(area) = Area::of(&command) else { return self.handle_here(command).boxed_local().await };
        let handle = match (self.parts)(area) {
            Part::Here(handle) => Ok(handle),
            Part::Coming(coming) => self.work_until(coming).await,
        };
        match handle {
            Ok(handle) => handle(self, command).await,
            Err(error) => self.host.emit(match request(&command) {
                Some(request) => Event::Refused { request, error },
                None => Event::Failed { error },
            }),
        }
    }

    async fn work_until(&mut self, mut coming: LocalBoxFuture<'static, Result<Handle<H>>>) -> Result<Handle<H>> {
        while self.has_work() {
            if let Some(handle) = (&mut coming).now_or_never() {
                return handle;
            }
            self.do_a_piece().boxed_local().await;
        }
        coming.await
    }
}

/// The question that a command of a part is.
fn request(command: &Command) -> Option<RequestId> {
    match command {
        Command::Sample(
            SampleCommand::Survey { request, .. }
            | SampleCommand::Draw { request, .. }
            | SampleCommand::Redraw { request, .. },
        )
        | Command::Tokens(TokensCommand::Trace { request, .. } | TokensCommand::Compare { request, .. })
        | Command::Tokenizer(
            TokenizerCommand::Import { request, .. }
            | TokenizerCommand::Export { request }
            | TokenizerCommand::RoundTrip { request, .. }
            | TokenizerCommand::Browse { request, .. }
            | TokenizerCommand::ExportVocabulary { request, .. }
            | TokenizerCommand::Inspect { request, .. },
        )
        | Command::Storage(StorageCommand::SaveProject { request, .. } | StorageCommand::OpenProject { request, .. }) => {
            Some(*request)
        }
        _ => None,
    }
}
