//! Whether a picture's marks lie in it: all of them, by what they cover. For tests.

use super::scene::{Anchor, Mark, Scene, text_width};

/// Left, top, right, bottom.
type Extent = (f64, f64, f64, f64);

/// Half a line may stand over the edge, and a text's width is estimated.
const SLACK: f64 = 1.0;

/// The marks that leave the picture, or are nowhere.
pub fn outside(scene: &Scene) -> Vec<String> {
    let is_inside = |(left, top, right, bottom): Extent| {
        left >= -SLACK && top >= -SLACK && right <= scene.width + SLACK && bottom <= scene.height + SLACK
    };
    let told = |mark: &Mark| {
        let (class, size) = (mark.class(), (scene.width, scene.height));
        let text = if let Mark::Text { text, .. } = mark { text.as_str() } else { "" };
        format!("{class} {text:?} covers {:.1?} of {size:?}", extent(mark).unwrap_or_default())
    };
    scene.marks.iter().filter(|mark| !extent(mark).is_none_or(is_inside)).map(told).collect()
}

/// What a mark covers; nothing where it draws nothing.
fn extent(mark: &Mark) -> Option<Extent> {
    match mark {
        Mark::Rect { x, y, width, height, .. } => Some((*x, *y, x + width, y + height)),
        Mark::Circle { x, y, radius, .. } => Some((x - radius, y - radius, x + radius, y + radius)),
        Mark::Path { d, .. } => around(&points(d)),
        Mark::Text { text, .. } if text.is_empty() => None,
        Mark::Text { style, x, y, anchor, text } => {
            let size = style.attribute("font-size").map_or(12.0, |size| size.parse().expect("a size"));
            let width = text_width(text, size);
            let left = match anchor {
                Anchor::Start => *x,
                Anchor::Middle => x - width / 2.0,
                Anchor::End => x - width,
            };
            Some((left, y - 0.75 * size, left + width, y + 0.25 * size))
        }
    }
}

/// What is no number is outside of everything.
fn around(points: &[(f64, f64)]) -> Option<Extent> {
    let bad = points.iter().any(|(x, y)| !x.is_finite() || !y.is_finite());
    if bad {
        return Some((f64::NAN, f64::NAN, f64::NAN, f64::NAN));
    }
    points
        .iter()
        .copied()
        .map(|(x, y)| (x, y, x, y))
        .reduce(|a, b| (a.0.min(b.0), a.1.min(b.1), a.2.max(b.2), a.3.max(b.3)))
}

/// The corners of a path, and the highest and lowest points of its half circles.
fn points(d: &str) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    // The letter of an arc is in what is no number.
    let d = d.replace("NaN", "?");
    for step in d.split_inclusive(|letter: char| "MLaZ".contains(letter)).collect::<Vec<_>>().windows(2) {
        let numbers = step[1].trim_end_matches(|letter: char| "MLaZ".contains(letter)).split_whitespace();
        let numbers: Vec<f64> = numbers.map(|number| number.parse().unwrap_or(f64::NAN)).collect();
        match (step[0].chars().last(), &numbers[..]) {
            (Some('M' | 'L'), [x, y]) => points.push((*x, *y)),
            (Some('a'), [_, radius, .., across, down]) => {
                let (x, y) = *points.last().expect("an arc begins somewhere");
                let middle = (x + across / 2.0, y + down / 2.0);
                points.extend([(middle.0, middle.1 - radius), (middle.0, middle.1 + radius), (x + across, y + down)]);
            }
            (Some('Z'), []) => {}
            step => panic!("{step:?} in {d}"),
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::kit::looks::{AXIS, BAR, TICK, TRAIN, TRAIN_DOT};

    fn found(draw: impl Fn(&mut Scene)) -> usize {
        let mut scene = Scene::new(100.0, 50.0);
        draw(&mut scene);
        outside(&scene).len()
    }

    #[test]
    fn every_kind_of_mark_is_seen_to_leave() {
        assert_eq!(found(|scene| scene.rect(&BAR, (90.0, 10.0), (20.0, 10.0), 0.0)), 1);
        assert_eq!(found(|scene| scene.rect(&BAR, (90.0, 10.0), (10.0, 40.0), 0.0)), 0);
        assert_eq!(found(|scene| scene.circle(&TRAIN_DOT, (50.0, 3.0), 5.0)), 1);
        assert_eq!(found(|scene| scene.line(&AXIS, (0.0, 10.0), (120.0, 10.0))), 1);
        assert_eq!(found(|scene| scene.path(&TRAIN, "MNaN 3L10 10".into())), 1, "what is nowhere is outside");
        assert_eq!(found(|scene| scene.text(&TICK, (95.0, 20.0), Anchor::Start, "a long one")), 1);
        assert_eq!(found(|scene| scene.text(&TICK, (95.0, 20.0), Anchor::End, "a long one")), 0);
        assert_eq!(found(|scene| scene.text(&TICK, (50.0, 4.0), Anchor::End, "high")), 1);
    }

    #[test]
    fn a_circle_of_two_arcs_is_as_high_as_it_is() {
        assert_eq!(around(&points("M5 20a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z")), Some((5.0, 15.0, 15.0, 25.0)));
        assert_eq!(around(&points("")), None);
    }
}
