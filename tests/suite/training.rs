//! Ways to train a model: every optimizer learns, remembers no more than it needs, and goes on from its checkpoint.

use std::rc::Rc;

use gptling::config::{Config, Optimizer, TrainConfig};
use gptling::gpu::Counts;
use gptling::gpu::device::Checks;
use gptling::graph::{Graph, Layout, Memory, ParameterLayout, Shape};
use gptling::ops::cross_entropy::Objective;
use gptling::protocol::StepPoint;
use gptling::protocol::live::Numbers;
use gptling::text::loader::Batch;
use gptling::train::trainer::{estimate, layers};
use gptling::train::{Checkpoint, Device, Model, Targets, Trainer};
use pollster::block_on;
use serde::Deserialize;

use crate::compare::{FORWARD, GRADIENT, check, check_refused};
use crate::machine::{Machine, name, open};
use crate::models::{ODD, TINY, model, random_ids};

const V: usize = 11;

fn devices() -> [Device; 2] {
    [Device::Gpu(open(Checks::Trusted)), Device::Cpu]
}

fn training(optimizer: Optimizer) -> TrainConfig {
    let learning_rate = match optimizer {
        Optimizer::Sgd => 0.2,
        Optimizer::Lion => 3e-3,
        Optimizer::Adam | Optimizer::AdamW | Optimizer::Muon => 1e-2,
    };
    // Adam's decay goes through its root: it pulls as hard as a gradient, however small.
    let weight_decay = if optimizer == Optimizer::Adam { 0.0 } else { 0.1 };
    let train = Config::default().train;
    TrainConfig { optimizer, learning_rate, weight_decay, steps: 300, batch_size: 2, warmup: 10, ..train }
}

fn trainer(model: &Rc<Model>, train: &TrainConfig) -> Trainer {
    block_on(Trainer::new(model, train, Targets::Alike)).expect("the plan fits")
}

/// Steps on batches that are functions of the step.
fn queue(trainer: &mut Trainer, submits: &[usize]) {
    for &count in submits {
        trainer.queue(count, |step, inputs, targets| {
            inputs.copy_from_slice(&random_ids(5, step, inputs.len(), V));
            targets.copy_from_slice(&random_ids(6, step, targets.len(), V));
        });
    }
}

fn points(trainer: &mut Trainer) -> Vec<StepPoint> {
    block_on(trainer.read_points()).expect("every number is one")
}

#[test]
fn every_optimizer_learns_a_batch_by_heart() {
    for device in devices() {
        for optimizer in Optimizer::ALL {
            let mut trainer = trainer(&model(&device, &TINY, V, 1), &training(optimizer));
            for _ in 0..20 {
                trainer.queue(15, |_, inputs, targets| {
                    inputs.copy_from_slice(&random_ids(1, 0, inputs.len(), V));
                    targets.copy_from_slice(&random_ids(2, 0, targets.len(), V));
                });
            }
            let points = points(&mut trainer);
            let last = points.last().expect("steps were done");
            println!("{optimizer:?} on {}: loss {} after {} steps", name(&device), last.loss, last.step);
            assert!(last.step == 300 && last.loss < 0.2, "{optimizer:?} on {}: {last:?}", name(&device));
        }
    }
}

#[test]
fn every_optimizer_goes_on_from_its_file() {
    for device in devices() {
        for optimizer in Optimizer::ALL {
            let train = training(optimizer);
            let mut whole = trainer(&model(&device, &ODD, V, 1), &train);
            queue(&mut whole, &[10, 10]);
            let bytes = block_on(whole.checkpoint()).expect("the device is well").to_bytes();
            points(&mut whole);
            queue(&mut whole, &[10, 10]);

            let checkpoint = Checkpoint::from_bytes(&bytes).expect("what was written can be read");
            let mut again = trainer(&model(&device, &ODD, V, 99), &train);
            again.restore(&checkpoint).expect("it fits");
            queue(&mut again, &[10, 10]);
            let label = format!("{optimizer:?} on {}", name(&device));
            assert!(points(&mut whole) == points(&mut again), "points with {label}");
            assert!(block_on(whole.checkpoint()) == block_on(again.checkpoint()), "step 40 with {label}");
        }
    }
}

#[test]
fn a_checkpoint_of_another_optimizer_is_refused() {
    let model = model(&Device::Cpu, &TINY, V, 1);
    let checkpoint = block_on(trainer(&model, &training(Optimizer::AdamW)).checkpoint()).expect("numbers");
    for optimizer in Optimizer::ALL {
        let taken = trainer(&model, &training(optimizer)).restore(&checkpoint).is_ok();
        assert_eq!(taken, optimizer == Optimizer::AdamW, "{optimizer:?}");
    }
}

/// One number of memory a weight for some, two for others, and for Muon two for what is no matrix of a block.
#[test]
fn moments_take_what_the_optimizer_needs() {
    let moments = |optimizer: Optimizer| {
        let config = Config { model: ODD, train: training(optimizer), ..Config::default() };
        let (report, _) = estimate(&config, V, Targets::Alike, None);
        let bytes = |kind: &str| report.memory.iter().find(|(name, _)| name == kind).expect("a memory").1;
        (bytes("moments"), bytes("parameters"), report.dispatches)
    };
    let (adamw, parameters, dispatches) = moments(Optimizer::AdamW);
    assert_eq!((adamw, dispatches), (2 * parameters, 19 * ODD.n_layer as u64 + 12));
    for (optimizer, per_weight) in [(Optimizer::Sgd, 1), (Optimizer::Adam, 2), (Optimizer::Lion, 1)] {
        assert_eq!(moments(optimizer), (per_weight * parameters, parameters, dispatches), "{optimizer:?}");
    }
    let (muon, _, more) = moments(Optimizer::Muon);
    assert!(parameters < muon && muon < 2 * parameters, "Muon has {muon} bytes for {parameters} of weights");
    // Four shapes of matrices, three products in each of five steps, however many blocks there are.
    assert_eq!(more, dispatches - 1 + 2 + 2 + 4 * 5 * 3);
}

#[derive(Deserialize)]
struct GoldenObjective {
    rows: usize,
    vocabulary: usize,
    label_smoothing: f32,
    z_loss: f32,
    logits: Vec<f32>,
    targets: Vec<u32>,
    weights: Vec<f32>,
    objective: f64,
    plain: f64,
    d_logits: Vec<f64>,
}

/// What `tests/golden/objective/make.py` wrote: what is minimized, what is shown, and the gradient.
#[test]
fn label_smoothing_and_z_loss_are_those_of_pytorch() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/objective/golden.json");
    let cases: Vec<GoldenObjective> =
        serde_json::from_slice(&std::fs::read(path).expect("the golden file")).expect("what the script wrote");
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Cpu, Device::Oracle] {
        cases.iter().for_each(|case| check_objective(case, &device));
    }
}

fn check_objective(case: &GoldenObjective, device: &Device) {
    let graph = Graph::new(ParameterLayout::default());
    let logits = graph.input(Shape::of(&[case.rows, case.vocabulary]));
    let (targets, weights) = (graph.tokens(1, case.rows, 1), graph.tokens(1, case.rows, 1));
    let objective = Objective { label_smoothing: case.label_smoothing, z_loss: case.z_loss };
    let losses = logits.learned_cross_entropy(targets, Some(weights), objective);
    let (wanted, plain) = (losses.objective.keep(), losses.plain.keep());
    let d_logits = graph.differentiate(wanted, None).of(logits).expect("a gradient").keep();
    let layout = Layout::new(&graph);
    let mut machine = Machine::new(device, &graph, &layout);
    let place = |tensor: usize| layout.places[tensor];
    machine.write(Memory::Activation, place(logits.id).offset, &logits.shape().pad(&case.logits));
    machine.write_ids(place(targets.id).offset, &case.targets);
    machine.write(Memory::Tokens, place(weights.id).offset, &case.weights);
    machine.run(1);
    let read = |tensor: usize, shape: Shape| {
        let place = place(tensor);
        shape.unpad(&machine.read(Memory::Activation, place.offset..place.offset + place.words))
    };
    let mean = |numbers: Vec<f64>| vec![numbers.iter().sum::<f64>() / numbers.len() as f64];
    let label = format!("smoothing {}, z {}, on {}", case.label_smoothing, case.z_loss, name(device));
    let got = mean(read(wanted.id, wanted.shape()));
    check(&format!("{label}: objective"), &got, &[case.objective], 0.0, FORWARD);
    check_refused(&format!("{label}: the plain loss for the objective"), &got, &[case.plain], 0.0, FORWARD);
    check(&format!("{label}: plain"), &mean(read(plain.id, plain.shape())), &[case.plain], 0.0, FORWARD);
    check(&format!("{label}: d_logits"), &read(d_logits.id, logits.shape()), &case.d_logits, 0.0, GRADIENT);
}

const ROWS: usize = 6;

/// Batches of `ROWS` rows in so many passes, some targets counting for more than others.
fn trained_in_passes(device: &Device, passes: usize, optimizer: Optimizer) -> (Vec<StepPoint>, Vec<f32>) {
    let train = TrainConfig { accumulation: passes, batch_size: ROWS / passes, clip: 0.3, ..training(optimizer) };
    let model = model(device, &ODD, V, 1);
    let mut trainer = block_on(Trainer::new(&model, &train, Targets::Weighted)).expect("the plan fits");
    let count = ROWS * ODD.block_size;
    assert_eq!(trainer.tokens_per_step(), count);
    for submit in [1, 2, 2, 1] {
        trainer.queue_batches(submit, |step, batch| {
            let weights = (0..count).map(|at| [0.0, 0.5, 1.0, 2.5][at % 4]).collect::<Vec<f32>>();
            let mean = weights.iter().sum::<f32>() / count as f32;
            *batch = Batch {
                inputs: random_ids(1, step, count, V),
                targets: random_ids(2, step, count, V),
                weights: weights.iter().map(|weight| weight / mean).collect(),
            };
        });
    }
    let weights = block_on(model.weights()).expect("numbers");
    let mut names: Vec<_> = weights.keys().cloned().collect();
    names.sort();
    (points(&mut trainer), names.iter().flat_map(|name| weights[name].clone()).collect())
}

/// Passes that are added up before the weights move are one large batch, whatever its targets weigh.
#[test]
fn passes_make_the_step_of_one_large_batch() {
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Cpu, Device::Oracle] {
        let (whole, want) = trained_in_passes(&device, 1, Optimizer::Sgd);
        for passes in [2, 3, 6] {
            let (points, got) = trained_in_passes(&device, passes, Optimizer::Sgd);
            let label = format!("{passes} passes on {}", name(&device));
            let numbers = |points: &[StepPoint]| -> Vec<f64> {
                let each = |point: &StepPoint| [point.loss, point.learning_rate, point.grad_norm, point.step as f32];
                points.iter().flat_map(each).map(f64::from).collect()
            };
            check(&format!("points of {label}"), &numbers(&points), &numbers(&whole), 0.0, FORWARD);
            let wide = |numbers: &[f32]| numbers.iter().copied().map(f64::from).collect::<Vec<_>>();
            let off = check(&format!("weights after {label}"), &wide(&got), &wide(&want), 0.0, FORWARD);
            println!("{label}: {off:.1e}");
        }
    }
}

#[test]
fn passes_cost_their_dispatches_and_no_more_memory_of_gradients() {
    let cost = |accumulation: usize| {
        let train = TrainConfig { accumulation, ..training(Optimizer::AdamW) };
        estimate(&Config { model: ODD, train, ..Config::default() }, V, Targets::Alike, None).0
    };
    let (one, two, five) = (cost(1), cost(2), cost(5));
    let pass = two.dispatches - one.dispatches - 1;
    assert_eq!(five.dispatches, one.dispatches + 1 + 4 * pass, "each pass ends by itself");
    let bytes = |kind: &str, report: &gptling::protocol::PlanReport| {
        report.memory.iter().find(|(name, _)| name == kind).expect("a memory").1
    };
    for kind in ["gradients", "moments", "parameters"] {
        assert_eq!(bytes(kind, &one), bytes(kind, &five), "{kind}");
    }
}

/// What is measured on the device is what the weights before and after say; only a step that is watched is measured, and a
/// watched step trains as any other.
#[test]
fn moves_are_those_of_the_weights() {
    for device in devices() {
        for (optimizer, accumulation) in [(Optimizer::AdamW, 1), (Optimizer::Muon, 2)] {
            let train = TrainConfig { accumulation, warmup: 0, ..training(optimizer) };
            let model = model(&device, &ODD, V, 1);
            let mut trainer = trainer(&model, &train);
            queue(&mut trainer, &[3]);
            points(&mut trainer);
            assert_eq!(trainer.take_update_ratios(), None);
            let words = |model: &Model| {
                let weights = block_on(model.weights()).expect("numbers");
                move |name: &str| weights[name].iter().copied().map(f64::from).collect::<Vec<f64>>()
            };
            let before = words(&model);
            trainer.watch();
            queue(&mut trainer, &[1]);
            points(&mut trainer);
            let moves = trainer.take_update_ratios().expect("a measurement");
            assert_eq!((moves.step, trainer.take_update_ratios()), (4, None));
            let after = words(&model);
            let layers = layers(&model.parameters, &model.layout);
            assert_eq!(layers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["wte", "wpe", "h.0", "h.1"]);
            for ((layer, range), got) in layers.iter().zip(&moves.lengths) {
                let own = |index: usize| range.contains(&model.layout.offsets[index]);
                let names = model.parameters.list.iter().filter(|it| own(it.index())).map(|it| it.name.as_str());
                let mut squares = [0.0; 2];
                for name in names {
                    for (old, new) in before(name).into_iter().zip(after(name)) {
                        squares[0] += (new - old).powi(2);
                        squares[1] += new * new;
                    }
                }
                let want = squares.map(f64::sqrt);
                let label = format!("{layer}, {optimizer:?} on {}", name(&device));
                check(&label, &got.map(f64::from), &want, 0.0, 1e-4);
                assert!(want[0] > 0.0, "{label} does not move");
            }
        }
    }
}

#[test]
fn a_watched_step_is_one_submit_and_moves_alike() {
    let gpu = open(Checks::Trusted);
    let trained = |watch: bool| {
        let mut trainer = trainer(&model(&Device::Gpu(Rc::clone(&gpu)), &ODD, V, 1), &training(Optimizer::AdamW));
        queue(&mut trainer, &[4]);
        if watch {
            trainer.watch();
        }
        let before = gpu.counts();
        queue(&mut trainer, &[4]);
        let done = gpu.counts() - before;
        // A copy, and each layer by itself.
        let more = if watch { 1 + 4 } else { 0 };
        let dispatches = 4 * trainer.report().dispatches + more;
        assert_eq!(done, Counts { submits: 1, dispatches, writes: 8, ..Counts::default() }, "watched: {watch}");
        block_on(trainer.checkpoint()).expect("the device is well").weights
    };
    assert!(trained(true) == trained(false), "a step that is watched is another step");
}

#[test]
fn numbers_are_read_by_the_name_of_their_weight() {
    for device in devices() {
        let model = model(&device, &ODD, V, 1);
        let read = |passes: usize, of: Numbers, name: &str| {
            let train = TrainConfig { accumulation: passes, batch_size: 6 / passes, ..training(Optimizer::AdamW) };
            let mut trainer = trainer(&model, &TrainConfig { learning_rate: 1e-6, ..train });
            queue(&mut trainer, &[1]);
            block_on(trainer.numbers(name, of)).expect("the device is well")
        };
        let weight = "h.1.mlp.c_fc.weight";
        let weights = block_on(model.weights()).expect("numbers");
        let got = read(1, Numbers::Weights, weight).expect("a weight");
        assert_eq!(got.len(), weights[weight].len());
        assert!(read(1, Numbers::Weights, "h.9.nothing").is_none());
        let wide =
            |numbers: Option<Vec<f32>>| numbers.expect("a weight").into_iter().map(f64::from).collect::<Vec<_>>();
        let (one, three) = (wide(read(1, Numbers::Gradients, weight)), wide(read(3, Numbers::Gradients, weight)));
        check(&format!("gradients of three passes on {}", name(&device)), &three, &one, 0.0, GRADIENT);
    }
}
