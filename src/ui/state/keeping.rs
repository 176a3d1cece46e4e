//! What is kept beyond the visit, and what can be continued.

use crate::protocol::keeping::KeepingEvent;

use super::State;

#[derive(Clone, Debug, Default)]
pub struct Keeping {}

#[derive(Clone, Debug)]
pub enum KeepingAction {}

impl State {
    pub(super) fn keep(&mut self, action: KeepingAction) {
        match action {}
    }

    pub(super) fn hear_of_keeping(&mut self, event: KeepingEvent) {
        match event {}
    }

    pub(super) fn settle_keeping(&mut self) {}
}
