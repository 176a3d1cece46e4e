//! What a worker's script calls: the rows, and a model that is trained and written with step by step, as the rivals are.

use std::rc::Rc;

use gptling::config::SampleConfig;
use gptling::train::generate::BURST;
use gptling::train::model::Weights;
use gptling::train::{Generator, Model, Storage, Targets, Trainer};
use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::measure::TUNING;
use crate::row::Row;
use crate::{name, open, run, shapes};

fn told(error: impl std::fmt::Debug) -> JsValue {
    JsError::new(&format!("{error:?}")).into()
}

#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// Measures every shape on `gpu` or `cpu`; each row goes to `give` as JSON.
#[wasm_bindgen]
pub async fn rows(device: String, give: Function) -> std::result::Result<(), JsValue> {
    let pass_on = |row: &Row| _ = give.call1(&JsValue::NULL, &row.json().into());
    run(&device, pass_on).await.map_err(told)
}

/// The model that the rivals are compared with.
#[wasm_bindgen]
pub struct Contender {
    adapter: String,
    trainer: Trainer,
    generator: Generator,
    sample: SampleConfig,
}

#[wasm_bindgen]
impl Contender {
    /// On `gpu` or `cpu`, with AdamW at a constant learning rate. `weights` are those of `names`, one after the other.
    pub async fn open(
        device: String,
        learning_rate: f32,
        beta1: f32,
        beta2: f32,
        weight_decay: f32,
        names: Vec<String>,
        weights: Vec<f32>,
    ) -> std::result::Result<Contender, JsValue> {
        let device = open(&device).await.map_err(told)?;
        let mut shape = shapes::small();
        let train = &mut shape.config.train;
        (train.learning_rate, train.beta1, train.beta2) = (learning_rate, beta1, beta2);
        (train.weight_decay, train.clip, train.warmup, train.final_share) = (weight_decay, 0.0, 0, 1.0);
        let model = Model::new(&device, &shape.config.model, shape.vocab_size, train.seed).await.map_err(told)?;
        model.set_weights(&named(&model, &names, &weights)).map_err(told)?;
        let model = Rc::new(model);
        let mut trainer = Trainer::new(&model, &shape.config.train, Targets::Alike).await.map_err(told)?;
        trainer.tune(TUNING).await.map_err(told)?;
        Ok(Self {
            adapter: name(&device),
            trainer,
            generator: Generator::new(&model, Storage::of(&device)).await.map_err(told)?,
            sample: SampleConfig { temperature: 1.0, top_k: 0, top_p: 1.0, ..shape.config.sample },
        })
    }

    pub fn adapter(&self) -> String {
        self.adapter.clone()
    }

    pub fn parameters(&self) -> f64 {
        self.trainer.report().parameters as f64
    }

    /// One step; done when it is done.
    pub async fn train(&mut self, inputs: Vec<u32>, targets: Vec<u32>) -> std::result::Result<(), JsValue> {
        self.trainer.queue(1, |_, to_inputs, to_targets| {
            to_inputs.copy_from_slice(&inputs);
            to_targets.copy_from_slice(&targets);
        });
        self.trainer.done().await.map_err(told)
    }

    /// The losses of the steps since the last call.
    pub async fn losses(&mut self) -> std::result::Result<Vec<f32>, JsValue> {
        let points = self.trainer.read_points().await.map_err(told)?;
        Ok(points.iter().map(|point| point.loss).collect())
    }

    /// Continues `prompt` by `count` tokens.
    pub async fn write(&mut self, prompt: Vec<u32>, count: usize) -> std::result::Result<Vec<u32>, JsValue> {
        self.generator.start(&prompt, &self.sample);
        let mut ids = Vec::new();
        while ids.len() < count {
            let drawn = self.generator.draw(BURST.min(count - ids.len())).await.map_err(told)?;
            ids.extend(drawn.iter().map(|token| token.id));
        }
        Ok(ids)
    }
}

/// Cuts `weights` into those of `names`.
fn named(model: &Model, names: &[String], weights: &[f32]) -> Weights {
    let mut rest = weights;
    let cut = |name: &String| {
        let parameter =
            model.parameters.list.iter().find(|parameter| parameter.name == *name).expect("a weight of GPT-2");
        let (own, others) = rest.split_at(parameter.shape.elements());
        rest = others;
        (name.clone(), own.to_vec())
    };
    names.iter().map(cut).collect()
}
