//! How a model learns: the optimizer, the learning rate over the run, and what the loss asks for beside the next token.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainConfig {
    pub steps: usize,
    /// Sequences of one pass forward and backward.
    pub batch_size: usize,
    /// Passes whose gradients are added up before the weights move.
    pub accumulation: usize,
    pub optimizer: Optimizer,
    /// The highest one of the run.
    pub learning_rate: f32,
    pub schedule: Schedule,
    /// Steps over which the learning rate rises from 0.
    pub warmup: usize,
    /// Share of the steps over which [`Schedule::WarmupStableDecay`] falls.
    pub decay_share: f32,
    /// Schedules that end somewhere end at this share of the highest learning rate.
    pub final_share: f32,
    /// What SGD and Muon keep of their direction from one step to the next.
    pub momentum: f32,
    pub weight_decay: f32,
    pub beta1: f32,
    pub beta2: f32,
    /// Largest global gradient norm; 0 switches clipping off.
    pub clip: f32,
    /// Share of the target's probability that is spread over the vocabulary (Szegedy et al., 2016).
    pub label_smoothing: f32,
    /// Weight of the squared logarithm of the normalizer in the loss (Chowdhery et al., 2022).
    pub z_loss: f32,
    pub seed: u32,
    /// Steps between two evaluations on the validation split.
    pub eval_every: usize,
    /// Steps between two samples for the timeline.
    pub sample_every: usize,
    /// Where the samples of the timeline begin.
    pub sample_prompt: String,
}

/// What turns gradients into updates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Optimizer {
    /// Stochastic gradient descent with momentum (Polyak, 1964).
    Sgd,
    /// Kingma and Ba, 2015; weight decay is a part of the gradient.
    Adam,
    /// Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
    #[default]
    AdamW,
    /// The sign of a mean (Chen et al., 2023).
    Lion,
    /// Momentum made orthogonal, for the matrices of the blocks (Jordan, 2024); AdamW for everything else.
    Muon,
}

/// How the learning rate moves behind its warm-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    Constant,
    Linear,
    /// Half a cosine (Loshchilov and Hutter, 2017).
    #[default]
    Cosine,
    /// One over the square root of the steps (Vaswani et al., 2017).
    InverseSquareRoot,
    /// Constant, and a straight fall at the end (Hu et al., 2024).
    WarmupStableDecay,
    /// Rises by the same factor in every step: the range test of the learning-rate finder (Smith, 2017). No choice of
    /// a run.
    RangeTest,
}

/// The learning rate as a function of the step. `shaders/step.wgsl` computes the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LearningRate {
    pub schedule: Schedule,
    pub peak: f32,
    pub warmup: usize,
    pub steps: usize,
    pub decay_share: f32,
    pub final_share: f32,
}

impl Optimizer {
    pub const ALL: [Self; 5] = [Self::Sgd, Self::Adam, Self::AdamW, Self::Lion, Self::Muon];

    /// The keys of the settings that only some optimizers read.
    pub fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Sgd => &["momentum"],
            Self::Adam | Self::AdamW | Self::Lion => &["beta1", "beta2"],
            Self::Muon => &["momentum", "beta1", "beta2"],
        }
    }
}

impl Schedule {
    /// Those that a run may have.
    pub const ALL: [Self; 5] =
        [Self::Constant, Self::Linear, Self::Cosine, Self::InverseSquareRoot, Self::WarmupStableDecay];

    /// The keys of the settings that only some schedules read.
    pub fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Constant | Self::InverseSquareRoot => &[],
            Self::Linear | Self::Cosine | Self::RangeTest => &["final_share"],
            Self::WarmupStableDecay => &["decay_share", "final_share"],
        }
    }
}

impl TrainConfig {
    pub fn rate(&self) -> LearningRate {
        LearningRate {
            schedule: self.schedule,
            peak: self.learning_rate,
            warmup: self.warmup,
            steps: self.steps,
            decay_share: self.decay_share,
            final_share: self.final_share,
        }
    }

    /// Sequences between two updates.
    pub fn rows_per_step(&self) -> usize {
        self.batch_size * self.accumulation
    }

    /// Whether a setting changes anything with this optimizer and this schedule.
    pub fn reads(&self, key: &str) -> bool {
        let some = |all: &[&str], own: &[&str]| own.contains(&key) || !all.contains(&key);
        some(&["momentum", "beta1", "beta2"], self.optimizer.settings())
            && some(&["decay_share", "final_share"], self.schedule.settings())
    }
}

impl LearningRate {
    /// The learning rate of a step, counted from 0.
    pub fn at(&self, step: f64) -> f64 {
        let (peak, warmup, steps) = (f64::from(self.peak), self.warmup as f64, self.steps as f64);
        let low = f64::from(self.final_share);
        if self.schedule == Schedule::RangeTest {
            return peak * low.powf(1.0 - (step / (steps - 1.0).max(1.0)).clamp(0.0, 1.0));
        }
        if step < warmup {
            return peak * (step + 1.0) / warmup;
        }
        let begin = match self.schedule {
            Schedule::WarmupStableDecay => warmup.max(steps - f64::from(self.decay_share) * steps),
            _ => warmup,
        };
        let progress = ((step - begin) / (steps - begin).max(1.0)).clamp(0.0, 1.0);
        let share = match self.schedule {
            Schedule::Constant => 1.0,
            Schedule::Linear | Schedule::WarmupStableDecay => low + (1.0 - low) * (1.0 - progress),
            Schedule::Cosine => low + (1.0 - low) * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos()),
            Schedule::InverseSquareRoot => (warmup.max(1.0) / (step + 1.0)).sqrt(),
            Schedule::RangeTest => unreachable!("has no warm-up"),
        };
        peak * share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: LearningRate = LearningRate {
        schedule: Schedule::Cosine,
        peak: 0.5,
        warmup: 10,
        steps: 110,
        decay_share: 0.2,
        final_share: 0.1,
    };

    /// Shares of the highest rate at some steps, by hand.
    #[test]
    fn every_schedule_goes_where_its_paper_says() {
        let quarter = 0.1 + 0.9 * 0.5 * (1.0 + std::f64::consts::FRAC_1_SQRT_2);
        let rows: [(Schedule, &[(f64, f64)]); 5] = [
            (Schedule::Constant, &[(10.0, 1.0), (110.0, 1.0)]),
            (Schedule::Linear, &[(10.0, 1.0), (60.0, 0.55), (110.0, 0.1), (500.0, 0.1)]),
            (Schedule::Cosine, &[(10.0, 1.0), (35.0, quarter), (60.0, 0.55), (110.0, 0.1)]),
            (Schedule::InverseSquareRoot, &[(9.0, 1.0), (39.0, 0.5), (89.0, 1.0 / 3.0)]),
            (Schedule::WarmupStableDecay, &[(10.0, 1.0), (88.0, 1.0), (99.0, 0.55), (110.0, 0.1)]),
        ];
        for (schedule, points) in rows {
            let rate = LearningRate { schedule, ..RATE };
            for (step, share) in [(0.0, 0.1), (4.0, 0.5), (9.0, 1.0)].iter().chain(points) {
                let (got, want) = (rate.at(*step), 0.5 * share);
                assert!((got - want).abs() < 1e-6, "{schedule:?} at {step}: {got}, not {want}");
            }
        }
    }

    #[test]
    fn a_range_test_rises_by_one_factor() {
        let rate = LearningRate { schedule: Schedule::RangeTest, peak: 1.0, steps: 7, final_share: 1e-6, ..RATE };
        for step in 0..7 {
            let want = 10f64.powi(step - 6);
            assert!((rate.at(f64::from(step)) / want - 1.0).abs() < 1e-6, "{step}: {}", rate.at(f64::from(step)));
        }
    }

    #[test]
    fn no_length_of_warm_up_or_run_gives_what_is_no_number() {
        for schedule in Schedule::ALL.into_iter().chain([Schedule::RangeTest]) {
            for (warmup, steps, decay_share) in [(0, 1, 1.0), (0, 0, 0.5), (500, 100, 0.01), (1, 1, 1.0)] {
                let rate = LearningRate { schedule, warmup, steps, decay_share, ..RATE };
                assert!([0.0, 1.0, 50.0, 1e5].into_iter().all(|step| rate.at(step).is_finite()), "{rate:?}");
            }
        }
    }
}
