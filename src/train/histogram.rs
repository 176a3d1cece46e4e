//! How numbers are distributed.

use crate::protocol::live::{Histogram, Numbers};

const BINS: usize = 41;

/// Counts numbers in intervals around zero, which lies in the middle of the middle one.
pub fn histogram(tensor: &str, of: Numbers, step: u64, numbers: &[f32]) -> Histogram {
    let finite = || numbers.iter().copied().filter(|number| number.is_finite());
    let widest = finite().fold(0.0f32, |most, number| most.max(number.abs()));
    let reach = if widest > 0.0 { widest } else { 1.0 };
    let mut bins = vec![0; BINS];
    for number in finite() {
        let place = (number / reach + 1.0) / 2.0 * BINS as f32;
        bins[(place as usize).min(BINS - 1)] += 1;
    }
    let count = finite().count().max(1) as f64;
    let mean = finite().map(f64::from).sum::<f64>() / count;
    let variance = finite().map(|number| (f64::from(number) - mean).powi(2)).sum::<f64>() / count;
    let (low, high) = (-reach, reach);
    Histogram { tensor: tensor.into(), of, step, low, high, bins, mean: mean as f32, deviation: variance.sqrt() as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_counted_where_it_lies() {
        let found = histogram("w", Numbers::Weights, 3, &[-1.0, -1.0, 0.0, 0.0, 0.0, 1.0, 0.5, f32::NAN]);
        assert_eq!(found.bins.iter().sum::<u32>(), 7, "what is no number lies nowhere");
        assert_eq!([found.bins[0], found.bins[BINS / 2], found.bins[BINS - 1], found.bins[30]], [2, 3, 1, 1]);
        assert!((found.mean + 0.5 / 7.0).abs() < 1e-6, "{}: of those that are numbers", found.mean);
        let found = histogram("w", Numbers::Weights, 0, &[1.0, 3.0]);
        assert_eq!((found.mean, found.deviation, found.high), (2.0, 1.0, 3.0));
    }

    #[test]
    fn zeros_and_nothing_have_histograms() {
        assert_eq!(histogram("w", Numbers::Gradients, 0, &[0.0; 5]).bins[BINS / 2], 5);
        assert_eq!(histogram("w", Numbers::Gradients, 0, &[]).bins, vec![0; BINS]);
    }
}
