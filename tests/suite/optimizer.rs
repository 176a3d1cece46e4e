//! Gradient norm, the scalars of a step, and AdamW, over several steps against the oracle.

use gptling::config::{LearningRate, Schedule};
use gptling::gpu::device::Checks;
use gptling::graph::{Graph, Layout, Memory, Shape, state};
use gptling::nn::{Parameters, Scope, Start};
use gptling::ops::step::StepRule;
use gptling::optim::AdamW;
use gptling::rng::{Rng, Stream};
use gptling::train::Device;

use crate::compare::{FORWARD, check, check_refused};
use crate::machine::{Machine, name, open};

struct Case {
    name: &'static str,
    weights: &'static [&'static [usize]],
    losses: usize,
    steps: usize,
    optimizer: AdamW,
}

const RATE: LearningRate =
    LearningRate { schedule: Schedule::Cosine, peak: 1e-2, warmup: 0, steps: 10, decay_share: 0.3, final_share: 0.1 };
const RULE: StepRule = StepRule { clip: 1.0, rate: RATE, beta1: 0.9, beta2: 0.95 };
const OPTIMIZER: AdamW = AdamW { rule: RULE, epsilon: 1e-8, weight_decay: 0.1 };
const WEIGHTS: &[&[usize]] = &[&[7, 5], &[5], &[33, 31], &[1], &[4, 4], &[64]];

const CASES: &[Case] = &[
    Case { name: "clipped", weights: WEIGHTS, losses: 65, steps: 12, optimizer: OPTIMIZER },
    Case {
        name: "not clipped, warmed up",
        weights: WEIGHTS,
        losses: 1,
        steps: 14,
        optimizer: AdamW {
            rule: StepRule { clip: 0.0, rate: LearningRate { warmup: 5, final_share: 0.0, ..RATE }, ..RULE },
            ..OPTIMIZER
        },
    },
    Case {
        name: "clip out of reach, slow moments, no decay",
        weights: WEIGHTS,
        losses: 7,
        steps: 12,
        optimizer: AdamW {
            rule: StepRule { clip: 1e6, rate: LearningRate { warmup: 20, steps: 5, ..RATE }, beta2: 0.999, ..RULE },
            epsilon: 1e-3,
            weight_decay: 0.0,
        },
    },
    // More words than the grids of gradient_norm and of adamw have lanes.
    Case { name: "large", weights: &[&[1025, 1030], &[1030]], losses: 500, steps: 2, optimizer: OPTIMIZER },
];

impl Case {
    fn parameters(&self) -> Parameters {
        let mut scope = Scope::default();
        for (index, dims) in self.weights.iter().enumerate() {
            scope.parameter(&index.to_string(), dims, Start::Normal(1.0));
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
}

impl Run {
    fn new(case: &Case, device: &Device) -> Self {
        let parameters = case.parameters();
        let graph = Graph::new(parameters.layout());
        let losses = graph.input(Shape::of(&[case.losses]));
        case.optimizer.append(losses);
        let layout = Layout::new(&graph);
        let mut machine = Machine::new(device, &graph, &layout);
        machine.write(Memory::Parameter, 0, &parameters.initial(1));
        Self { machine, losses: (layout.places[losses.id].offset, losses.shape()), words: graph.parameters().words }
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
        self.machine.read(Memory::Moment, 0..2 * self.words)
    }

    fn state(&self) -> Vec<f64> {
        self.machine.read(Memory::State, 0..state::WORDS)
    }
}

fn check_case(case: &Case, device: &Device) {
    let (mut run, mut oracle) = (Run::new(case, device), Run::new(case, &Device::Oracle));
    let mut worst = 0.0;
    for step in 0..case.steps {
        let (losses, gradients) = (case.losses(step), case.gradients(step));
        run.step(&losses, &gradients);
        oracle.step(&losses, &gradients);
        let label = format!("{} step {step} on {}", case.name, name(device));
        let mut compare = |what: &str, got: Vec<f64>, want: Vec<f64>, floor: f64| {
            worst = f64::max(worst, check(&format!("{label}, {what}"), &got, &want, floor, FORWARD));
        };
        let (got, want) = (run.state(), oracle.state());
        let peak = f64::from(case.optimizer.rule.rate.peak);
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
    println!("optimizer {:45} {} {worst:.1e}", case.name, name(device));
}

#[test]
fn steps_are_what_the_oracle_makes_them() {
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Gpu(open(Checks::Checked)), Device::Cpu] {
        CASES.iter().for_each(|case| check_case(case, &device));
    }
}

/// The oracle against the formulas, written once more for one number.
#[test]
fn adamw_is_the_formula() {
    let optimizer =
        AdamW { rule: StepRule { clip: 0.5, rate: LearningRate { warmup: 2, ..RATE }, ..RULE }, ..OPTIMIZER };
    let case = Case { name: "one number", weights: &[&[1, 1]], losses: 3, steps: 10, optimizer };
    let mut run = Run::new(&case, &Device::Oracle);
    let (mut weight, mut mean, mut square) = (run.parameters()[0], 0.0, 0.0);
    let rule = [RULE.beta1, RULE.beta2, optimizer.weight_decay, RATE.peak, RATE.final_share].map(f64::from);
    let [beta1, beta2, decay, peak, share] = rule;
    for step in 0..case.steps {
        let gradients = case.gradients(step);
        run.step(&case.losses(step), &gradients);
        let g = f64::from(gradients[0]);
        let g = if g.abs() > 0.5 { 0.5 * g / (g.abs() + 1e-6) } else { g };
        let angle = std::f64::consts::PI * (step as f64 - 2.0) / 8.0;
        let cosine = peak * (share + (1.0 - share) * (1.0 + angle.cos()) / 2.0);
        let rate = if step < 2 { peak * (step + 1) as f64 / 2.0 } else { cosine };
        mean = beta1 * mean + (1.0 - beta1) * g;
        square = beta2 * square + (1.0 - beta2) * g * g;
        let t = step as i32 + 1;
        let (mean_hat, square_hat) = (mean / (1.0 - beta1.powi(t)), square / (1.0 - beta2.powi(t)));
        weight = weight * (1.0 - rate * decay) - rate * mean_hat / (square_hat.sqrt() + f64::from(1e-8f32));
        check(&format!("weight after step {step}"), &run.parameters()[..1], &[weight], 0.0, 1e-12);
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

fn check_rate(device: &Device, rate: LearningRate) {
    let optimizer = AdamW { rule: StepRule { rate, ..RULE }, ..OPTIMIZER };
    let case = Case { name: "one number", weights: &[&[1, 1]], losses: 1, steps: 60, optimizer };
    let mut run = Run::new(&case, device);
    let rates: Vec<f64> = (0..case.steps)
        .map(|_| {
            run.step(&[1.0], &[0.0; 4]);
            run.state()[state::LEARNING_RATE]
        })
        .collect();
    let want: Vec<f64> = (0..case.steps).map(|step| rate.at(step as f64)).collect();
    let label = format!("{rate:?} on {}", name(device));
    check(&label, &rates, &want, 0.1 * f64::from(rate.peak), FORWARD);
    let mut wrong = want.clone();
    wrong[case.steps / 2] *= 1.01;
    check_refused(&label, &rates, &wrong, 0.0, FORWARD);
}

#[test]
fn what_is_no_number_changes_no_weight() {
    let case = &CASES[0];
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Cpu, Device::Oracle] {
        for broken in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            check_stops(case, &device, |losses, _| losses[case.losses / 2] = broken);
            check_stops(case, &device, |_, gradients| gradients[1000] = broken);
        }
    }
}

/// The first step is a good one, the second is broken, the third is good and comes too late.
fn check_stops(case: &Case, device: &Device, spoil: impl Fn(&mut [f32], &mut [f32])) {
    let mut run = Run::new(case, device);
    let start = run.parameters();
    run.step(&case.losses(0), &case.gradients(0));
    let good = (run.parameters(), run.moments());
    assert!(good.0 != start, "a good step on {} changes nothing", name(device));
    let (mut losses, mut gradients) = (case.losses(1), case.gradients(1));
    spoil(&mut losses, &mut gradients);
    run.step(&losses, &gradients);
    run.step(&case.losses(2), &case.gradients(2));
    assert!(good == (run.parameters(), run.moments()), "a broken step on {} changes a weight", name(device));
    assert_eq!(run.state()[state::NOT_FINITE], 2.0, "the broken step on {}", name(device));
}
