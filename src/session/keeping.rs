//! Keeps runs and projects beyond the visit.

use super::{Host, Session};
use crate::protocol::keeping::KeepingCommand;

impl<H: Host> Session<H> {
    pub(super) async fn obey_keeping(&mut self, command: KeepingCommand) {
        match command {}
    }
}
