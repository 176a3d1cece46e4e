//! The frame of a plot: its room, its axes, and the names at the ends of its lines.

use super::looks::{AXIS, AXIS_TITLE, GRID, Style, TICK};
use super::scale::{Axis, decimals, tick_step, ticks};
use super::scene::{Anchor, Scene, fitting, text_width};
use super::series::Point;

pub const TOP: f64 = 26.0;
pub const BOTTOM: f64 = 40.0;
pub const LEFT: f64 = 44.0;
/// From here on the names stand at the right ends of their lines, otherwise above the plot.
pub const WIDE: f64 = 620.0;
pub const LINE_HEIGHT: f64 = 16.0;
/// The piece of its line before a name, and the gap behind it.
const SAMPLE: f64 = 28.0;
pub const GAP: f64 = 6.0;
const NAME_SIZE: f64 = 13.0;
/// What runs away leaves the plot by so many pixels.
const OVER: f64 = 6.0;

/// Where a plot lies and what its pixels mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    pub x: Axis,
    pub y: Axis,
}

/// What is written at the axes, in the language of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Titles {
    pub across: String,
    pub up: String,
}

impl Frame {
    /// The pixel of a point; one above the plot stays just above it, one below stands on its foot.
    pub fn pixel(&self, (x, y): Point) -> Point {
        let (bottom, top) = self.y.range();
        (self.x.at(x), self.y.at(y).clamp(top - OVER, bottom))
    }

    pub fn pixels(&self, points: &[Point]) -> Vec<Point> {
        points.iter().map(|point| self.pixel(*point)).collect()
    }

    /// Pixels from side to side.
    pub fn columns(&self) -> usize {
        let (left, right) = self.x.range();
        (right - left).max(1.0) as usize
    }

    pub fn is_wide(&self) -> bool {
        self.columns() > 480
    }

    /// A line across the whole plot.
    pub fn level(&self, scene: &mut Scene, style: &'static Style, value: f64) {
        let ((left, right), y) = (self.x.range(), self.y.at(value));
        scene.line(style, (left, y), (right, y));
    }

    /// Lines across, with what they are called at their left ends.
    pub fn rows(&self, scene: &mut Scene, ticks: &[f64], name: impl Fn(f64) -> String) {
        let left = self.x.range().0;
        for tick in ticks {
            self.level(scene, &GRID, *tick);
            scene.text(&TICK, (left - 8.0, self.y.at(*tick) + 4.0), Anchor::End, name(*tick));
        }
    }

    /// About five lines across at round values, with the digits that tell them apart.
    pub fn round_rows(&self, scene: &mut Scene) {
        let (low, high) = self.y.ends;
        let places = decimals(tick_step(low, high, 5));
        self.rows(scene, &self.y.ticks(5), |tick| format!("{tick:.places$}"));
    }

    /// Lines upward, with what they are called below them.
    pub fn columns_at(&self, scene: &mut Scene, ticks: &[f64], name: impl Fn(f64) -> String) {
        let (bottom, top) = self.y.range();
        for tick in ticks {
            let x = self.x.at(*tick);
            scene.line(&GRID, (x, top), (x, bottom));
            scene.text(&TICK, (x, bottom + 17.0), Anchor::Middle, name(*tick));
        }
    }

    /// The axis at the foot, with small marks and their names below it.
    pub fn foot(&self, scene: &mut Scene, ticks: &[f64], name: impl Fn(f64) -> String) {
        let ((left, right), (bottom, _)) = (self.x.range(), self.y.range());
        for tick in ticks {
            let x = self.x.at(*tick);
            scene.line(&AXIS, (x, bottom), (x, bottom + 4.0));
            scene.text(&TICK, (x, bottom + 17.0), Anchor::Middle, name(*tick));
        }
        scene.line(&AXIS, (left, bottom), (right, bottom));
    }

    /// The foot of what is counted in steps: at whole numbers, from 0.
    pub fn steps(&self, scene: &mut Scene, name: impl Fn(f64) -> String) {
        let all = ticks(0.0, self.x.ends.1, if self.is_wide() { 8 } else { 4 });
        let whole: Vec<f64> = all.into_iter().filter(|tick| tick.fract() == 0.0).collect();
        self.foot(scene, &whole, name);
    }

    pub fn titles(&self, scene: &mut Scene, Titles { across, up }: &Titles) {
        let (right, (bottom, _)) = (self.x.range().1, self.y.range());
        scene.text(&AXIS_TITLE, (2.0, 12.0), Anchor::Start, up);
        scene.text(&AXIS_TITLE, (right, bottom + 34.0), Anchor::End, across);
    }
}

/// A line's name with what it looks like, and the height at which the line ends.
#[derive(Clone, Debug, PartialEq)]
pub struct EndName {
    pub line: &'static Style,
    pub label: &'static Style,
    pub name: String,
    pub y: f64,
}

/// The right end and the top of a plot whose lines have these names.
pub fn beside_names(names: &[String], width: f64) -> (f64, f64) {
    let longest = names.iter().map(|name| text_width(name, NAME_SIZE)).fold(0.0, f64::max);
    match width >= WIDE {
        true => (width - (longest + SAMPLE + 3.0 * GAP).min(0.5 * width), TOP),
        false => (width - 2.0 * GAP, TOP + LINE_HEIGHT * names.len() as f64),
    }
}

/// Every name beside the right end of its line, or above the plot where the picture is narrow; each with a piece of its
/// line, so that dashes tell them apart.
pub fn write_names(scene: &mut Scene, frame: &Frame, mut names: Vec<EndName>) {
    let wide = scene.width >= WIDE;
    let (bottom, top) = frame.y.range();
    if wide {
        names.sort_by(|a, b| a.y.total_cmp(&b.y));
    }
    let wanted: Vec<f64> = names.iter().map(|name| name.y).collect();
    let placed = match wide {
        true => spread(&wanted, LINE_HEIGHT, (top, bottom)),
        false => (0..names.len()).map(|row| TOP + LINE_HEIGHT * row as f64).collect(),
    };
    let x = if wide { frame.x.range().1 + GAP } else { LEFT };
    for (EndName { line, label, name, .. }, y) in names.into_iter().zip(placed) {
        scene.line(line, (x, y), (x + SAMPLE, y));
        let from = x + SAMPLE + GAP;
        scene.text(label, (from, y + 4.0), Anchor::Start, fitting(&name, scene.width - from, NAME_SIZE));
    }
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
    use crate::ui::kit::scale::Spacing;

    #[test]
    fn names_are_spread_and_stay_in_order() {
        let placed = spread(&[10.0, 12.0, 13.0, 100.0], 16.0, (0.0, 102.0));
        assert!(placed.windows(2).all(|pair| pair[1] - pair[0] >= 16.0), "{placed:?}");
        assert!(*placed.last().unwrap() <= 102.0);
        assert_eq!(spread(&[10.0, 50.0], 16.0, (0.0, 100.0)), [10.0, 50.0]);
    }

    #[test]
    fn what_runs_away_stays_beside_the_plot() {
        let axis = |ends, range| Axis::new(Spacing::Linear, ends, range);
        let frame = Frame { x: axis((0.0, 10.0), (LEFT, 144.0)), y: axis((0.0, 5.0), (100.0, TOP)) };
        assert_eq!(frame.pixel((5.0, 2.5)), (94.0, 63.0));
        assert_eq!(frame.pixel((10.0, 1e9)), (144.0, TOP - OVER));
        assert_eq!(frame.pixel((0.0, -3.0)), (LEFT, 100.0));
    }
}
