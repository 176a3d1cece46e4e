//! Every picture of the page with its words: a chart, what it shows and the language it is read in. Pages hand them to
//! [`kit::figure::Figure`](crate::ui::kit); here they are drawn, told and written without a browser, and tested so.

pub mod lengths;
pub mod live;
pub mod loss;
pub mod memorized;
pub mod merges;
pub mod network;
pub mod overlay;
pub mod report;
pub mod sampling;
pub mod sweep;
pub mod windows;
pub mod zipf;

use super::charts::baselines::Guesser;
use super::format;
use super::i18n::I18n;

/// What guesses, as it is called.
pub fn guesser(guesser: Guesser, t: &I18n) -> String {
    match guesser {
        Guesser::Uniform => t.say("chart.uniform"),
        Guesser::Unigram => t.say("chart.unigram"),
        Guesser::Ngram(2) => t.say("chart.bigram"),
        Guesser::Ngram(order) => t.fill("chart.ngram", &[("n", &order)]),
    }
}

/// A loss, or a dash where there is none.
pub fn loss_or_dash(loss: Option<f64>) -> String {
    loss.map_or_else(|| "–".to_string(), format::loss)
}

/// At most `most` of `count` places, evenly, the first and the last among them.
pub fn evenly(count: usize, most: usize) -> Vec<usize> {
    if count <= most || most < 2 {
        return (0..count).collect();
    }
    (0..most).map(|i| i * (count - 1) / (most - 1)).collect()
}

#[cfg(test)]
mod gallery;
#[cfg(test)]
mod tests;
