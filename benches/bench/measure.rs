//! Times training and writing of one shape.

use std::rc::Rc;
use std::time::Duration;

use gptling::error::Result;
use gptling::gpu::Counts;
use gptling::rng::{Rng, Stream};
use gptling::train::generate::BURST;
use gptling::train::trainer::SLOTS;
use gptling::train::{Device, Generator, Model, Storage, Targets, Trainer};
use web_time::Instant;

use crate::row::Row;
use crate::shapes::Shape;

/// What one submit should take: the session's own goal.
const SUBMIT: f64 = 0.1;
/// Submits whose median counts, and seconds after which they are enough.
const SUBMITS: usize = 12;
const FEWEST: usize = 3;
const MAX_SECONDS: f64 = 5.0;
/// A step of so many seconds needs no warm-up and no second one; one of so many at the floor's rate is not taken at all.
const LONG: f64 = 8.0;
const TOO_LONG: f64 = 60.0;
/// What the session spends on choosing kernels.
pub const TUNING: Duration = Duration::from_secs(2);
/// Seconds of writing that are enough.
const WRITING: f64 = 2.0;

/// Builds the model and measures it.
///
/// # Errors
/// What went wrong on the device.
pub async fn row(device: &Device, shape: &Shape, floor: f64) -> Result<Row> {
    let model = &shape.config.model;
    let model = Rc::new(Model::new(device, model, shape.vocab_size, shape.config.train.seed).await?);
    let mut row = Row {
        name: shape.name.into(),
        adapter: crate::name(device),
        n_layer: model.config.n_layer,
        n_embd: model.config.n_embd,
        block_size: model.config.block_size,
        batch_size: shape.config.train.batch_size,
        vocab_size: shape.vocab_size,
        floor_gflops: floor / 1e9,
        ..Row::default()
    };
    training(device, shape, &model, &mut row).await?;
    writing(device, shape, &model, &mut row).await?;
    Ok(row)
}

async fn training(device: &Device, shape: &Shape, model: &Rc<Model>, row: &mut Row) -> Result<()> {
    let mut trainer = Trainer::new(model, &shape.config.train, Targets::Alike).await?;
    trainer.tune(TUNING).await?;
    let report = trainer.report().clone();
    row.parameters = report.parameters;
    (row.flops_over_ideal, row.bytes_over_ideal) = (report.flops_over_ideal(), report.bytes_over_ideal());
    row.peak_bytes = report.peak_bytes();
    let gigaflops = report.flops as f64 / 1e9;
    let seconds = if gigaflops / row.floor_gflops < TOO_LONG {
        timed(device, &mut trainer, shape.vocab_size, row).await?
    } else {
        f64::NAN
    };
    row.ms_per_step = 1e3 * seconds;
    row.tokens_per_second = trainer.tokens_per_step() as f64 / seconds;
    row.gflops = gigaflops / seconds;
    row.floor_share = row.gflops / row.floor_gflops;
    Ok(())
}

/// Seconds a step, and what was made meanwhile.
async fn timed(device: &Device, trainer: &mut Trainer, vocab_size: usize, row: &mut Row) -> Result<f64> {
    let (mut before, mut first) = (counts(device), trainer.step());
    let mut seconds = steps(trainer, vocab_size, 1).await?;
    if seconds < LONG {
        (before, first) = (counts(device), trainer.step());
        let together = ((SUBMIT / seconds) as usize).clamp(1, SLOTS);
        seconds = median(&submits(trainer, vocab_size, together).await?);
    }
    let taken = (trainer.step() - first) as f64;
    let made = counts(device) - before;
    row.dispatches_per_step = made.dispatches as f64 / taken;
    row.submits_per_step = made.submits as f64 / taken;
    row.objects_per_step = (made.buffers + made.bind_groups + made.pipelines) as f64 / taken;
    row.readbacks_per_step = made.readbacks as f64 / taken;
    Ok(seconds)
}

/// Seconds a step of several submits of `together` steps.
async fn submits(trainer: &mut Trainer, vocab_size: usize, together: usize) -> Result<Vec<f64>> {
    steps(trainer, vocab_size, together).await?;
    let begun = Instant::now();
    let mut seconds = Vec::new();
    while seconds.len() < FEWEST || (seconds.len() < SUBMITS && begun.elapsed().as_secs_f64() < MAX_SECONDS) {
        seconds.push(steps(trainer, vocab_size, together).await?);
    }
    Ok(seconds)
}

/// Seconds a step of one submit of `count` steps on random ids.
async fn steps(trainer: &mut Trainer, vocab_size: usize, count: usize) -> Result<f64> {
    let begun = Instant::now();
    trainer.queue(count, |step, inputs, targets| {
        let mut rng = Rng::at_step(1, Stream::Batches, step as u32);
        inputs.iter_mut().chain(targets).for_each(|id| *id = rng.below(vocab_size) as u32);
    });
    trainer.done().await?;
    Ok(begun.elapsed().as_secs_f64() / count as f64)
}

async fn writing(device: &Device, shape: &Shape, model: &Rc<Model>, row: &mut Row) -> Result<()> {
    let mut generator = Generator::new(model, Storage::of(device)).await?;
    generator.start(&[0], &shape.config.sample);
    let begun = Instant::now();
    generator.draw(1).await?;
    let burst = ((WRITING / begun.elapsed().as_secs_f64()) as usize).clamp(1, BURST);
    let (before, begun) = (counts(device), Instant::now());
    let mut drawn = 0;
    while drawn == 0 || (begun.elapsed().as_secs_f64() < WRITING && drawn < 2 * shape.config.model.block_size) {
        generator.draw(burst).await?;
        drawn += burst;
    }
    row.ms_per_token = 1e3 * begun.elapsed().as_secs_f64() / drawn as f64;
    row.dispatches_per_token = (counts(device) - before).dispatches as f64 / drawn as f64;
    Ok(())
}

/// What was made on the GPU so far; on the CPU nothing is.
fn counts(device: &Device) -> Counts {
    match device {
        Device::Gpu(gpu) => gpu.counts(),
        Device::Cpu | Device::Oracle => Counts::default(),
    }
}

fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
