//! How much to order at once, so that one submit stays short and the device still has enough to do.

use std::time::Duration;

/// What one submit may take: long enough to keep a device busy, short enough to be interrupted, two of them as well.
const GOAL: Duration = Duration::from_millis(60);
/// What the fewest units that are worth a submit may take.
const PATIENCE: Duration = Duration::from_millis(500);

/// Units of work per submit, learned from how long the last ones took.
pub struct SubmitSize {
    count: usize,
    least: usize,
    most: usize,
}

impl SubmitSize {
    /// Begins with a single unit.
    pub fn up_to(most: usize) -> Self {
        Self::between(1, most)
    }

    /// Begins with `least`, and orders fewer only where they would take far longer than the goal.
    pub fn between(least: usize, most: usize) -> Self {
        Self { count: least, least, most }
    }

    pub fn count(&self) -> usize {
        self.count
    }

    /// Learns that `count` units took `time`. Grows at most twofold at a time: a first unit may be quick by chance.
    pub fn took(&mut self, count: usize, time: Duration) {
        let seconds = time.as_secs_f64().max(1e-6) / count as f64;
        let fitting = |goal: Duration| (goal.as_secs_f64() / seconds) as usize;
        let least = fitting(PATIENCE).clamp(1, self.least);
        self.count = fitting(GOAL).clamp(least, self.most.min(2 * self.count).max(least));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_count_that_fits_the_goal() {
        let mut submit_size = SubmitSize::up_to(16);
        for (milliseconds_per_unit, wanted) in [(1, 16), (30, 2), (500, 1), (15, 4)] {
            for _ in 0..6 {
                let count = submit_size.count();
                submit_size.took(count, Duration::from_millis(milliseconds_per_unit) * count as u32);
            }
            assert_eq!(submit_size.count(), wanted, "{milliseconds_per_unit} ms each");
        }
        submit_size.took(1, Duration::ZERO);
        assert!(submit_size.count() <= 16);

        let mut submit_size = SubmitSize::between(8, 32);
        assert_eq!(submit_size.count(), 8);
        for (milliseconds_per_unit, wanted) in [(1, 32), (5, 12), (30, 8), (100, 5), (3000, 1), (30, 8)] {
            for _ in 0..6 {
                let count = submit_size.count();
                submit_size.took(count, Duration::from_millis(milliseconds_per_unit) * count as u32);
            }
            assert_eq!(submit_size.count(), wanted, "{milliseconds_per_unit} ms each, at least eight");
        }
    }
}
