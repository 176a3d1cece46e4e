//! Gradient norm, the scalars of a step, and every optimizer: over several steps against the oracle, and against PyTorch.

use std::collections::BTreeMap;

use gptling::config::fields::{Field, Value};
use gptling::config::{Config, LearningRate, Optimizer, Schedule, TrainConfig};
use gptling::gpu::device::Checks;
use gptling::graph::{Graph, Layout, Memory, Shape, state};
use gptling::nn::{Init, Parameters, Scope};
use gptling::optim::append_updates;
use gptling::rng::{Rng, Stream};
use gptling::train::Device;
use serde::Deserialize;

use crate::compare::{FORWARD, GOLDEN_STEPS, check, check_refused};
use crate::machine::{Machine, name, open};

struct Case {
    name: &'static str,
    weights: &'static [(&'static str, &'static [usize])],
    losses: usize,
    steps: usize,
    train: fn(Optimizer) -> TrainConfig,
}

const RATE: LearningRate =
    LearningRate { schedule: Schedule::Cosine, peak: 1e-2, warmup: 0, steps: 10, decay_share: 0.3, final_share: 0.1 };

fn train(optimizer: Optimizer) -> TrainConfig {
    let rate = if optimizer == Optimizer::Sgd { 0.3 } else { RATE.peak };
    TrainConfig {
        optimizer,
        steps: RATE.steps,
        learning_rate: rate,
        schedule: RATE.schedule,
        warmup: RATE.warmup,
        final_share: RATE.final_share,
        momentum: 0.9,
        weight_decay: 0.1,
        beta1: 0.9,
        beta2: 0.95,
        clip: 1.0,
        ..Config::default().train
    }
}

/// Matrices of blocks lie side by side, some of one shape at equal distances and some not; the others are before and behind.
const WEIGHTS: &[(&str, &[usize])] = &[
    ("wte", &[7, 5]),
    ("h.0.wide", &[9, 31]),
    ("h.0.tall", &[33, 7]),
    ("h.1.wide", &[9, 31]),
    ("h.1.tall", &[33, 7]),
    ("h.2.wide", &[9, 31]),
    ("h.2.square", &[4, 4]),
    ("h.2.tall", &[33, 7]),
    ("h.2.row", &[1, 6]),
    ("head", &[5, 7]),
    ("bias", &[5]),
    ("one", &[1]),
    ("norm", &[64]),
];

const CASES: &[Case] = &[
    Case { name: "clipped", weights: WEIGHTS, losses: 65, steps: 12, train },
    Case {
        name: "not clipped, warmed up",
        weights: WEIGHTS,
        losses: 1,
        steps: 14,
        train: |optimizer| TrainConfig { clip: 0.0, warmup: 5, final_share: 0.0, ..train(optimizer) },
    },
    Case {
        name: "clip out of reach, slow moments, no decay",
        weights: WEIGHTS,
        losses: 7,
        steps: 12,
        train: |optimizer| TrainConfig {
            clip: 1e6,
            warmup: 20,
            steps: 5,
            beta2: 0.999,
            momentum: 0.99,
            weight_decay: 0.0,
            ..train(optimizer)
        },
    },
    // More words than the grids of gradient_norm and of the updates have lanes.
    Case { name: "large", weights: &[("h.0.a", &[1025, 1030]), ("bias", &[1030])], losses: 500, steps: 2, train },
];

impl Case {
    fn parameters(&self) -> Parameters {
        let mut scope = Scope::default();
        for (name, dims) in self.weights {
            scope.parameter(name, dims, Init::Normal(1.0));
        }
        scope.finish()
    }

    /// Losses of one step.
    fn losses(&self, step: usize) -> Vec<f32> {
        let mut draw = Rng::at_step(1, Stream::Batches, step as u32);
        (0..self.losses).map(|_| 4.0 * draw.uniform()).collect()
    }

    /// Gradients of one step as they lie in memory: the weights of other seeds.
    fn gradients(&self, step: usize) -> Vec<f32> {
        self.parameters().initial(100 + step as u32)
    }
}

/// A case on one device.
struct Run {
    machine: Machine,
    losses: (usize, Shape),
    words: usize,
    moments: usize,
}

impl Run {
    fn new(case: &Case, train: &TrainConfig, device: &Device) -> Self {
        Self::of(&case.parameters(), case.losses, train, device)
    }

    fn of(parameters: &Parameters, losses: usize, train: &TrainConfig, device: &Device) -> Self {
        let graph = Graph::new(parameters.layout());
        let losses = graph.input(Shape::of(&[losses]));
        append_updates(losses, train);
        let layout = Layout::new(&graph);
        let mut machine = Machine::new(device, &graph, &layout);
        machine.write(Memory::Parameter, 0, &parameters.initial(1));
        Self {
            machine,
            losses: (layout.places[losses.id].offset, losses.shape()),
            words: graph.parameters().words,
            moments: layout.words(Memory::Moment),
        }
    }

    fn step(&mut self, losses: &[f32], gradients: &[f32]) {
        self.machine.write(Memory::Activation, self.losses.0, &self.losses.1.pad(losses));
        self.machine.write(Memory::Gradient, 0, gradients);
        self.machine.run(1);
    }

    fn parameters(&self) -> Vec<f64> {
        self.machine.read(Memory::Parameter, 0..self.words)
    }

    fn moments(&self) -> Vec<f64> {
        self.machine.read(Memory::Moment, 0..self.moments)
    }

    fn state(&self) -> Vec<f64> {
        self.machine.read(Memory::State, 0..state::WORDS)
    }
}

fn check_case(case: &Case, optimizer: Optimizer, device: &Device) {
    let train = (case.train)(optimizer);
    let (mut run, mut oracle) = (Run::new(case, &train, device), Run::new(case, &train, &Device::Oracle));
    let mut worst = 0.0;
    for step in 0..case.steps {
        let (losses, gradients) = (case.losses(step), case.gradients(step));
        run.step(&losses, &gradients);
        oracle.step(&losses, &gradients);
        let label = format!("{optimizer:?}, {} step {step} on {}", case.name, name(device));
        let mut compare = |what: &str, got: Vec<f64>, want: Vec<f64>, floor: f64| {
            worst = f64::max(worst, check(&format!("{label}, {what}"), &got, &want, floor, FORWARD));
        };
        let (got, want) = (run.state(), oracle.state());
        let peak = f64::from(train.learning_rate);
        for (word, floor) in [
            (state::STEP, 0.0),
            (state::LEARNING_RATE, 0.1 * peak),
            (state::CORRECTION_1, 0.0),
            (state::CORRECTION_2, 0.0),
            (state::CLIP_SCALE, 0.0),
            (state::NOT_FINITE, 0.0),
        ] {
            compare(&format!("word {word} of the state"), vec![got[word]], vec![want[word]], floor);
        }
        let records = state::RECORDS..;
        compare("records", got[records.clone()].to_vec(), want[records].to_vec(), 0.0);
        compare("moments", run.moments(), oracle.moments(), 0.0);
        compare("weights", run.parameters(), oracle.parameters(), 0.0);
    }
    println!("{optimizer:?} {:45} {} {worst:.1e}", case.name, name(device));
}

#[test]
fn steps_are_what_the_oracle_makes_them() {
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Gpu(open(Checks::Checked)), Device::Cpu] {
        for optimizer in Optimizer::ALL {
            // Five products of a thousand rows each take the oracle minutes.
            let cases = CASES.iter().filter(|case| case.name != "large" || optimizer != Optimizer::Muon);
            cases.for_each(|case| check_case(case, optimizer, &device));
        }
    }
}

#[derive(Deserialize)]
struct Golden {
    shapes: Vec<(String, Vec<usize>)>,
    cases: Vec<GoldenCase>,
}

#[derive(Deserialize)]
struct GoldenCase {
    optimizer: String,
    learning_rate: f32,
    momentum: f32,
    weight_decay: f32,
    beta1: f32,
    beta2: f32,
    before: BTreeMap<String, Vec<f32>>,
    gradients: Vec<BTreeMap<String, Vec<f32>>>,
    after: BTreeMap<String, Vec<f64>>,
}

/// Steps of every optimizer, as PyTorch makes them: what `tests/golden/optimizers/make.py` wrote.
#[test]
fn steps_are_those_of_pytorch() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/optimizers/golden.json");
    let golden: Golden = serde_json::from_slice(&std::fs::read(path).expect("the golden file")).expect("its form");
    assert_eq!(golden.cases.len(), Optimizer::ALL.len());
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Cpu, Device::Oracle] {
        golden.cases.iter().for_each(|case| check_golden(&golden.shapes, case, &device));
    }
}

fn check_golden(shapes: &[(String, Vec<usize>)], case: &GoldenCase, device: &Device) {
    let mut config = Config::default();
    let field = Field::find("optimizer").expect("a setting");
    field.set(&mut config, &Value::Text(case.optimizer.clone())).expect("one of ours");
    let train = TrainConfig {
        optimizer: config.train.optimizer,
        learning_rate: case.learning_rate,
        schedule: Schedule::Constant,
        warmup: 0,
        momentum: case.momentum,
        weight_decay: case.weight_decay,
        beta1: case.beta1,
        beta2: case.beta2,
        clip: 1.0,
        ..config.train
    };
    let mut scope = Scope::default();
    for (name, dims) in shapes {
        scope.parameter(name, dims, Init::Zeros);
    }
    let parameters = scope.finish();
    let layout = parameters.layout();
    let packed = |dense: &BTreeMap<String, Vec<f32>>| {
        let mut words = vec![0.0; layout.words];
        for parameter in &parameters.list {
            let padded = parameter.shape.pad(&dense[&parameter.name]);
            words[layout.offsets[parameter.index()]..][..padded.len()].copy_from_slice(&padded);
        }
        words
    };
    let mut run = Run::of(&parameters, 1, &train, device);
    run.machine.write(Memory::Parameter, 0, &packed(&case.before));
    case.gradients.iter().for_each(|gradients| run.step(&[1.0], &packed(gradients)));
    let words = run.parameters();
    for parameter in &parameters.list {
        let got = parameter.shape.unpad(&words[layout.offsets[parameter.index()]..][..parameter.shape.words()]);
        let want = &case.after[&parameter.name];
        let label = format!("{} {} on {}", case.optimizer, parameter.name, name(device));
        let off = check(&label, &got, want, 0.0, GOLDEN_STEPS);
        println!("{label}: {off:.1e}");
        let before: Vec<f64> = case.before[&parameter.name].iter().copied().map(f64::from).collect();
        check_refused(&format!("{label}, not moved"), &before, want, 0.0, GOLDEN_STEPS);
    }
}

/// The kernel's learning rate is the one pure function's, for every schedule, in and behind its warm-up, at and behind its end.
#[test]
fn every_device_has_the_learning_rate_of_the_function() {
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Cpu, Device::Oracle] {
        for schedule in Schedule::ALL.into_iter().chain([Schedule::RangeTest]) {
            for (warmup, steps) in [(0, 1), (0, 40), (7, 40), (50, 40)] {
                check_rate(&device, LearningRate { schedule, warmup, steps, ..RATE });
            }
        }
    }
}

fn one_number() -> Parameters {
    let mut scope = Scope::default();
    scope.parameter("one", &[1, 1], Init::Normal(1.0));
    scope.finish()
}

fn check_rate(device: &Device, rate: LearningRate) {
    let train = TrainConfig {
        steps: rate.steps,
        learning_rate: rate.peak,
        schedule: rate.schedule,
        warmup: rate.warmup,
        decay_share: rate.decay_share,
        final_share: rate.final_share,
        ..train(Optimizer::AdamW)
    };
    let steps = 60;
    let mut run = Run::of(&one_number(), 1, &train, device);
    let rates: Vec<f64> = (0..steps)
        .map(|_| {
            run.step(&[1.0], &[0.0; 16]);
            run.state()[state::LEARNING_RATE]
        })
        .collect();
    let want: Vec<f64> = (0..steps).map(|step| rate.at(step as f64)).collect();
    let label = format!("{rate:?} on {}", name(device));
    check(&label, &rates, &want, 0.1 * f64::from(rate.peak), FORWARD);
    let mut wrong = want.clone();
    wrong[steps / 2] *= 1.01;
    check_refused(&label, &rates, &wrong, 0.0, FORWARD);
}

#[test]
fn what_is_no_number_changes_no_weight() {
    let case = &CASES[0];
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Cpu, Device::Oracle] {
        for optimizer in Optimizer::ALL {
            for broken in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                check_stops(case, optimizer, &device, |losses, _| losses[case.losses / 2] = broken);
                check_stops(case, optimizer, &device, |_, gradients| gradients[1000] = broken);
            }
        }
    }
}

/// The first step is a good one, the second is broken, the third is good and comes too late.
fn check_stops(case: &Case, optimizer: Optimizer, device: &Device, spoil: impl Fn(&mut [f32], &mut [f32])) {
    let mut run = Run::new(case, &(case.train)(optimizer), device);
    let start = run.parameters();
    run.step(&case.losses(0), &case.gradients(0));
    let good = (run.parameters(), run.moments());
    assert!(good.0 != start, "a good step on {} changes nothing", name(device));
    let (mut losses, mut gradients) = (case.losses(1), case.gradients(1));
    spoil(&mut losses, &mut gradients);
    run.step(&losses, &gradients);
    run.step(&case.losses(2), &case.gradients(2));
    assert!(
        good == (run.parameters(), run.moments()),
        "a broken {optimizer:?} step on {} changes a weight",
        name(device)
    );
    assert_eq!(run.state()[state::NOT_FINITE], 2.0, "the broken step on {}", name(device));
}
