//! Trains the seedling preset on a text by characters and prints what it learns and how fast.
//!
//! `cargo bench --bench learn -- [TEXT] [gpu|cpu] [STEPS]`

use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Instant;

use gptling::config::presets::Preset;
use gptling::gpu::Gpu;
use gptling::gpu::device::Checks;
use gptling::rng::{Rng, Stream};
use gptling::train::{Device, Evaluator, Generator, Model, Trainer};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let argument = |at: usize, default: &str| arguments.get(at).cloned().unwrap_or(default.into());
    let text = std::fs::read_to_string(argument(0, "../shared/data/tinyshakespeare.txt")).expect("a text");
    pollster::block_on(learn(&text, &argument(1, "gpu"), argument(2, "100").parse().expect("a number of steps")));
}

async fn learn(text: &str, device: &str, steps: usize) {
    let characters: Vec<char> = text.chars().collect::<BTreeSet<_>>().into_iter().collect();
    let ids: Vec<u32> = text.chars().map(|c| characters.binary_search(&c).expect("collected above") as u32).collect();
    let (train, held_out) = ids.split_at(ids.len() * 9 / 10);
    let mut config = Preset::Seedling.config();
    config.train.steps = steps;
    if let Some(layers) = std::env::var("LAYERS").ok().and_then(|n| n.parse().ok()) {
        config.model.n_layer = layers;
        config.train.batch_size = 8;
    }
    let device = match device {
        "cpu" => Device::Cpu,
        _ => {
            let gpu = Gpu::open(Checks::Trusted).await.expect("an adapter");
            println!("adapter: {}", gpu.name());
            Device::Gpu(gpu)
        }
    };
    let (b, t) = (config.train.batch_size, config.model.block_size);
    let model =
        Rc::new(Model::new(&device, &config.model, characters.len(), config.train.seed).await.expect("a model"));
    let begun = Instant::now();
    let mut trainer = Trainer::new(&model, &config.train).await.expect("a plan");
    let room = held_out.len() - t - 1;
    let windows = |count: usize| (0..count).map(move |i| i * room / count);
    let batch =
        |start: Vec<usize>, shift: usize| start.iter().flat_map(|s| held_out[s + shift..][..t].to_vec()).collect();
    let starts: Vec<usize> = windows(8 * b).collect();
    let batches: Vec<_> =
        starts.chunks(b).map(|starts| (batch(starts.to_vec(), 0), batch(starts.to_vec(), 1))).collect();
    let evaluator = Evaluator::new(&model, b, t, &batches).await.expect("a plan");
    println!("{} parameters, {:?}, plan built in {:?}", model.parameters.count(), trainer.report(), begun.elapsed());
    let begun = Instant::now();
    while (trainer.step() as usize) < steps {
        let count = 10.min(steps - trainer.step() as usize);
        trainer.queue(count, |step, inputs, targets| {
            let mut rng = Rng::at_step(1, Stream::Batches, step as u32);
            for row in 0..b {
                let start = rng.below(train.len() - t - 1);
                inputs[row * t..][..t].copy_from_slice(&train[start..][..t]);
                targets[row * t..][..t].copy_from_slice(&train[start + 1..][..t]);
            }
        });
        let points = trainer.read_points().await.expect("a step");
        let last = points.last().expect("steps were taken");
        let ms = begun.elapsed().as_secs_f64() * 1e3 / trainer.step() as f64;
        println!("step {:4}  loss {:.4}  norm {:.3}  {ms:.1} ms a step", last.step, last.loss, last.grad_norm);
    }
    if std::env::var_os("PROFILE").is_some() {
        profile(&trainer).await;
    }
    println!("validation loss {:.4}", evaluator.loss().await.expect("a loss"));
    let mut generator = Generator::new(&model).await.expect("a plan");
    generator.start(&[0], &config.sample);
    let begun = Instant::now();
    let mut written = String::new();
    for _ in 0..12 {
        let tokens = generator.draw(16).await.expect("tokens");
        written.extend(tokens.iter().map(|token| characters[token.id as usize]));
    }
    println!("{:.1} ms a token: {written:?}", begun.elapsed().as_secs_f64() * 1e3 / 192.0);
}

/// Prints the share of each kernel in a step.
async fn profile(trainer: &Trainer) {
    let timings = trainer.plan().profile(20).await.expect("timings");
    let total: f64 = timings.iter().map(|timing| timing.seconds).sum();
    let mut by_kernel = std::collections::BTreeMap::<String, (usize, f64)>::new();
    for timing in timings {
        let entry = by_kernel.entry(timing.kernel).or_default();
        *entry = (entry.0 + 1, entry.1 + timing.seconds);
    }
    for (kernel, (count, seconds)) in by_kernel {
        println!("{kernel:28} x{count:<3} {:8.3} ms  {:5.1} %", 1e3 * seconds, 100.0 * seconds / total);
    }
}
