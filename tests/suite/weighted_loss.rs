//! Targets that count for more, for less or not at all: PyTorch's numbers, and what a step and an evaluation report.

use std::rc::Rc;

use gptling::config::{Config, ModelConfig, TrainConfig};
use gptling::gpu::Counts;
use gptling::gpu::device::Checks;
use gptling::graph::{Graph, Layout, Memory, ParameterLayout, Shape, state};
use gptling::ops::step::end_evaluation_step;
use gptling::text::loader::Batch;
use gptling::train::trainer::estimate;
use gptling::train::{Device, Evaluator, Targets, Trainer};
use pollster::block_on;
use serde::Deserialize;

use crate::compare::{self, check};
use crate::machine::{Machine, name, open};
use crate::models::{model, random_ids};

#[derive(Deserialize)]
struct Golden {
    cases: std::collections::BTreeMap<String, Case>,
}

#[derive(Deserialize)]
struct Case {
    rows: usize,
    vocabulary: usize,
    logits: Vec<f32>,
    targets: Vec<u32>,
    weights: Vec<f32>,
    loss: f64,
    d_logits: Vec<f64>,
}

/// What `tests/golden/weighted_loss/make.py` wrote.
fn golden() -> Golden {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/weighted_loss/golden.json");
    serde_json::from_slice(&std::fs::read(path).expect("the golden file")).expect("what the script wrote")
}

fn devices() -> [Device; 3] {
    [Device::Gpu(open(Checks::Trusted)), Device::Cpu, Device::Oracle]
}

#[test]
fn weighted_losses_and_gradients_are_those_of_pytorch() {
    for device in devices() {
        for (entry, case) in &golden().cases {
            check_case(&device, entry, case);
        }
    }
}

fn check_case(device: &Device, entry: &str, case: &Case) {
    let graph = Graph::new(ParameterLayout::default());
    let logits = graph.input(Shape::of(&[case.rows, case.vocabulary]));
    let (targets, weights) = (graph.tokens(1, case.rows, 1), graph.tokens(1, case.rows, 1));
    let losses = logits.weighted_cross_entropy(targets, weights).keep();
    let d_logits = graph.differentiate(losses, None).of(logits).expect("a gradient").keep();
    end_evaluation_step(losses);
    let layout = Layout::new(&graph);
    let mut machine = Machine::new(device, &graph, &layout);
    let place = |tensor: usize| layout.places[tensor];
    machine.write(Memory::Activation, place(logits.id).offset, &logits.shape().pad(&case.logits));
    machine.write_ids(place(targets.id).offset, &case.targets);
    let batch = averaging_one(&case.weights);
    machine.write(Memory::Tokens, place(weights.id).offset, &batch);
    machine.run(1);
    let range = |tensor: usize| place(tensor).offset..place(tensor).offset + place(tensor).words;
    let got = d_logits.shape().unpad(&machine.read(Memory::Activation, range(d_logits.id)));
    let loss = machine.read(Memory::State, state::RECORDS..state::RECORDS + 1);
    let label = format!("{entry} on {}", name(device));
    check(&format!("{label}: loss"), &loss, &[case.loss], 0.0, compare::FORWARD);
    check(&format!("{label}: d_logits"), &got, &case.d_logits, 0.0, compare::GRADIENT);
    for (row, weight) in got.chunks(case.vocabulary).zip(&case.weights) {
        assert!(*weight > 0.0 || row.iter().all(|d| *d == 0.0), "{label}: what does not count moves nothing");
    }
    let mut wrong = case.d_logits.clone();
    wrong[case.vocabulary * (case.rows - 1)] *= 1.1;
    let row = case.weights.iter().rposition(|weight| *weight > 0.0).expect("a row that counts");
    wrong[row * case.vocabulary] += 0.01;
    compare::check_refused(&format!("{label}, one number off"), &got, &wrong, 0.0, compare::GRADIENT);
}

fn averaging_one(weights: &[f32]) -> Vec<f32> {
    let mean = weights.iter().copied().map(f64::from).sum::<f64>() / weights.len() as f64;
    weights.iter().map(|weight| (f64::from(*weight) / mean) as f32).collect()
}

const MODEL: ModelConfig = ModelConfig { n_layer: 1, n_head: 2, n_embd: 12, block_size: 6, ..ModelConfig::GPT2 };
const V: usize = 11;
const ROWS: usize = 3;

fn training() -> TrainConfig {
    TrainConfig { steps: 40, batch_size: ROWS, learning_rate: 3e-3, warmup: 4, ..Config::default().train }
}

/// A batch of a step whose weights are these for its rows of tokens.
fn batch(step: u64, weight: impl Fn(usize) -> f32) -> Batch {
    let count = ROWS * MODEL.block_size;
    Batch {
        inputs: random_ids(1, step, count, V),
        targets: random_ids(2, step, count, V),
        weights: averaging_one(&(0..count).map(weight).collect::<Vec<_>>()),
    }
}

fn losses(device: &Device, targets: Targets, fill: impl Fn(u64) -> Batch) -> Vec<f32> {
    let model = model(device, &MODEL, V, 3);
    let mut trainer = block_on(Trainer::new(&model, &training(), targets)).expect("the plan fits");
    for count in [1, 7, 12] {
        trainer.queue_batches(count, |step, batch| *batch = fill(step));
    }
    block_on(trainer.read_points()).expect("every number is one").iter().map(|point| point.loss).collect()
}

/// The loss does not move by a bit where all targets count alike.
#[test]
fn weights_that_are_alike_are_as_if_there_were_none() {
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Cpu] {
        let weighted = losses(&device, Targets::Weighted, |step| batch(step, |_| 1.0));
        let plain = losses(&device, Targets::Alike, |step| Batch { weights: Vec::new(), ..batch(step, |_| 1.0) });
        assert_eq!(weighted, plain, "{}", name(&device));
        assert!(plain.iter().all(|loss| loss.is_finite()) && plain.len() == 20);
    }
}

/// What has the weight 0 could as well be anything else.
#[test]
fn what_does_not_count_is_not_learned() {
    let padded = |at: usize| f32::from(u8::from(at % MODEL.block_size < 4));
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Cpu] {
        let first = losses(&device, Targets::Weighted, |step| batch(step, padded));
        let other = losses(&device, Targets::Weighted, |step| {
            let mut batch = batch(step, padded);
            for at in (0..batch.targets.len()).filter(|at| padded(*at) == 0.0) {
                // Nothing looks at the inputs there either: attention looks back, not forward.
                (batch.inputs[at], batch.targets[at]) = (0, 0);
            }
            batch
        });
        assert_eq!(first, other, "{}", name(&device));
        let counted = losses(&device, Targets::Weighted, |step| batch(step, |_| 1.0));
        assert_ne!(first, counted, "{}", name(&device));
    }
}

#[test]
fn devices_learn_weighted_targets_along_the_same_losses() {
    let weight = |at: usize| [0.0, 0.5, 1.0, 4.0][at % 4];
    let [gpu, cpu, oracle] = devices().map(|device| {
        let losses = losses(&device, Targets::Weighted, |step| batch(step, weight));
        losses.into_iter().map(f64::from).collect::<Vec<_>>()
    });
    check("weighted losses on the GPU", &gpu, &oracle, 0.0, compare::GOLDEN_LOSSES);
    check("weighted losses on the CPU", &cpu, &oracle, 0.0, compare::GOLDEN_LOSSES);
}

/// A batch that is half padding counts half as much in a validation loss.
#[test]
fn an_evaluation_is_the_mean_over_all_targets_that_count() {
    let kept = |most: usize| move |at: usize| f32::from(u8::from(at < most));
    for device in devices() {
        let model = model(&device, &MODEL, V, 3);
        let loss = |batches: &[Batch]| {
            let evaluator = block_on(Evaluator::new(&model, ROWS, MODEL.block_size, batches)).expect("the plan fits");
            f64::from(block_on(evaluator.loss()).expect("the device is well"))
        };
        let whole = Batch { weights: vec![1.0; ROWS * MODEL.block_size], ..batch(0, |_| 1.0) };
        let part = |most: usize| {
            let weights = (0..ROWS * MODEL.block_size).map(kept(most)).collect();
            Batch { weights, ..batch(1, |_| 1.0) }
        };
        let (first, second) = (loss(std::slice::from_ref(&whole)), loss(&[part(5)]));
        let wanted = (18.0 * first + 5.0 * second) / 23.0;
        let both = loss(&[whole, part(5)]);
        assert!((both - wanted).abs() < 1e-5, "{}: {both}, not {wanted}", name(&device));
        assert!((first - second).abs() > 1e-3, "the batches must differ for this to say anything");
    }
}

/// The plan of a weighted step launches what that of a plain one launches.
#[test]
fn weights_cost_no_dispatch() {
    for (n_layer, dispatches) in [(4, 88), (6, 126)] {
        let model = ModelConfig { n_layer, n_head: 4, n_embd: 64, block_size: 32, ..ModelConfig::GPT2 };
        let config = Config { model, ..Config::default() };
        let [plain, weighted] =
            [Targets::Alike, Targets::Weighted].map(|targets| estimate(&config, 100, targets, None).0);
        assert_eq!((plain.dispatches, weighted.dispatches), (dispatches, dispatches));
        assert_eq!(plain.flops, weighted.flops);
    }
    let gpu = open(Checks::Trusted);
    let model = model(&Device::Gpu(Rc::clone(&gpu)), &MODEL, V, 3);
    let mut trainer = block_on(Trainer::new(&model, &training(), Targets::Weighted)).expect("the plan fits");
    trainer.queue_batches(1, |step, it| *it = batch(step, |_| 1.0));
    let before = gpu.counts();
    trainer.queue_batches(4, |step, it| *it = batch(step, |_| 1.0));
    let dispatches = 4 * trainer.report().dispatches;
    let want = Counts { submits: 1, dispatches, writes: 3 * 4, ..Counts::default() };
    assert_eq!(
        gpu.counts() - before,
        want,
        "inputs, targets and weights of each step are written, and nothing is made"
    );
}
