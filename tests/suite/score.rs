//! What a model is told of each target: against sorting, at every size and by every variant of reducing rows.

use std::rc::Rc;

use gptling::gpu::device::Checks;
use gptling::graph::{Graph, Layout, Memory, ParameterLayout, Shape, state};
use gptling::ops::rows::VARIANTS;
use gptling::ops::score::SCORE;
use gptling::rng::{Rng, Stream};
use gptling::train::Device;

use crate::compare::{FORWARD, check, check_refused};
use crate::machine::{Machine, name, open};

/// Rows, vocabulary, batches in token memory.
const SIZES: [[usize; 3]; 8] =
    [[1, 1, 1], [1, 2, 1], [3, 5, 2], [4, 64, 1], [7, 65, 3], [130, 31, 1], [9, 1000, 2], [66, 257, 4]];

struct Case {
    size: [usize; 3],
    logits: Vec<f32>,
    targets: Vec<u32>,
}

impl Case {
    /// Normal logits; with `levels` only so many different ones, so that many are equal.
    fn new(size: [usize; 3], levels: Option<usize>) -> Self {
        let [rows, vocabulary, slots] = size;
        let mut draw = Rng::new((rows * vocabulary) as u32, Stream::Initialization);
        let mut logit = || match levels {
            None => 3.0 * draw.normal(),
            Some(levels) => draw.below(levels) as f32 - 1.0,
        };
        let logits = (0..rows * vocabulary).map(|_| logit()).collect();
        let targets = (0..rows * slots).map(|_| draw.below(vocabulary) as u32).collect();
        Self { size, logits, targets }
    }

    /// The step whose batch is read: the last in token memory.
    fn step(&self) -> usize {
        2 * self.size[2] - 1
    }

    /// By the definitions, in `f64`.
    fn wanted(&self) -> Vec<[f64; SCORE]> {
        let [rows, vocabulary, slots] = self.size;
        let targets = &self.targets[(slots - 1) * rows..];
        let score = |(row, &target): (&[f32], &u32)| {
            let mut ranking: Vec<usize> = (0..vocabulary).collect();
            ranking.sort_by(|&a, &b| row[b].total_cmp(&row[a]).then(a.cmp(&b)));
            let norm: f64 = row.iter().map(|&logit| f64::from(logit).exp()).sum();
            let probability = |id: usize| f64::from(row[id]).exp() / norm;
            let rank = ranking.iter().position(|&id| id == target as usize).expect("a token has a rank");
            [-probability(target as usize).ln(), rank as f64, probability(ranking[0]), ranking[0] as f64]
        };
        self.logits.chunks(vocabulary).zip(targets).map(score).collect()
    }

    fn scores(&self, device: &Device) -> Vec<[f64; SCORE]> {
        let [rows, vocabulary, slots] = self.size;
        let graph = Graph::new(ParameterLayout::default());
        let logits = graph.input(Shape::of(&[1, rows, vocabulary]));
        let targets = graph.tokens(1, rows, slots);
        let scores = logits.score(targets).keep();
        let layout = Layout::new(&graph);
        let mut machine = Machine::new(device, &graph, &layout);
        machine.write(Memory::Activation, layout.places[logits.id].offset, &logits.shape().pad(&self.logits));
        machine.write_ids(layout.places[targets.id].offset, &self.targets);
        machine.set(state::STEP, self.step() as f32);
        machine.run(1);
        let place = layout.places[scores.id];
        let words = machine.read(Memory::Activation, place.offset..place.offset + place.words);
        scores.shape().unpad(&words).chunks(SCORE).map(|score| score.try_into().expect("four numbers")).collect()
    }
}

fn column(scores: &[[f64; SCORE]], at: usize) -> Vec<f64> {
    scores.iter().map(|score| score[at]).collect()
}

fn check_on(device: &Device, levels: Option<usize>) {
    for size in SIZES {
        let case = Case::new(size, levels);
        let (got, wanted) = (case.scores(device), case.wanted());
        let label = format!("score {size:?} on {}", name(device));
        check(&format!("{label}: loss"), &column(&got, 0), &column(&wanted, 0), 1.0, FORWARD);
        assert_eq!(column(&got, 1), column(&wanted, 1), "{label}: rank");
        check(&format!("{label}: top probability"), &column(&got, 2), &column(&wanted, 2), 0.0, FORWARD);
        assert_eq!(column(&got, 3), column(&wanted, 3), "{label}: likeliest token");
    }
}

#[test]
fn scores_are_what_sorting_says() {
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Gpu(open(Checks::Checked)), Device::Cpu, Device::Oracle]
    {
        for levels in [None, Some(3), Some(1)] {
            check_on(&device, levels);
        }
    }
}

#[test]
fn every_variant_of_reducing_rows_scores_alike() {
    let gpu = open(Checks::Trusted);
    for variant in VARIANTS {
        gpu.kernel_choices().force(Some(variant));
        check_on(&Device::Gpu(Rc::clone(&gpu)), None);
        check_on(&Device::Gpu(Rc::clone(&gpu)), Some(3));
    }
}

#[test]
fn another_target_is_noticed() {
    let case = Case::new([9, 1000, 2], None);
    let moved = Case { targets: case.targets.iter().map(|id| (id + 1) % 1000).collect(), ..Case::new(case.size, None) };
    let (got, wanted) = (moved.scores(&Device::Oracle), case.wanted());
    check_refused("another target", &column(&got, 0), &column(&wanted, 0), 1.0, FORWARD);
    assert_ne!(column(&got, 1), column(&wanted, 1));
}
