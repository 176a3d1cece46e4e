//! How the loss falls with the number of tokens that a model could see.

use super::reliability::CURVES;
use crate::protocol::evaluate::{PositionLoss, Report};
use crate::ui::kit::scale::{Scale, decimals, tick_step, ticks};
use crate::ui::kit::scene::{Anchor, Scene, polyline};

const LEFT: f64 = 44.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 40.0;
const DOTS: [&str; 2] = ["eval-dot-0", "eval-dot-1"];

/// What is written at the axes, in the language of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    pub loss: String,
    pub seen: String,
}

pub fn scene(reports: &[Report], names: &Names, width: f64, height: f64) -> Scene {
    let (x, y) = frame(reports, width, height);
    let mut scene = Scene { width, height, marks: Vec::new() };
    let (low, high) = y.domain;
    let places = decimals(tick_step(low, high, 5));
    for tick in ticks(low, high, 5) {
        scene.line("grid", (LEFT, y.at(tick)), (width - RIGHT, y.at(tick)));
        scene.text("tick", (LEFT - 8.0, y.at(tick) + 4.0), Anchor::End, format!("{tick:.places$}"));
    }
    // Powers of two: as wide as windows are.
    for power in 0..=x.domain.1.floor() as u32 {
        let at = x.at(f64::from(power));
        scene.line("grid", (at, TOP), (at, height - BOTTOM));
        if power % 2 == 0 || width > 480.0 {
            scene.text("tick", (at, height - BOTTOM + 17.0), Anchor::Middle, format!("{}", 1u64 << power));
        }
    }
    scene.line("axis", (LEFT, height - BOTTOM), (width - RIGHT, height - BOTTOM));
    scene.text("axis-title", (2.0, 12.0), Anchor::Start, &names.loss);
    scene.text("axis-title", (width - RIGHT, height - 6.0), Anchor::End, &names.seen);
    for (place, report) in reports.iter().enumerate().take(2) {
        let pixels: Vec<(f64, f64)> =
            report.positions.iter().map(|it| (x.at(middle(it)), y.at(it.loss.into()))).collect();
        scene.path(CURVES[place], polyline(&pixels));
        pixels.into_iter().for_each(|pixel| scene.circle(DOTS[place], pixel, 3.0));
    }
    scene
}

fn frame(reports: &[Report], width: f64, height: f64) -> (Scale, Scale) {
    let all = || reports.iter().flat_map(|report| &report.positions);
    let last = all().map(|it| it.to).max().unwrap_or(1).max(2);
    let losses = all().map(|it| f64::from(it.loss)).filter(|loss| loss.is_finite());
    let (low, high) = losses.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), it| (a.min(it), b.max(it)));
    let (low, high) = if low > high { (0.0, 5.0) } else { (low, high) };
    let room = 0.08 * (high - low).max(0.2);
    (
        Scale { domain: (0.0, (last as f64).log2()), range: (LEFT, width - RIGHT) },
        Scale { domain: ((low - room).max(0.0), high + room), range: (height - BOTTOM, TOP) },
    )
}

/// The middle of a stretch in the logarithm to the base two.
fn middle(it: &PositionLoss) -> f64 {
    ((it.from as f64).log2() + (it.to as f64).log2()) / 2.0
}

pub fn csv(reports: &[Report]) -> String {
    let mut csv = String::from("model,from,to,targets,loss\n");
    for (model, report) in reports.iter().enumerate() {
        for PositionLoss { from, to, targets, loss } in &report.positions {
            csv += &format!("{},{from},{to},{targets},{loss}\n", model + 1);
        }
    }
    csv
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
            let scene = scene(&[report(last), report(last)], &Names::default(), width, 300.0);
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
        assert!(!scene(&[Report::default()], &Names::default(), 300.0, 300.0).to_svg("empty").contains("NaN"));
    }

    #[test]
    fn more_to_go_by_is_further_right_and_a_smaller_loss_lower() {
        let scene = scene(&[report(256)], &Names::default(), 600.0, 300.0);
        let dots: Vec<(f64, f64)> = (scene.marks.iter())
            .filter_map(|mark| if let Mark::Circle { x, y, .. } = mark { Some((*x, *y)) } else { None })
            .collect();
        assert!(dots.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1), "{dots:?}");
        assert_eq!(csv(&[report(256)]).lines().count(), 9);
    }
}
