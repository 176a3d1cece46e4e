//! The commands that wait.

use std::collections::VecDeque;

use futures::channel::mpsc::UnboundedReceiver;
use futures::{FutureExt, StreamExt};

use crate::protocol::Command;

pub struct Inbox {
    receiver: UnboundedReceiver<Command>,
    waiting: VecDeque<Command>,
    closed: bool,
}

impl Inbox {
    pub fn new(receiver: UnboundedReceiver<Command>) -> Self {
        Self { receiver, waiting: VecDeque::new(), closed: false }
    }

    /// The next command, as soon as there is one; nothing if there will be none.
    pub async fn next(&mut self) -> Option<Command> {
        if let Some(command) = self.take() {
            return Some(command);
        }
        let command = self.receiver.next().await;
        self.closed |= command.is_none();
        command
    }

    /// The next command if one waits.
    pub fn take(&mut self) -> Option<Command> {
        self.receive();
        self.waiting.pop_front()
    }

    /// Whether a command of this kind waits.
    pub fn has(&mut self, kind: impl Fn(&Command) -> bool) -> bool {
        self.receive();
        self.waiting.iter().any(kind)
    }

    /// All commands were taken and nobody is left to send one.
    pub fn is_closed(&self) -> bool {
        self.closed && self.waiting.is_empty()
    }

    fn receive(&mut self) {
        while !self.closed
            && let Some(received) = self.receiver.next().now_or_never()
        {
            match received {
                Some(command) => self.waiting.push_back(command),
                None => self.closed = true,
            }
        }
    }
}
