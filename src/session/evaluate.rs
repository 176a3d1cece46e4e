//! Measures what a model can do, and what counting and copying would do.
//!
//! Counting goes on beside training, a piece between two submits. What was asked for by hand goes before training, which
//! waits, so that every figure of a report is of the same model.

mod beside;
mod counting;
mod looking;
mod measuring;
mod models;

use super::{Host, Session, missing};
use crate::error::{Error, Result};
use crate::protocol::evaluate::{EvaluateCommand, EvaluateEvent, Which};
use crate::protocol::{Event, RequestId};
use beside::Beside;
use counting::Counting;
use looking::Looking;
use measuring::Measuring;
use models::LoadedModel;
pub use models::SavedModels;

/// What is on its way, and the models that are kept.
#[derive(Default)]
pub struct Evaluating {
    counting: Counting,
    measuring: Option<Measuring>,
    beside: Option<Beside>,
    looking: Option<Looking>,
    kept: SavedModels,
}

impl Evaluating {
    /// Something that training waits for.
    pub fn is_urgent(&self) -> bool {
        self.measuring.is_some() || self.beside.is_some() || self.looking.is_some()
    }

    pub fn has_work(&self) -> bool {
        self.is_urgent() || self.counting.has_work()
    }
}

impl<H: Host> Session<H> {
    pub(super) async fn handle_evaluate(&mut self, command: EvaluateCommand) {
        match command {
            EvaluateCommand::Measure { request, models, on } => match self.models(&models) {
                Ok(models) => self.evaluate.measuring = Some(Measuring::new(request, models, on)),
                Err(error) => self.refuse(request, error),
            },
            EvaluateCommand::WriteBeside { request, models, prompt, sample } => match self.models(&models) {
                Ok(models) => self.evaluate.beside = Some(Beside::new(request, models, prompt, sample)),
                Err(error) => self.refuse(request, error),
            },
            EvaluateCommand::Fetch { request, run } => {
                if let Err(error) = self.fetch(run).await {
                    self.refuse(request, error);
                }
            }
            EvaluateCommand::LookUp { request, ids } => match self.run.as_ref().ok_or_else(|| missing("model")) {
                Ok(run) => self.evaluate.looking = Some(Looking::new(request, run.parts(), ids)),
                Err(error) => self.refuse(request, error),
            },
            EvaluateCommand::StopMeasuring => self.evaluate.measuring = None,
            EvaluateCommand::StopWriting => self.evaluate.beside = None,
        }
    }

    fn models(&self, models: &[Which]) -> Result<Vec<LoadedModel>> {
        let loaded = |which: &Which| match which {
            Which::Now => self.run.as_ref().map(LoadedModel::of).ok_or_else(|| missing("model")),
            Which::Kept(key) => self.evaluate.kept.get(*key).ok_or(Error::ModelForgotten { key: u64::from(*key) }),
        };
        models.iter().map(loaded).collect()
    }

    fn refuse(&self, request: RequestId, error: Error) {
        self.host.emit(Event::Refused { request, error });
    }

    /// Begins to count on the text of the run that has just begun.
    pub(super) fn count_for_the_run(&mut self) {
        if let Some(run) = &self.run {
            self.evaluate.counting.begin(run.id(), run.parts().loader);
        }
    }

    /// A piece of counting, if there is any to do.
    pub(super) async fn count_a_piece(&mut self) {
        if self.evaluate.counting.go_on(&self.host) && !self.is_busy() {
            self.host.yield_now().await;
        }
    }

    /// A piece of what training waits for.
    pub(super) async fn evaluate_a_piece(&mut self) {
        let device = self.devices.device();
        let Evaluating { measuring, beside, looking, .. } = &mut self.evaluate;
        let (request, done) = if let Some(work) = looking {
            (work.request, work.go_on())
        } else if let Some(work) = measuring {
            (work.request, work.go_on(&self.host, &device).await)
        } else if let Some(work) = beside {
            (work.request, work.go_on(&self.host, &device).await)
        } else {
            return;
        };
        if let Some(event) = done.transpose() {
            self.end_evaluating(request);
            self.answer(request, event.map(Event::Evaluate));
        }
        self.host.yield_now().await;
    }

    fn end_evaluating(&mut self, request: RequestId) {
        let Evaluating { measuring, beside, looking, .. } = &mut self.evaluate;
        measuring.take_if(|work| work.request == request);
        beside.take_if(|work| work.request == request);
        looking.take_if(|work| work.request == request);
    }

    /// Keeps the model of a run that ends, as it is.
    pub(super) async fn save_the_last(&mut self) {
        if self.run.as_ref().is_some_and(|run| self.evaluate.kept.is_new(run)) {
            self.save_model().await.unwrap_or_else(|error| log::debug!("not kept: {error}"));
        }
    }

    /// Keeps the model of the run where it has come to a mark.
    pub(super) async fn save_milestone(&mut self) {
        if self.run.as_ref().is_some_and(|run| self.evaluate.kept.wants(run)) {
            // A device that is gone is noticed by the training itself.
            self.save_model().await.unwrap_or_else(|error| log::debug!("not kept: {error}"));
        }
    }
}

/// Nothing yet, or the answer.
type Answer = Result<Option<EvaluateEvent>>;
