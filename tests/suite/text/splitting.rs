//! From documents to the text of a project: nothing is lost, and nothing that is held out was seen.

use std::collections::BTreeSet;

use gptling::config::corpus::{Division, Labelled, ReadConfig};
use gptling::config::sampling::{SamplingConfig, SamplingMethod, Size, WeightsBy};
use gptling::config::{Config, DataConfig, Split};
use gptling::text::corpus::Corpus;
use gptling::text::sampling::{Design, Population};
use gptling::text::{Passage, Text};

use super::corpora::labelled;
use super::corpus::{corpus, documents};

fn data(split: Split, validation: f32, split_seed: u32) -> DataConfig {
    DataConfig { split, validation, split_seed, ..Config::default().data }
}

fn whole(corpus: &Corpus, data: &DataConfig) -> Text {
    Text::of("a".into(), corpus, None, data).expect("a text")
}

fn joined<'a>(passages: impl Iterator<Item = Passage<'a>>) -> String {
    passages.map(|passage| passage.text).collect()
}

/// The documents on each side of the cut.
fn sides(text: &Text) -> [BTreeSet<&str>; 2] {
    let train = text.train_passages().map(|passage| passage.text.trim()).collect();
    [train, text.validation_passages().map(|passage| passage.text.trim()).collect()]
}

#[test]
fn a_file_stays_as_it_is_however_it_is_divided() {
    let file = "\n\n  one, two\nthree\n \n\n\tfour\n\nfive\n\n\n";
    for division in [Division::Whole, Division::Lines, Division::BlankLines, Division::Pattern("o".into())] {
        let config = ReadConfig { division, ..ReadConfig::default() };
        let corpus = documents("a.txt", file, &config).expect("documents");
        let text = whole(&corpus, &data(Split::End, 0.3, 1));
        assert_eq!(text.content(), file, "{config:?}");
        assert_eq!(joined(text.train_passages()), text.train());
        assert_eq!(joined(text.validation_passages()), text.validation());
        assert!(text.train_passages().all(|passage| passage.weight == 1.0 && !passage.text.is_empty()));
    }
}

#[test]
fn a_cut_within_a_document_makes_two_passages_of_it() {
    let corpus = corpus(["a single document without any end of a line"]);
    let text = whole(&corpus, &data(Split::End, 0.5, 1));
    assert_eq!((text.train_passages().len(), text.validation_passages().len()), (1, 1));
    assert_eq!(text.train().to_string() + text.validation(), corpus.content());
    let all = whole(&corpus, &data(Split::End, 0.0, 1));
    assert_eq!((all.train_passages().len(), all.validation_passages().len()), (1, 0));
}

#[test]
fn documents_held_out_are_in_one_part_alone() {
    let reviews = labelled(Labelled::Reviews, 400, 3);
    let twice = reviews.chosen((0..400).chain(100..300)).expect("six hundred documents");
    let mut seen = BTreeSet::new();
    for seed in 1..=20 {
        let text = whole(&twice, &data(Split::Documents, 0.2, seed));
        let [train, validation] = sides(&text);
        assert!(train.is_disjoint(&validation), "seed {seed}");
        assert_eq!(text.train_passages().len() + text.validation_passages().len(), 600);
        let share = text.validation().len() as f64 / text.content().len() as f64;
        assert!((0.19..0.23).contains(&share), "seed {seed}: {share}");
        seen.insert(validation.into_iter().collect::<String>());
    }
    assert_eq!(seen.len(), 20, "every seed draws others");
    // Cut at its end, the same corpus has documents in both parts: what the split is for.
    let [train, validation] = sides(&whole(&twice, &data(Split::End, 0.2, 1))).map(|side| side.len());
    assert!(train + validation > 400, "{train} and {validation}");
}

#[test]
fn a_document_drawn_twice_is_not_in_both_parts() {
    let reviews = labelled(Labelled::Reviews, 60, 5);
    let config = SamplingConfig { method: SamplingMethod::Bootstrap, size: Size::Share(3.0), ..Default::default() };
    let design = Design::new(&Population::of(&reviews), &config).expect("a design");
    let different: BTreeSet<&str> = (0..60).map(|at| reviews.text(at)).collect();
    assert!(different.len() > 55, "{}", different.len());
    for seed in 1..=50 {
        for split in [Split::End, Split::Documents] {
            let sample = design.draw(seed);
            let text = Text::of("a".into(), &reviews, Some(&sample), &data(split, 0.1, seed)).expect("a text");
            assert_eq!(text.train_passages().len() + text.validation_passages().len(), 180);
            let drawn: Vec<&str> = sample.drawn.iter().map(|drawn| reviews.text(drawn.document as usize)).collect();
            let [train, validation] = sides(&text);
            // By its end, different documents of one text may part; the same document may not.
            let parted =
                train.intersection(&validation).filter(|text| drawn.iter().filter(|it| it == text).count() < 2);
            assert_eq!(parted.collect::<Vec<_>>(), Vec::<&&str>::new(), "seed {seed}, {split:?}");
            assert!(!train.is_empty() && !validation.is_empty(), "seed {seed}, {split:?}");
        }
    }
}

#[test]
fn weights_make_up_for_unequal_chances() {
    let corpus = corpus(["ab", "abcd", "abcdefgh", "abcdefghijklmnop"]);
    let config = SamplingConfig {
        method: SamplingMethod::Importance,
        size: Size::Count(40),
        weights: WeightsBy::Length(1.0),
        ..Default::default()
    };
    let sample = Design::new(&Population::of(&corpus), &config).expect("a design").draw(1);
    let text = Text::of("a".into(), &corpus, Some(&sample), &data(Split::End, 0.0, 1)).expect("a text");
    let passages: Vec<Passage> = text.train_passages().collect();
    let mean = passages.iter().map(|passage| f64::from(passage.weight)).sum::<f64>() / passages.len() as f64;
    assert!((mean - 1.0).abs() < 1e-6, "{mean}");
    let products = passages.iter().map(|passage| passage.weight * passage.text.trim().len() as f32);
    let (least, most) = products.fold((f32::MAX, 0f32), |(least, most), it| (least.min(it), most.max(it)));
    assert!(most / least < 1.0 + 1e-5, "a document drawn twice as often counts half: {least} to {most}");
}
