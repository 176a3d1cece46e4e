//! How long the longest copied run is, beside those of texts that nobody copied.

use crate::protocol::evaluate::Copied;
use crate::ui::kit::csv::Csv;
use crate::ui::kit::looks::{AXIS, AXIS_TITLE, BAR, GRID, LABEL_TRAIN, LABEL_VALIDATION, MEDIAN, TICK, VALIDATION_DOT};
use crate::ui::kit::scale::{Scale, ticks};
use crate::ui::kit::scene::{Anchor, Scene, fitting};

const HEIGHT: f64 = 132.0;
const LEFT: f64 = 12.0;
const RIGHT: f64 = 20.0;
const FIRST: (f64, f64) = (24.0, 18.0);
const CHANCE: f64 = 80.0;
const FOOT: f64 = 96.0;

/// What is written on the picture, in the language of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    pub written: String,
    pub chance: String,
    pub characters: String,
}

pub fn scene(copied: &Copied, names: &Names, width: f64) -> Scene {
    let most = copied.chance.iter().copied().chain([copied.longest, 10]).max().unwrap_or(10) as f64;
    let x = Scale { domain: (0.0, most), range: (LEFT, width - RIGHT) };
    let mut scene = Scene::new(width, HEIGHT);
    for tick in ticks(0.0, most, if width > 480.0 { 8 } else { 4 }) {
        scene.line(&GRID, (x.at(tick), FIRST.0), (x.at(tick), FOOT));
        scene.text(&TICK, (x.at(tick), FOOT + 15.0), Anchor::Middle, format!("{tick}"));
    }
    scene.rect(&BAR, (LEFT, FIRST.0), (x.at(copied.longest as f64) - LEFT, FIRST.1), 3.0);
    for (style, y, name) in
        [(&LABEL_TRAIN, FIRST.0 - 8.0, &names.written), (&LABEL_VALIDATION, CHANCE - 18.0, &names.chance)]
    {
        scene.text(style, (LEFT, y), Anchor::Start, fitting(name, width - LEFT, 12.0));
    }
    for longest in &copied.chance {
        scene.circle(&VALIDATION_DOT, (x.at(*longest as f64), CHANCE), 4.0);
    }
    if !copied.chance.is_empty() {
        let median = x.at(copied.by_chance() as f64);
        scene.line(&MEDIAN, (median, CHANCE - 12.0), (median, FOOT));
    }
    scene.line(&AXIS, (LEFT, FOOT), (width - RIGHT, FOOT));
    scene.text(&AXIS_TITLE, (width - RIGHT, HEIGHT - 4.0), Anchor::End, &names.characters);
    scene
}

pub fn csv(copied: &Copied) -> String {
    let mut csv = Csv::new(&["text", "longest_run_in_characters"]);
    csv.row(&[&"written", &copied.longest]);
    copied.chance.iter().for_each(|longest| csv.row(&[&"held_out", longest]));
    csv.text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::kit::scene::Mark;

    #[test]
    fn the_bar_is_as_long_as_the_run_and_every_control_has_a_dot() {
        let copied = Copied { longest: 100, chance: vec![20, 30, 50], ..Copied::default() };
        let scene = scene(&copied, &Names::default(), 532.0);
        let bar = scene.marks.iter().find_map(|mark| match mark {
            Mark::Rect { width, .. } => Some(*width),
            _ => None,
        });
        assert!((bar.expect("a bar") - 500.0).abs() < 1e-9);
        let dots = scene.marks.iter().filter(|mark| matches!(mark, Mark::Circle { .. })).count();
        assert_eq!((dots, copied.by_chance()), (3, 30));
        assert_eq!(
            csv(&copied),
            "text,longest_run_in_characters\nwritten,100\nheld_out,20\nheld_out,30\nheld_out,50\n"
        );
        assert!(!super::scene(&Copied::default(), &Names::default(), 300.0).to_svg("empty").contains("NaN"));
    }
}
