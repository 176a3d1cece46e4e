//! Each class has a shape of its own, so that none is told by its colour alone. All have about the same area.

use std::f64::consts::{FRAC_PI_2, TAU};

use crate::ui::kit::scene::{polyline, tenth};

/// The outline of a class's mark around a place.
pub fn shape(class: usize, (x, y): (f64, f64), radius: f64) -> String {
    match class {
        0 => circle((x, y), radius),
        1 => regular(4, (x, y), 1.25 * radius, FRAC_PI_2 / 2.0),
        2 => regular(3, (x, y), 1.5 * radius, -FRAC_PI_2),
        3 => regular(4, (x, y), 1.35 * radius, 0.0),
        4 => regular(3, (x, y), 1.5 * radius, FRAC_PI_2),
        _ => cross((x, y), 1.25 * radius, 0.45 * radius),
    }
}

fn circle((x, y): (f64, f64), radius: f64) -> String {
    let (left, r, across) = (tenth(x - radius), tenth(radius), 2.0 * tenth(radius));
    format!("M{left} {}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0 {} 0Z", tenth(y), -across)
}

fn regular(corners: usize, (x, y): (f64, f64), radius: f64, turn: f64) -> String {
    let corner = |at: usize| {
        let angle = turn + TAU * at as f64 / corners as f64;
        (x + radius * angle.cos(), y + radius * angle.sin())
    };
    polyline(&(0..corners).map(corner).collect::<Vec<_>>()) + "Z"
}

fn cross((x, y): (f64, f64), long: f64, short: f64) -> String {
    let arm = [(short, short), (long, short), (long, -short), (short, -short)];
    let turned = |turns: usize, (a, b): (f64, f64)| match turns {
        0 => (x + a, y + b),
        1 => (x + b, y - a),
        2 => (x - a, y - b),
        _ => (x - b, y + a),
    };
    let corners = (0..4).flat_map(|turns| arm.map(|corner| turned(turns, corner)));
    polyline(&corners.collect::<Vec<_>>()) + "Z"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::sample::MAX_CLASSES;

    #[test]
    fn every_class_has_a_shape_of_its_own() {
        let shapes: Vec<String> = (0..MAX_CLASSES).map(|class| shape(class, (10.0, 10.0), 4.0)).collect();
        for (class, outline) in shapes.iter().enumerate() {
            assert!(outline.starts_with('M') && outline.ends_with('Z'), "{outline}");
            assert!(!shapes[..class].contains(outline), "class {class} looks like another");
        }
    }
}
