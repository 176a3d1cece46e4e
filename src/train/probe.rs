//! How fast a device is at what training mostly consists of: products of matrices of a small model's sizes, in the way
//! in which a plan orders them.

use std::time::Duration;

use web_time::Instant;

use super::machine::{Device, Plan, Store};
use crate::error::Result;
use crate::graph::{Graph, Shape};
use crate::nn::{Init, Scope};
use crate::ops::linear::Orientation;

/// Rows and columns of the matrices: four sequences of 64 tokens in a model as wide as the middle preset.
const ROWS: usize = 256;
const WIDTH: usize = 128;
/// Products of one run, each waiting for the one before it, as in a model.
const PRODUCTS: usize = 8;

/// How long one timing is to take: many times what waiting for a device costs.
const TIMING: Duration = Duration::from_millis(25);
const TIMINGS: usize = 3;
const MAX_RUNS: usize = 64;

/// Billions of floating-point operations that the device does in a second: the best of a few timings of some runs. About
/// a tenth of a second on what is fast; on what is slow a few times eight products.
///
/// # Errors
/// What went wrong on the device.
pub async fn speed(device: &Device) -> Result<f32> {
    let plan = plan(device).await?;
    // The first run compiles.
    time(&plan, 1).await?;
    let single = time(&plan, 1).await?;
    let runs = (TIMING.as_secs_f64() / single.as_secs_f64().max(1e-6)) as usize;
    let runs = runs.clamp(1, MAX_RUNS);
    let mut best = single;
    for _ in 0..TIMINGS {
        best = best.min(time(&plan, runs).await? / runs as u32);
    }
    let operations = 2 * ROWS * WIDTH * WIDTH * PRODUCTS;
    Ok((operations as f64 / best.as_secs_f64().max(1e-9) / 1e9) as f32)
}

async fn plan(device: &Device) -> Result<Plan> {
    let mut scope = Scope::default();
    let weight = scope.parameter("weight", &[WIDTH, WIDTH], Init::Zeros);
    let layout = scope.finish().layout();
    let store = Store::new(device, layout.words).await?;
    let graph = Graph::new(layout);
    let x = graph.input(Shape::of(&[ROWS, WIDTH]));
    (0..PRODUCTS).fold(x, |x, _| x.linear(weight.of(&graph), None, Orientation::InOut));
    Plan::new(device, &graph, &store).await
}

async fn time(plan: &Plan, runs: usize) -> Result<Duration> {
    let began = Instant::now();
    plan.run(runs);
    plan.done().await?;
    Ok(began.elapsed())
}
