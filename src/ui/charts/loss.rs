//! The chart of a training run: raw and smoothed training loss, validation loss, and the honest baselines.

use super::baselines::Baseline;
use crate::protocol::{Evaluation, StepPoint};
use crate::ui::kit::axes::{BOTTOM, Frame, GAP, LEFT, LINE_HEIGHT, TOP, Titles, WIDE, spread};
use crate::ui::kit::csv::Csv;
use crate::ui::kit::looks::{
    LABEL_BASELINE, LABEL_TRAIN, LABEL_VALIDATION, TRAIN, TRAIN_DOT, TRAIN_RAW, VALIDATION, VALIDATION_DOT,
};
use crate::ui::kit::scale::Axis;
use crate::ui::kit::scene::{Anchor, Scene, polyline, text_width};
use crate::ui::kit::series::{Point, horizon, nearest, smoothed, thinned};

/// The least room for the names of the curves, where the chart is wide enough to have it.
const NAMES: f64 = 164.0;
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
    pub titles: Titles,
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
        let named = self.baselines.iter().map(|baseline| text_width(&baseline.name, 13.0) + 2.0 * GAP);
        let names = named.fold(NAMES, f64::max).min(0.5 * width);
        let right = if width >= WIDE { width - names } else { width - 2.0 * GAP };
        Frame {
            x: Axis::linear((0.0, axis_end(self.last_step(), self.steps as f64)), (LEFT, right)),
            y: Axis::linear(self.losses(), (height - BOTTOM, TOP)),
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
        let mut scene = Scene::new(width, height);
        frame.round_rows(&mut scene);
        frame.steps(&mut scene, |tick| format!("{tick}"));
        frame.titles(&mut scene, &names.titles);
        for Baseline { style, loss, .. } in &self.baselines {
            frame.level(&mut scene, style, *loss);
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
        let columns = frame.columns();
        let curves = [(&TRAIN_RAW, &self.raw), (&TRAIN, &self.smooth), (&VALIDATION, &self.validation)];
        for (style, points) in curves.into_iter().filter(|(_, points)| points.len() > 1) {
            scene.path(style, polyline(&frame.pixels(&thinned(points, frame.x.ends, columns))));
        }
        if let [only] = self.raw[..] {
            scene.circle(&TRAIN_DOT, frame.pixel(only), 3.5);
        }
        for pixel in frame.pixels(&thinned(&self.validation, frame.x.ends, columns / 24)) {
            scene.circle(&VALIDATION_DOT, pixel, 3.5);
        }
    }

    /// Every line's name beside its right end, pushed apart where two ends are close.
    fn name_at_the_right(&self, scene: &mut Scene, frame: &Frame, names: &Names) {
        let end = |points: &[Point]| points.last().map(|point| point.1);
        let curves = [
            (&LABEL_TRAIN, &names.train, end(&self.smooth)),
            (&LABEL_VALIDATION, &names.validation, end(&self.validation)),
        ];
        let baselines = self.baselines.iter().map(|it| (&LABEL_BASELINE, &it.name, Some(it.loss)));
        let lines = curves.into_iter().chain(baselines);
        let mut named: Vec<_> = lines.filter_map(|(style, name, at)| Some((style, name, frame.y.at(at?)))).collect();
        named.sort_by(|a, b| a.2.total_cmp(&b.2));
        let wanted: Vec<f64> = named.iter().map(|(_, _, y)| *y).collect();
        let placed = spread(&wanted, LINE_HEIGHT, (TOP, frame.y.range().0));
        for ((style, name, _), y) in named.into_iter().zip(placed) {
            scene.text(style, (frame.x.range().1 + 8.0, y + 4.0), Anchor::Start, name);
        }
    }

    /// On a narrow chart the baselines carry their names themselves, where these do not cover one another; the curves are
    /// named in the legend below, and so is every baseline.
    fn name_inside(&self, scene: &mut Scene, frame: &Frame) {
        let right = frame.x.range().1 - 2.0;
        let mut last = f64::NEG_INFINITY;
        for Baseline { name, loss, .. } in &self.baselines {
            let y = frame.y.at(*loss) - 5.0;
            if y - last >= LINE_HEIGHT {
                scene.text(&LABEL_BASELINE, (right, y), Anchor::End, name);
                last = y;
            }
        }
    }
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

/// Steps worth a row on the page: the first, the last, and about `most` between them, evenly.
pub fn rows(curves: &Curves, most: usize) -> Vec<f64> {
    let stride = curves.raw.len().div_ceil(most.max(1)).max(1);
    let mut steps: Vec<f64> = curves.raw.iter().step_by(stride).map(|point| point.0).collect();
    if let Some(last) = curves.raw.last() {
        steps.push(last.0);
    }
    steps.dedup();
    steps
}

/// Every step with its loss, its learning rate, its gradient norm and, where there was one, its validation.
pub fn csv(points: &[StepPoint], evaluations: &[Evaluation]) -> String {
    let mut csv = Csv::new(&[
        "step",
        "training_loss",
        "learning_rate",
        "gradient_norm",
        "validation_loss",
        "validation_bits_per_byte",
    ]);
    let mut steps: Vec<u64> = points.iter().map(|point| point.step).chain(evaluations.iter().map(|e| e.step)).collect();
    steps.sort_unstable();
    steps.dedup();
    for step in steps {
        let point = points.binary_search_by_key(&step, |point| point.step).ok().map(|i| points[i]);
        let evaluation = evaluations.binary_search_by_key(&step, |e| e.step).ok().map(|i| evaluations[i]);
        csv.row(&[
            &step,
            &point.map(|point| point.loss),
            &point.map(|point| point.learning_rate),
            &point.map(|point| point.grad_norm),
            &evaluation.map(|evaluation| evaluation.loss),
            &evaluation.map(|evaluation| evaluation.bits_per_byte),
        ]);
    }
    csv.text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::format;
    use crate::ui::kit::looks::UNIFORM;
    use crate::ui::kit::scene::Mark;

    fn point(step: u64) -> StepPoint {
        StepPoint { step, loss: 2.5, learning_rate: 0.001, grad_norm: 1.5 }
    }

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
        let baseline = |name: &str, loss| Baseline {
            style: &UNIFORM,
            name: format!("{name} {loss:.2}"),
            short: name.into(),
            loss,
        };
        let baselines = vec![baseline("uniform", 64f64.ln()), baseline("unigram", 3.1), baseline("bigram", 3.05)];
        Curves::new(&points, &evaluations, steps).with_baselines(baselines)
    }

    fn names() -> Names {
        let word = |word: &str| word.to_string();
        Names {
            titles: Titles { across: word("step"), up: word("loss") },
            train: word("training"),
            validation: word("validation"),
        }
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
        assert_eq!((format::loss(2.345).as_str(), format::loss(11_105_308_750.8).as_str()), ("2.35", "11.1 G"));
        let wild = StepPoint { step: 1, loss: 1e30, learning_rate: 1.0, grad_norm: 1.0 };
        let scene = Curves::new(&[wild], &[], 10).scene(&names(), 700.0, 300.0);
        let longest =
            scene.marks.iter().map(|mark| if let Mark::Text { text, .. } = mark { text.len() } else { 0 }).max();
        assert!(longest.unwrap() < 40, "{longest:?}");
    }

    #[test]
    fn an_empty_run_has_axes() {
        let scene = Curves::new(&[], &[], 300).scene(&names(), 700.0, 300.0);
        assert!(scene.marks.iter().any(|mark| matches!(mark, Mark::Text { style, .. } if style.class == "tick")));
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
    fn rows_are_few_and_end_with_the_end() {
        let points: Vec<StepPoint> = (1..=1000).map(point).collect();
        let rows = rows(&Curves::new(&points, &[], 1000), 20);
        assert!(rows.len() <= 21 && rows[0] == 1.0 && *rows.last().unwrap() == 1000.0, "{rows:?}");
        assert_eq!(super::rows(&Curves::default(), 20), Vec::<f64>::new());
    }

    #[test]
    fn a_file_has_every_step_and_blanks_where_nothing_was_measured() {
        let evaluations = [
            Evaluation { step: 0, loss: 4.0, bits_per_byte: 3.0 },
            Evaluation { step: 2, loss: 3.5, bits_per_byte: 2.5 },
        ];
        let csv = csv(&[point(1), point(2)], &evaluations);
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines[1..], ["0,,,,4,3", "1,2.5,0.001,1.5,,", "2,2.5,0.001,1.5,3.5,2.5"]);
    }
}
