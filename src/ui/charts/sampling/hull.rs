//! The rubber band around some dots.

type Point = (f64, f64);

/// The convex hull, turning left all the way (Andrew's monotone chain, 1979).
pub fn hull(points: &[Point]) -> Vec<Point> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    sorted.dedup();
    if sorted.len() < 3 {
        return sorted;
    }
    let mut hull = half(sorted.iter());
    hull.extend(half(sorted.iter().rev()));
    hull
}

/// The lower half when the points come from the left, the upper one when they come from the right; without its end.
fn half<'a>(points: impl Iterator<Item = &'a Point>) -> Vec<Point> {
    let mut half: Vec<Point> = Vec::new();
    for point in points {
        while let [.., before, last] = half[..]
            && turn(before, last, *point) <= 0.0
        {
            half.pop();
        }
        half.push(*point);
    }
    half.pop();
    half
}

fn turn(a: Point, b: Point, c: Point) -> f64 {
    (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hull_holds_the_corners_alone() {
        let square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)];
        let inner = [(1.0, 1.0), (0.5, 1.5), (1.0, 0.0), (2.0, 2.0)];
        assert_eq!(hull(&[square.as_slice(), &inner].concat()), square);
        assert_eq!(hull(&[(1.0, 1.0), (1.0, 1.0)]), [(1.0, 1.0)]);
        assert_eq!(hull(&[]), []);
        assert_eq!(hull(&[(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)]).len(), 2, "a line has two ends");
    }
}
