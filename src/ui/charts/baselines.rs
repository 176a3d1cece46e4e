//! What a model has to beat: guessing, and counting.

use crate::ui::format;
use crate::ui::kit::colours::INK_SOFT;
use crate::ui::kit::looks::{Style, UNIFORM};

static UNIGRAM: Style =
    Style::line("unigram", INK_SOFT).with(&[("stroke-width", "1.5"), ("stroke-dasharray", "9 3 2 3")]);
/// Of two tokens, three, four, and more.
static NGRAM: [Style; 4] = [
    Style::line("bigram", INK_SOFT).with(&[("stroke-width", "1.5"), ("stroke-dasharray", "5 3")]),
    Style::line("ngram-3", INK_SOFT).with(&[("stroke-width", "1.5"), ("stroke-dasharray", "12 3")]),
    Style::line("ngram-4", INK_SOFT).with(&[("stroke-width", "1.5"), ("stroke-dasharray", "12 3 1 3 1 3")]),
    Style::line("ngram-5", INK_SOFT).with(&[("stroke-width", "1.5"), ("stroke-dasharray", "3 3")]),
];

/// Losses of those who do not learn, for one text and one tokenizer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Baselines {
    pub vocab_size: u64,
    /// Entropy of single tokens, in nats.
    pub unigram_entropy: f32,
    /// Orders of n-gram models with their losses on the part held out, in nats per token.
    pub ngrams: Vec<(usize, f32)>,
}

/// A line across the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    pub style: &'static Style,
    /// As it stands beside the line.
    pub name: String,
    /// As it stands in the legend, which has the loss beside it.
    pub short: String,
    pub loss: f64,
}

/// One who does not learn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guesser {
    /// Every token is as likely as any other.
    Uniform,
    /// Tokens are as likely as they are frequent.
    Unigram,
    /// By the tokens before: as many together as stand here.
    Ngram(usize),
}

impl Guesser {
    fn style(self) -> &'static Style {
        match self {
            Guesser::Uniform => &UNIFORM,
            Guesser::Unigram => &UNIGRAM,
            Guesser::Ngram(order) => &NGRAM[order.clamp(2, 5) - 2],
        }
    }
}

impl Baselines {
    /// From guessing to the longest n-grams, by their names in the language of the page.
    pub fn lines(&self, name: impl Fn(Guesser) -> String) -> Vec<Baseline> {
        let uniform = (self.vocab_size > 0).then(|| (self.vocab_size as f64).ln());
        let guesses = [(Guesser::Uniform, uniform), (Guesser::Unigram, Some(f64::from(self.unigram_entropy)))];
        let counts = self.ngrams.iter().map(|(order, loss)| (Guesser::Ngram(*order), Some(f64::from(*loss))));
        let all = guesses.into_iter().chain(counts).filter_map(|(guesser, loss)| Some((guesser, loss?)));
        let line = |(guesser, loss): (Guesser, f64)| {
            let short = name(guesser);
            Baseline { style: guesser.style(), name: format!("{short} {}", format::loss(loss)), short, loss }
        };
        all.filter(|(_, loss)| loss.is_finite()).map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(guesser: Guesser) -> String {
        format!("{guesser:?}")
    }

    #[test]
    fn baselines_are_where_the_theory_says() {
        let ngrams = vec![(2, 2.4), (3, 2.1), (5, f32::NAN)];
        let lines = Baselines { vocab_size: 64, unigram_entropy: 3.1, ngrams }.lines(name);
        let classes: Vec<&str> = lines.iter().map(|line| line.style.class).collect();
        assert_eq!(classes, ["uniform", "unigram", "bigram", "ngram-3"], "what is no number is not drawn");
        assert!((lines[0].loss - 64f64.ln()).abs() < 1e-12 && (lines[1].loss - 3.1).abs() < 1e-6);
        assert!(lines[3].name.ends_with("2.10") && lines[3].name.contains('3'), "{}", lines[3].name);
    }

    #[test]
    fn before_there_is_a_tokenizer_nothing_is_guessed() {
        let unknown = Baselines { unigram_entropy: f32::NAN, ..Baselines::default() };
        assert_eq!(unknown.lines(name), []);
    }
}
