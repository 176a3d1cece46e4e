//! The estimates of 200 samples as histograms below each other: this method, the same without its weights where they
//! matter, simple random samples of the same size. The truth is a line through all.

use super::look::{
    SPREAD_METHOD, SPREAD_NAME, SPREAD_PLAIN, SPREAD_SIMPLE, SPREAD_THIS, SPREAD_TRUTH, SPREAD_TRUTH_NAME,
};
use super::read;
use crate::config::sampling::SamplingMethod;
use crate::protocol::sample::{Redraws, Spread};
use crate::ui::kit::looks::{AXIS as AXIS_LINE, Style, TICK};
use crate::ui::kit::scale::{Scale, decimals, tick_step, ticks};
use crate::ui::kit::scene::{Anchor, Scene, polyline, text_width};

const TOP: f64 = 26.0;
const ROW: f64 = 122.0;
/// The first row has nothing above it.
const FIRST: f64 = 96.0;
/// Of a row, its histogram.
const HISTOGRAM: f64 = 66.0;
const AXIS: f64 = 26.0;
const SIDE: f64 = 12.0;
const BIN: f64 = 8.0;

/// What is drawn: estimates, the method that made them, and what the sample that is shown says.
#[derive(Clone, Copy)]
pub struct Estimates<'a> {
    pub redraws: &'a Redraws,
    pub method: SamplingMethod,
    pub this: Option<f64>,
    pub names: &'a Names,
}

/// What is written in the picture, in the language of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    /// The rows, each with its error: with weights, without, and simple random samples.
    pub method: String,
    pub plain: String,
    pub simple: String,
    pub truth: String,
    pub this: String,
}

struct Row<'a> {
    style: &'static Style,
    name: &'a str,
    spread: &'a Spread,
}

pub fn scene(estimates: &Estimates, width: f64) -> Scene {
    let rows = rows(estimates);
    let mut scene = Scene::new(width, base(rows.len() - 1) + AXIS);
    let Estimates { redraws, this, names, .. } = *estimates;
    let x = Scale { domain: domain(&rows, redraws.truth, this), range: (SIDE, width - SIDE) };
    for (number, row) in rows.iter().enumerate() {
        let base = base(number);
        histogram(&mut scene, row, &x, base);
        scene.line(&AXIS_LINE, (SIDE, base), (width - SIDE, base));
    }
    truth(&mut scene, estimates, &x);
    for (number, row) in rows.iter().enumerate() {
        scene.text(&SPREAD_NAME, (SIDE, base(number) - HISTOGRAM - 12.0), Anchor::Start, row.name);
    }
    if let Some(this) = this {
        mark_this(&mut scene, x.at(this), base(0), &names.this);
    }
    axis(&mut scene, &x, redraws);
    scene
}

/// The line on which the bars of a row stand.
fn base(row: usize) -> f64 {
    TOP + FIRST + ROW * row as f64
}

/// Whether ignoring the weights shifts the estimates: by more than chance in 200 of them explains.
pub fn weights_matter(redraws: &Redraws) -> bool {
    let chance = (redraws.plain.error.powi(2) - (redraws.plain.mean - redraws.truth).powi(2)).max(0.0).sqrt();
    let shift = (redraws.plain.mean - redraws.weighted.mean).abs();
    shift > 0.3 * chance.max(1e-9) && shift > 1e-6 * redraws.truth.abs()
}

fn rows<'a>(estimates: &Estimates<'a>) -> Vec<Row<'a>> {
    let Estimates { redraws, method, names, .. } = *estimates;
    let mut rows = vec![Row { style: &SPREAD_METHOD, name: &names.method, spread: &redraws.weighted }];
    if weights_matter(redraws) {
        rows.push(Row { style: &SPREAD_PLAIN, name: &names.plain, spread: &redraws.plain });
    }
    if let Some(simple) = redraws.simple.as_ref().filter(|_| method != SamplingMethod::SimpleRandom) {
        rows.push(Row { style: &SPREAD_SIMPLE, name: &names.simple, spread: simple });
    }
    rows
}

/// All estimates, the truth, and a little room.
fn domain(rows: &[Row], truth: f64, this: Option<f64>) -> (f64, f64) {
    let values = rows.iter().flat_map(|row| row.spread.values.iter().copied()).chain([truth]).chain(this);
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    let room = (0.06 * (high - low)).max(1e-3 * truth.abs()).max(1e-6);
    (low - room, high + room)
}

/// As high as its fullest bin allows; each row by itself.
fn histogram(scene: &mut Scene, row: &Row, x: &Scale, base: f64) {
    let (left, right) = x.range;
    let bins = (((right - left) / BIN) as usize).max(1);
    let mut counts = vec![0usize; bins];
    for value in &row.spread.values {
        let bin = ((x.at(*value) - left) / (right - left) * bins as f64) as usize;
        counts[bin.min(bins - 1)] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(1).max(1) as f64;
    let step = (right - left) / bins as f64;
    for (bin, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let height = HISTOGRAM * *count as f64 / most;
        scene.rect(row.style, (left + bin as f64 * step + 0.5, base - height), (step - 1.0, height), 1.0);
    }
}

fn truth(scene: &mut Scene, estimates: &Estimates, x: &Scale) {
    let (at, bottom) = (x.at(estimates.redraws.truth), scene.height - AXIS);
    scene.line(&SPREAD_TRUTH, (at, TOP - 4.0), (at, bottom));
    let name = &estimates.names.truth;
    let half = text_width(name, 12.0) / 2.0 + 2.0;
    let middle = at.clamp(half.min(scene.width / 2.0), (scene.width - half).max(scene.width / 2.0));
    scene.text(&SPREAD_TRUTH_NAME, (middle, 14.0), Anchor::Middle, name);
}

/// A small hand below the line, pointing at the estimate of the sample that is shown.
fn mark_this(scene: &mut Scene, at: f64, base: f64, name: &str) {
    scene.path(&SPREAD_THIS, polyline(&[(at, base + 1.0), (at - 6.0, base + 11.0), (at + 6.0, base + 11.0)]) + "Z");
    let (anchor, x) = match at + 12.0 + text_width(name, 12.0) < scene.width {
        true => (Anchor::Start, at + 10.0),
        false => (Anchor::End, at - 10.0),
    };
    scene.text(&TICK, (x, base + 12.0), anchor, name);
}

fn axis(scene: &mut Scene, x: &Scale, redraws: &Redraws) {
    let factor = read::factor(&redraws.statistic);
    let (low, high) = (x.domain.0 * factor, x.domain.1 * factor);
    let wanted = ((x.range.1 - x.range.0) / 80.0) as usize;
    let digits = decimals(tick_step(low, high, wanted));
    for tick in ticks(low, high, wanted) {
        let at = x.at(tick / factor);
        let text = format!("{tick:.digits$}");
        scene.text(&TICK, (at, scene.height - 6.0), Anchor::Middle, text);
    }
}
