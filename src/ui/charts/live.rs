//! Small pictures of a run: the gradient norm, how far layers move, the test of learning rates, how numbers are distributed.

use crate::protocol::StepPoint;
use crate::protocol::live::{Histogram, LayerMove, RatePoint, RateTest};
use crate::ui::format::{count, figures, short};
use crate::ui::kit::colours::ACCENT;
use crate::ui::kit::csv::Csv;
use crate::ui::kit::looks::{
    AXIS, GRID, LABEL_VALIDATION, Style, TICK, TRAIN, TRAIN_DOT, TRAIN_RAW, UNIFORM, VALIDATION,
};
use crate::ui::kit::scale::Scale;
use crate::ui::kit::scene::{Anchor, Scene, fitting, polyline, text_width};
use crate::ui::kit::series::{Point, thinned};

const LEFT: f64 = 44.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 20.0;
/// What is said to be a healthy pace of learning.
pub const HEALTHY: f64 = 1e-3;
/// Height of one layer's row.
pub const ROW: f64 = 22.0;

static BAR: Style = Style::area("bar", ACCENT);

/// Values between these lie on a scale of powers of ten.
fn decades(low: f64, high: f64, range: (f64, f64)) -> Scale {
    Scale { domain: (low.log10().floor(), high.log10().ceil().max(low.log10().floor() + 1.0)), range }
}

/// `10⁻³`
fn power(exponent: f64) -> String {
    let digits = format!("{exponent:.0}").replace('-', "⁻");
    let raised =
        |digit: char| digit.to_digit(10).map_or(digit, |at| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(at as usize).unwrap_or(digit));
    format!("10{}", digits.chars().map(raised).collect::<String>())
}

/// The norm of every step's gradient, and where it is clipped.
pub fn norms(points: &[StepPoint], clip: f32, steps: u64, (width, height): (f64, f64)) -> Scene {
    let mut scene = Scene::new(width, height);
    let finite = |point: &StepPoint| (point.step as f64, f64::from(point.grad_norm));
    let norms: Vec<Point> = points.iter().map(finite).filter(|(_, norm)| norm.is_finite() && *norm > 0.0).collect();
    let bounds = norms.iter().fold((f64::INFINITY, 0.0f64), |(low, high), (_, norm)| (low.min(*norm), high.max(*norm)));
    let (low, high) = if norms.is_empty() { (0.1, 1.0) } else { bounds };
    let (low, high) = match clip > 0.0 {
        true => (low.min(f64::from(clip)), high.max(f64::from(clip))),
        false => (low, high),
    };
    let y = decades(low, high, (height - BOTTOM, TOP));
    let x = Scale { domain: (0.0, steps.max(1) as f64), range: (LEFT, width - RIGHT) };
    draw_powers(&mut scene, &y, (LEFT, width - RIGHT));
    ends(&mut scene, "0", &count(steps));
    if clip > 0.0 {
        let at = y.at(f64::from(clip).log10());
        scene.line(&UNIFORM, (LEFT, at), (width - RIGHT, at));
    }
    let columns = (width - LEFT - RIGHT).max(1.0) as usize;
    let pixels = |(step, norm): &Point| (x.at(*step), y.at(norm.log10()));
    let line: Vec<_> = thinned(&norms, x.domain, columns).iter().map(pixels).collect();
    if line.len() > 1 {
        scene.path(&TRAIN, polyline(&line));
    } else if let [only] = line[..] {
        scene.circle(&TRAIN_DOT, only, 3.5);
    }
    scene
}

/// One row a layer: its name, and how far it moves beside its own length, on a scale of powers of ten.
pub fn moves(layers: &[LayerMove], name: impl Fn(&str) -> String, width: f64) -> Scene {
    let height = TOP + ROW * layers.len() as f64 + BOTTOM;
    let mut scene = Scene::new(width, height);
    let fitted = |layer: &LayerMove| fitting(&name(&layer.name), 0.4 * width, 12.0);
    let names: Vec<String> = layers.iter().map(fitted).collect();
    let left = names.iter().map(|name| text_width(name, 12.0)).fold(40.0, f64::max) + 12.0;
    let right = width - 64.0;
    let x = Scale { domain: (-6.0, 0.0), range: (left, right) };
    let bottom = height - BOTTOM;
    for exponent in [-6, -5, -4, -3, -2, -1, 0] {
        let at = x.at(f64::from(exponent));
        scene.line(&GRID, (at, TOP), (at, bottom));
        if exponent % 2 == 0 || exponent == -3 {
            scene.text(&TICK, (at, bottom + 15.0), Anchor::Middle, power(f64::from(exponent)));
        }
    }
    let healthy = x.at(HEALTHY.log10());
    scene.line(&UNIFORM, (healthy, TOP), (healthy, bottom));
    for (index, (layer, name)) in layers.iter().zip(names).enumerate() {
        let (y, ratio) = (TOP + ROW * (index as f64 + 0.5), f64::from(layer.ratio()));
        scene.text(&TICK, (left - 10.0, y + 4.0), Anchor::End, name);
        if ratio > 0.0 && ratio.is_finite() {
            let at = x.at(ratio.log10().clamp(-6.0, 0.0));
            scene.line(&AXIS, (left, y), (at, y));
            scene.circle(&TRAIN_DOT, (at, y), 4.5);
        }
        let told = if ratio.is_finite() { short(ratio) } else { "–".to_string() };
        scene.text(&TICK, (right + 10.0, y + 4.0), Anchor::Start, told);
    }
    scene
}

/// The loss at rising learning rates, each batch's and smoothed, with a line at what is suggested.
pub fn rates(test: &RateTest, (width, height): (f64, f64)) -> Scene {
    let mut scene = Scene::new(width, height);
    let x = Scale { domain: (-6.0, 0.0), range: (LEFT, width - RIGHT) };
    let smooth = || test.points.iter().map(|point| f64::from(point.smooth)).filter(|loss| loss.is_finite());
    let (low, high) = smooth().fold((f64::INFINITY, 0.0f64), |(low, high), loss| (low.min(loss), high.max(loss)));
    let (low, high) = if low <= high { (low, high) } else { (0.0, 1.0) };
    let margin = 0.1 * (high - low).max(0.1);
    let y = Scale { domain: (low - margin, high + margin), range: (height - BOTTOM, TOP) };
    for exponent in -6..=0 {
        let at = x.at(f64::from(exponent));
        scene.line(&GRID, (at, TOP), (at, height - BOTTOM));
        scene.text(&TICK, (at.min(width - RIGHT - 12.0), height - 5.0), Anchor::Middle, power(f64::from(exponent)));
    }
    for loss in [low, high] {
        scene.text(&TICK, (LEFT - 6.0, y.at(loss) + 4.0), Anchor::End, format!("{loss:.2}"));
    }
    let line = |of: fn(&RatePoint) -> f32| -> Vec<(f64, f64)> {
        let finite = test.points.iter().filter(|point| of(point).is_finite() && point.rate > 0.0);
        let pixel = |loss: f32| y.at(f64::from(loss).clamp(y.domain.0, y.domain.1));
        finite.map(|point| (x.at(f64::from(point.rate).log10()), pixel(of(point)))).collect()
    };
    if test.points.len() > 1 {
        scene.path(&TRAIN_RAW, polyline(&line(|point| point.loss)));
        scene.path(&TRAIN, polyline(&line(|point| point.smooth)));
    }
    if let Some(rate) = test.suggestion {
        let at = x.at(f64::from(rate).log10());
        scene.line(&VALIDATION, (at, TOP), (at, height - BOTTOM));
        let left = at > width * 0.7;
        let (anchor, place) = if left { (Anchor::End, at - 6.0) } else { (Anchor::Start, at + 6.0) };
        scene.text(&LABEL_VALIDATION, (place, TOP + 10.0), anchor, figures(f64::from(rate)));
    }
    scene
}

/// A bar for every interval.
pub fn histogram(histogram: &Histogram, (width, height): (f64, f64)) -> Scene {
    let mut scene = Scene::new(width, height);
    let most = histogram.bins.iter().copied().max().unwrap_or(0).max(1);
    let y = Scale { domain: (0.0, f64::from(most)), range: (height - BOTTOM, TOP) };
    let wide = (width - 2.0 * RIGHT) / histogram.bins.len().max(1) as f64;
    for (index, &bin) in histogram.bins.iter().enumerate().filter(|(_, bin)| **bin > 0) {
        let (x, top) = (RIGHT + wide * index as f64, y.at(f64::from(bin)).min(height - BOTTOM - 1.0));
        scene.rect(&BAR, (x + 0.5, top), ((wide - 1.0).max(0.5), height - BOTTOM - top), 1.0);
    }
    scene.line(&AXIS, (RIGHT, height - BOTTOM), (width - RIGHT, height - BOTTOM));
    scene.text(&TICK, (RIGHT, height - 5.0), Anchor::Start, figures(f64::from(histogram.low)));
    scene.text(&TICK, (width / 2.0, height - 5.0), Anchor::Middle, "0");
    scene.text(&TICK, (width - RIGHT, height - 5.0), Anchor::End, figures(f64::from(histogram.high)));
    scene.text(&TICK, (RIGHT, TOP - 1.0), Anchor::Start, short(f64::from(most)));
    scene
}

/// The norm of every step's gradient.
pub fn norms_csv(points: &[StepPoint]) -> String {
    let mut csv = Csv::new(&["step", "gradient_norm"]);
    points.iter().for_each(|point| csv.row(&[&point.step, &point.grad_norm]));
    csv.text()
}

pub fn moves_csv(layers: &[LayerMove]) -> String {
    let mut csv = Csv::new(&["layer", "update", "weights", "ratio"]);
    layers.iter().for_each(|layer| csv.row(&[&layer.name, &layer.update, &layer.weights, &layer.ratio()]));
    csv.text()
}

pub fn rates_csv(test: &RateTest) -> String {
    let mut csv = Csv::new(&["learning_rate", "loss", "smoothed_loss"]);
    test.points.iter().for_each(|point| csv.row(&[&point.rate, &point.loss, &point.smooth]));
    csv.text()
}

pub fn histogram_csv(histogram: &Histogram) -> String {
    let mut csv = Csv::new(&["from", "to", "count"]);
    edges(histogram).for_each(|(from, to, count)| csv.row(&[&from, &to, &count]));
    csv.text()
}

/// Each interval: from where to where it goes, and how many numbers lie in it.
pub fn edges(histogram: &Histogram) -> impl Iterator<Item = (f32, f32, u32)> {
    let width = (histogram.high - histogram.low) / histogram.bins.len().max(1) as f32;
    let edge = move |index: usize| histogram.low + width * index as f32;
    histogram.bins.iter().enumerate().map(move |(index, bin)| (edge(index), edge(index + 1), *bin))
}

fn draw_powers(scene: &mut Scene, y: &Scale, (left, right): (f64, f64)) {
    let (low, high) = (y.domain.0 as i32, y.domain.1 as i32);
    // Many powers of ten: every other one.
    let apart = ((high - low) / 4).max(1);
    for exponent in (low..=high).filter(|exponent| (exponent - low) % apart == 0) {
        let at = y.at(f64::from(exponent));
        scene.line(&GRID, (left, at), (right, at));
        scene.text(&TICK, (left - 6.0, at + 4.0), Anchor::End, power(f64::from(exponent)));
    }
}

fn ends(scene: &mut Scene, first: &str, last: &str) {
    let (width, height) = (scene.width, scene.height);
    scene.text(&TICK, (LEFT, height - 5.0), Anchor::Start, first);
    scene.text(&TICK, (width - RIGHT, height - 5.0), Anchor::End, last);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::live::{Numbers, RatePoint};
    use crate::ui::kit::scene::Mark;

    fn inside(scene: &Scene) {
        assert!(!scene.to_svg("picture").contains("NaN"));
        for mark in &scene.marks {
            if let Mark::Circle { x, y, .. } | Mark::Text { x, y, .. } = mark {
                assert!((0.0..=scene.width).contains(x) && (0.0..=scene.height).contains(y), "{mark:?}");
            }
        }
    }

    fn point(step: u64, grad_norm: f32) -> StepPoint {
        StepPoint { step, loss: 1.0, learning_rate: 1e-3, grad_norm }
    }

    #[test]
    fn every_picture_lies_inside_at_every_width() {
        let norm = |step| point(step, 10f32.powf(step as f32 / 100.0 - 2.0));
        let layer = |name: &str, update| LayerMove { name: name.into(), update, weights: 2.0 };
        let layers = [layer("wte", 2e-3), layer("h.0", 0.0), layer("h.1", f32::NAN), layer("h.2", 1e9)];
        let at = |step: u64| RatePoint { rate: 10f32.powf(step as f32 / 16.0 - 6.0), loss: 4.0, smooth: 3.9 };
        let test = RateTest { points: (0..96).map(at).collect(), steps: 96, suggestion: Some(0.9), is_over: true };
        for width in [300.0, 900.0] {
            for count in [0, 1, 500] {
                let points: Vec<_> = (1..=count).map(norm).collect();
                inside(&norms(&points, 1.0, 500, (width, 120.0)));
            }
            inside(&norms(&[point(1, f32::NAN), point(2, 0.0)], 0.0, 10, (width, 120.0)));
            inside(&moves(&layers, str::to_string, width));
            inside(&rates(&test, (width, 160.0)));
            inside(&rates(&RateTest::default(), (width, 160.0)));
            let bins = vec![0, 5, 100, 1];
            let numbers = Histogram {
                tensor: "w".into(),
                of: Numbers::Weights,
                step: 1,
                low: -0.5,
                high: 0.5,
                bins,
                mean: 0.0,
                deviation: 0.1,
            };
            inside(&histogram(&numbers, (width, 120.0)));
        }
    }

    #[test]
    fn a_healthy_layer_stands_on_the_line() {
        let layers = [LayerMove { name: "h.0".into(), update: 1e-3, weights: 1.0 }];
        let scene = moves(&layers, str::to_string, 600.0);
        let dot = scene.marks.iter().find_map(|mark| match mark {
            Mark::Circle { x, .. } => Some(*x),
            _ => None,
        });
        let line = scene.marks.iter().find_map(|mark| match mark {
            Mark::Path { style, d } if style.class == "uniform" => Some(d.clone()),
            _ => None,
        });
        let (dot, line) = (dot.expect("a dot"), line.expect("a line"));
        assert!(line.starts_with(&format!("M{}", (dot * 10.0).round() / 10.0)), "{line} and a dot at {dot}");
    }

    #[test]
    fn powers_are_raised() {
        assert_eq!([power(-3.0), power(0.0), power(12.0)], ["10⁻³", "10⁰", "10¹²"]);
    }
}
