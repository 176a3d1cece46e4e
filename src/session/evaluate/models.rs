//! Models as they were: some milestones of each run of this visit, to be measured beside the one of now.

use std::rc::Rc;

use crate::config::Config;
use crate::error::Result;
use crate::protocol::Event;
use crate::protocol::evaluate::{EvaluateEvent, Origin, SavedModel};
use crate::protocol::runs::RunKey;
use crate::session::project::Parts;
use crate::session::run::Run;
use crate::session::{Host, Session};
use crate::train::model::Weights;
use crate::train::{Device, Model};

/// Models of one run that are kept: when one comes that is too many, every second goes.
const OF_A_RUN: usize = 6;
/// Bytes of all of them; the oldest go first.
const BYTES: usize = 128 << 20;

/// The models that are kept, oldest first.
#[derive(Default)]
pub struct SavedModels {
    models: Vec<ModelSnapshot>,
    last_key: u32,
    /// Of the run that is kept now, the distance of its models in evaluations.
    stride: u64,
}

/// A model as it was, with what is needed to build it again.
struct ModelSnapshot {
    model: SavedModel,
    config: Rc<Config>,
    parts: Parts,
    weights: Rc<Weights>,
}

/// A model that is about to be measured or to write.
pub struct LoadedModel {
    pub step: u64,
    pub config: Rc<Config>,
    pub parts: Parts,
    state: State,
}

enum State {
    Alive(Rc<Model>),
    Saved(Rc<Weights>),
}

impl LoadedModel {
    /// The model of a run, as it is now.
    pub fn of(run: &Run) -> Self {
        let (config, state) = (Rc::new(run.config().clone()), State::Alive(Rc::clone(run.model())));
        Self { step: run.step(), config, parts: run.parts(), state }
    }

    /// The model on a device.
    pub async fn model(&self, device: &Device) -> Result<Rc<Model>> {
        match &self.state {
            State::Alive(model) => Ok(Rc::clone(model)),
            State::Saved(weights) => {
                let Config { model, train, .. } = &*self.config;
                let model = Model::new(device, model, self.parts.tokenizer.vocab_size(), train.seed).await?;
                model.set_weights(weights)?;
                Ok(Rc::new(model))
            }
        }
    }
}

impl SavedModels {
    /// What is kept under this key.
    pub fn get(&self, key: u32) -> Option<LoadedModel> {
        let ModelSnapshot { model, config, parts, weights } = self.models.iter().find(|it| it.model.key == key)?;
        let (config, parts) = (Rc::clone(config), parts.clone());
        Some(LoadedModel { step: model.step, config, parts, state: State::Saved(Rc::clone(weights)) })
    }

    /// Whether the run has learned since it was kept last, or went back.
    pub fn is_new(&self, run: &Run) -> bool {
        self.last_of(run).is_none_or(|model| model.step != run.step())
    }

    /// Whether the run is at a mark that is to be kept and is not yet.
    pub fn wants(&self, run: &Run) -> bool {
        let (train, step) = (&run.config().train, run.step());
        let stride = self.last_of(run).map_or(1, |_| self.stride);
        let at_a_milestone = step.is_multiple_of(stride * train.eval_every as u64) || step >= train.steps as u64;
        at_a_milestone && self.is_new(run)
    }

    fn last_of(&self, run: &Run) -> Option<&SavedModel> {
        let of_run = |model: &&SavedModel| model.origin == Origin::Run(run.id());
        self.models.iter().rev().map(|it| &it.model).find(of_run)
    }

    /// Whether the model of this record is kept.
    fn has(&self, record: &str) -> bool {
        self.models.iter().any(|it| matches!(&it.model.origin, Origin::Record(key) if key == record))
    }

    fn keep(&mut self, origin: Origin, step: u64, config: Rc<Config>, parts: Parts, weights: Weights) {
        let is_new = self.models.iter().all(|it| it.model.origin != origin);
        if matches!(origin, Origin::Run(_)) && is_new {
            self.stride = 1;
        }
        // A run that went back learns some steps again: what came of them the first time is no more.
        self.models.retain(|it| it.model.origin != origin || it.model.step < step);
        self.last_key += 1;
        let model = SavedModel { key: self.last_key, origin: origin.clone(), step };
        let weights = Rc::new(weights);
        self.models.push(ModelSnapshot { model, config, parts, weights });
        self.thin_out(&origin);
        while self.bytes() > BYTES && self.models.len() > 1 {
            self.models.remove(0);
        }
    }

    /// Keeps every second model of a run that has too many, the first and the newest among them.
    fn thin_out(&mut self, origin: &Origin) {
        let of_run = |it: &&ModelSnapshot| it.model.origin == *origin;
        if self.models.iter().filter(of_run).count() <= OF_A_RUN {
            return;
        }
        self.stride *= 2;
        let newest = self.last_key;
        let mut place = 0;
        self.models.retain(|it| {
            let is_its = it.model.origin == *origin;
            place += usize::from(is_its);
            !is_its || it.model.key == newest || place % 2 == 1
        });
    }

    fn bytes(&self) -> usize {
        self.models.iter().flat_map(|it| it.weights.values()).map(|numbers| 4 * numbers.len()).sum()
    }

    fn list(&self) -> Vec<SavedModel> {
        self.models.iter().map(|it| it.model.clone()).collect()
    }
}

impl<H: Host> Session<H> {
    /// Takes the model of the run as it is now.
    pub(in crate::session) async fn save_model(&mut self) -> Result<()> {
        let Some(run) = &self.run else { return Ok(()) };
        let weights = run.model().weights().await?;
        if weights.values().flatten().any(|number| !number.is_finite()) {
            return Ok(());
        }
        let (config, parts) = (Rc::new(run.config().clone()), run.parts());
        self.evaluate.kept.keep(Origin::Run(run.id()), run.step(), config, parts, weights);
        self.emit_saved();
        Ok(())
    }

    /// Takes the model of a run of an earlier visit, as it was kept.
    pub(super) async fn fetch(&mut self, record: RunKey) -> Result<()> {
        if !self.evaluate.kept.has(&record) {
            let (_, config, parts, checkpoint) = self.load_run(&record).await?;
            let (origin, step) = (Origin::Record(record), checkpoint.step);
            self.evaluate.kept.keep(origin, step, Rc::new(config), parts, checkpoint.weights);
        }
        self.emit_saved();
        Ok(())
    }

    fn emit_saved(&self) {
        let models = self.evaluate.kept.list();
        self.host.emit(Event::Evaluate(EvaluateEvent::Kept { models }));
    }
}
