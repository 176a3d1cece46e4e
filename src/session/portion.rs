//! How much to order at once, so that one submit stays short and the device still has enough to do.

use std::time::Duration;

/// What one submit may take: long enough to keep a device busy, short enough to be interrupted, two of them as well.
const GOAL: Duration = Duration::from_millis(60);

/// Units of work per submit, learned from how long the last ones took.
pub struct Portion {
    count: usize,
    most: usize,
}

impl Portion {
    /// Begins with a single unit.
    pub fn up_to(most: usize) -> Self {
        Self { count: 1, most }
    }

    pub fn count(&self) -> usize {
        self.count
    }

    /// Learns that `count` units took `time`. Grows at most twofold at a time: a first unit may be quick by chance.
    pub fn took(&mut self, count: usize, time: Duration) {
        let fitting = GOAL.as_secs_f64() / time.as_secs_f64().max(1e-6) * count as f64;
        self.count = (fitting as usize).clamp(1, self.most.min(2 * self.count));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_count_that_fits_the_goal() {
        let mut portion = Portion::up_to(16);
        for (milliseconds_per_unit, wanted) in [(1, 16), (30, 2), (500, 1), (15, 4)] {
            for _ in 0..6 {
                let count = portion.count();
                portion.took(count, Duration::from_millis(milliseconds_per_unit) * count as u32);
            }
            assert_eq!(portion.count(), wanted, "{milliseconds_per_unit} ms each");
        }
        portion.took(1, Duration::ZERO);
        assert!(portion.count() <= 16);
    }
}
