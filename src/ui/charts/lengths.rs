//! How long documents are, as bars: the picture, its rows as a table and as a file.

use crate::protocol::corpus::Lengths;
use crate::ui::format;
use crate::ui::kit::axes::{BOTTOM, Frame, LEFT, TOP};
use crate::ui::kit::csv::Csv;
use crate::ui::kit::looks::{AXIS_TITLE, BAR, MEDIAN, TICK};
use crate::ui::kit::scale::{Axis, ticks};
use crate::ui::kit::scene::{Anchor, Scene};

const HEIGHT: f64 = 180.0;
const RIGHT: f64 = 12.0;

/// The words on the picture.
pub struct Words<'a> {
    /// What the horizontal axis counts.
    pub axis: &'a str,
    pub median: &'a str,
}

pub fn scene(lengths: &Lengths, words: &Words, width: f64) -> Scene {
    let mut scene = Scene::new(width, HEIGHT);
    let most = lengths.counts.iter().max().copied().unwrap_or(0).max(1) as f64;
    let end = lengths.shortest + lengths.width * lengths.counts.len() as u64;
    let frame = Frame {
        x: Axis::linear((lengths.shortest as f64, end.max(1) as f64), (LEFT, width - RIGHT)),
        y: Axis::linear((0.0, most), (HEIGHT - BOTTOM, TOP)),
    };
    let whole: Vec<f64> = ticks(0.0, most, 3).into_iter().filter(|tick| tick.fract() == 0.0).collect();
    frame.rows(&mut scene, &whole, format::short);
    for (from, to, count) in bars(lengths) {
        let (left, right) = (frame.x.at(from as f64), frame.x.at(to as f64 + 1.0));
        let top = frame.y.at(count as f64);
        let bar = ((right - left - 1.0).max(1.0), frame.y.at(0.0) - top);
        scene.rect(&BAR, (left, top), bar, 1.5);
    }
    frame.foot(&mut scene, &[], format::short);
    for (length, at, anchor) in [(lengths.shortest, LEFT, Anchor::Start), (lengths.longest, width - RIGHT, Anchor::End)]
    {
        scene.text(&TICK, (at, HEIGHT - BOTTOM + 16.0), anchor, format::count(length));
    }
    draw_median(&mut scene, &frame, lengths.median, words.median);
    scene.text(&AXIS_TITLE, ((LEFT + width - RIGHT) / 2.0, HEIGHT - 6.0), Anchor::Middle, words.axis);
    scene
}

fn draw_median(scene: &mut Scene, frame: &Frame, length: u64, name: &str) {
    let median = frame.x.at(length as f64);
    scene.line(&MEDIAN, (median, TOP - 20.0), (median, frame.y.at(0.0)));
    let (anchor, beside) = if median > scene.width / 2.0 { (Anchor::End, -5.0) } else { (Anchor::Start, 5.0) };
    scene.text(&TICK, (median + beside, TOP - 12.0), anchor, format!("{name} {}", format::count(length)));
}

/// Each bar: from and up to how many characters, and its documents.
pub fn bars(lengths: &Lengths) -> impl Iterator<Item = (u64, u64, u64)> {
    let from = |at: u64| lengths.shortest + at * lengths.width;
    (0..).zip(&lengths.counts).map(move |(at, count)| (from(at), from(at + 1) - 1, *count))
}

pub fn csv(lengths: &Lengths) -> String {
    let mut csv = Csv::new(&["from_characters", "to_characters", "documents"]);
    bars(lengths).for_each(|(from, to, count)| csv.row(&[&from, &to, &count]));
    csv.text()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths() -> Lengths {
        Lengths { shortest: 5, longest: 30, median: 12, width: 10, counts: vec![3, 0, 1] }
    }

    #[test]
    fn bars_are_as_high_as_their_counts() {
        let scene = scene(&lengths(), &Words { axis: "Characters", median: "median" }, 400.0);
        let heights: Vec<f64> = scene
            .marks
            .iter()
            .filter_map(|mark| match mark {
                crate::ui::kit::scene::Mark::Rect { height, .. } => Some(*height),
                _ => None,
            })
            .collect();
        assert_eq!(heights.len(), 3);
        assert!((heights[0] - 3.0 * heights[2]).abs() < 1e-9 && heights[1] == 0.0, "{heights:?}");
        assert!(scene.to_svg("lengths").contains("median 12"));
    }

    #[test]
    fn one_length_and_none_draw_numbers() {
        for lengths in [Lengths { shortest: 7, longest: 7, median: 7, width: 1, counts: vec![4] }, Lengths::default()] {
            let svg = scene(&lengths, &Words { axis: "", median: "" }, 300.0).to_svg("lengths");
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }

    #[test]
    fn the_file_has_a_row_for_each_bar() {
        assert_eq!(csv(&lengths()), "from_characters,to_characters,documents\n5,14,3\n15,24,0\n25,34,1\n");
    }
}
