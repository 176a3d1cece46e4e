//! Training by merges in one picture: the tokens of the text become fewer, the vocabulary grows.

use crate::protocol::tokens::Trace;
use crate::ui::format;
use crate::ui::kit::axes::{self, BOTTOM, TOP};
use crate::ui::kit::csv::{Csv, Quoted, Scientific};
use crate::ui::kit::looks::{AXIS_TITLE, LABEL_SERIES, SERIES, TICK};
use crate::ui::kit::scale::Axis;
use crate::ui::kit::scene::{Anchor, Scene, polyline};
use crate::ui::kit::series::{Point, thinned};
use crate::ui::merges::Replay;

/// Room for the numbers at either side.
pub const SIDE: f64 = 44.0;

/// What is written on the picture, in the language of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Names {
    pub tokens: String,
    pub vocabulary: String,
    pub merges: String,
}

/// Where the plot lies and what its pixels mean: over the merges run two curves, each with a scale of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    pub merges: Axis,
    pub tokens: Axis,
    pub vocabulary: Axis,
}

impl Frame {
    pub fn new(replay: &Replay, width: f64, height: f64) -> Self {
        let rising = |most: f64| Axis::linear((0.0, 1.08 * most.max(1.0)), (height - BOTTOM, TOP));
        Frame {
            merges: Axis::linear((0.0, replay.last().max(1) as f64), (SIDE, width - SIDE)),
            tokens: rising(replay.tokens(0) as f64),
            vocabulary: rising(replay.vocabulary(replay.last()) as f64),
        }
    }
}

pub fn scene(replay: &Replay, names: &Names, width: f64, height: f64) -> Scene {
    let frame = Frame::new(replay, width, height);
    let mut scene = Scene::new(width, height);
    draw_axes(&mut scene, &frame, names);
    let moments = || 0..=replay.last();
    let tokens: Vec<Point> = moments().map(|at| (at as f64, replay.tokens(at) as f64)).collect();
    let vocabulary: Vec<Point> = moments().map(|at| (at as f64, replay.vocabulary(at) as f64)).collect();
    for (style, points, y) in [(&SERIES[1], vocabulary, frame.vocabulary), (&SERIES[0], tokens, frame.tokens)] {
        let plot = axes::Frame { x: frame.merges, y };
        scene.path(style, polyline(&plot.pixels(&thinned(&points, plot.x.ends, plot.columns()))));
    }
    scene
}

fn draw_axes(scene: &mut Scene, frame: &Frame, names: &Names) {
    let plot = axes::Frame { x: frame.merges, y: frame.tokens };
    let (right, (bottom, _)) = (plot.x.range().1, plot.y.range());
    plot.rows(scene, &frame.tokens.ticks(4), format::short);
    for tick in frame.vocabulary.ticks(4) {
        scene.text(&TICK, (right + 8.0, frame.vocabulary.at(tick) + 4.0), Anchor::Start, format::short(tick));
    }
    plot.steps(scene, |tick| format!("{tick}"));
    scene.text(&LABEL_SERIES[0], (2.0, 12.0), Anchor::Start, &names.tokens);
    scene.text(&LABEL_SERIES[1], (scene.width - 2.0, 12.0), Anchor::End, &names.vocabulary);
    scene.text(&AXIS_TITLE, (right, bottom + 34.0), Anchor::End, &names.merges);
}

/// Every merge: what was joined, how often it was met, and what the text and the vocabulary were afterwards.
pub fn csv(replay: &Replay) -> String {
    let mut csv = Csv::new(&[
        "merge",
        "left",
        "right",
        "token",
        "count",
        "left_count",
        "right_count",
        "score",
        "tokens_after",
        "vocabulary",
    ]);
    let Trace { merges, .. } = &replay.trace;
    for (merge, at) in merges.iter().zip(1..) {
        let [left, right, token] =
            [merge.pair.left, merge.pair.right, merge.token].map(|token| Quoted(&replay.name(token).text));
        let pair = merge.pair;
        csv.row(&[
            &at,
            &left,
            &right,
            &token,
            &pair.count,
            &pair.left_count,
            &pair.right_count,
            &Scientific(pair.score()),
            &merge.tokens,
            &replay.vocabulary(at),
        ]);
    }
    csv.text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::tokens::{Piece, TracedMerge, TracedPair};
    use crate::ui::kit::scene::Mark;

    fn replay(merges: u32) -> Replay {
        let pair = TracedPair { left: 0, right: 1, count: 7, left_count: 9, right_count: 8 };
        let merge = |at: u32| TracedMerge {
            pair,
            token: 2 + at,
            tokens: 1_000_000 - 60 * u64::from(at + 1),
            runners_up: Vec::new(),
        };
        let piece = |bytes: &[u8]| Piece { bytes: bytes.into(), continues: false };
        Replay::new(Trace {
            alphabet: vec![piece(b"\""), piece(b",")],
            merges: (0..merges).map(merge).collect(),
            tokens: 1_000_000,
            ..Trace::default()
        })
    }

    fn names() -> Names {
        Names { tokens: "tokens".into(), vocabulary: "vocabulary".into(), merges: "merges".into() }
    }

    #[test]
    fn everything_lies_inside_the_picture_at_every_width() {
        for (width, merges) in [(300.0, 1), (330.0, 3), (700.0, 2_000), (1200.0, 16_000)] {
            let scene = scene(&replay(merges), &names(), width, 240.0);
            assert!(!scene.to_svg("merges").contains("NaN"));
            for mark in &scene.marks {
                match mark {
                    Mark::Text { x, y, text, .. } => {
                        assert!(*x >= 0.0 && *x <= width && *y > 0.0 && *y <= 240.0, "{text} at {x}, {y}");
                    }
                    Mark::Path { d, .. } => assert!(d.len() < 60_000, "{} characters for one path", d.len()),
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn the_head_of_the_player_lies_on_the_curves() {
        let replay = replay(100);
        let frame = Frame::new(&replay, 700.0, 240.0);
        assert_eq!(frame.merges.invert(frame.merges.at(50.0)).round(), 50.0);
        assert!(frame.tokens.at(replay.tokens(0) as f64) < frame.tokens.at(replay.tokens(100) as f64));
        assert!(frame.vocabulary.at(replay.vocabulary(0) as f64) > frame.vocabulary.at(replay.vocabulary(100) as f64));
    }

    #[test]
    fn a_file_has_every_merge_and_keeps_what_a_token_is() {
        let csv = csv(&replay(2));
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[1], r#"1,"""",",",""",",7,9,8,9.722222222222222e-2,999940,3"#);
    }

    #[test]
    fn a_token_is_no_formula_in_a_file() {
        let mut trace = replay(1).trace.clone();
        trace.alphabet[0].bytes = b"=cmd".as_slice().into();
        trace.alphabet[1].bytes = b"()".as_slice().into();
        let csv = csv(&Replay::new(trace));
        assert_eq!(csv.lines().nth(1), Some(r#"1,"'=cmd","()","'=cmd()",7,9,8,9.722222222222222e-2,999940,3"#));
    }
}
