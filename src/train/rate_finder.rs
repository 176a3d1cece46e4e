//! The learning-rate range test (Smith, 2017): a few steps, each at a higher rate, on a model that is thrown away after.

use std::rc::Rc;

use super::machine::Device;
use super::model::Model;
use super::trainer::{Targets, Trainer};
use crate::config::{Config, Schedule, TrainConfig};
use crate::error::{Error, Result};
use crate::protocol::live::{RatePoint, RateTest};
use crate::text::loader::Batch;

/// Steps from the lowest rate to the highest.
const STEPS: usize = 96;
const LOWEST: f32 = 1e-6;
const HIGHEST: f32 = 1.0;
/// Steps of one piece of work.
const PIECE: usize = 4;
/// What the mean of the losses keeps of itself from step to step.
const SMOOTHING: f32 = 0.85;
/// The test ends where the loss has risen to so much of what it began with.
const EXPLODED: f32 = 1.25;

/// A test that goes on, piece after piece.
pub struct RateFinder {
    trainer: Trainer,
    test: RateTest,
}

impl RateFinder {
    /// A copy of the model that this configuration begins with, seeds included.
    ///
    /// # Errors
    /// [`Error::ModelTooLarge`] before anything is allocated, or what the device says.
    pub async fn new(device: &Device, config: &Config, vocab_size: usize, targets: Targets) -> Result<Self> {
        let train = TrainConfig {
            steps: STEPS,
            schedule: Schedule::RangeTest,
            learning_rate: HIGHEST,
            final_share: LOWEST / HIGHEST,
            ..config.train.clone()
        };
        let model = Rc::new(Model::new(device, &config.model, vocab_size, config.train.seed).await?);
        let trainer = Trainer::new(&model, &train, targets).await?;
        Ok(Self { trainer, test: RateTest { steps: STEPS as u64, ..RateTest::default() } })
    }

    /// Some more steps, and what is known by then. `fill` writes the batch of a step, counted from 0.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn go_on(&mut self, fill: impl FnMut(u64, &mut Batch)) -> Result<&RateTest> {
        let left = STEPS - self.trainer.step() as usize;
        self.trainer.queue_batches(PIECE.min(left).min(self.trainer.steps_at_once()), fill);
        let exploded = match self.trainer.read_points().await {
            Ok(points) => {
                let whole = points.last().map_or(0, |point| point.step) == self.trainer.step();
                points.iter().for_each(|point| self.note(point.learning_rate, point.loss));
                !whole || self.has_exploded()
            }
            Err(Error::NotFinite { .. }) => true,
            Err(error) => return Err(error),
        };
        if exploded || self.trainer.step() as usize == STEPS {
            self.test.is_over = true;
            self.test.suggestion = suggestion(&self.test.points);
        }
        Ok(&self.test)
    }

    fn note(&mut self, rate: f32, loss: f32) {
        let before = self.test.points.last().map_or(loss, |point| point.smooth);
        let smooth = SMOOTHING * before + (1.0 - SMOOTHING) * loss;
        self.test.points.push(RatePoint { rate, loss, smooth });
    }

    fn has_exploded(&self) -> bool {
        let [first, .., last] = &self.test.points[..] else { return false };
        last.smooth > EXPLODED * first.smooth
    }
}

/// The rate at which the smoothed loss falls fastest along the logarithm of the rate: big enough to learn, and well below
/// where the loss turns up. Nothing where it never falls by more than its own noise.
fn suggestion(points: &[RatePoint]) -> Option<f32> {
    /// Steps over which a slope is taken.
    const REACH: usize = 4;
    let lowest = points.iter().enumerate().min_by(|a, b| a.1.smooth.total_cmp(&b.1.smooth))?.0;
    let falls = points[0].smooth - points[lowest].smooth;
    if falls < 0.02 * points[0].smooth {
        return None;
    }
    let slope = |at: usize| points[at - REACH].smooth - points[at + REACH].smooth;
    let places = REACH..(lowest + 1).min(points.len().saturating_sub(REACH));
    places.max_by(|&a, &b| slope(a).total_cmp(&slope(b))).map(|at| points[at].rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(loss: impl Fn(f32) -> f32) -> Vec<RatePoint> {
        let rate = |step: usize| 10f32.powf(-6.0 + 6.0 * step as f32 / 95.0);
        (0..96)
            .map(|step| (rate(step), loss(rate(step).log10())))
            .map(|(rate, loss)| RatePoint { rate, loss, smooth: loss })
            .collect()
    }

    #[test]
    fn the_steepest_fall_is_suggested() {
        // A fall whose middle is at 10^-3, and an explosion at 10^-1.
        let valley = |log: f32| 4.0 - 2.0 / (1.0 + (-4.0 * (log + 3.0)).exp()) + (6.0 * (log + 1.0)).exp().min(50.0);
        let rate = suggestion(&points(valley)).expect("it falls");
        assert!((rate.log10() + 3.0).abs() < 0.15, "{rate}");
    }

    #[test]
    fn nothing_is_suggested_where_nothing_falls() {
        assert_eq!(suggestion(&points(|_| 4.0)), None);
        assert_eq!(suggestion(&points(|log| 4.0 + log.exp())), None);
        assert_eq!(suggestion(&[]), None);
        assert_eq!(suggestion(&points(|_| 4.0)[..3]), None);
    }
}
