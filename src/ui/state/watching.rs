//! What is watched while a model trains: station Train, part Live.

use crate::protocol::watch::WatchEvent;

use super::State;

#[derive(Clone, Debug, Default)]
pub struct Watching {}

#[derive(Clone, Debug)]
pub enum WatchAction {}

impl State {
    pub(super) fn watch(&mut self, action: WatchAction) {
        match action {}
    }

    pub(super) fn hear_of_watching(&mut self, event: WatchEvent) {
        match event {}
    }

    pub(super) fn settle_watching(&mut self) {}
}
