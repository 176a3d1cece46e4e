//! Batches are windows of the right split, the same for the same seed and step, in every order and with every weight.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use gptling::config::examples::{Boundaries, ExamplesConfig, Order, Weights};
use gptling::error::Error;
use gptling::rng::{Rng, Stream};
use gptling::text::dataset::{Dataset, Documents};
use gptling::text::loader::{Batch, DataLoader};

use super::dataset::by_characters;

const T: usize = 8;
const B: usize = 4;

/// A text in which no character comes twice in a split, so that an id says where it is.
fn loader(characters: u32, seed: u32) -> DataLoader {
    let text: String = (0x4E00..0x4E00 + characters).filter_map(char::from_u32).collect();
    let dataset = by_characters(&format!("{text}{text}"));
    DataLoader::new(Arc::new(dataset), &ExamplesConfig::default(), T, seed).expect("long enough")
}

/// Documents of these lengths and weights; an id says where it is, counted from 1 in training and from 1000 beyond.
fn documents(lengths: &[(u32, f32)]) -> Dataset {
    let documents = || {
        let begins = lengths.iter().scan(0, |at, (length, _)| Some(std::mem::replace(at, *at + length)));
        Documents { begins: begins.collect(), weights: lengths.iter().map(|(_, weight)| *weight).collect() }
    };
    let tokens: u32 = lengths.iter().map(|(length, _)| length).sum();
    Dataset {
        train: (1..=tokens).collect(),
        validation: (1001..=1000 + tokens).collect(),
        train_documents: documents(),
        validation_documents: documents(),
        padding: 0,
        vocab_size: 2000,
        train_bytes: tokens as usize,
        validation_bytes: tokens as usize,
    }
}

fn alike(lengths: &[u32]) -> Dataset {
    documents(&lengths.iter().map(|length| (*length, 1.0)).collect::<Vec<_>>())
}

fn examples(order: Order, stride: usize, boundaries: Boundaries) -> ExamplesConfig {
    ExamplesConfig { order, stride, boundaries, weights: Weights::Use }
}

fn loads(dataset: Dataset, examples: &ExamplesConfig) -> DataLoader {
    DataLoader::new(Arc::new(dataset), examples, T, 1).expect("long enough")
}

fn batch(loader: &DataLoader, step: u64) -> Batch {
    let mut batch = Batch::of(B * T);
    loader.batch(step, &mut batch);
    batch
}

/// Each row's inputs with the target behind them, padding left out.
fn rows(batch: &Batch) -> Vec<Vec<u32>> {
    let row = |(inputs, targets): (&[u32], &[u32])| {
        let length = targets.iter().position(|target| *target == 0).unwrap_or(T);
        let successors = inputs[..length].iter().map(|input| input + 1);
        assert!(successors.eq(targets[..length].iter().copied()), "{inputs:?} {targets:?}");
        assert!(inputs[length..].iter().chain(&targets[length..]).all(|id| *id == 0), "{inputs:?} {targets:?}");
        inputs[..1].iter().chain(&targets[..length]).copied().collect()
    };
    batch.inputs.chunks(T).zip(batch.targets.chunks(T)).map(row).collect()
}

fn steps(loader: &DataLoader) -> std::ops::Range<u64> {
    0..loader.epoch().windows.div_ceil(B as u64)
}

#[test]
fn a_batch_depends_on_seed_and_step_alone() {
    for order in [Order::Random, Order::InOrder, Order::ByDocument] {
        let drawn = |seed, step| {
            let dataset = Arc::new(alike(&[200, 30, 170]));
            let loader =
                DataLoader::new(dataset, &examples(order, 3, Boundaries::Cross), T, seed).expect("long enough");
            batch(&loader, step)
        };
        assert_eq!(drawn(1, 5), drawn(1, 5));
        assert_ne!(drawn(1, 5), drawn(1, 6));
        assert_eq!(drawn(1, 5) == drawn(2, 5), order == Order::InOrder);
    }
}

#[test]
fn targets_are_the_inputs_one_token_later_and_every_window_occurs() {
    let loader = loader(30, 1);
    let mut begins = HashSet::new();
    for step in 0..200 {
        let batch = batch(&loader, step);
        assert!(batch.weights.is_empty(), "without padding and weights nothing is paid for them");
        assert!(batch.targets.iter().zip(&batch.inputs).all(|(target, input)| *target == input + 1));
        begins.extend(batch.inputs.chunks(T).map(|input| input[0]));
    }
    assert_eq!(begins.len(), 30 - T);
}

/// Runs of before this setting existed go on as they were.
#[test]
fn random_windows_are_drawn_as_ever() {
    let loader = loader(400, 7);
    for step in [0, 1, 999] {
        let mut rng = Rng::at_step(7, Stream::Batches, step);
        let begins: Vec<usize> = (0..B).map(|_| rng.below(400 - T)).collect();
        let windows = loader.windows(u64::from(step), B);
        assert!(windows.iter().map(|window| window.begin).eq(begins), "{windows:?}");
    }
}

#[test]
fn in_order_every_token_is_a_target_once_an_epoch() {
    for length in [9, 10, 17, 63, 64, 65, 66, 400] {
        for boundaries in [Boundaries::Cross, Boundaries::Keep] {
            let loader = loads(alike(&[length]), &examples(Order::InOrder, 0, boundaries));
            let shown: Vec<u32> =
                steps(&loader).flat_map(|step| rows(&batch(&loader, step))).flat_map(|row| row[1..].to_vec()).collect();
            let epoch = loader.epoch();
            // Behind the last window comes the first one again.
            let wanted = (2..=length).cycle().take(shown.len());
            assert!(
                shown.len() >= length as usize - 1 && shown.iter().copied().eq(wanted),
                "{length} tokens: {shown:?}"
            );
            assert_eq!(epoch.targets, u64::from(length) - 1);
            assert_eq!(epoch.windows, u64::from(length - 1).div_ceil(T as u64));
            assert_eq!(epoch.places, epoch.windows * T as u64);
        }
    }
}

#[test]
fn a_window_slides_by_its_stride() {
    for stride in 1..=T {
        let loader = loads(alike(&[100]), &examples(Order::InOrder, stride, Boundaries::Cross));
        let windows = loader.first_windows(usize::MAX);
        assert!(windows.iter().enumerate().all(|(number, window)| window.begin == number * stride), "{windows:?}");
        let (last, full) = windows.split_last().expect("a window");
        assert!(full.iter().all(|window| window.length == T), "{windows:?}");
        assert_eq!(last.begin + last.length, 99, "the last window ends with the text");
        assert_eq!(loader.epoch().targets, windows.iter().map(|window| window.length as u64).sum::<u64>());
    }
    let loader = loads(alike(&[100]), &examples(Order::InOrder, 1000, Boundaries::Cross));
    assert_eq!(loader.first_windows(2)[1].begin, T, "no token is left out");
}

#[test]
fn by_document_no_window_crosses_a_boundary_and_each_comes_once_an_epoch() {
    let lengths = [3, 1, 40, 2, 9, 8, 100, 1, 5];
    let dataset = alike(&lengths);
    let document = {
        let documents = dataset.train_documents.clone();
        move |id: u32| documents.at(id as usize - 1)
    };
    for stride in [0, 1, 3, 5] {
        let loader = loads(dataset.clone(), &examples(Order::ByDocument, stride, Boundaries::Cross));
        let count = loader.epoch().windows as usize;
        let mut epochs: Vec<Vec<Vec<u32>>> = Vec::new();
        let drawn = (0..2 * count.div_ceil(B) as u64 + 1).flat_map(|step| rows(&batch(&loader, step)));
        drawn.collect::<Vec<_>>().chunks_exact(count).take(2).for_each(|epoch| epochs.push(epoch.to_vec()));
        for row in epochs.iter().flatten() {
            assert_eq!(document(row[0]), document(row[row.len() - 1]), "{row:?} is of two documents");
        }
        let of = |epoch: &[Vec<u32>]| epoch.iter().cloned().collect::<std::collections::BTreeSet<_>>();
        assert_eq!((of(&epochs[0]).len(), of(&epochs[1])), (count, of(&epochs[0])), "each window once an epoch");
        assert_ne!(epochs[0], epochs[1], "shuffled anew");
        let begins: HashSet<u32> = epochs[0].iter().map(|row| row[0]).collect();
        let wanted = dataset.train_documents.begins.iter().zip(lengths).filter(|(_, length)| *length > 1);
        assert!(wanted.into_iter().all(|(begin, _)| begins.contains(&(begin + 1))), "every document begins a window");
        let targets: HashSet<u32> = epochs[0].iter().flat_map(|row| row[1..].to_vec()).collect();
        let tokens: u32 = lengths.iter().map(|length| length - 1).sum();
        assert_eq!(targets.len() as u32, tokens, "every token but the first of a document is a target");
    }
}

#[test]
fn random_windows_can_end_with_their_documents() {
    let dataset = alike(&[3, 40, 9, 12]);
    let loader = loads(dataset.clone(), &examples(Order::Random, 0, Boundaries::Keep));
    let documents = &dataset.train_documents;
    let mut begins = HashSet::new();
    for step in 0..300 {
        for row in rows(&batch(&loader, step)) {
            assert_eq!(documents.at(row[0] as usize - 1), documents.at(row[row.len() - 1] as usize - 1));
            begins.insert(row[0]);
        }
    }
    // Of a document all full windows, or the one that it is.
    assert_eq!(begins.len(), 1 + (40 - T) + 1 + (12 - T));
}

#[test]
fn weights_follow_their_documents_and_are_one_on_average() {
    let dataset = documents(&[(20, 0.25), (11, 3.0), (6, 0.0), (30, 1.0)]);
    for (order, boundaries) in [
        (Order::Random, Boundaries::Cross),
        (Order::InOrder, Boundaries::Cross),
        (Order::InOrder, Boundaries::Keep),
        (Order::ByDocument, Boundaries::Keep),
    ] {
        let loader = loads(dataset.clone(), &examples(order, 5, boundaries));
        let mut drawn = Batch::of(B * T);
        for step in 0..20 {
            loader.draw(step, &mut drawn);
            for (target, weight) in drawn.targets.iter().zip(&drawn.weights) {
                let own = |id: u32| dataset.train_documents.weights[dataset.train_documents.at(id as usize - 1)];
                assert_eq!(*weight, if *target == 0 { 0.0 } else { own(*target) }, "{order:?}: target {target}");
            }
            let batch = batch(&loader, step);
            let mean = batch.weights.iter().sum::<f32>() / batch.weights.len() as f32;
            assert!((mean - 1.0).abs() < 1e-5, "{order:?}: {mean}");
            let ratio = batch.weights.iter().zip(&drawn.weights).find(|(_, own)| **own > 0.0).map(|(w, own)| w / own);
            let ratio = ratio.expect("a target that counts");
            assert!(batch.weights.iter().zip(&drawn.weights).all(|(w, own)| (w - ratio * own).abs() < 1e-4));
        }
    }
    let ignoring = ExamplesConfig { weights: Weights::Ignore, ..ExamplesConfig::default() };
    assert!(
        !loads(dataset.clone(), &ignoring).is_weighted() && loads(dataset, &ExamplesConfig::default()).is_weighted()
    );
}

#[test]
fn validation_windows_are_spread_and_do_not_overlap() {
    for (characters, most, batches) in [(400, 3, 3), (400, 100, 12), (400, 1, 1), (20, 5, 1)] {
        let loader = loader(characters, 1);
        let windows = loader.validation(most, B);
        assert_eq!(windows.batches(), batches, "{characters} characters, at most {most} batches");
        let mut begins = Vec::new();
        for index in 0..batches {
            let mut batch = Batch::of(B * T);
            windows.batch(index, &mut batch);
            assert!(batch.targets.iter().zip(&batch.inputs).all(|(target, input)| *target == input + 1));
            assert!(batch.weights.is_empty());
            begins.extend(batch.inputs.chunks(T).map(|input| input[0]));
        }
        let apart = begins.windows(2).all(|pair| pair[1] >= pair[0] + T as u32);
        assert!(apart || characters == 20, "{begins:?}");
        assert!(characters == 20 || begins[begins.len() - 1] > characters * 2 / 3, "{begins:?} must reach the end");
    }
}

#[test]
fn validation_counts_every_target_alike_and_padding_not_at_all() {
    let dataset = documents(&[(12, 0.25), (5, 3.0), (9, 1.0), (30, 2.0)]);
    let loader = loads(dataset, &examples(Order::ByDocument, 2, Boundaries::Keep));
    let windows = loader.validation(100, B);
    let mut seen = BTreeMap::new();
    for index in 0..windows.batches() {
        let mut batch = Batch::of(B * T);
        windows.batch(index, &mut batch);
        for (target, weight) in batch.targets.iter().zip(&batch.weights) {
            assert_eq!(*weight, f32::from(u8::from(*target != 0)), "target {target}");
            *seen.entry(*target).or_insert(0) += 1;
        }
    }
    assert!(seen.contains_key(&0) && seen.iter().all(|(target, times)| *target == 0 || *times == 1), "{seen:?}");
}

#[test]
fn documents_without_a_pair_of_tokens_are_no_examples() {
    let short = |boundaries| {
        let dataset = Arc::new(alike(&[1, 1, 1]));
        DataLoader::new(dataset, &examples(Order::Random, 0, boundaries), T, 1).err()
    };
    let error = |tokens, needed| Some(Error::TextTooShort { split: "train".into(), tokens, needed });
    assert_eq!(short(Boundaries::Keep), error(1, 2));
    assert_eq!(short(Boundaries::Cross), error(3, T as u64 + 1));
    let loader = loads(alike(&[3, 2]), &examples(Order::Random, 0, Boundaries::Keep));
    assert_eq!(loader.epoch().targets, 3, "a text shorter than the context is padded");
}

/// A tokenizer with a token for padding has it stand there.
#[test]
fn padding_is_what_the_tokenizer_has_for_it() {
    let dataset = Dataset { padding: 1999, ..alike(&[3, 4]) };
    let batch = batch(&loads(dataset, &examples(Order::ByDocument, 0, Boundaries::Keep)), 0);
    let padded =
        batch.weights.iter().zip(batch.inputs.iter().zip(&batch.targets)).filter(|(weight, _)| **weight == 0.0);
    let ids: HashSet<u32> = padded.flat_map(|(_, (input, target))| [*input, *target]).collect();
    assert_eq!(ids, HashSet::from([1999]));
}
