//! Trains on a text by characters, prints what is learned and how fast, and writes the curve to `target/bench/`.
//!
//! `cargo bench --bench learn -- [TEXT] [cpu|gpu] [nanogpt|seedling] [STEPS]`
//!
//! `nanogpt` is that project's recipe for a CPU (`config/train_shakespeare_char.py` with the settings of its README for
//! a laptop); on Tiny Shakespeare its 2000 steps must come to a validation loss of 1.88. `seedling` is our smallest
//! preset, which also writes a little in the end.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Instant;

use gptling::config::presets::Preset;
use gptling::config::{Config, ModelConfig, TrainConfig};
use gptling::gpu::Gpu;
use gptling::gpu::device::Checks;
use gptling::graph::state::RING;
use gptling::rng::{Rng, Stream};
use gptling::text::loader::Batch;
use gptling::train::{Device, Evaluator, Generator, Model, Storage, Targets, Trainer};

const TEXT: &str = "../shared/data/tinyshakespeare.txt";
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/bench");
/// What nanoGPT's README says of its recipe on Tiny Shakespeare.
const NANOGPT_LOSS: f32 = 1.88;
/// Steps between two points of the curve.
const EVERY: usize = 200;

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let mut take = |known: &[&'static str]| {
        let at = arguments.iter().position(|argument| known.contains(&argument.as_str()));
        at.map_or(known[0], |at| {
            let found = arguments.remove(at);
            known.iter().find(|known| **known == found).expect("it was found")
        })
    };
    let (device, recipe) = (take(&["cpu", "gpu"]), take(&["nanogpt", "seedling"]));
    let steps = arguments.iter().position(|argument| argument.parse::<usize>().is_ok());
    let steps = steps.map(|at| arguments.remove(at).parse().expect("a number of steps"));
    let path = arguments.first().map_or(TEXT, String::as_str);
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let bench = Bench { text: Text::new(&text), config: config(recipe, steps), recipe };
    pollster::block_on(bench.run(device));
}

fn config(recipe: &str, steps: Option<usize>) -> Config {
    let mut config = Preset::Seedling.config();
    if recipe == "nanogpt" {
        config.model = ModelConfig { n_layer: 4, n_head: 4, n_embd: 128, block_size: 64, ..ModelConfig::GPT2 };
        let (learning_rate, final_share) = (1e-3, 0.1);
        let rate = TrainConfig { learning_rate, final_share, warmup: 100, steps: 2000, ..config.train };
        config.train =
            TrainConfig { batch_size: 12, beta1: 0.9, beta2: 0.99, weight_decay: 0.1, clip: 1.0, seed: 1, ..rate };
    }
    config.train.steps = steps.unwrap_or(config.train.steps);
    config
}

/// A text as ids of its characters, the last tenth held out.
struct Text {
    characters: Vec<char>,
    train: Vec<u32>,
    held_out: Vec<u32>,
}

impl Text {
    fn new(text: &str) -> Self {
        let characters: Vec<char> = text.chars().collect::<BTreeSet<_>>().into_iter().collect();
        let id = |c| characters.binary_search(&c).expect("collected above") as u32;
        let mut train: Vec<u32> = text.chars().map(id).collect();
        let held_out = train.split_off(train.len() * 9 / 10);
        Self { characters, train, held_out }
    }

    /// Random windows of the training part: a function of the step.
    fn batch(&self, step: u64, time: usize, inputs: &mut [u32], targets: &mut [u32]) {
        let mut rng = Rng::at_step(1, Stream::Batches, step as u32);
        for (inputs, targets) in inputs.chunks_exact_mut(time).zip(targets.chunks_exact_mut(time)) {
            let start = rng.below(self.train.len() - time);
            inputs.copy_from_slice(&self.train[start..][..time]);
            targets.copy_from_slice(&self.train[start + 1..][..time]);
        }
    }

    /// The part held out, window beside window, as many whole batches as fit and can be measured at once.
    fn validation(&self, rows: usize, time: usize) -> Vec<Batch> {
        let tokens = rows * time;
        let batches = ((self.held_out.len() - 1) / tokens).min(RING);
        let cut = |start: usize| self.held_out[start..][..tokens].to_vec();
        let batch = |start| Batch { inputs: cut(start), targets: cut(start + 1), weights: Vec::new() };
        (0..batches).map(|number| batch(number * tokens)).collect()
    }
}

/// A point of the curve: the training loss is the mean since the point before.
#[derive(serde::Serialize)]
struct Point {
    step: u64,
    train_loss: f32,
    validation_loss: f32,
}

struct Bench {
    text: Text,
    config: Config,
    recipe: &'static str,
}

impl Bench {
    async fn run(&self, device: &str) {
        let (device, adapter) = open(device).await;
        let (train, time) = (&self.config.train, self.config.model.block_size);
        let vocab_size = self.text.characters.len();
        let model = Model::new(&device, &self.config.model, vocab_size, train.seed).await.expect("a model");
        let model = Rc::new(model);
        let mut trainer = Trainer::new(&model, train, Targets::Alike).await.expect("a plan");
        let validation = self.text.validation(train.batch_size, time);
        let evaluator = Evaluator::new(&model, train.batch_size, time, &validation).await.expect("a plan");
        println!("{adapter}: {} parameters, {} validation batches", model.parameters.count(), validation.len());
        let began = Instant::now();
        let (mut curve, mut seconds) = (Vec::new(), 0.0);
        while (trainer.step() as usize) < train.steps {
            let steps = EVERY.min(train.steps - trainer.step() as usize);
            let (train_loss, took) = self.train(&mut trainer, steps).await;
            seconds += took;
            let validation_loss = evaluator.loss().await.expect("a loss");
            let point = Point { step: trainer.step(), train_loss, validation_loss };
            let ms = 1e3 * seconds / point.step as f64;
            println!(
                "step {:5}  train {train_loss:.4}  validation {validation_loss:.4}  {ms:.1} ms a step",
                point.step
            );
            curve.push(point);
        }
        println!("{:.0} s in all", began.elapsed().as_secs_f64());
        self.write_down(&adapter, &curve, 1e3 * seconds / train.steps as f64);
        if self.recipe == "seedling" {
            self.let_it_write(&model).await;
        }
        let reached = curve.last().expect("a point").validation_loss;
        if self.recipe == "nanogpt" && train.steps == 2000 && reached > NANOGPT_LOSS {
            eprintln!("validation loss {reached:.4}, nanoGPT has {NANOGPT_LOSS}");
            std::process::exit(1);
        }
    }

    /// Mean loss of so many steps, and the seconds that they took.
    async fn train(&self, trainer: &mut Trainer, steps: usize) -> (f32, f64) {
        let (time, goal) = (self.config.model.block_size, trainer.step() + steps as u64);
        let (began, mut losses) = (Instant::now(), Vec::new());
        while trainer.step() < goal {
            let count = 10.min(goal - trainer.step()) as usize;
            trainer.queue(count, |step, inputs, targets| self.text.batch(step, time, inputs, targets));
            losses.extend(trainer.read_points().await.expect("a step").iter().map(|point| point.loss));
        }
        (losses.iter().sum::<f32>() / losses.len() as f32, began.elapsed().as_secs_f64())
    }

    fn write_down(&self, adapter: &str, curve: &[Point], ms_per_step: f64) {
        std::fs::create_dir_all(FOLDER).expect("a folder for the results");
        let result = serde_json::json!({
            "recipe": self.recipe, "adapter": adapter, "model": self.config.model, "train": self.config.train,
            "ms_per_step": ms_per_step, "curve": curve,
        });
        let json = serde_json::to_string_pretty(&result).expect("plain data");
        let row = |point: &Point| format!("{},{},{}\n", point.step, point.train_loss, point.validation_loss);
        let csv = format!("step,train_loss,validation_loss\n{}", curve.iter().map(row).collect::<String>());
        for (name, content) in [("learn.json", json), ("learn.csv", csv)] {
            std::fs::write(format!("{FOLDER}/{name}"), content).expect("the results can be written");
        }
        println!("the curve is in target/bench/learn.json and learn.csv");
    }

    async fn let_it_write(&self, model: &Rc<Model>) {
        let mut generator = Generator::new(model, Storage::F32).await.expect("a plan");
        generator.start(&[0], &self.config.sample);
        let (began, mut written) = (Instant::now(), String::new());
        for _ in 0..12 {
            let tokens = generator.draw(16).await.expect("tokens");
            written.extend(tokens.iter().map(|token| self.text.characters[token.id as usize]));
        }
        println!("{:.1} ms a token: {written:?}", began.elapsed().as_secs_f64() * 1e3 / 192.0);
    }
}

async fn open(device: &str) -> (Device, String) {
    match device {
        "gpu" => {
            let gpu = Gpu::open(Checks::Trusted).await.expect("an adapter");
            let name = gpu.name();
            (Device::Gpu(gpu), name)
        }
        _ => (Device::Cpu, "processor".into()),
    }
}
