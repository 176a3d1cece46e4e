//! The picture of the network against the network itself: each box holds the weights that the model names there, and
//! calculates what the plan counts.

use std::collections::BTreeMap;

use gptling::config::fields::{Field, Section, Value};
use gptling::config::model::Architecture;
use gptling::config::presets::Preset;
use gptling::config::{Config, ModelConfig};
use gptling::nn::gpt::Gpt;
use gptling::train::{Targets, trainer};
use gptling::ui::charts::layers::{Layer, ModelDiagram};

const VOCABULARY: usize = 301;

/// GPT-2, every known model, and GPT-2 with each of its choices and switches made differently.
fn models() -> Vec<ModelConfig> {
    let size = ModelConfig { n_head: 4, n_embd: 64, block_size: 32, ..ModelConfig::GPT2 };
    let mut models: Vec<_> = Architecture::ALL.map(|architecture| architecture.apply(&size)).into();
    let with = |key: &str, value: Value| {
        let mut config = Config { model: size.clone(), ..Config::default() };
        Field::find(key).expect(key).set(&mut config, &value).expect(key);
        config.model
    };
    for field in Field::of(Section::Model) {
        models.extend(field.kind.names().iter().map(|name| with(field.key, Value::Text(name.to_string()))));
    }
    models.extend([with("window", Value::Number(8.0)), with("softcap", Value::Number(30.0))]);
    models.push(Preset::Sprout.config().model);
    models
}

/// The box that a weight belongs to.
fn spot(name: &str) -> &'static str {
    let places = [
        ("wte.", "embedding"),
        ("wpe.", "positions"),
        ("ln_1.", "norm_1"),
        ("ln_2.", "norm_2"),
        ("mlp.", "mlp"),
        ("ln_f.", "norm_f"),
        ("lm_head.", "head"),
    ];
    places.iter().find(|(part, _)| name.contains(part)).map_or("mixer", |(_, spot)| spot)
}

#[test]
fn boxes_hold_the_weights_of_the_model() {
    for model in models() {
        let mut named = BTreeMap::new();
        for parameter in Gpt::new(&model, VOCABULARY).1.list {
            *named.entry(spot(&parameter.name)).or_insert(0) += parameter.shape.elements() as u64;
        }
        let layers = ModelDiagram { model: model.clone(), batch: 4, vocabulary: VOCABULARY as u64 }.layers();
        let drawn: BTreeMap<_, _> = layers
            .iter()
            .map(|layer| (layer.spot.name(), layer.parameters()))
            .filter(|(_, count)| *count > 0)
            .collect();
        assert_eq!(drawn, named, "{model:?}");
    }
}

/// What no box calculates: the length of all gradients, and the optimizer's update of every weight.
const UPDATE: u64 = 2 + 14;

#[test]
fn boxes_calculate_what_the_plan_counts() {
    for model in models() {
        let mut config = Config { model, ..Config::default() };
        config.train.batch_size = 4;
        let (report, _) = trainer::estimate(&config, VOCABULARY, Targets::Alike, None);
        let layers = ModelDiagram::new(&config, VOCABULARY).layers();
        let drawn = layers.iter().map(Layer::flops).sum::<f64>() + (UPDATE * report.parameters) as f64;
        let off = drawn / report.flops as f64 - 1.0;
        assert!(off.abs() < 0.02, "{:.1} % off: {:?}", 100.0 * off, config.model);
    }
}
