//! Whether a model knows how sure to be: how often it was right, by how sure it was. On the diagonal the two agree.

use crate::protocol::evaluate::{Bin, Report};
use crate::ui::format::percent;
use crate::ui::kit::axes::{BOTTOM, Frame, TOP, Titles};
use crate::ui::kit::csv::Csv;
use crate::ui::kit::looks::{LABEL_BASELINE, SERIES, SERIES_DOT, UNIFORM};
use crate::ui::kit::scale::Axis;
use crate::ui::kit::scene::{Anchor, Scene, polyline};
use crate::ui::kit::series::Point;

const LEFT: f64 = 48.0;
const RIGHT: f64 = 16.0;
const TICKS: [f64; 6] = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];
/// A square looks like what it says.
const WIDEST: f64 = 460.0;

/// What is written on the picture, in the language of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    /// Across how sure, up how often right.
    pub titles: Titles,
    pub too_sure: String,
    pub too_shy: String,
}

pub fn scene(reports: &[Report], names: &Names, width: f64) -> Scene {
    let width = width.min(WIDEST);
    let height = width - LEFT - RIGHT + TOP + BOTTOM;
    let frame = Frame {
        x: Axis::linear((0.0, 1.0), (LEFT, width - RIGHT)),
        y: Axis::linear((0.0, 1.0), (height - BOTTOM, TOP)),
    };
    let mut scene = Scene::new(width, height);
    frame.rows(&mut scene, &TICKS, percent);
    frame.columns_at(&mut scene, &TICKS, percent);
    scene.line(&UNIFORM, frame.pixel((0.0, 0.0)), frame.pixel((1.0, 1.0)));
    let [(left, high), (right, low)] = [(0.03, 0.95), (0.97, 0.05)].map(|point| frame.pixel(point));
    scene.text(&LABEL_BASELINE, (left, high + 4.0), Anchor::Start, &names.too_shy);
    scene.text(&LABEL_BASELINE, (right, low + 4.0), Anchor::End, &names.too_sure);
    frame.titles(&mut scene, &names.titles);
    for (place, report) in reports.iter().enumerate().take(SERIES_DOT.len()) {
        draw(&mut scene, report, place, &frame);
    }
    scene
}

/// A line through the bins, and a dot for each that is the larger the more it holds.
fn draw(scene: &mut Scene, report: &Report, place: usize, frame: &Frame) {
    let held = || report.bins.iter().filter(|bin| bin.targets > 0);
    let pixel = |bin: &Bin| frame.pixel((bin.confidence.into(), bin.accuracy.into()));
    scene.path(&SERIES[place], polyline(&held().map(pixel).collect::<Vec<Point>>()));
    for bin in held() {
        let share = bin.targets as f64 / report.targets.max(1) as f64;
        scene.circle(&SERIES_DOT[place], pixel(bin), 3.0 + 9.0 * share.sqrt());
    }
}

pub fn csv(reports: &[Report]) -> String {
    let mut csv = Csv::new(&["model", "targets", "confidence", "accuracy"]);
    for (model, report) in (1usize..).zip(reports) {
        for bin in report.bins.iter().filter(|bin| bin.targets > 0) {
            csv.row(&[&model, &bin.targets, &bin.confidence, &bin.accuracy]);
        }
    }
    csv.text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::kit::scene::Mark;

    fn report(shift: f32) -> Report {
        let bin = |at: u8| {
            let confidence = f32::from(at) / 10.0 + 0.05;
            Bin { targets: u64::from(10 - at), confidence, accuracy: (confidence + shift).clamp(0.0, 1.0) }
        };
        Report { targets: 55, bins: (0..10).map(bin).collect(), ..Report::default() }
    }

    fn dots(scene: &Scene) -> Vec<(f64, f64, f64)> {
        let dot = |mark: &Mark| match mark {
            Mark::Circle { x, y, radius, .. } => Some((*x, *y, *radius)),
            _ => None,
        };
        scene.marks.iter().filter_map(dot).collect()
    }

    #[test]
    fn who_is_as_sure_as_right_is_on_the_diagonal_and_who_is_surer_below() {
        let scene = scene(&[report(0.0), report(-0.1)], &Names::default(), 400.0);
        let diagonal = |x: f64| scene.height - BOTTOM - (x - LEFT);
        let dots = dots(&scene);
        assert_eq!(dots.len(), 20);
        assert!(dots[..10].iter().all(|(x, y, _)| (y - diagonal(*x)).abs() < 0.01));
        assert!(dots[11..].iter().all(|(x, y, _)| *y > diagonal(*x) + 1.0), "below, where it is surer");
        assert!(dots[0].2 > dots[9].2, "what holds more is larger");
    }

    #[test]
    fn the_picture_is_square_at_most_and_empty_bins_are_not_drawn() {
        let mut few = report(0.0);
        few.bins[3].targets = 0;
        for width in [280.0, 400.0, 1200.0] {
            let scene = scene(&[few.clone()], &Names::default(), width);
            assert!(scene.width <= WIDEST && scene.height <= scene.width + 10.0);
            assert_eq!(dots(&scene).len(), 9);
        }
        assert_eq!(csv(&[few]).lines().count(), 10);
        assert!(!scene(&[Report::default()], &Names::default(), 300.0).to_svg("empty").contains("NaN"));
    }
}
