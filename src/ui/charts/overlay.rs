//! Any number of runs on one chart: a line each, told apart by colour, dashes and its name at its end.

use super::baselines::Baseline;
use crate::config::names::names;
use crate::ui::format::{self, short};
use crate::ui::kit::axes::{BOTTOM, EndName, Frame, LEFT, LINE_HEIGHT, TOP, Titles, WIDE, beside_names, write_names};
use crate::ui::kit::colours::{Colour, SERIES_0, SERIES_1, SERIES_2, SERIES_3, SERIES_4, SERIES_5, SURFACE};
use crate::ui::kit::csv::Csv;
use crate::ui::kit::looks::{LABEL_BASELINE, Style};
use crate::ui::kit::scale::{Axis, Spacing, ticks};
use crate::ui::kit::scene::{Scene, polyline};
use crate::ui::kit::series::{Point, nearest, thinned};

const PLOT: f64 = 300.0;
/// A longer name is cut on the chart; the table has it whole.
const NAME_LENGTH: usize = 26;
/// So many times the highest baseline are shown at most.
const RUNAWAY: f64 = 2.5;

/// Colours and dashes that a line may have. The first six differ in both, the second six have the colours again with
/// other dashes.
pub static LINES: [Style; 12] = [
    run("run-0", SERIES_0, &[WIDE_LINE]),
    run("run-1", SERIES_1, &[WIDE_LINE, ("stroke-dasharray", "9 5")]),
    run("run-2", SERIES_2, &[WIDE_LINE, ("stroke-dasharray", "2 5")]),
    run("run-3", SERIES_3, &[WIDE_LINE, ("stroke-dasharray", "12 4 2 4")]),
    run("run-4", SERIES_4, &[WIDE_LINE, ("stroke-dasharray", "16 4")]),
    run("run-5", SERIES_5, &[WIDE_LINE, ("stroke-dasharray", "6 3 2 3 2 3")]),
    run("run-6", SERIES_0, &[WIDE_LINE, ("stroke-dasharray", "9 5")]),
    run("run-7", SERIES_1, &[WIDE_LINE]),
    run("run-8", SERIES_2, &[WIDE_LINE, ("stroke-dasharray", "12 4 2 4")]),
    run("run-9", SERIES_3, &[WIDE_LINE, ("stroke-dasharray", "2 5")]),
    run("run-10", SERIES_4, &[WIDE_LINE]),
    run("run-11", SERIES_5, &[WIDE_LINE, ("stroke-dasharray", "9 5")]),
];
static LABELS: [Style; 6] = [
    label("label-run-0", SERIES_0),
    label("label-run-1", SERIES_1),
    label("label-run-2", SERIES_2),
    label("label-run-3", SERIES_3),
    label("label-run-4", SERIES_4),
    label("label-run-5", SERIES_5),
];
pub static DOTS: [Style; 6] = [
    dot("dot-run-0", SERIES_0),
    dot("dot-run-1", SERIES_1),
    dot("dot-run-2", SERIES_2),
    dot("dot-run-3", SERIES_3),
    dot("dot-run-4", SERIES_4),
    dot("dot-run-5", SERIES_5),
];
const WIDE_LINE: (&str, &str) = ("stroke-width", "2.5");

const fn run(class: &'static str, colour: Colour, more: &'static [(&'static str, &'static str)]) -> Style {
    Style::line(class, colour).with(more)
}

const fn label(class: &'static str, colour: Colour) -> Style {
    Style::area(class, colour).with(&[("font-weight", "600")])
}

const fn dot(class: &'static str, colour: Colour) -> Style {
    Style::framed(class, SURFACE, colour).with(&[("stroke-width", "2")])
}

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

names! {
    /// Its name in locales.
    Across { Steps = "steps", Tokens = "tokens", Time = "time" }
}

impl Across {
    fn tick(self, value: f64) -> String {
        match self {
            Across::Tokens => short(value),
            Across::Steps | Across::Time => format!("{value}"),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    pub lines: Vec<Line>,
    pub baselines: Vec<Baseline>,
    pub across: Across,
    pub upward: Spacing,
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
        let (right, top) = beside_names(&self.names(), width);
        let end = if self.last() > 0.0 { self.last() } else { 1.0 };
        Frame {
            x: Axis::linear((0.0, end), (LEFT, right)),
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
        let mut scene = Scene::new(width, self.height(width));
        frame.round_rows(&mut scene);
        let wanted = if frame.is_wide() { 8 } else { 4 };
        frame.foot(&mut scene, &ticks(0.0, frame.x.ends.1, wanted), |tick| self.across.tick(tick));
        frame.titles(&mut scene, titles);
        for Baseline { style, loss, .. } in &self.baselines {
            frame.level(&mut scene, style, *loss);
        }
        for line in &self.lines {
            draw_line(&mut scene, &frame, line);
        }
        write_names(&mut scene, &frame, self.named(&frame));
        scene
    }

    fn named(&self, frame: &Frame) -> Vec<EndName> {
        let lines = self.lines.iter().map(|line| EndName {
            line: &LINES[line.look % LINES.len()],
            label: &LABELS[line.look % LABELS.len()],
            name: cut(&line.name),
            y: line.points.last().map_or(frame.y.range().0, |point| frame.pixel(*point).1),
        });
        let baselines = self.baselines.iter().map(|baseline| EndName {
            line: baseline.style,
            label: &LABEL_BASELINE,
            name: baseline.name.clone(),
            y: frame.y.at(baseline.loss),
        });
        lines.chain(baselines).collect()
    }
}

fn draw_line(scene: &mut Scene, frame: &Frame, line: &Line) {
    let pixels = |columns| frame.pixels(&thinned(&line.points, frame.x.ends, columns));
    if line.points.len() > 1 {
        scene.path(&LINES[line.look % LINES.len()], polyline(&pixels(frame.columns())));
    }
    if line.marks == Marks::Dots || line.points.len() == 1 {
        for pixel in pixels(frame.columns() / 24) {
            scene.circle(&DOTS[line.look % DOTS.len()], pixel, 3.0);
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
    let mut csv = Csv::new(&["run", overlay.across.name(), "loss"]);
    for Line { name, points, .. } in &overlay.lines {
        points.iter().for_each(|(x, loss)| csv.row(&[name, x, loss]));
    }
    csv.text()
}

/// A place across as it is read.
pub fn place(across: Across, x: f64) -> String {
    match across {
        Across::Steps => format!("{x:.0}"),
        Across::Tokens => short(x),
        Across::Time => format::loss(x),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::kit::looks::UNIFORM;
    use crate::ui::kit::scene::{Mark, text_width};

    fn line(look: usize, points: usize) -> Line {
        let points = (1..=points).map(|step| (step as f64, 4.0 - step as f64 / points as f64 - 0.1 * look as f64));
        Line { look, name: format!("Run {look}, a name"), points: points.collect(), marks: Marks::None }
    }

    fn overlay(lines: usize, points: usize) -> Overlay {
        let baselines = vec![
            Baseline { style: &UNIFORM, name: "blind guessing 4.16".into(), short: String::new(), loss: 64f64.ln() },
            Baseline { style: &UNIFORM, name: "only counting 3.10".into(), short: String::new(), loss: 3.1 },
        ];
        Overlay { lines: (0..lines).map(|look| line(look, points)).collect(), baselines, ..Overlay::default() }
    }

    fn titles() -> Titles {
        Titles { across: "step".into(), up: "loss".into() }
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
                        let Mark::Text { x, y, text, style, .. } = mark else { continue };
                        assert!(*x >= 0.0 && *x <= width && *y > 0.0 && *y <= scene.height, "{text} at {x}, {y}");
                        if style.class.starts_with("label") {
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
        assert!(scene.marks.iter().any(|mark| matches!(mark, Mark::Text { style, .. } if style.class == "tick")));
    }

    #[test]
    fn a_long_run_draws_no_more_than_its_pixels_hold() {
        let scene = overlay(1, 100_000).scene(&titles(), 900.0);
        let longest = scene.marks.iter().map(|mark| if let Mark::Path { d, .. } = mark { d.len() } else { 0 }).max();
        assert!(longest.unwrap() < 60_000, "{longest:?}");
    }
}
