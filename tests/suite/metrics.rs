//! Figures of a model: scikit-learn's and NumPy's, of the same logits; and what follows from the definitions.

use gptling::gpu::device::Checks;
use gptling::graph::{Graph, Layout, Memory, ParameterLayout, Shape};
use gptling::ops::score::SCORE;
use gptling::train::{Device, Metrics, Score};
use serde::Deserialize;

use crate::machine::{Machine, name, open};

#[derive(Deserialize)]
struct Golden {
    rows: usize,
    vocabulary: usize,
    logits: Vec<f32>,
    targets: Vec<u32>,
    loss: f64,
    accuracy: f64,
    top_five: f64,
    counts: Vec<u64>,
    /// Of the bins that hold something.
    confidences: Vec<f64>,
    accuracies: Vec<f64>,
    calibration_error: f64,
    overconfidence: f64,
}

/// What `tests/golden/evaluation/make.py` wrote.
fn golden() -> Golden {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/evaluation/golden.json");
    serde_json::from_slice(&std::fs::read(path).expect("the golden file")).expect("what the script wrote")
}

fn metrics(golden: &Golden, device: &Device) -> Metrics {
    let graph = Graph::new(ParameterLayout::default());
    let logits = graph.input(Shape::of(&[1, golden.rows, golden.vocabulary]));
    let targets = graph.tokens(1, golden.rows, 1);
    let scores = logits.score(targets).keep();
    let layout = Layout::new(&graph);
    let mut machine = Machine::new(device, &graph, &layout);
    machine.write(Memory::Activation, layout.places[logits.id].offset, &logits.shape().pad(&golden.logits));
    machine.write_ids(layout.places[targets.id].offset, &golden.targets);
    machine.run(1);
    let place = layout.places[scores.id];
    let words = scores.shape().unpad(&machine.read(Memory::Activation, place.offset..place.offset + place.words));
    let words: Vec<f32> = words.into_iter().map(|word| word as f32).collect();
    let mut metrics = Metrics::new(1, golden.vocabulary);
    for (row, (score, &target)) in words.chunks(SCORE).zip(&golden.targets).enumerate() {
        metrics.add(row, 0, target, Score::of(score));
    }
    metrics
}

#[test]
fn figures_are_those_of_scikit_learn() {
    let golden = golden();
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Cpu, Device::Oracle] {
        let metrics = metrics(&golden, &device);
        let label = name(&device);
        let close = |what: &str, got: f64, want: f64| {
            assert!((got - want).abs() < 2e-6, "{what} on {label}: {got}, not {want}");
        };
        close("loss", metrics.loss(), golden.loss);
        close("accuracy", metrics.accuracy(), golden.accuracy);
        close("top five", metrics.top_five(), golden.top_five);
        close("calibration error", metrics.calibration_error(), golden.calibration_error);
        close("overconfidence", metrics.overconfidence(), golden.overconfidence);
        let bins = metrics.bins();
        assert!(bins.iter().map(|bin| bin.count).eq(golden.counts.iter().copied()), "{label}: {bins:?}");
        let held: Vec<_> = bins.iter().filter(|bin| bin.count > 0).collect();
        assert_eq!(held.len(), golden.confidences.len());
        for ((bin, confidence), accuracy) in held.iter().zip(&golden.confidences).zip(&golden.accuracies) {
            close("confidence of a bin", bin.confidence, *confidence);
            close("accuracy of a bin", bin.accuracy, *accuracy);
        }
        assert!(metrics.overconfidence() > 0.02, "the targets were drawn so that the model is surer than right");
    }
}

fn score(loss: f32, rank: u32) -> Score {
    Score { loss, rank, confidence: 0.5, likeliest: 0 }
}

#[test]
fn losses_are_sorted_by_place_by_token_and_by_size() {
    let (windows, time) = (5, 40);
    let mut metrics = Metrics::new(time, 3);
    for window in 0..windows {
        for place in 0..time {
            let loss = (window * time + place) as f32 / 10.0;
            metrics.add(window, place, (place % 3) as u32, score(loss, place as u32 % 7));
        }
    }
    let stretches = metrics.stretches();
    assert_eq!((stretches[0].from, stretches[0].to), (1, 1));
    assert_eq!(stretches.last().map(|it| it.to), Some(time));
    assert!(stretches.windows(2).all(|pair| pair[0].to + 1 == pair[1].from), "no place twice, none left out");
    assert_eq!(stretches.iter().map(|it| it.count).sum::<u64>(), metrics.count());
    let whole: f64 = stretches.iter().map(|it| it.count as f64 * it.loss).sum::<f64>() / metrics.count() as f64;
    assert!((whole - metrics.loss()).abs() < 1e-9);
    let worst: Vec<_> = metrics.worst().iter().map(|it| (it.window, it.place)).collect();
    // Two of each token, worst first.
    assert_eq!(worst, [(4, 39), (4, 38), (4, 37), (4, 36), (4, 35), (4, 34)]);
    let costly = metrics.costly();
    assert_eq!(costly.len(), 3);
    assert!((costly.iter().map(|it| it.share).sum::<f64>() - 1.0).abs() < 1e-9);
    assert!(costly.windows(2).all(|pair| pair[0].share >= pair[1].share));
}
