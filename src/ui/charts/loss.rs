//! The chart of a training run: raw and smoothed training loss, validation loss, and the honest baselines.

use super::baselines::Baseline;
use crate::protocol::{Evaluation, StepPoint};
use crate::ui::format::short;
use crate::ui::kit::scale::{Scale, decimals, tick_step, ticks};
use crate::ui::kit::scene::{Anchor, Scene, polyline};
use crate::ui::kit::series::{Point, horizon, nearest, smoothed, thinned};

const TOP: f64 = 26.0;
const BOTTOM: f64 = 40.0;
const LEFT: f64 = 44.0;
/// Room for the names of the curves, where the chart is wide enough to have it.
const NAMES: f64 = 164.0;
const WIDE: f64 = 620.0;
const LINE_HEIGHT: f64 = 16.0;
/// So many times the loss of guessing are shown at most.
const RUNAWAY: f64 = 2.5;

/// The losses of a run, finite ones only, by step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curves {
    pub raw: Vec<Point>,
    pub smooth: Vec<Point>,
    pub validation: Vec<Point>,
    /// Steps that the run has in all.
    pub steps: u64,
    pub baselines: Vec<Baseline>,
}

/// What is written on the chart, in the language of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    pub loss: String,
    pub step: String,
    pub train: String,
    pub validation: String,
}

/// The values at one step: what the hand or the arrow keys point at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    pub step: f64,
    pub raw: Option<f64>,
    pub smooth: Option<f64>,
    /// The last validation at or before the step.
    pub validation: Option<f64>,
}

/// Where the plot lies and what its pixels mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    pub x: Scale,
    pub y: Scale,
}

impl Curves {
    pub fn new(points: &[StepPoint], evaluations: &[Evaluation], steps: u64) -> Self {
        let raw: Vec<Point> = points.iter().map(|p| (p.step as f64, f64::from(p.loss))).filter(finite).collect();
        let validation = evaluations.iter().map(|e| (e.step as f64, f64::from(e.loss))).filter(finite).collect();
        Curves { smooth: smoothed(&raw, horizon(steps)), raw, validation, steps, baselines: Vec::new() }
    }

    pub fn with_baselines(mut self, baselines: Vec<Baseline>) -> Self {
        self.baselines = baselines;
        self
    }

    pub fn last_step(&self) -> f64 {
        let last = |points: &[Point]| points.last().map_or(0.0, |point| point.0);
        last(&self.raw).max(last(&self.validation))
    }

    pub fn reading(&self, step: f64) -> Option<Reading> {
        let (at, raw) = nearest(&self.raw, step)?;
        let smooth = nearest(&self.smooth, at).map(|point| point.1);
        let before = self.validation.partition_point(|point| point.0 <= at);
        let validation = before.checked_sub(1).map(|i| self.validation[i].1);
        Some(Reading { step: at, raw: Some(raw), smooth, validation })
    }

    pub fn frame(&self, width: f64, height: f64) -> Frame {
        let right = if width >= WIDE { width - NAMES } else { width - 12.0 };
        Frame {
            x: Scale { domain: (0.0, axis_end(self.last_step(), self.steps as f64)), range: (LEFT, right) },
            y: Scale { domain: self.losses(), range: (height - BOTTOM, TOP) },
        }
    }

    /// From a round number below the lowest curve to a little above the highest line. A loss that runs away leaves the
    /// chart at its top instead of flattening everything else.
    fn losses(&self) -> (f64, f64) {
        let baselines = || self.baselines.iter().map(|baseline| baseline.loss);
        let most = RUNAWAY * baselines().reduce(f64::max).unwrap_or(10.0).max(1.0);
        let curves = self.smooth.iter().chain(&self.validation).map(|point| point.1.min(most));
        let (lowest, highest) = curves
            .chain(baselines())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), loss| (low.min(loss), high.max(loss)));
        if lowest > highest {
            return (0.0, 5.0);
        }
        let floor = if lowest < 1.5 { 0.0 } else { (lowest * 2.0 - 0.5).floor() / 2.0 };
        (floor, highest + 0.06 * (highest - floor).max(0.5))
    }

    pub fn scene(&self, names: &Names, width: f64, height: f64) -> Scene {
        let frame = self.frame(width, height);
        let mut scene = Scene { width, height, marks: Vec::new() };
        draw_axes(&mut scene, &frame, names);
        for Baseline { class, loss, .. } in &self.baselines {
            let y = frame.y.at(*loss);
            scene.line(class, (frame.x.range.0, y), (frame.x.range.1, y));
        }
        self.draw_curves(&mut scene, &frame);
        if width >= WIDE {
            self.name_at_the_right(&mut scene, &frame, names)
        } else {
            self.name_inside(&mut scene, &frame)
        }
        scene
    }

    fn draw_curves(&self, scene: &mut Scene, frame: &Frame) {
        let (left, right) = frame.x.range;
        let columns = (right - left).max(1.0) as usize;
        for (class, points) in [("train-raw", &self.raw), ("train", &self.smooth), ("validation", &self.validation)] {
            if points.len() > 1 {
                scene.path(class, polyline(&frame.pixels(&thinned(points, frame.x.domain, columns))));
            }
        }
        if let [only] = self.raw[..] {
            let (x, y) = frame.pixel(only);
            scene.circle("train-dot", (x, y), 3.5);
        }
        for (x, y) in frame.pixels(&thinned(&self.validation, frame.x.domain, columns / 24)) {
            scene.circle("validation-dot", (x, y), 3.5);
        }
    }

    /// Every line's name beside its right end, pushed apart where two ends are close.
    fn name_at_the_right(&self, scene: &mut Scene, frame: &Frame, names: &Names) {
        let end = |points: &[Point]| points.last().map(|point| point.1);
        let curves = [
            ("label-train", &names.train, end(&self.smooth)),
            ("label-validation", &names.validation, end(&self.validation)),
        ];
        let baselines = self.baselines.iter().map(|it| ("label-baseline", &it.name, Some(it.loss)));
        let lines = curves.into_iter().chain(baselines);
        let mut named: Vec<_> = lines.filter_map(|(class, name, at)| Some((class, name, frame.y.at(at?)))).collect();
        named.sort_by(|a, b| a.2.total_cmp(&b.2));
        let wanted: Vec<f64> = named.iter().map(|(_, _, y)| *y).collect();
        let placed = spread(&wanted, LINE_HEIGHT, (TOP, frame.y.range.0));
        for ((class, name, _), y) in named.into_iter().zip(placed) {
            scene.text(class, (frame.x.range.1 + 8.0, y + 4.0), Anchor::Start, name);
        }
    }

    /// On a narrow chart the baselines carry their names themselves, where these do not cover one another; the curves are
    /// named in the legend below, and so is every baseline.
    fn name_inside(&self, scene: &mut Scene, frame: &Frame) {
        let right = frame.x.range.1 - 2.0;
        let mut last = f64::NEG_INFINITY;
        for Baseline { name, loss, .. } in &self.baselines {
            let y = frame.y.at(*loss) - 5.0;
            if y - last >= LINE_HEIGHT {
                scene.text("label-baseline", (right, y), Anchor::End, name);
                last = y;
            }
        }
    }
}

impl Frame {
    pub fn pixel(&self, point: Point) -> (f64, f64) {
        let (bottom, top) = self.y.range;
        (self.x.at(point.0), self.y.at(point.1).clamp(top - 6.0, bottom))
    }

    fn pixels(&self, points: &[Point]) -> Vec<(f64, f64)> {
        points.iter().map(|point| self.pixel(*point)).collect()
    }
}

/// A loss as it is read: two digits after the point, unless it has run away.
pub fn digits(loss: f64) -> String {
    if loss < 1e4 { format!("{loss:.2}") } else { short(loss) }
}

fn finite(point: &Point) -> bool {
    point.1.is_finite()
}

/// The step axis grows by doubling until it holds the whole run: a young run is not squeezed into a corner, and the
/// axis rarely jumps.
pub fn axis_end(last: f64, steps: f64) -> f64 {
    let mut end = steps.max(last).max(1.0);
    while end / 2.0 >= last.max(20.0) {
        end /= 2.0;
    }
    end
}

fn draw_axes(scene: &mut Scene, frame: &Frame, names: &Names) {
    let ((left, right), (bottom, _)) = (frame.x.range, frame.y.range);
    let (low, high) = frame.y.domain;
    let places = decimals(tick_step(low, high, 5));
    for tick in ticks(low, high, 5) {
        let y = frame.y.at(tick);
        scene.line("grid", (left, y), (right, y));
        scene.text("tick", (left - 8.0, y + 4.0), Anchor::End, format!("{tick:.places$}"));
    }
    let wanted = if right - left > 480.0 { 8 } else { 4 };
    for tick in ticks(0.0, frame.x.domain.1, wanted).into_iter().filter(|tick| tick.fract() == 0.0) {
        let x = frame.x.at(tick);
        scene.line("axis", (x, bottom), (x, bottom + 4.0));
        scene.text("tick", (x, bottom + 17.0), Anchor::Middle, format!("{tick}"));
    }
    scene.line("axis", (left, bottom), (right, bottom));
    scene.text("axis-title", (left - 30.0, 12.0), Anchor::Start, &names.loss);
    scene.text("axis-title", (right, bottom + 34.0), Anchor::End, &names.step);
}

/// Places near the wanted ones, in their order, at least `gap` apart and inside `bounds` where there is room.
pub fn spread(wanted: &[f64], gap: f64, (low, high): (f64, f64)) -> Vec<f64> {
    let mut placed = wanted.to_vec();
    for i in 1..placed.len() {
        placed[i] = placed[i].max(placed[i - 1] + gap);
    }
    let mut ceiling = high;
    for place in placed.iter_mut().rev() {
        *place = place.min(ceiling).max(low);
        ceiling = *place - gap;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::kit::scene::Mark;

    fn run(steps: u64) -> Curves {
        let point = |step: u64| StepPoint {
            step,
            loss: 4.0 - 2.0 * (step as f32 / steps as f32),
            learning_rate: 1e-3,
            grad_norm: 1.0,
        };
        let points: Vec<StepPoint> = (1..=steps).map(point).collect();
        let evaluations: Vec<Evaluation> =
            (1..=steps / 50).map(|i| Evaluation { step: i * 50, loss: 3.0, bits_per_byte: 2.0 }).collect();
        let baseline = |class, loss| Baseline { class, name: format!("{class} {loss:.2}"), short: class.into(), loss };
        let baselines = vec![baseline("uniform", 64f64.ln()), baseline("unigram", 3.1), baseline("bigram", 3.05)];
        Curves::new(&points, &evaluations, steps).with_baselines(baselines)
    }

    fn names() -> Names {
        let word = |word: &str| word.to_string();
        Names { loss: word("loss"), step: word("step"), train: word("training"), validation: word("validation") }
    }

    #[test]
    fn a_long_run_draws_no_more_than_its_pixels_hold() {
        let scene = run(100_000).scene(&names(), 900.0, 320.0);
        let longest = scene.marks.iter().map(|mark| if let Mark::Path { d, .. } = mark { d.len() } else { 0 }).max();
        assert!(longest.unwrap() < 60_000, "{longest:?}");
        assert!(scene.marks.len() < 200, "{}", scene.marks.len());
    }

    #[test]
    fn everything_lies_inside_the_picture_at_every_width() {
        for (width, steps) in [(330.0, 30), (620.0, 300), (1400.0, 5000)] {
            let scene = run(steps).scene(&names(), width, 300.0);
            for mark in &scene.marks {
                if let Mark::Text { x, y, text, .. } = mark {
                    assert!(*x >= 0.0 && *x <= width && *y > 0.0 && *y <= 300.0, "{text} at {x}, {y}");
                }
            }
        }
    }

    #[test]
    fn not_a_number_is_not_drawn() {
        let bad = StepPoint { step: 2, loss: f32::NAN, learning_rate: 0.1, grad_norm: f32::NAN };
        let good = StepPoint { step: 1, loss: 4.0, ..bad };
        let scene = Curves::new(&[good, bad], &[], 10).scene(&names(), 700.0, 300.0);
        assert!(!scene.to_svg("loss").contains("NaN"));
    }

    #[test]
    fn a_loss_that_ran_away_is_still_read() {
        assert_eq!((digits(2.345).as_str(), digits(11_105_308_750.8).as_str()), ("2.35", "11.1 G"));
        let wild = StepPoint { step: 1, loss: 1e30, learning_rate: 1.0, grad_norm: 1.0 };
        let scene = Curves::new(&[wild], &[], 10).scene(&names(), 700.0, 300.0);
        let longest =
            scene.marks.iter().map(|mark| if let Mark::Text { text, .. } = mark { text.len() } else { 0 }).max();
        assert!(longest.unwrap() < 40, "{longest:?}");
    }

    #[test]
    fn an_empty_run_has_axes() {
        let scene = Curves::new(&[], &[], 300).scene(&names(), 700.0, 300.0);
        assert!(scene.marks.iter().any(|mark| matches!(mark, Mark::Text { class: "tick", .. })));
    }

    #[test]
    fn the_axis_grows_by_doubling() {
        for (last, steps, end) in
            [(0.0, 300.0, 37.5), (38.0, 300.0, 75.0), (299.0, 300.0, 300.0), (5.0, 10.0, 10.0), (1.0, 1.0, 1.0)]
        {
            assert_eq!(axis_end(last, steps), end, "{last} of {steps}");
        }
    }

    #[test]
    fn a_reading_takes_the_last_validation_before_it() {
        let reading = run(200).reading(120.3).unwrap();
        assert_eq!((reading.step, reading.validation), (120.0, Some(3.0)));
        assert_eq!(run(200).reading(10.0).unwrap().validation, None);
        assert_eq!(Curves::default().reading(10.0), None);
    }

    #[test]
    fn names_are_spread_and_stay_in_order() {
        let placed = spread(&[10.0, 12.0, 13.0, 100.0], 16.0, (0.0, 102.0));
        assert!(placed.windows(2).all(|pair| pair[1] - pair[0] >= 16.0), "{placed:?}");
        assert!(*placed.last().unwrap() <= 102.0);
        assert_eq!(spread(&[10.0, 50.0], 16.0, (0.0, 100.0)), [10.0, 50.0]);
    }
}
