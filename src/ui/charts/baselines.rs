//! What a model has to beat: guessing, and counting.

use crate::ui::i18n::I18n;

use super::loss::digits;

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
    pub class: &'static str,
    /// As it stands beside the line.
    pub name: String,
    /// As it stands in the legend, which has the loss beside it.
    pub short: String,
    pub loss: f64,
}

impl Baselines {
    /// From guessing to the longest n-grams.
    pub fn lines(&self, t: &I18n) -> Vec<Baseline> {
        let uniform = (self.vocab_size > 0).then(|| (self.vocab_size as f64).ln());
        let unigram = f64::from(self.unigram_entropy);
        let guesses = [("uniform", uniform), ("unigram", Some(unigram))];
        let guesses = guesses.into_iter().filter_map(|(class, loss)| Some((class, t.say(key(class)), loss?)));
        let counts = self.ngrams.iter().map(|(order, loss)| {
            let name = if *order == 2 { t.say("chart.bigram") } else { t.fill("chart.ngram", &[("n", order)]) };
            (class(*order), name, f64::from(*loss))
        });
        let all = guesses.chain(counts).filter(|(_, _, loss)| loss.is_finite());
        all.map(|(class, short, loss)| Baseline { class, name: format!("{short} {}", digits(loss)), short, loss })
            .collect()
    }
}

fn key(class: &str) -> &'static str {
    if class == "uniform" { "chart.uniform" } else { "chart.unigram" }
}

fn class(order: usize) -> &'static str {
    match order {
        0..=2 => "bigram",
        3 => "ngram-3",
        4 => "ngram-4",
        _ => "ngram-5",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::state::Lang;

    #[test]
    fn baselines_are_where_the_theory_says() {
        let ngrams = vec![(2, 2.4), (3, 2.1), (5, f32::NAN)];
        for lang in Lang::ALL {
            let baselines = Baselines { vocab_size: 64, unigram_entropy: 3.1, ngrams: ngrams.clone() };
            let lines = baselines.lines(&I18n::new(lang));
            let classes: Vec<&str> = lines.iter().map(|line| line.class).collect();
            assert_eq!(classes, ["uniform", "unigram", "bigram", "ngram-3"], "what is no number is not drawn");
            assert!((lines[0].loss - 64f64.ln()).abs() < 1e-12 && (lines[1].loss - 3.1).abs() < 1e-6);
            assert!(lines[3].name.ends_with("2.10") && lines[3].name.contains('3'), "{}", lines[3].name);
        }
    }

    #[test]
    fn before_there_is_a_tokenizer_nothing_is_guessed() {
        let unknown = Baselines { unigram_entropy: f32::NAN, ..Baselines::default() };
        assert_eq!(unknown.lines(&I18n::new(Lang::En)), []);
    }
}
