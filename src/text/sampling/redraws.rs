//! The same design drawn again and again: how far its estimates are from the truth, and how much of that is chance.

use super::design::Design;
use super::sample::Sample;
use crate::config::sampling::SamplingMethod;
use crate::rng::{Rng, Stream};

/// Draws that show the error of an estimate.
pub const REDRAWS: usize = 200;

/// A statistic of a corpus as samples of one design estimate it, in three ways.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The mean over the whole corpus.
    pub truth: f64,
    /// The mean of what was drawn, as if every draw counted alike: what training without weights sees.
    pub plain: Spread,
    /// Weighted sum over the number of documents (Horvitz & Thompson): right on average wherever all can be drawn.
    pub weighted: Spread,
    /// Weighted sum over the sum of weights (Hajek): not quite right on average, steadier where sizes vary.
    pub ratio: Spread,
    /// Standard error of a simple random sample with as many draws as these had on average, by its formula.
    pub simple_random: f64,
}

/// How weighted draws become an estimate of a mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Estimator {
    /// [`Estimate::weighted`].
    Expansion,
    /// [`Estimate::ratio`].
    Ratio,
}

impl Estimator {
    /// The one that suits a method: where samples differ in size by chance, sums over the number of documents would show
    /// that chance alone.
    pub fn of(method: SamplingMethod) -> Self {
        match method {
            SamplingMethod::Systematic | SamplingMethod::Cluster => Self::Ratio,
            _ => Self::Expansion,
        }
    }

    /// The estimate of one sample; `values` has a number for each document of the corpus.
    pub fn estimate(self, sample: &Sample, values: &[f64]) -> f64 {
        let (mut sum, mut weights) = (0.0, 0.0);
        for drawn in &sample.drawn {
            let weight = f64::from(drawn.times) * drawn.weight;
            sum += weight * values[drawn.document as usize];
            weights += weight;
        }
        match self {
            Self::Expansion => sum / values.len() as f64,
            Self::Ratio => sum / weights.max(f64::MIN_POSITIVE),
        }
    }
}

/// One estimator over all redraws.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    pub values: Vec<f64>,
    pub mean: f64,
    /// Standard deviation around their own mean: the chance in it.
    pub deviation: f64,
    /// Root of the mean squared distance from the truth: chance and bias together.
    pub error: f64,
}

/// Draws a design again, a piece at a time: [`Redraws::advance`] until it gives 1, then [`Redraws::finish`].
pub struct Redraws<'a> {
    design: &'a Design<'a>,
    /// The number of each document whose mean is estimated.
    values: Vec<f64>,
    seed: u32,
    estimates: Vec<[f64; 3]>,
    draws: usize,
}

impl<'a> Redraws<'a> {
    pub fn new(design: &'a Design<'a>, values: Vec<f64>, seed: u32) -> Self {
        assert_eq!(values.len(), design.population(), "redraws: a value for each document");
        Self { design, values, seed, estimates: Vec::new(), draws: 0 }
    }

    /// Documents drawn so far, repetitions counted.
    pub fn draws(&self) -> usize {
        self.draws
    }

    /// Draws once and says which share of [`REDRAWS`] is done. Time is linear in what is drawn.
    pub fn advance(&mut self) -> f32 {
        let mut rng = Rng::at_step(self.seed, Stream::Redraws, self.estimates.len() as u32);
        let drawn = self.design.documents(&mut rng);
        self.draws += drawn.len();
        self.estimates.push(self.estimate(&drawn));
        self.estimates.len() as f32 / REDRAWS as f32
    }

    fn estimate(&self, drawn: &[u32]) -> [f64; 3] {
        let (mut plain, mut weighted, mut weights) = (0.0, 0.0, 0.0);
        for document in drawn {
            let (value, weight) = (self.values[*document as usize], self.design.weight(*document as usize));
            plain += value;
            weighted += weight * value;
            weights += weight;
        }
        let over = |sum: f64, count: f64| if count > 0.0 { sum / count } else { 0.0 };
        [over(plain, drawn.len() as f64), over(weighted, self.values.len() as f64), over(weighted, weights)]
    }

    pub fn finish(self) -> Estimate {
        let truth = mean(&self.values);
        let spread = |column: usize| Spread::of(self.estimates.iter().map(|row| row[column]).collect(), truth);
        let draws = self.draws as f64 / self.estimates.len().max(1) as f64;
        Estimate {
            truth,
            plain: spread(0),
            weighted: spread(1),
            ratio: spread(2),
            simple_random: simple_random_error(&self.values, truth, draws),
        }
    }
}

impl Estimate {
    /// What this estimator gave.
    pub fn by(self, estimator: Estimator) -> Spread {
        match estimator {
            Estimator::Expansion => self.weighted,
            Estimator::Ratio => self.ratio,
        }
    }
}

impl Spread {
    fn of(values: Vec<f64>, truth: f64) -> Self {
        let mean = mean(&values);
        let around = |centre: f64| {
            (values.iter().map(|value| (value - centre).powi(2)).sum::<f64>() / values.len().max(1) as f64).sqrt()
        };
        Self { mean, deviation: around(mean), error: around(truth), values }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// sqrt((1 - n / N) S^2 / n), with S^2 over N - 1 (Cochran, 1977, theorem 2.2); 0 once everyone is drawn.
fn simple_random_error(values: &[f64], mean: f64, draws: f64) -> f64 {
    let all = values.len() as f64;
    if all < 2.0 || draws >= all || draws <= 0.0 {
        return 0.0;
    }
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (all - 1.0);
    ((1.0 - draws / all) * variance / draws).sqrt()
}
