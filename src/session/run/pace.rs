//! How fast a run is and how long it will still take.

use std::time::Duration;

use super::snapshots::Snapshots;
use crate::protocol::Pace;

/// The page is told of steps this often at most: more often nobody can see, and each time the device is read.
const REPORT_EVERY: Duration = Duration::from_millis(250);

/// Time spent on training and measuring; pauses do not count.
#[derive(Clone)]
pub struct Speed {
    tokens_per_step: usize,
    steps: usize,
    training: Duration,
    measuring: Duration,
    /// Steps and training time since the last report.
    recent: (usize, Duration),
}

impl Speed {
    pub fn new(tokens_per_step: usize, steps: usize) -> Self {
        let recent = (0, Duration::ZERO);
        Self { tokens_per_step, steps, training: Duration::ZERO, measuring: Duration::ZERO, recent }
    }

    /// Goes on after so many seconds.
    pub fn go_on_after(&mut self, seconds: f32) {
        self.training = Duration::try_from_secs_f32(seconds).unwrap_or_default();
    }

    pub fn trained(&mut self, steps: usize, time: Duration) {
        self.training += time;
        self.recent = (self.recent.0 + steps, self.recent.1 + time);
    }

    pub fn measured(&mut self, time: Duration) {
        self.measuring += time;
    }

    pub fn is_report_due(&self) -> bool {
        self.recent.1 >= REPORT_EVERY
    }

    /// The pace at `step`; what counts as recent begins anew.
    pub fn report(&mut self, step: u64, snapshots: &Snapshots) -> Pace {
        let (steps, time) = std::mem::take(&mut self.recent);
        let elapsed = self.training + self.measuring;
        let left = (self.steps as u64).saturating_sub(step);
        Pace {
            tokens_per_second: (steps * self.tokens_per_step) as f32 / time.as_secs_f32().max(1e-6),
            elapsed_seconds: elapsed.as_secs_f32(),
            safe_step: snapshots.step(),
            safe_share: snapshots.spent.as_secs_f32() / self.training.as_secs_f32().max(1e-6),
            remaining_seconds: elapsed.as_secs_f32() / step.max(1) as f32 * left as f32,
        }
    }
}
