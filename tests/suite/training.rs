//! Ways to train a model: every optimizer learns, remembers no more than it needs, and goes on from its checkpoint.

use std::rc::Rc;

use gptling::config::{Config, Optimizer, TrainConfig};
use gptling::gpu::device::Checks;
use gptling::protocol::StepPoint;
use gptling::train::trainer::estimate;
use gptling::train::{Checkpoint, Device, Model, Targets, Trainer};
use pollster::block_on;

use crate::machine::{name, open};
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
