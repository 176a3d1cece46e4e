//! The numbers as they are read.

use crate::protocol::sample::Statistic;

/// What one of the statistic is in the numbers that are read: shares are read in percent.
pub fn factor(statistic: &Statistic) -> f64 {
    match statistic {
        Statistic::MeanLength => 1.0,
        Statistic::ClassShare(_) => 100.0,
    }
}
