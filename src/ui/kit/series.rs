//! Lists of `(step, value)` made ready for drawing: smoothed, and thinned to the pixels that are there.

pub type Point = (f64, f64);

/// Exponential moving average over about `horizon` values, corrected for its start at zero (Kingma & Ba, 2015), so
/// that the first smoothed value is the first raw one.
pub fn smoothed(points: &[Point], horizon: f64) -> Vec<Point> {
    let keep = 1.0 - 1.0 / horizon.max(1.0);
    let (mut mean, mut weight) = (0.0, 0.0);
    points
        .iter()
        .map(|&(x, y)| {
            mean = keep * mean + (1.0 - keep) * y;
            weight = keep * weight + (1.0 - keep);
            (x, mean / weight)
        })
        .collect()
}

/// How many steps the smoothing of a run of `steps` looks back: fixed for the run, so that the past stands still.
pub fn horizon(steps: u64) -> f64 {
    (steps as f64 / 60.0).clamp(3.0, 100.0)
}

/// At most four points for each of `columns` columns: its first, lowest, highest and last, in their order. A peak of
/// one single step stays visible however many steps share a pixel.
pub fn thinned(points: &[Point], domain: (f64, f64), columns: usize) -> Vec<Point> {
    if points.len() <= 2 * columns {
        return points.to_vec();
    }
    let width = (domain.1 - domain.0) / columns as f64;
    points.chunk_by(|a, b| column(a, domain.0, width) == column(b, domain.0, width)).flat_map(extremes).collect()
}

fn column(point: &Point, start: f64, width: f64) -> i64 {
    ((point.0 - start) / width).floor() as i64
}

fn extremes(bucket: &[Point]) -> Vec<Point> {
    let by_value = |a: &usize, b: &usize| bucket[*a].1.total_cmp(&bucket[*b].1);
    let lowest = (0..bucket.len()).min_by(by_value).expect("a bucket has a point");
    let highest = (0..bucket.len()).max_by(by_value).expect("a bucket has a point");
    let mut chosen = vec![0, lowest, highest, bucket.len() - 1];
    chosen.sort_unstable();
    chosen.dedup();
    chosen.into_iter().map(|i| bucket[i]).collect()
}

/// The point whose x is nearest; points are in order of x.
pub fn nearest(points: &[Point], x: f64) -> Option<Point> {
    let after = points.partition_point(|point| point.0 < x);
    let candidates = points[after.saturating_sub(1)..(after + 1).min(points.len())].iter();
    candidates.min_by(|a, b| (a.0 - x).abs().total_cmp(&(b.0 - x).abs())).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(n: usize) -> Vec<Point> {
        (0..n).map(|i| (i as f64, (i as f64 * 0.7).sin())).collect()
    }

    #[test]
    fn smoothing_keeps_a_constant_and_the_first_value() {
        let flat: Vec<Point> = (0..50).map(|i| (i as f64, 2.5)).collect();
        assert!(smoothed(&flat, 10.0).iter().all(|point| (point.1 - 2.5).abs() < 1e-9));
        assert_eq!(smoothed(&[(1.0, 4.0), (2.0, 0.0)], 10.0)[0], (1.0, 4.0));
        assert_eq!(smoothed(&wave(9), 1.0), wave(9), "a horizon of one step smooths nothing");
    }

    #[test]
    fn smoothing_calms() {
        let spread = |points: &[Point]| points[100..].iter().fold(0f64, |most, point| most.max(point.1.abs()));
        assert!(spread(&smoothed(&wave(400), 30.0)) < 0.2 * spread(&wave(400)));
    }

    #[test]
    fn thinning_keeps_every_peak_and_the_order() {
        let mut points = wave(100_000);
        points[54_321].1 = 99.0;
        points[70_007].1 = -99.0;
        let thin = thinned(&points, (0.0, 100_000.0), 300);
        assert!(thin.len() <= 1200, "{}", thin.len());
        assert!(thin.contains(&(54_321.0, 99.0)) && thin.contains(&(70_007.0, -99.0)));
        assert!(thin.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!((thin[0], thin[thin.len() - 1]), (points[0], points[99_999]));
    }

    #[test]
    fn few_points_stay_as_they_are() {
        assert_eq!(thinned(&wave(600), (0.0, 600.0), 300), wave(600));
        assert_eq!(thinned(&[], (0.0, 600.0), 300), []);
    }

    #[test]
    fn the_nearest_point_is_found() {
        let points = [(1.0, 10.0), (5.0, 50.0), (9.0, 90.0)];
        for (x, expected) in [(-3.0, 1.0), (2.9, 1.0), (3.1, 5.0), (8.0, 9.0), (99.0, 9.0)] {
            assert_eq!(nearest(&points, x).map(|point| point.0), Some(expected), "{x}");
        }
        assert_eq!(nearest(&[], 1.0), None);
    }
}
