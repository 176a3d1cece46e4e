//! Writes the text of every kernel that the models use to `target/kernels.json`, for the second compiler: the browser's.

use std::collections::BTreeMap;

use gptling::config::presets::Preset;
use gptling::config::{Config, ModelConfig, Optimizer};
use gptling::graph::{Graph, IoShapes};
use gptling::nn::gpt::{Gpt, Mode};
use gptling::ops::step::end_evaluation_step;
use gptling::train::generate::Parts;
use gptling::train::trainer::record_step;
use gptling::train::{Storage, Targets};

/// Presets, odd sizes, dropout, several batches a step, optimizers, and every part of the kit: every variant of every kernel
/// is in one of them.
pub fn configs() -> Vec<(Config, usize)> {
    let presets = Preset::ALL.map(|preset| (preset.config(), 1024));
    let odd = |dropout: f32| {
        let mut config = Preset::Seedling.config();
        config.model = ModelConfig { n_layer: 1, n_head: 3, n_embd: 15, block_size: 9, dropout, ..ModelConfig::GPT2 };
        (config, 61)
    };
    let optimizers = Optimizer::ALL.map(|optimizer| {
        let (mut config, vocab_size) = odd(0.0);
        config.train.optimizer = optimizer;
        (config, vocab_size)
    });
    let mut several = odd(0.1);
    several.0.train.accumulation = 3;
    several.0.train.label_smoothing = 0.1;
    let parts =
        crate::kit::switched(&odd(0.0).0.model).into_iter().map(|(_, model)| (Config { model, ..odd(0.0).0 }, 61));
    presets.into_iter().chain([several]).chain(optimizers).chain(parts).collect()
}

/// What trains, what measures, and what writes.
pub fn graphs(config: &Config, vocab_size: usize) -> [Graph; 7] {
    let (gpt, parameters) = Gpt::new(&config.model, vocab_size);
    let time = config.model.block_size;
    let new = || Graph::new(parameters.layout());
    let (train, evaluate, writes) = ([new(), new()], [new(), new()], [new(), new()]);

    for (graph, targets) in train.iter().zip([Targets::Alike, Targets::Weighted]) {
        record_step(graph, &gpt, &parameters, config, targets);
    }
    for (graph, weighted) in evaluate.iter().zip([false, true]) {
        let [inputs, targets, weights] = [(); 3].map(|()| graph.tokens(2, time, 2));
        let logits = gpt.forward(inputs, Mode::Evaluate);
        end_evaluation_step(match weighted {
            true => logits.weighted_cross_entropy_only(targets, weights),
            false => logits.cross_entropy_only(targets),
        });
    }
    let scores = new();
    let [inputs, targets] = [(); 2].map(|()| scores.tokens(2, time, 2));
    gpt.forward(inputs, Mode::Evaluate).score(targets);
    let [full, half] = writes;
    Parts::record(&full, &gpt, time, Storage::F32);
    Parts::record(&half, &gpt, time, Storage::F16);
    let ([train, weighted], [evaluate, padded]) = (train, evaluate);
    [train, weighted, evaluate, padded, scores, full, half]
}

#[test]
fn every_kernel_is_written_down_for_the_browser() {
    let mut texts = BTreeMap::new();
    for (config, vocab_size) in configs() {
        for graph in graphs(&config, vocab_size) {
            let tensors = graph.tensors();
            for node in graph.nodes() {
                for variant in
                    node.op.dispatches(&IoShapes::of(&node, &tensors)).into_iter().flat_map(|launch| launch.variants)
                {
                    texts.insert((variant.kernel.entry, variant.kernel.text_for_browser()), variant.kernel.name());
                }
            }
        }
    }
    let list: Vec<_> = texts
        .iter()
        .map(|((entry, text), name)| serde_json::json!({ "name": name, "entry": entry, "text": text }))
        .collect();
    assert!(list.len() > 20, "{} kernels", list.len());
    let target = concat!(env!("CARGO_MANIFEST_DIR"), "/target");
    std::fs::create_dir_all(target).expect("a target folder");
    std::fs::write(format!("{target}/kernels.json"), serde_json::to_vec(&list).expect("plain data")).expect("written");
}
