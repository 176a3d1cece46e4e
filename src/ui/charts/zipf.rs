//! How often tokens occur by their rank, both in the logarithm: Zipf's law is a straight line there (Zipf, 1949).

use super::loss::spread;
use crate::ui::charts::merges::cell;
use crate::ui::format;
use crate::ui::kit::scale::Scale;
use crate::ui::kit::scene::{Anchor, Scene, polyline, text_width};

const TOP: f64 = 26.0;
const BOTTOM: f64 = 40.0;
const LEFT: f64 = 44.0;
/// From here on the names stand at the right ends of their lines, otherwise above the plot.
const WIDE: f64 = 620.0;
const LINE_HEIGHT: f64 = 16.0;
/// The piece of its line before a name, and the gap behind it.
const SAMPLE: f64 = 28.0;
const GAP: f64 = 6.0;
const CURVES: [&str; 4] = ["series-0", "series-1", "series-2", "series-3"];
const LABELS: [&str; 4] = ["label-series-0", "label-series-1", "label-series-2", "label-series-3"];

/// A tokenizer with the counts of its tokens by rank.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its place among those that are compared, which has its colour and its dashes.
    pub place: usize,
    pub name: String,
    pub ranks: Vec<(u32, u64)>,
}

/// What is written at the axes, in the language of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Names {
    pub rank: String,
    pub count: String,
}

struct Frame {
    rank: Scale,
    count: Scale,
}

impl Frame {
    fn pixel(&self, (rank, count): (u32, u64)) -> (f64, f64) {
        (self.rank.at(f64::from(rank).log10()), self.count.at((count.max(1) as f64).log10()))
    }
}

pub fn scene(series: &[Series], names: &Names, width: f64, height: f64) -> Scene {
    let frame = frame(series, width, height);
    let mut scene = Scene { width, height, marks: Vec::new() };
    draw_axes(&mut scene, &frame, names);
    for Series { place, ranks, .. } in series {
        let pixels: Vec<(f64, f64)> = ranks.iter().map(|point| frame.pixel(*point)).collect();
        scene.path(CURVES[place % 4], polyline(&pixels));
    }
    name_lines(&mut scene, series, &frame);
    scene
}

fn frame(series: &[Series], width: f64, height: f64) -> Frame {
    let points = || series.iter().flat_map(|series| &series.ranks);
    let decades = |most: f64| most.max(10.0).log10() * 1.02;
    let rank = points().map(|(rank, _)| f64::from(*rank)).fold(1.0, f64::max);
    let count = points().map(|(_, count)| *count as f64).fold(1.0, f64::max);
    let longest = series.iter().map(|series| text_width(&series.name, 13.0)).fold(0.0, f64::max);
    let (right, top) = match width >= WIDE {
        true => (width - (longest + SAMPLE + 3.0 * GAP).min(0.5 * width), TOP),
        false => (width - 2.0 * GAP, TOP + LINE_HEIGHT * series.len() as f64),
    };
    Frame {
        rank: Scale { domain: (0.0, decades(rank)), range: (LEFT, right) },
        count: Scale { domain: (0.0, decades(count)), range: (height - BOTTOM, top) },
    }
}

fn draw_axes(scene: &mut Scene, frame: &Frame, names: &Names) {
    let ((left, right), (bottom, top)) = (frame.rank.range, frame.count.range);
    let decades = |scale: &Scale| 0..=scale.domain.1.floor() as i32;
    for decade in decades(&frame.count) {
        let y = frame.count.at(f64::from(decade));
        scene.line("grid", (left, y), (right, y));
        scene.text("tick", (left - 8.0, y + 4.0), Anchor::End, format::short(10f64.powi(decade)));
    }
    for decade in decades(&frame.rank) {
        let x = frame.rank.at(f64::from(decade));
        scene.line("grid", (x, top), (x, bottom));
        scene.text("tick", (x, bottom + 17.0), Anchor::Middle, format::short(10f64.powi(decade)));
    }
    scene.line("axis", (left, bottom), (right, bottom));
    scene.text("axis-title", (2.0, 12.0), Anchor::Start, &names.count);
    scene.text("axis-title", (right, bottom + 34.0), Anchor::End, &names.rank);
}

/// Every line's name beside its right end, or above the plot where the picture is narrow; each with a piece of its line,
/// so that dashes tell them apart.
fn name_lines(scene: &mut Scene, series: &[Series], frame: &Frame) {
    let wide = scene.width >= WIDE;
    let (bottom, top) = frame.count.range;
    let end = |series: &Series| frame.pixel(series.ranks.last().copied().unwrap_or((1, 1)));
    let mut named: Vec<(&Series, f64)> = series.iter().map(|series| (series, end(series).1)).collect();
    if wide {
        named.sort_by(|a, b| a.1.total_cmp(&b.1).then(end(a.0).0.total_cmp(&end(b.0).0)));
    }
    let wanted: Vec<f64> = named.iter().map(|(_, y)| *y).collect();
    let placed = match wide {
        true => spread(&wanted, LINE_HEIGHT, (top, bottom)),
        false => (0..named.len()).map(|at| TOP + LINE_HEIGHT * at as f64).collect(),
    };
    let x = if wide { frame.rank.range.1 + GAP } else { LEFT };
    for ((series, _), y) in named.into_iter().zip(placed) {
        scene.line(CURVES[series.place % 4], (x, y), (x + SAMPLE, y));
        scene.text(LABELS[series.place % 4], (x + SAMPLE + GAP, y + 4.0), Anchor::Start, &series.name);
    }
}

pub fn csv(series: &[Series]) -> String {
    let mut csv = String::from("tokenizer,rank,count\n");
    for Series { name, ranks, .. } in series {
        for (rank, count) in ranks {
            csv += &format!("{},{rank},{count}\n", cell(name));
        }
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::kit::scene::Mark;

    fn series(place: usize, most: u32) -> Series {
        let ranks = (1..=most).map(|rank| (rank, u64::from(1_000_000 / rank))).collect();
        Series { place, name: format!("Byte-pair encoding (BPE) · 16,38{place}"), ranks }
    }

    fn names() -> Names {
        Names { rank: "rank".into(), count: "count".into() }
    }

    #[test]
    fn zipfs_law_is_a_straight_line() {
        let scene = scene(&[series(0, 1000)], &names(), 900.0, 320.0);
        let Some(Mark::Path { d, .. }) =
            scene.marks.iter().find(|mark| matches!(mark, Mark::Path { class: "series-0", .. }))
        else {
            panic!("a line")
        };
        let numbers: Vec<f64> = d.split(['M', 'L', ' ']).filter_map(|number| number.parse().ok()).collect();
        let points: Vec<(f64, f64)> = numbers.chunks(2).map(|point| (point[0], point[1])).collect();
        let slope = |a: (f64, f64), b: (f64, f64)| (b.1 - a.1) / (b.0 - a.0);
        let whole = slope(points[0], points[999]);
        assert!((slope(points[0], points[9]) / whole - 1.0).abs() < 0.02);
        assert!((slope(points[99], points[999]) / whole - 1.0).abs() < 0.02);
    }

    #[test]
    fn everything_lies_inside_the_picture_at_every_width() {
        for width in [300.0, 700.0, 1200.0] {
            for most in [1, 3, 5000] {
                let all: Vec<Series> = (0..4).map(|place| series(place, most)).collect();
                let scene = scene(&all, &names(), width, 320.0);
                assert!(!scene.to_svg("zipf").contains("NaN"));
                let mut places = Vec::new();
                for mark in &scene.marks {
                    if let Mark::Text { x, y, text, class, .. } = mark {
                        assert!(*x >= 0.0 && *x <= width && *y > 0.0 && *y <= 320.0, "{text} at {x}, {y}");
                        if class.starts_with("label") {
                            assert!(x + text_width(text, 12.0) <= width, "{text} leaves the picture {width} wide");
                            places.push(*y);
                        }
                    }
                }
                places.sort_by(f64::total_cmp);
                assert!(places.windows(2).all(|pair| pair[1] - pair[0] > 12.0), "names do not overlap: {places:?}");
            }
        }
        assert!(!scene(&[], &names(), 500.0, 320.0).to_svg("zipf").contains("NaN"));
    }

    #[test]
    fn a_file_has_every_rank() {
        let named = Series { name: "a, b".into(), ..series(1, 2) };
        assert_eq!(csv(&[named]), "tokenizer,rank,count\n\"a, b\",1,1000000\n\"a, b\",2,500000\n");
    }
}
