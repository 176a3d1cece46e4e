//! Any number of runs on one chart: a line each, told apart by colour, dashes and its name at its end.

use super::baselines::Baseline;
use super::loss::{digits, spread};
use super::table::cell;
use crate::ui::format::short;
use crate::ui::kit::scale::{Axis, Scale, Spacing, decimals, tick_step, ticks};
use crate::ui::kit::scene::{Anchor, Scene, polyline, text_width};
use crate::ui::kit::series::{Point, nearest, thinned};

const TOP: f64 = 26.0;
const BOTTOM: f64 = 40.0;
const LEFT: f64 = 44.0;
/// From here on the names stand at the right ends of their lines, otherwise above the plot.
const WIDE: f64 = 620.0;
const LINE_HEIGHT: f64 = 16.0;
/// The piece of its line before a name, and the gap behind it.
const SAMPLE: f64 = 28.0;
const GAP: f64 = 6.0;
const PLOT: f64 = 300.0;
const NAME_SIZE: f64 = 13.0;
/// A longer name is cut on the chart; the table has it whole.
const NAME_LENGTH: usize = 26;
/// So many times the highest baseline are shown at most.
const RUNAWAY: f64 = 2.5;

/// Colours and dashes that a line may have. The first six differ in both, the second six have the colours again with
/// other dashes.
pub const LINES: [&str; 12] =
    ["run-0", "run-1", "run-2", "run-3", "run-4", "run-5", "run-6", "run-7", "run-8", "run-9", "run-10", "run-11"];
const LABELS: [&str; 6] = ["label-run-0", "label-run-1", "label-run-2", "label-run-3", "label-run-4", "label-run-5"];
const DOTS: [&str; 6] = ["dot-run-0", "dot-run-1", "dot-run-2", "dot-run-3", "dot-run-4", "dot-run-5"];

/// A run on the chart: finite losses, by what goes across.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// Its colour and dashes: a place in [`LINES`], again from the first behind the last.
    pub look: usize,
    pub name: String,
    pub points: Vec<Point>,
    /// Few points, each measured by itself, get dots.
    pub marks: Marks,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Marks {
    #[default]
    None,
    Dots,
}

/// What goes across.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Across {
    #[default]
    Steps,
    Tokens,
    Time,
}

impl Across {
    pub const ALL: [Across; 3] = [Across::Steps, Across::Tokens, Across::Time];

    /// Its name in locales.
    pub fn name(self) -> &'static str {
        match self {
            Across::Steps => "steps",
            Across::Tokens => "tokens",
            Across::Time => "time",
        }
    }

    fn tick(self, value: f64) -> String {
        match self {
            Across::Tokens => short(value),
            Across::Steps | Across::Time => format!("{value}"),
        }
    }
}

/// What is written at the axes, in the language of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Titles {
    pub across: String,
    pub loss: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    pub lines: Vec<Line>,
    pub baselines: Vec<Baseline>,
    pub across: Across,
    pub upward: Spacing,
}

/// Where the plot lies and what its pixels mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    pub x: Scale,
    pub y: Axis,
}

impl Frame {
    pub fn pixel(&self, (x, loss): Point) -> (f64, f64) {
        let (bottom, top) = self.y.range();
        (self.x.at(x), self.y.at(loss).clamp(top - 6.0, bottom))
    }

    fn pixels(&self, points: &[Point]) -> Vec<(f64, f64)> {
        points.iter().map(|point| self.pixel(*point)).collect()
    }
}

impl Overlay {
    pub fn last(&self) -> f64 {
        self.lines.iter().filter_map(|line| line.points.last()).map(|point| point.0).fold(0.0, f64::max)
    }

    /// The loss of each line at a place across: of its nearest point, where it has come that far.
    pub fn reading(&self, x: f64) -> Vec<Option<f64>> {
        let slack = 0.01 * self.last();
        let at = |line: &Line| {
            let (first, last) = (line.points.first()?.0, line.points.last()?.0);
            (x >= first - slack && x <= last + slack).then(|| nearest(&line.points, x)).flatten()
        };
        self.lines.iter().map(|line| at(line).map(|point| point.1)).collect()
    }

    pub fn height(&self, width: f64) -> f64 {
        let names = (self.lines.len() + self.baselines.len()) as f64 * LINE_HEIGHT;
        match width >= WIDE {
            true => TOP + BOTTOM + PLOT.max(names),
            false => TOP + BOTTOM + 0.8 * PLOT + names,
        }
    }

    pub fn frame(&self, width: f64) -> Frame {
        let named = self.names();
        let longest = named.iter().map(|name| text_width(name, NAME_SIZE)).fold(0.0, f64::max);
        let (right, top) = match width >= WIDE {
            true => (width - (longest + SAMPLE + 3.0 * GAP).min(0.5 * width), TOP),
            false => (width - 2.0 * GAP, TOP + LINE_HEIGHT * named.len() as f64),
        };
        let end = if self.last() > 0.0 { self.last() } else { 1.0 };
        Frame {
            x: Scale { domain: (0.0, end), range: (LEFT, right) },
            y: Axis::new(self.upward, self.losses(), (self.height(width) - BOTTOM, top)),
        }
    }

    fn names(&self) -> Vec<String> {
        let baselines = self.baselines.iter().map(|baseline| baseline.name.clone());
        self.lines.iter().map(|line| cut(&line.name)).chain(baselines).collect()
    }

    /// From below the lowest line to above the highest. A loss that runs away leaves the chart at its top instead of
    /// flattening the others.
    fn losses(&self) -> (f64, f64) {
        let baselines = || self.baselines.iter().map(|baseline| baseline.loss);
        let most = RUNAWAY * baselines().fold(4.0, f64::max);
        let losses = self.lines.iter().flat_map(|line| &line.points).map(|point| point.1.min(most));
        let (low, high) = losses
            .chain(baselines())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), loss| (low.min(loss), high.max(loss)));
        if low > high {
            return (1.0, 5.0);
        }
        let margin = 0.06 * (high - low).max(0.2);
        ((low - margin).max(0.5 * low).max(1e-3), high + margin)
    }

    pub fn scene(&self, titles: &Titles, width: f64) -> Scene {
        let frame = self.frame(width);
        let mut scene = Scene { width, height: self.height(width), marks: Vec::new() };
        self.draw_axes(&mut scene, &frame, titles);
        for Baseline { class, loss, .. } in &self.baselines {
            let y = frame.y.at(*loss);
            scene.line(class, (frame.x.range.0, y), (frame.x.range.1, y));
        }
        for line in &self.lines {
            draw_line(&mut scene, &frame, line);
        }
        self.write_names(&mut scene, &frame);
        scene
    }

    fn draw_axes(&self, scene: &mut Scene, frame: &Frame, titles: &Titles) {
        let ((left, right), (bottom, _)) = (frame.x.range, frame.y.range());
        let places = decimals(tick_step(frame.y.ends.0, frame.y.ends.1, 5));
        for tick in frame.y.ticks(5) {
            let y = frame.y.at(tick);
            scene.line("grid", (left, y), (right, y));
            scene.text("tick", (left - 8.0, y + 4.0), Anchor::End, format!("{tick:.places$}"));
        }
        let wanted = if right - left > 480.0 { 8 } else { 4 };
        for tick in ticks(0.0, frame.x.domain.1, wanted) {
            let x = frame.x.at(tick);
            scene.line("axis", (x, bottom), (x, bottom + 4.0));
            scene.text("tick", (x, bottom + 17.0), Anchor::Middle, self.across.tick(tick));
        }
        scene.line("axis", (left, bottom), (right, bottom));
        scene.text("axis-title", (left - 30.0, 12.0), Anchor::Start, &titles.loss);
        scene.text("axis-title", (right, bottom + 34.0), Anchor::End, &titles.across);
    }

    /// Every name beside the right end of its line, or above the plot where the chart is narrow; each with a piece of
    /// its line, so that dashes tell them apart.
    fn write_names(&self, scene: &mut Scene, frame: &Frame) {
        let mut named = self.named(frame);
        let wide = scene.width >= WIDE;
        if wide {
            named.sort_by(|a, b| a.y.total_cmp(&b.y));
        }
        let (bottom, top) = frame.y.range();
        let wanted: Vec<f64> = named.iter().map(|name| name.y).collect();
        let placed = match wide {
            true => spread(&wanted, LINE_HEIGHT, (top, bottom)),
            false => (0..named.len()).map(|at| TOP + LINE_HEIGHT * at as f64).collect(),
        };
        let x = if wide { frame.x.range.1 + GAP } else { LEFT };
        for (Named { line, label, name, .. }, y) in named.into_iter().zip(placed) {
            scene.line(line, (x, y), (x + SAMPLE, y));
            scene.text(label, (x + SAMPLE + GAP, y + 4.0), Anchor::Start, name);
        }
    }

    fn named(&self, frame: &Frame) -> Vec<Named> {
        let lines = self.lines.iter().map(|line| Named {
            line: LINES[line.look % LINES.len()],
            label: LABELS[line.look % LABELS.len()],
            name: cut(&line.name),
            y: line.points.last().map_or(frame.y.range().0, |point| frame.pixel(*point).1),
        });
        let baselines = self.baselines.iter().map(|baseline| Named {
            line: baseline.class,
            label: "label-baseline",
            name: baseline.name.clone(),
            y: frame.y.at(baseline.loss),
        });
        lines.chain(baselines).collect()
    }
}

/// A name with what it looks like and where its line ends.
struct Named {
    line: &'static str,
    label: &'static str,
    name: String,
    y: f64,
}

fn draw_line(scene: &mut Scene, frame: &Frame, line: &Line) {
    let (left, right) = frame.x.range;
    let columns = (right - left).max(1.0) as usize;
    let pixels = |columns| frame.pixels(&thinned(&line.points, frame.x.domain, columns));
    if line.points.len() > 1 {
        scene.path(LINES[line.look % LINES.len()], polyline(&pixels(columns)));
    }
    if line.marks == Marks::Dots || line.points.len() == 1 {
        for pixel in pixels(columns / 24) {
            scene.circle(DOTS[line.look % DOTS.len()], pixel, 3.0);
        }
    }
}

fn cut(name: &str) -> String {
    match name.char_indices().nth(NAME_LENGTH) {
        Some((end, _)) => format!("{}…", name[..end].trim_end()),
        None => name.to_string(),
    }
}

/// The chart as a file: a row for each point of each line.
pub fn csv(overlay: &Overlay) -> String {
    let mut csv = format!("run,{},loss\n", overlay.across.name());
    for Line { name, points, .. } in &overlay.lines {
        for (x, loss) in points {
            csv += &format!("{},{x},{loss}\n", cell(name));
        }
    }
    csv
}

/// A place across as it is read.
pub fn place(across: Across, x: f64) -> String {
    match across {
        Across::Steps => format!("{x:.0}"),
        Across::Tokens => short(x),
        Across::Time => digits(x),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::kit::scene::Mark;

    fn line(look: usize, points: usize) -> Line {
        let points = (1..=points).map(|step| (step as f64, 4.0 - step as f64 / points as f64 - 0.1 * look as f64));
        Line { look, name: format!("Run {look}, a name"), points: points.collect(), marks: Marks::None }
    }

    fn overlay(lines: usize, points: usize) -> Overlay {
        let baselines = vec![
            Baseline { class: "uniform", name: "blind guessing 4.16".into(), short: String::new(), loss: 64f64.ln() },
            Baseline { class: "unigram", name: "only counting 3.10".into(), short: String::new(), loss: 3.1 },
        ];
        Overlay { lines: (0..lines).map(|look| line(look, points)).collect(), baselines, ..Overlay::default() }
    }

    fn titles() -> Titles {
        Titles { across: "step".into(), loss: "loss".into() }
    }

    #[test]
    fn names_lie_inside_the_picture_and_apart() {
        for width in [320.0, 700.0, 1200.0] {
            for (lines, points) in [(1, 1), (3, 50), (25, 300)] {
                for upward in Spacing::ALL {
                    let scene = Overlay { upward, ..overlay(lines, points) }.scene(&titles(), width);
                    assert!(!scene.to_svg("runs").contains("NaN"));
                    let mut places = Vec::new();
                    for mark in &scene.marks {
                        let Mark::Text { x, y, text, class, .. } = mark else { continue };
                        assert!(*x >= 0.0 && *x <= width && *y > 0.0 && *y <= scene.height, "{text} at {x}, {y}");
                        if class.starts_with("label") {
                            assert!(x + text_width(text, 12.0) <= width, "{text} leaves the picture {width} wide");
                            places.push(*y);
                        }
                    }
                    places.sort_by(f64::total_cmp);
                    assert_eq!(places.len(), lines + 2);
                    assert!(places.windows(2).all(|pair| pair[1] - pair[0] > 12.0), "{width}: {places:?}");
                }
            }
        }
    }

    #[test]
    fn a_dozen_lines_have_looks_of_their_own() {
        let svg = overlay(12, 20).scene(&titles(), 900.0).to_svg("runs");
        let mut looks: Vec<&str> = svg.lines().filter(|line| line.contains("<path") && line.contains("L")).collect();
        looks.retain(|line| line.contains("stroke-width=\"2.5\""));
        let mut styles: Vec<&str> =
            looks.iter().filter_map(|line| line.split_once("\" ").map(|(_, style)| style)).collect();
        styles.sort_unstable();
        styles.dedup();
        assert_eq!(styles.len(), 12, "{styles:?}");
    }

    #[test]
    fn a_line_is_read_only_where_it_is() {
        let mut overlay = overlay(2, 100);
        overlay.lines[1].points.truncate(40);
        let reading = overlay.reading(80.2);
        assert_eq!(reading[0], Some(4.0 - 0.8));
        assert_eq!(reading[1], None);
        assert!(overlay.reading(40.0)[1].is_some());
    }

    #[test]
    fn a_logarithmic_axis_spreads_the_low_end() {
        let lines = vec![Line { points: vec![(1.0, 0.01), (2.0, 0.1), (3.0, 1.0)], ..Line::default() }];
        let overlay = Overlay { lines, upward: Spacing::Logarithmic, ..Overlay::default() };
        let frame = overlay.frame(900.0);
        let y = [0.01, 0.1, 1.0].map(|loss| frame.y.at(loss));
        assert!(((y[0] - y[1]) / (y[1] - y[2]) - 1.0).abs() < 1e-9, "a factor of ten is as long everywhere: {y:?}");
    }

    #[test]
    fn an_empty_chart_has_axes() {
        let scene = Overlay::default().scene(&titles(), 700.0);
        assert!(scene.marks.iter().any(|mark| matches!(mark, Mark::Text { class: "tick", .. })));
    }

    #[test]
    fn a_long_run_draws_no_more_than_its_pixels_hold() {
        let scene = overlay(1, 100_000).scene(&titles(), 900.0);
        let longest = scene.marks.iter().map(|mark| if let Mark::Path { d, .. } = mark { d.len() } else { 0 }).max();
        assert!(longest.unwrap() < 60_000, "{longest:?}");
    }
}
