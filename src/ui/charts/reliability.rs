//! Whether a model knows how sure to be: how often it was right, by how sure it was. On the diagonal the two agree.

use crate::protocol::evaluate::Report;
use crate::ui::format::percent;
use crate::ui::kit::scale::Scale;
use crate::ui::kit::scene::{Anchor, Scene, polyline};

const LEFT: f64 = 48.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 40.0;
const RIGHT: f64 = 16.0;
/// A square looks like what it says.
const WIDEST: f64 = 460.0;
pub const CURVES: [&str; 2] = ["series-0", "series-1"];
const DOTS: [&str; 2] = ["eval-dot-0", "eval-dot-1"];

/// What is written on the picture, in the language of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    pub sure: String,
    pub right: String,
    pub too_sure: String,
    pub too_shy: String,
}

pub fn scene(reports: &[Report], names: &Names, width: f64) -> Scene {
    let width = width.min(WIDEST);
    let height = width - LEFT - RIGHT + TOP + BOTTOM;
    let x = Scale { domain: (0.0, 1.0), range: (LEFT, width - RIGHT) };
    let y = Scale { domain: (0.0, 1.0), range: (height - BOTTOM, TOP) };
    let mut scene = Scene { width, height, marks: Vec::new() };
    for tick in [0.0, 0.2, 0.4, 0.6, 0.8, 1.0] {
        scene.line("grid", (x.at(0.0), y.at(tick)), (x.at(1.0), y.at(tick)));
        scene.line("grid", (x.at(tick), y.at(0.0)), (x.at(tick), y.at(1.0)));
        scene.text("tick", (LEFT - 8.0, y.at(tick) + 4.0), Anchor::End, percent(tick));
        scene.text("tick", (x.at(tick), y.at(0.0) + 17.0), Anchor::Middle, percent(tick));
    }
    scene.line("uniform", (x.at(0.0), y.at(0.0)), (x.at(1.0), y.at(1.0)));
    scene.text("label-baseline", (x.at(0.03), y.at(0.95) + 4.0), Anchor::Start, &names.too_shy);
    scene.text("label-baseline", (x.at(0.97), y.at(0.05) + 4.0), Anchor::End, &names.too_sure);
    scene.text("axis-title", (2.0, 12.0), Anchor::Start, &names.right);
    scene.text("axis-title", (x.at(1.0), height - 6.0), Anchor::End, &names.sure);
    for (place, report) in reports.iter().enumerate().take(2) {
        draw(&mut scene, report, place, x, y);
    }
    scene
}

/// A line through the bins, and a dot for each that is the larger the more it holds.
fn draw(scene: &mut Scene, report: &Report, place: usize, x: Scale, y: Scale) {
    let held: Vec<_> = report.bins.iter().filter(|bin| bin.targets > 0).collect();
    let pixel = |bin: &crate::protocol::evaluate::Bin| (x.at(bin.confidence.into()), y.at(bin.accuracy.into()));
    scene.path(CURVES[place], polyline(&held.iter().map(|bin| pixel(bin)).collect::<Vec<_>>()));
    for bin in held {
        let share = bin.targets as f64 / report.targets.max(1) as f64;
        scene.circle(DOTS[place], pixel(bin), 3.0 + 9.0 * share.sqrt());
    }
}

pub fn csv(reports: &[Report]) -> String {
    let mut csv = String::from("model,targets,confidence,accuracy\n");
    for (model, report) in reports.iter().enumerate() {
        for bin in report.bins.iter().filter(|bin| bin.targets > 0) {
            csv += &format!("{},{},{},{}\n", model + 1, bin.targets, bin.confidence, bin.accuracy);
        }
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::evaluate::Bin;
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
