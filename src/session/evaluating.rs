//! Measures what a model can do.

use super::{Host, Session};
use crate::protocol::evaluate::EvaluateCommand;

impl<H: Host> Session<H> {
    pub(super) async fn obey_evaluate(&mut self, command: EvaluateCommand) {
        match command {}
    }
}
