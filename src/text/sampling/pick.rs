//! How some of `n` units are picked: the five elementary ways that all methods are made of.

use rand::distr::Distribution;
use rand::seq::index;
use rand_distr::weighted::WeightedAliasIndex;

use crate::rng::Rng;

pub enum Pick {
    /// Without replacement, every set of `take` alike. Where more are asked for than there are, everyone comes as often
    /// as possible and the rest is drawn so.
    Apart { take: usize },
    /// `take` units at equal distances, a real number, from a random start: systematic sampling of an exact size.
    Spread { take: usize },
    /// Every `interval`-th unit from a random start among the first `interval`.
    Every { interval: usize },
    /// `take` draws with replacement, all units alike.
    Anew { take: usize },
    /// `take` draws with replacement in proportion to weights.
    Weighted(Weighted),
}

/// Draws in proportion to weights, each in constant time (Walker's aliases, 1974).
pub struct Weighted {
    take: usize,
    /// Of one draw; they add up to 1.
    probabilities: Vec<f64>,
    aliases: WeightedAliasIndex<f64>,
}

impl Weighted {
    /// The weights are finite, none is negative and their sum is above 0: `super::weights` sees to it.
    pub fn new(take: usize, weights: &[f64]) -> Self {
        let total: f64 = weights.iter().sum();
        let probabilities: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
        let aliases = WeightedAliasIndex::new(probabilities.clone());
        let aliases = aliases.unwrap_or_else(|error| panic!("weights of {} units: {error}", weights.len()));
        Self { take, probabilities, aliases }
    }
}

impl Pick {
    /// Units by number, one as often as it is drawn, in no particular order.
    pub fn draw(&self, units: usize, rng: &mut Rng) -> Vec<usize> {
        match self {
            Self::Apart { take } => {
                let whole = (0..take / units).flat_map(|_| 0..units);
                whole.chain(index::sample(rng, units, take % units)).collect()
            }
            Self::Spread { take } => {
                let (start, step) = (fraction(rng), units as f64 / *take as f64);
                let place = |number: usize| ((start + number as f64) * step) as usize;
                (0..*take).map(|number| place(number).min(units - 1)).collect()
            }
            Self::Every { interval } => (rng.below(*interval)..units).step_by(*interval).collect(),
            Self::Anew { take } => (0..*take).map(|_| rng.below(units)).collect(),
            Self::Weighted(weighted) => (0..weighted.take).map(|_| weighted.aliases.sample(rng)).collect(),
        }
    }

    /// How often a unit is drawn on average.
    pub fn expected(&self, units: usize, unit: usize) -> f64 {
        match self {
            Self::Apart { take } | Self::Spread { take } | Self::Anew { take } => *take as f64 / units as f64,
            Self::Every { interval } => 1.0 / *interval as f64,
            Self::Weighted(weighted) => weighted.take as f64 * weighted.probabilities[unit],
        }
    }

    /// The probability that a unit is drawn at least once.
    pub fn inclusion(&self, units: usize, unit: usize) -> f64 {
        let never = |probability: f64, take: usize| 1.0 - (1.0 - probability).powi(take as i32);
        match self {
            Self::Apart { .. } | Self::Spread { .. } | Self::Every { .. } => self.expected(units, unit).min(1.0),
            Self::Anew { take } => never(1.0 / units as f64, *take),
            Self::Weighted(weighted) => never(weighted.probabilities[unit], weighted.take),
        }
    }
}

/// Uniform in [0, 1) with 53 bits: 24 would leave out documents of a large corpus.
fn fraction(rng: &mut Rng) -> f64 {
    rand::Rng::random(rng)
}
