//! Looks at a model while it trains.

use super::{Host, Session};
use crate::protocol::watch::WatchCommand;

impl<H: Host> Session<H> {
    pub(super) async fn obey_watch(&mut self, command: WatchCommand) {
        match command {}
    }
}
