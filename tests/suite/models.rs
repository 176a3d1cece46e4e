//! Whole models: what they see, where they begin, that they learn, and that a run can be repeated and taken up again.

use std::rc::Rc;

use gptling::config::presets::Preset;
use gptling::config::{Config, ModelConfig, TrainConfig};
use gptling::gpu::device::Checks;
use gptling::gpu::{self, Counts};
use gptling::graph::{Layout, Memory, state};
use gptling::nn::gpt::Mode;
use gptling::optim::append_updates;
use gptling::protocol::StepPoint;
use gptling::rng::{Rng, Stream};
use gptling::text::loader::Batch;
use gptling::train::machine::report;
use gptling::train::trainer::estimate;
use gptling::train::{Checkpoint, Device, Evaluator, Model, Targets, Trainer};
use pollster::block_on;

use crate::compare::{GRADIENT, check};
use crate::machine::{name, open};

pub const TINY: ModelConfig = ModelConfig { n_layer: 2, n_head: 2, n_embd: 16, block_size: 12, ..ModelConfig::GPT2 };
/// Nothing in it is a multiple of four.
pub const ODD: ModelConfig = ModelConfig { n_layer: 2, n_head: 3, n_embd: 21, block_size: 7, ..ModelConfig::GPT2 };

fn devices() -> [Device; 2] {
    [Device::Gpu(open(Checks::Trusted)), Device::Cpu]
}

pub fn model(device: &Device, config: &ModelConfig, vocab_size: usize, seed: u32) -> Rc<Model> {
    Rc::new(block_on(Model::new(device, config, vocab_size, seed)).expect("the model fits"))
}

fn training(seed: u32) -> TrainConfig {
    let train = Config::default().train;
    TrainConfig { steps: 100, batch_size: 3, learning_rate: 3e-3, warmup: 10, seed, ..train }
}

pub fn random_ids(seed: u32, step: u64, count: usize, vocab_size: usize) -> Vec<u32> {
    let mut draw = Rng::at_step(seed, Stream::Batches, step as u32);
    (0..count).map(|_| draw.below(vocab_size) as u32).collect()
}

/// A model in training, on batches that are functions of the step.
pub struct Run {
    trainer: Trainer,
    vocab_size: usize,
}

impl Run {
    pub fn new(device: &Device, config: &ModelConfig, vocab_size: usize, seed: u32) -> Self {
        let model = model(device, config, vocab_size, seed);
        let trainer = block_on(Trainer::new(&model, &training(seed), Targets::Alike)).expect("the plan fits");
        Self { trainer, vocab_size }
    }

    /// Orders steps, so many in a submit.
    pub fn queue(&mut self, submits: &[usize]) {
        let vocab_size = self.vocab_size;
        for &count in submits {
            self.trainer.queue(count, |step, inputs, targets| {
                inputs.copy_from_slice(&random_ids(5, step, inputs.len(), vocab_size));
                targets.copy_from_slice(&random_ids(6, step, targets.len(), vocab_size));
            });
        }
    }

    pub fn points(&mut self) -> Vec<StepPoint> {
        block_on(self.trainer.read_points()).expect("every number is one")
    }

    fn checkpoint(&self) -> Checkpoint {
        block_on(self.trainer.checkpoint()).expect("the device is well")
    }
}

#[test]
fn a_token_changes_nothing_before_it() {
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Cpu, Device::Oracle] {
        for config in [TINY, ODD] {
            let (vocab_size, batch, time) = (11, 2, config.block_size);
            let model = model(&device, &config, vocab_size, 1);
            let graph = model.graph();
            let inputs = graph.tokens(batch, time, 1);
            let logits = model.gpt.forward(inputs, Mode::Evaluate).keep();
            let plan = block_on(model.plan(&graph)).expect("the plan fits");
            let run = |ids: &[u32]| {
                plan.write_ids(inputs.id, 0, ids);
                plan.run(1);
                let logits = block_on(plan.read_tensor(logits.id)).expect("the device is well");
                logits.chunks_exact(vocab_size).map(<[f32]>::to_vec).collect::<Vec<_>>()
            };
            let ids = random_ids(1, 0, batch * time, vocab_size);
            let before = run(&ids);
            for changed in 0..batch * time {
                let mut ids = ids.clone();
                ids[changed] = (ids[changed] + 1) % vocab_size as u32;
                for (row, (before, after)) in before.iter().zip(run(&ids)).enumerate() {
                    let sees = row >= changed && row / time == changed / time;
                    assert_eq!(*before != after, sees, "row {row}, token {changed} changed, on {}", name(&device));
                }
            }
        }
    }
}

#[test]
fn training_begins_at_the_loss_of_guessing() {
    let presets = [Preset::Seedling, Preset::Sprout].map(|preset| preset.config().model);
    for (config, vocab_size) in [(TINY, 11), (ODD, 1000), (presets[0].clone(), 96), (presets[1].clone(), 2000)] {
        let config = ModelConfig { block_size: config.block_size.min(32), ..config };
        let device = Device::Gpu(open(Checks::Trusted));
        let model = model(&device, &config, vocab_size, 7);
        let ids = |seed| random_ids(seed, 0, 4 * config.block_size, vocab_size);
        let batches = [Batch { inputs: ids(1), targets: ids(2), weights: Vec::new() }];
        let evaluator = block_on(Evaluator::new(&model, 4, config.block_size, &batches)).expect("the plan fits");
        let (loss, guessing) = (block_on(evaluator.loss()).expect("the device is well"), (vocab_size as f32).ln());
        println!("{config:?}: loss {loss}, ln V {guessing}");
        assert!((loss / guessing - 1.0).abs() < 0.05, "{config:?}: {loss} where guessing has {guessing}");
    }
}

#[test]
fn devices_train_along_the_same_losses() {
    for (config, dropout) in [(ODD, 0.0), (ODD, 0.2), (TINY, 0.1)] {
        let config = ModelConfig { dropout, ..config };
        let points = |device: &Device| {
            let mut run = Run::new(device, &config, 13, 3);
            run.queue(&[5, 1, 4]);
            run.points()
        };
        let want = points(&Device::Oracle);
        for device in devices() {
            let got = points(&device);
            let numbers = |points: &[StepPoint], of: fn(&StepPoint) -> f32| -> Vec<f64> {
                points.iter().map(|point| f64::from(of(point))).collect()
            };
            let label = format!("dropout {dropout} on {}", name(&device));
            for (what, of) in [
                ("loss", (|point| point.loss) as fn(&StepPoint) -> f32),
                ("learning rate", |point| point.learning_rate),
                ("gradient norm", |point| point.grad_norm),
            ] {
                let off = check(&format!("{what}, {label}"), &numbers(&got, of), &numbers(&want, of), 0.0, GRADIENT);
                println!("{what}, {label}: {off:.1e}");
            }
        }
    }
}

#[test]
fn devices_are_at_the_same_loss_after_two_hundred_steps() {
    let (config, vocab_size) = (ModelConfig { n_embd: 32, block_size: 16, ..TINY }, 13);
    let losses = |device: &Device| -> Vec<f32> {
        let mut run = Run::new(device, &config, vocab_size, 3);
        let mut losses = Vec::new();
        while run.trainer.step() < 200 {
            run.trainer.queue(10, |step, inputs, targets| {
                // Rows that count up by 1, 2 or 3: something to learn.
                let mut draw = Rng::at_step(7, Stream::Batches, step as u32);
                for (inputs, targets) in inputs.chunks_exact_mut(16).zip(targets.chunks_exact_mut(16)) {
                    let (first, stride) = (draw.below(vocab_size), 1 + draw.below(3));
                    let id = |at: usize| ((first + stride * at) % vocab_size) as u32;
                    (0..16).for_each(|at| (inputs[at], targets[at]) = (id(at), id(at + 1)));
                }
            });
            losses.extend(run.points().iter().map(|point| point.loss));
        }
        losses
    };
    let [gpu, cpu] = devices().map(|device| losses(&device));
    let off = |(gpu, cpu): (&f32, &f32)| f64::from((gpu / cpu - 1.0).abs());
    let worst = gpu.iter().zip(&cpu).map(off).fold(0.0, f64::max);
    println!("loss {} to {}, devices differ by at most {worst:.1e}", gpu[0], gpu[199]);
    assert!(gpu.len() == 200 && gpu[199] < 0.5 * gpu[0], "{} to {}", gpu[0], gpu[199]);
    assert!(worst <= 1e-3, "{worst:e}");
}

#[test]
fn the_same_seed_gives_the_same_bits() {
    for device in devices() {
        for dropout in [0.0, 0.1] {
            let config = ModelConfig { dropout, ..ODD };
            let trained = |seed: u32, submits: &[usize]| {
                let mut run = Run::new(&device, &config, 17, seed);
                run.queue(submits);
                (run.points(), run.checkpoint())
            };
            let first = trained(1, &[10, 10]);
            assert!(first == trained(1, &[10, 10]), "the second time, dropout {dropout}, on {}", name(&device));
            assert!(first == trained(1, &[1, 16, 3]), "in other submits, dropout {dropout}, on {}", name(&device));
            assert!(first.1.weights != trained(2, &[10, 10]).1.weights, "another seed on {}", name(&device));
        }
    }
}

#[test]
fn a_run_taken_up_again_is_the_run_that_went_on() {
    for device in devices() {
        let config = ModelConfig { dropout: 0.1, ..ODD };
        let mut whole = Run::new(&device, &config, 17, 1);
        whole.queue(&[10; 5]);
        let bytes = whole.checkpoint().to_bytes();
        whole.points();
        whole.queue(&[10; 5]);

        let checkpoint = Checkpoint::from_bytes(&bytes).expect("what was written can be read");
        assert_eq!(checkpoint.step, 50);
        let mut again = Run::new(&device, &config, 17, 99);
        again.trainer =
            block_on(Trainer::new(again.trainer.model(), &checkpoint.train, Targets::Alike)).expect("the plan fits");
        again.trainer.restore(&checkpoint).expect("it fits");
        again.queue(&[10; 5]);
        assert!(whole.points() == again.points(), "points on {}", name(&device));
        let (whole, again) = (whole.checkpoint(), again.checkpoint());
        assert_eq!((whole.step, whole.state[state::STEP]), (100, 100.0));
        assert!(whole == again, "step 100 on {}", name(&device));
    }
}

#[test]
fn a_broken_checkpoint_is_refused() {
    let run = Run::new(&Device::Cpu, &TINY, 11, 1);
    let good = run.checkpoint();
    let bytes = good.to_bytes();
    assert!(Checkpoint::from_bytes(&bytes).expect("a good one") == good);
    assert!(Checkpoint::from_bytes(&bytes[..bytes.len() - 1]).is_err(), "cut short");
    assert!(Checkpoint::from_bytes(b"{}").is_err(), "no safetensors file");
    let mut trainer = run.trainer;
    let spoil: [fn(&mut Checkpoint); 4] = [
        |checkpoint| checkpoint.vocab_size += 1,
        |checkpoint| drop(checkpoint.weights.remove("wte.weight")),
        |checkpoint| drop(checkpoint.moments[1].remove("wte.weight")),
        |checkpoint| checkpoint.moments[0].get_mut("ln_f.bias").expect("a bias")[0] = f32::NAN,
    ];
    let before = block_on(trainer.model().weights()).expect("weights");
    for (number, spoil) in spoil.into_iter().enumerate() {
        let mut broken = good.clone();
        broken.weights.get_mut("wpe.weight").expect("positions")[0] += 1.0;
        spoil(&mut broken);
        assert!(trainer.restore(&broken).is_err(), "checkpoint {number} is taken");
        assert!(
            block_on(trainer.model().weights()).expect("weights") == before,
            "checkpoint {number} changes something"
        );
    }
}

#[test]
fn one_batch_is_learnt_by_heart() {
    for device in devices() {
        let model = model(&device, &TINY, 11, 1);
        let train = TrainConfig { learning_rate: 1e-2, steps: 300, batch_size: 2, ..training(1) };
        let mut trainer = block_on(Trainer::new(&model, &train, Targets::Alike)).expect("the plan fits");
        for _ in 0..20 {
            trainer.queue(15, |_, inputs, targets| {
                inputs.copy_from_slice(&random_ids(1, 0, inputs.len(), 11));
                targets.copy_from_slice(&random_ids(2, 0, targets.len(), 11));
            });
        }
        let points = block_on(trainer.read_points()).expect("every number is one");
        let last = points.last().expect("steps were done");
        println!("one batch on {}: loss {} after {} steps", name(&device), last.loss, last.step);
        assert!(last.step == 300 && last.loss < 0.1, "{last:?} on {}", name(&device));
    }
}

#[test]
fn a_steady_step_creates_nothing_and_reads_nothing() {
    let gpu = open(Checks::Trusted);
    let mut run = Run::new(&Device::Gpu(Rc::clone(&gpu)), &ODD, 17, 1);
    run.queue(&[1]);
    let dispatches = run.trainer.report().dispatches;
    for (submits, steps) in [(&[1][..], 1), (&[1, 1, 1], 3), (&[16], 16), (&[16, 16], 32)] {
        let before = gpu.counts();
        run.queue(submits);
        let done = gpu.counts() - before;
        // Inputs and targets of each step are written.
        let want = Counts {
            submits: submits.len() as u64,
            dispatches: dispatches * steps,
            writes: 2 * steps,
            ..Counts::default()
        };
        assert_eq!(done, want, "{submits:?}");
    }
    block_on(run.trainer.done()).expect("the device is well");

    let before = gpu.counts();
    run.points();
    let read = gpu.counts() - before;
    let want = Counts { submits: 1, readbacks: 1, ..Counts::default() };
    assert_eq!(read, want, "reading the points");
}

#[test]
fn a_plan_is_what_it_reports() {
    for config in [TINY, ODD, Preset::Seedling.config().model] {
        let (vocab_size, batch, time) = (37, 2, config.block_size);
        let gpu = open(Checks::Trusted);
        let model = model(&Device::Cpu, &config, vocab_size, 1);
        let graph = model.graph();
        let (inputs, targets) = (graph.tokens(batch, time, 1), graph.tokens(batch, time, 1));
        let losses = model.gpt.forward(inputs, Mode::Evaluate).cross_entropy(targets);
        graph.differentiate(losses, None);
        append_updates(losses, &training(1));
        let layout = Layout::new(&graph);
        let told = report(&graph, &layout);

        let before = gpu.counts();
        let words = model.layout.words;
        let store = gpu::Store::new(&gpu, words);
        let plan = block_on(gpu::Plan::new(&gpu, &graph, &layout, store)).expect("the plan fits");
        let made = gpu.counts() - before;
        let memories: u64 = told.memory.iter().map(|(_, bytes)| (*bytes).max(256)).sum();
        // Beside the memories there are a uniform buffer and the mappable copy of the state.
        let beside = 256 * told.dispatches + 4 * state::WORDS as u64;
        assert_eq!((made.buffers, made.buffer_bytes), (Memory::ALL.len() as u64 + 2, memories + beside), "{config:?}");
        assert_eq!(made.bind_groups, 2 * told.dispatches, "{config:?}");
        let before = gpu.counts();
        plan.run(3);
        assert_eq!((gpu.counts() - before).dispatches, 3 * told.dispatches, "{config:?}");
        let layers = config.n_layer as u64;
        assert_eq!(told.dispatches, 19 * layers + 12, "dispatches of a training step, {config:?}");
        assert_eq!(told.parameters, config.parameter_count(vocab_size) as u64, "{config:?}");
        check_flops(&config, vocab_size, batch, told.flops);
    }
}

/// Nothing much is computed or moved that need not be, in the presets and in the shapes of the bench.
#[test]
fn presets_waste_little() {
    let shape = |n_layer, n_embd, block_size, batch_size| {
        let mut config = Preset::Seedling.config();
        config.model = ModelConfig { n_layer, n_head: n_embd / 32, n_embd, block_size, ..ModelConfig::GPT2 };
        config.train.batch_size = batch_size;
        config
    };
    let presets = Preset::ALL.map(|preset| (preset.config(), if preset == Preset::Seedling { 65 } else { 1024 }));
    let shapes = [(shape(4, 128, 64, 8), 64), (shape(6, 256, 128, 16), 512)];
    for (config, vocab_size) in presets.into_iter().chain(shapes) {
        let (told, _) = estimate(&config, vocab_size, Targets::Alike, None);
        let (flops, bytes) = (told.flops_over_ideal(), told.bytes_over_ideal());
        println!("{:?}: operations {flops:.3}, bytes {bytes:.3} of the ideal", config.model);
        assert!((1.0..=1.15).contains(&flops), "{:?}: operations {flops}", config.model);
        assert!((1.0..=1.3).contains(&bytes), "{:?}: bytes {bytes}", config.model);
    }
}

/// Six operations a matrix weight and token (Kaplan et al., 2020), attention, and not much beside.
fn check_flops(config: &ModelConfig, vocab_size: usize, batch: usize, told: u64) {
    let (c, t) = (config.n_embd as f64, config.block_size as f64);
    let (layers, tokens) = (config.n_layer as f64, batch as f64 * t);
    let matrices = layers * 12.0 * c * c + vocab_size as f64 * c;
    let attention = layers * 14.0 * c * (t + 1.0) / 2.0;
    let least = tokens * (6.0 * matrices + attention);
    let share = told as f64 / least;
    println!("{config:?}: {share:.3} of the operations of its products");
    let small = (14.0 + 4.0) * config.parameter_count(vocab_size) as f64;
    let most = 1.0 + (small + 200.0 * tokens * layers * c + 20.0 * tokens * vocab_size as f64) / least;
    assert!((1.0..most).contains(&share), "{config:?}: {told} operations, {share} of what the products need");
}

/// Runs another test of this binary where Vulkan has no driver. It must fail, for nothing is skipped without an adapter.
#[test]
#[cfg(target_os = "linux")]
fn without_an_adapter_tests_fail() {
    let own = std::env::current_exe().expect("this binary");
    let mut command = std::process::Command::new(own);
    command.args(["--exact", "writing::a_burst_is_one_submit_and_one_readback"]);
    let seeing = command.output().expect("it runs");
    assert!(seeing.status.success(), "the test fails with an adapter: {}", String::from_utf8_lossy(&seeing.stdout));
    for variable in ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"] {
        command.env(variable, "/nonexistent.json");
    }
    let blind = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&blind.stdout);
    assert!(!blind.status.success() && said.contains("1 failed"), "without an adapter: {said}");
}
