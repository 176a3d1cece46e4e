//! How often tokens occur by their rank, both in the logarithm: Zipf's law is a straight line there (Zipf, 1949).

use crate::ui::format;
use crate::ui::kit::axes::{BOTTOM, EndName, Frame, LEFT, Titles, beside_names, write_names};
use crate::ui::kit::csv::{Csv, Quoted};
use crate::ui::kit::looks::{LABEL_SERIES, SERIES};
use crate::ui::kit::scale::{Axis, Spacing};
use crate::ui::kit::scene::{Scene, polyline};
use crate::ui::kit::series::Point;

/// A tokenizer with the counts of its tokens by rank.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its place among those that are compared, which has its colour and its dashes.
    pub place: usize,
    pub name: String,
    pub ranks: Vec<(u32, u64)>,
}

pub fn scene(series: &[Series], titles: &Titles, width: f64, height: f64) -> Scene {
    let frame = frame(series, width, height);
    let mut scene = Scene::new(width, height);
    frame.rows(&mut scene, &frame.y.decades(), format::short);
    frame.columns_at(&mut scene, &frame.x.decades(), format::short);
    frame.foot(&mut scene, &[], format::short);
    frame.titles(&mut scene, titles);
    for Series { place, ranks, .. } in series {
        let pixels: Vec<Point> = ranks.iter().map(|rank| frame.pixel(point(*rank))).collect();
        scene.path(&SERIES[place % SERIES.len()], polyline(&pixels));
    }
    let named = |series: &Series| EndName {
        line: &SERIES[series.place % SERIES.len()],
        label: &LABEL_SERIES[series.place % LABEL_SERIES.len()],
        name: series.name.clone(),
        y: frame.pixel(point(series.ranks.last().copied().unwrap_or((1, 1)))).1,
    };
    write_names(&mut scene, &frame, series.iter().map(named).collect());
    scene
}

fn frame(series: &[Series], width: f64, height: f64) -> Frame {
    let points = || series.iter().flat_map(|series| &series.ranks).map(|rank| point(*rank));
    let names: Vec<String> = series.iter().map(|series| series.name.clone()).collect();
    let (right, top) = beside_names(&names, width);
    // A little further than the last.
    let axis = |most: f64, range| Axis::new(Spacing::Logarithmic, (1.0, most.max(10.0).powf(1.02)), range);
    Frame {
        x: axis(points().map(|point| point.0).fold(1.0, f64::max), (LEFT, right)),
        y: axis(points().map(|point| point.1).fold(1.0, f64::max), (height - BOTTOM, top)),
    }
}

/// No count is 0 in the logarithm.
fn point((rank, count): (u32, u64)) -> Point {
    (f64::from(rank), count.max(1) as f64)
}

pub fn csv(series: &[Series]) -> String {
    let mut csv = Csv::new(&["tokenizer", "rank", "count"]);
    for Series { name, ranks, .. } in series {
        ranks.iter().for_each(|(rank, count)| csv.row(&[&Quoted(name), rank, count]));
    }
    csv.text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::kit::scene::{Mark, text_width};

    fn series(place: usize, most: u32) -> Series {
        let ranks = (1..=most).map(|rank| (rank, u64::from(1_000_000 / rank))).collect();
        Series { place, name: format!("Byte-pair encoding (BPE) · 16,38{place}"), ranks }
    }

    fn titles() -> Titles {
        Titles { across: "rank".into(), up: "count".into() }
    }

    #[test]
    fn zipfs_law_is_a_straight_line() {
        let scene = scene(&[series(0, 1000)], &titles(), 900.0, 320.0);
        let Some(Mark::Path { d, .. }) =
            scene.marks.iter().find(|mark| matches!(mark, Mark::Path { style, .. } if style.class == "series-0"))
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
                let scene = scene(&all, &titles(), width, 320.0);
                assert!(!scene.to_svg("zipf").contains("NaN"));
                let mut places = Vec::new();
                for mark in &scene.marks {
                    if let Mark::Text { x, y, text, style, .. } = mark {
                        assert!(*x >= 0.0 && *x <= width && *y > 0.0 && *y <= 320.0, "{text} at {x}, {y}");
                        if style.class.starts_with("label") {
                            assert!(x + text_width(text, 12.0) <= width, "{text} leaves the picture {width} wide");
                            places.push(*y);
                        }
                    }
                }
                places.sort_by(f64::total_cmp);
                assert!(places.windows(2).all(|pair| pair[1] - pair[0] > 12.0), "names do not overlap: {places:?}");
            }
        }
        assert!(!scene(&[], &titles(), 500.0, 320.0).to_svg("zipf").contains("NaN"));
    }

    #[test]
    fn a_file_has_every_rank() {
        let named = Series { name: "a, b".into(), ..series(1, 2) };
        assert_eq!(csv(&[named]), "tokenizer,rank,count\n\"a, b\",1,1000000\n\"a, b\",2,500000\n");
        let formula = Series { name: "=cmd()".into(), ..series(1, 1) };
        assert_eq!(csv(&[formula]), "tokenizer,rank,count\n\"'=cmd()\",1,1000000\n", "a name is no formula");
    }
}
