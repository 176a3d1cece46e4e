//! What samples say about the corpus, over many redraws.

use gptling::config::sampling::{Balance, SamplingConfig, SamplingMethod, Size, StrataBy, WeightsBy};
use gptling::rng::{Rng, Stream};
use gptling::text::sampling::{Design, Estimate, Population, Redraws, Statistic};

use super::{corpus, design};
use crate::text::chance::check_mean;

fn estimate(design: &Design, values: &[f64]) -> Estimate {
    let mut redraws = Redraws::new(design, values.to_vec(), 1);
    while redraws.advance() < 1.0 {}
    redraws.finish()
}

fn config(method: SamplingMethod) -> SamplingConfig {
    SamplingConfig { method, size: Size::Share(0.25), ..Default::default() }
}

/// The mean of the weighted estimates over 4,000 samples, with its standard error, and the mean of the plain ones.
fn averages(design: &Design, values: &[f64]) -> (f64, f64, f64) {
    let (mut sum, mut squares, mut plain) = (0.0, 0.0, 0.0);
    let draws = 4000;
    for draw in 0..draws {
        let drawn = design.documents(&mut Rng::at_step(3, Stream::Documents, draw));
        let weighted: f64 = drawn.iter().map(|at| design.weight(*at as usize) * values[*at as usize]).sum::<f64>()
            / values.len() as f64;
        plain += drawn.iter().map(|at| values[*at as usize]).sum::<f64>() / drawn.len() as f64;
        sum += weighted;
        squares += weighted * weighted;
    }
    let n = f64::from(draws);
    let mean = sum / n;
    (mean, ((squares / n - mean * mean).max(0.0) / n).sqrt().max(1e-12 * mean.abs()), plain / n)
}

#[test]
fn weighted_estimates_are_right_on_average() {
    let corpus = corpus();
    for statistic in [Statistic::MeanLength, Statistic::ClassShare(2)] {
        let values = statistic.values(&corpus);
        let truth = values.iter().sum::<f64>() / 120.0;
        for method in SamplingMethod::ALL.into_iter().filter(|method| *method != SamplingMethod::Synthetic) {
            let design = design(&Population::of(&corpus), &config(method));
            let (mean, error, _) = averages(&design, &values);
            check_mean(&format!("{method:?} of {statistic:?}"), mean, truth, error);
        }
    }
}

#[test]
fn without_their_weights_importance_samples_are_wrong() {
    let corpus = corpus();
    let values = Statistic::MeanLength.values(&corpus);
    let truth = values.iter().sum::<f64>() / 120.0;
    for weights in [WeightsBy::Length(1.0), WeightsBy::Length(-1.0)] {
        let design =
            design(&Population::of(&corpus), &SamplingConfig { weights, ..config(SamplingMethod::Importance) });
        let (mean, error, plain) = averages(&design, &values);
        check_mean("weighted", mean, truth, error);
        assert!((plain - truth).abs() > 0.2 * truth, "{weights:?}: {plain} beside {truth}");
    }
}

#[test]
fn redraws_tell_truth_bias_and_chance() {
    let corpus = corpus();
    let values = Statistic::MeanLength.values(&corpus);
    let simple = estimate(&design(&Population::of(&corpus), &config(SamplingMethod::SimpleRandom)), &values);
    assert_eq!(simple.plain.values.len(), 200);
    assert_eq!(simple.truth, values.iter().sum::<f64>() / 120.0);
    // With 200 redraws a standard deviation is known to 5 %.
    assert!((simple.plain.deviation / simple.simple_random - 1.0).abs() < 0.25, "{simple:?}");
    let same = simple.plain.values.iter().zip(&simple.weighted.values).all(|(a, b)| (a - b).abs() < 1e-9 * a);
    assert!(same, "all weights are equal");

    let importance = config(SamplingMethod::Importance);
    let importance = estimate(&design(&Population::of(&corpus), &importance), &values);
    assert!(importance.plain.error > 3.0 * importance.plain.deviation, "far off: {:?}", importance.plain.mean);
    // Drawn in proportion to what is summed up, every sample gives the truth.
    assert!(importance.weighted.error < 1e-9 * importance.truth, "{}", importance.weighted.error);
}

/// Why one stratifies: strata by length make the mean length nearly certain, strata by label the class shares.
#[test]
fn stratified_samples_beat_simple_ones() {
    let corpus = corpus();
    let lengths = Statistic::MeanLength.values(&corpus);
    let by = |strata, values: &[f64]| {
        let config = SamplingConfig { strata, ..config(SamplingMethod::StratifiedRandom) };
        estimate(&design(&Population::of(&corpus), &config), values)
    };
    let by_length = by(StrataBy::Length, &lengths);
    assert!(by_length.weighted.error < 0.5 * by_length.simple_random, "{}", by_length.weighted.error);
    let by_label = by(StrataBy::Label, &Statistic::ClassShare(1).values(&corpus));
    assert!(by_label.weighted.error < 1e-9 && by_label.simple_random > 0.05);
}

#[test]
fn the_effective_size_is_kish_s() {
    let corpus = corpus();
    let population = Population::of(&corpus);
    let balanced = SamplingConfig { balance: Balance::Size, size: Size::Count(36), ..config(SamplingMethod::Balanced) };
    let sample = design(&population, &balanced).draw(1);
    // 12 draws of each class, which stand for 72 / 12, 36 / 12 and 12 / 12 documents.
    let (sum, squares): (f64, f64) = (12.0 * (6.0 + 3.0 + 1.0), 12.0 * (36.0 + 9.0 + 1.0));
    assert!((sample.effective_size() - sum * sum / squares).abs() < 1e-9);
    let simple = design(&population, &config(SamplingMethod::SimpleRandom)).draw(1);
    assert!((simple.effective_size() - 30.0).abs() < 1e-9 && simple.distinct() == 30);
    assert!(simple.drawn.iter().all(|drawn| drawn.weight == 4.0 && drawn.inclusion == 0.25 && drawn.times == 1));
}
