//! Every run that the page knows, and sweeps over settings: station Train, parts Runs and Sweep.

use super::State;

#[derive(Clone, Debug, Default)]
pub struct Runs {}

#[derive(Clone, Debug)]
pub enum RunsAction {}

impl State {
    pub(super) fn act_on_runs(&mut self, action: RunsAction) {
        match action {}
    }

    pub(super) fn settle_runs(&mut self) {}
}
