//! Whether a training is well: its loss is a number, and not far above that of pure guessing.

use crate::error::{Error, Result};
use crate::protocol::StepPoint;

/// A loss that is so many times that of guessing says that the model is sure of what is wrong.
const FAR_ABOVE: f32 = 1.5;
/// So many steps in a row: a single one may be a strange batch.
const IN_A_ROW: u64 = 2;

#[derive(Clone)]
pub struct DivergenceGuard {
    /// The loss of pure guessing, or of the model before its first step where that is more.
    guessing: f32,
    /// The first of the steps in a row, up to the last one, whose loss was far above.
    high_since: Option<u64>,
}

impl DivergenceGuard {
    pub fn new(vocab_size: usize) -> Self {
        Self { guessing: (vocab_size as f32).ln(), high_since: None }
    }

    /// Looks at the next steps.
    ///
    /// # Errors
    /// [`Error::Exploded`].
    pub fn check(&mut self, points: &[StepPoint]) -> Result<()> {
        for point in points {
            if point.step == 1 {
                self.guessing = self.guessing.max(point.loss);
            }
            self.high_since = (!self.is_fine(point.loss)).then(|| self.high_since.unwrap_or(point.step));
            if let Some(first) = self.high_since.filter(|first| point.step + 1 - first >= IN_A_ROW) {
                let [loss, guessing] = [point.loss, self.guessing].map(|loss| format!("{loss:.2}"));
                return Err(Error::Exploded { step: first, loss, guessing });
            }
        }
        Ok(())
    }

    pub fn is_fine(&self, loss: f32) -> bool {
        loss <= FAR_ABOVE * self.guessing
    }

    /// What was seen counts no longer: the training goes on from before.
    pub fn forget(&mut self) {
        self.high_since = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The step at which the first of these losses is called exploded, and that at which it is noticed.
    fn exploded(losses: &[f32]) -> Option<(u64, u64)> {
        let mut divergence_guard = DivergenceGuard::new(64);
        losses.iter().zip(1..).find_map(|(&loss, step)| {
            let point = StepPoint { step, loss, learning_rate: 0.1, grad_norm: 1.0 };
            match divergence_guard.check(&[point]) {
                Err(Error::Exploded { step: first, .. }) => Some((first, step)),
                other => other.err().map(|error| panic!("{error}")),
            }
        })
    }

    #[test]
    fn a_loss_far_above_guessing_is_noticed_at_the_second_step() {
        // ln 64 is 4.16.
        assert_eq!(exploded(&[4.2, 3.0, 2.5, 9.0, 20.0]), Some((4, 5)));
        assert_eq!(exploded(&[4.2, 60.0, 80.0]), Some((2, 3)));
    }

    #[test]
    fn what_comes_back_or_begins_high_has_not_exploded() {
        assert_eq!(exploded(&[4.2, 3.0, 9.0, 4.0, 9.0, 3.0]), None);
        assert_eq!(exploded(&[4.2, 6.0, 6.1, 5.9, 6.2]), None);
        assert_eq!(exploded(&[11.0, 12.0, 15.0, 16.0]), None);
    }
}
