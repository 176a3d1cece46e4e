//! How fast a large matrix product is on a device: no training step can be faster.

use std::time::Duration;

use gptling::error::Result;
use gptling::graph::{Graph, Shape};
use gptling::nn::{Init, Scope};
use gptling::ops::linear::Orientation;
use gptling::train::Device;
use gptling::train::machine::{Plan, Store};
use web_time::Instant;

/// Rows, columns and sums of the product.
const SIZE: usize = 1024;
const FLOPS: f64 = 2.0 * (SIZE * SIZE * SIZE) as f64;
/// The best of this many counts.
const REPEATS: usize = 4;
/// Long enough to try every kernel there is.
const TUNING: Duration = Duration::from_secs(30);
/// Seconds that one repeat should take at least.
const LONG_ENOUGH: f64 = 0.3;

/// Operations per second.
///
/// # Errors
/// What went wrong on the device.
pub async fn rate(device: &Device) -> Result<f64> {
    match device {
        Device::Gpu(_) => {
            let there = linear(device, Orientation::InOut).await?;
            Ok(there.max(linear(device, Orientation::OutIn).await?))
        }
        Device::Cpu | Device::Oracle => Ok(sgemm()),
    }
}

/// The project's own `linear`, many products in one submit.
async fn linear(device: &Device, orientation: Orientation) -> Result<f64> {
    let mut scope = Scope::default();
    scope.parameter("weight", &[SIZE, SIZE], Init::Zeros);
    let layout = scope.finish().layout();
    let store = Store::new(device, layout.words).await?;
    let graph = Graph::new(layout);
    graph.input(Shape::of(&[SIZE, SIZE])).linear(graph.parameter(0), None, orientation).keep();
    let mut plan = Plan::new(device, &graph, &store).await?;
    plan.tune(TUNING).await?;
    let seconds = async |times: usize| -> Result<f64> {
        let begun = Instant::now();
        plan.run(times);
        plan.done().await?;
        Ok(begun.elapsed().as_secs_f64())
    };
    seconds(1).await?;
    let times = (LONG_ENOUGH / seconds(1).await?).ceil() as usize;
    let mut best = f64::INFINITY;
    for _ in 0..REPEATS {
        best = best.min(seconds(times).await? / times as f64);
    }
    Ok(FLOPS / best)
}

/// The `matrixmultiply` crate by itself.
fn sgemm() -> f64 {
    let (a, b, mut c) = (vec![0.5_f32; SIZE * SIZE], vec![0.5_f32; SIZE * SIZE], vec![0.0_f32; SIZE * SIZE]);
    let row = SIZE as isize;
    let mut best = f64::INFINITY;
    for _ in 0..=REPEATS {
        let begun = Instant::now();
        // SAFETY: three square matrices of SIZE rows, row after row, the last of them borrowed for writing.
        unsafe {
            let (a, b, c) = (a.as_ptr(), b.as_ptr(), c.as_mut_ptr());
            matrixmultiply::sgemm(SIZE, SIZE, SIZE, 1.0, a, row, 1, b, row, 1, 0.0, c, row, 1);
        }
        best = best.min(begun.elapsed().as_secs_f64());
    }
    FLOPS / best
}
