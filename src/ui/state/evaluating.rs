//! How good the model is: station Train, part Evaluate.

use crate::protocol::evaluate::EvaluateEvent;

use super::State;

#[derive(Clone, Debug, Default)]
pub struct Evaluating {}

#[derive(Clone, Debug)]
pub enum EvaluateAction {}

impl State {
    pub(super) fn evaluate(&mut self, action: EvaluateAction) {
        match action {}
    }

    pub(super) fn hear_of_evaluating(&mut self, event: EvaluateEvent) {
        match event {}
    }

    pub(super) fn settle_evaluating(&mut self) {}
}
