//! How the loss falls with the number of tokens that a model could see.

use crate::protocol::evaluate::{PositionLoss, Report};
use crate::ui::kit::axes::{BOTTOM, Frame, LEFT, TOP, Titles};
use crate::ui::kit::csv::Csv;
use crate::ui::kit::looks::{SERIES, SERIES_DOT};
use crate::ui::kit::scale::Axis;
use crate::ui::kit::scene::{Scene, polyline};
use crate::ui::kit::series::Point;

const RIGHT: f64 = 16.0;

pub fn scene(reports: &[Report], titles: &Titles, width: f64, height: f64) -> Scene {
    let frame = frame(reports, width, height);
    let mut scene = Scene::new(width, height);
    frame.round_rows(&mut scene);
    // Powers of two: as wide as windows are.
    let powers: Vec<f64> = (0..=frame.x.ends.1.floor() as u32).map(f64::from).collect();
    let is_named = |power: f64| power % 2.0 == 0.0 || width > 480.0;
    let name = |power: f64| if is_named(power) { format!("{}", 1u64 << power as u32) } else { String::new() };
    frame.columns_at(&mut scene, &powers, name);
    frame.foot(&mut scene, &[], |_| String::new());
    frame.titles(&mut scene, titles);
    for (place, report) in reports.iter().enumerate().take(SERIES_DOT.len()) {
        let points: Vec<Point> = report.positions.iter().map(|it| (middle(it), it.loss.into())).collect();
        let pixels = frame.pixels(&points);
        scene.path(&SERIES[place], polyline(&pixels));
        pixels.into_iter().for_each(|pixel| scene.circle(&SERIES_DOT[place], pixel, 3.0));
    }
    scene
}

fn frame(reports: &[Report], width: f64, height: f64) -> Frame {
    let all = || reports.iter().flat_map(|report| &report.positions);
    let last = all().map(|it| it.to).max().unwrap_or(1).max(2);
    let losses = all().map(|it| f64::from(it.loss)).filter(|loss| loss.is_finite());
    let (low, high) = losses.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), it| (a.min(it), b.max(it)));
    let (low, high) = if low > high { (0.0, 5.0) } else { (low, high) };
    let room = 0.08 * (high - low).max(0.2);
    Frame {
        x: Axis::linear((0.0, (last as f64).log2()), (LEFT, width - RIGHT)),
        y: Axis::linear(((low - room).max(0.0), high + room), (height - BOTTOM, TOP)),
    }
}

/// The middle of a stretch in the logarithm to the base two.
fn middle(it: &PositionLoss) -> f64 {
    ((it.from as f64).log2() + (it.to as f64).log2()) / 2.0
}

pub fn csv(reports: &[Report]) -> String {
    let mut csv = Csv::new(&["model", "from", "to", "targets", "loss"]);
    for (model, report) in (1usize..).zip(reports) {
        for PositionLoss { from, to, targets, loss } in &report.positions {
            csv.row(&[&model, from, to, targets, loss]);
        }
    }
    csv.text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::kit::scene::Mark;

    fn report(last: u64) -> Report {
        let at = |n: u32| PositionLoss { from: 1 << n, to: (2 << n) - 1, targets: 9, loss: 4.0 - 0.3 * n as f32 };
        Report { positions: (0..last.ilog2()).map(at).collect(), ..Report::default() }
    }

    #[test]
    fn everything_lies_inside_the_picture_at_every_width() {
        for (width, last) in [(300.0, 1024), (700.0, 64), (1200.0, 2)] {
            let scene = scene(&[report(last), report(last)], &Titles::default(), width, 300.0);
            assert!(!scene.to_svg("loss").contains("NaN"));
            for mark in &scene.marks {
                match mark {
                    Mark::Circle { x, y, .. } | Mark::Text { x, y, .. } => {
                        assert!((0.0..=width).contains(x) && (0.0..=300.0).contains(y), "{mark:?}");
                    }
                    _ => {}
                }
            }
        }
        assert!(!scene(&[Report::default()], &Titles::default(), 300.0, 300.0).to_svg("empty").contains("NaN"));
    }

    #[test]
    fn more_to_go_by_is_further_right_and_a_smaller_loss_lower() {
        let scene = scene(&[report(256)], &Titles::default(), 600.0, 300.0);
        let dots: Vec<(f64, f64)> = (scene.marks.iter())
            .filter_map(|mark| if let Mark::Circle { x, y, .. } = mark { Some((*x, *y)) } else { None })
            .collect();
        assert!(dots.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1), "{dots:?}");
        assert_eq!(csv(&[report(256)]).lines().count(), 9);
    }
}
