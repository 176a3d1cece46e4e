//! How good the model is: station Train, part Evaluate.

use std::rc::Rc;

use crate::protocol::evaluate::{EvaluateEvent, KeptModel};

use super::State;

#[derive(Clone, Debug, Default)]
pub struct Evaluating {
    /// What the worker keeps beside the model of now.
    pub models: Vec<KeptModel>,
}

#[derive(Clone, Debug)]
pub enum EvaluateAction {}

impl State {
    pub(super) fn evaluate(&mut self, action: EvaluateAction) {
        match action {}
    }

    pub(super) fn hear_of_evaluating(&mut self, event: EvaluateEvent) {
        match event {
            EvaluateEvent::Counted { run, baselines } => {
                self.training.update(run, |it| it.baselines = Some(Rc::new(baselines)));
            }
            EvaluateEvent::Kept { models } => self.evaluating.models = models,
            EvaluateEvent::Measured { .. } | EvaluateEvent::WroteBeside { .. } | EvaluateEvent::LookedUp { .. } => {}
        }
    }

    pub(super) fn settle_evaluating(&mut self) {}
}
