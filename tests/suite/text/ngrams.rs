//! N-gram models against NLTK's, and what they must be by themselves.

use gptling::rng::{Rng, Stream as Seeds};
use gptling::text::ngram::{Context, NgramBaselines, Ngrams, ORDERS, Stream};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    vocab_size: usize,
    train: Vec<u32>,
    held_out: Vec<u32>,
    /// By order, of every token held out.
    probabilities: Vec<Vec<f64>>,
    losses: Vec<f64>,
}

/// What `tests/golden/ngrams/make.py` wrote.
fn golden() -> Vec<Case> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/ngrams/golden.json");
    serde_json::from_slice(&std::fs::read(path).expect("the golden file")).expect("what the script wrote")
}

fn counted(train: &[u32], vocab_size: usize) -> Ngrams {
    let (mut ngrams, mut context) = (Ngrams::new(vocab_size), Context::empty());
    train.iter().for_each(|&token| ngrams.count(&mut context, token));
    ngrams
}

fn ngram_baselines(train: Stream, held_out: Stream, vocab_size: usize) -> NgramBaselines {
    let mut ngram_baselines = NgramBaselines::new(vocab_size);
    let mut done = 0.0;
    while done < 1.0 {
        let more = ngram_baselines.advance(train, held_out);
        assert!(more > done, "a piece brings it on: {done}, then {more}");
        done = more;
    }
    ngram_baselines
}

#[test]
fn probabilities_are_those_of_nltk() {
    for (number, case) in golden().iter().enumerate() {
        let (ngrams, mut context) = (counted(&case.train, case.vocab_size), Context::empty());
        let got: Vec<_> = case.held_out.iter().map(|&token| ngrams.probabilities(&mut context, token)).collect();
        for order in 0..ORDERS {
            for (at, (got, want)) in got.iter().zip(&case.probabilities[order]).enumerate() {
                let off = (got[order] / want - 1.0).abs();
                assert!(off < 1e-9, "case {number}, order {}, token {at}: {} for {want}", order + 1, got[order]);
            }
        }
        let whole = |ids| Stream { ids, begins: &[0] };
        let losses = ngram_baselines(whole(&case.train), whole(&case.held_out), case.vocab_size).losses();
        for (got, want) in losses.iter().zip(&case.losses) {
            assert!((got - want).abs() < 1e-9, "case {number}: {losses:?} for {:?}", case.losses);
        }
    }
}

/// Whatever came before, something comes.
#[test]
fn probabilities_sum_to_one() {
    let vocab_size = 9;
    let mut draw = Rng::new(4, Seeds::Corpus);
    let train: Vec<u32> = (0..300).map(|_| (draw.below(8) * draw.below(8) / 7) as u32).collect();
    let ngrams = counted(&train, vocab_size);
    let mut context = Context::empty();
    for _ in 0..200 {
        let all = (0..vocab_size as u32).map(|token| ngrams.probabilities(&mut context.clone(), token));
        let sums = all.fold([0.0; ORDERS], |sums, next| std::array::from_fn(|order| sums[order] + next[order]));
        assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-12), "{sums:?}");
        ngrams.probabilities(&mut context, draw.below(vocab_size) as u32);
    }
}

/// A text in which every token follows from the three before it is foretold by order 4, and hardly by order 1.
#[test]
fn longer_rows_know_more() {
    let mut ids = vec![0, 1, 0];
    let mut draw = Rng::new(1, Seeds::Corpus);
    while ids.len() < 30_000 {
        let [a, b, c] = ids[ids.len() - 3..] else { unreachable!("three to begin with") };
        let fork = (a * 5 + b * 3 + c * 7 + draw.below(2) as u32) % 11;
        ids.push(fork);
    }
    let (train, held_out) = ids.split_at(27_000);
    let whole = |ids| Stream { ids, begins: &[0] };
    let ngram_baselines = ngram_baselines(whole(train), whole(held_out), 11);
    let losses = ngram_baselines.losses();
    assert!(losses[0] > 2.3 && losses[3] < 0.75, "{losses:?}");
    assert!((losses[3] - std::f64::consts::LN_2).abs() < 0.05, "one of two: {losses:?}");
    assert_eq!(ngram_baselines.tokens(), (27_000, 3_000));
}

/// Where documents begin nothing is known of the one before, neither in training nor held out.
#[test]
fn rows_do_not_reach_over_documents() {
    let document = [1, 2, 3, 4];
    let train: Vec<u32> = document.repeat(50);
    let begins: Vec<u32> = (0..50).map(|at| 4 * at).collect();
    let parted = Stream { ids: &train, begins: &begins };
    let whole = Stream { ids: &train, begins: &[0] };
    let pair = [4, 1];
    let of = |train, begins: &[u32]| ngram_baselines(train, Stream { ids: &pair, begins }, 6).losses()[1];
    assert!(of(whole, &[0]) < of(parted, &[0]), "that 1 follows 4 is known only where documents are one");
    assert!(of(whole, &[0, 1]) > of(whole, &[0]), "and used only there");
}
