//! `sample`: logits to the next token, by temperature, top-k (Fan et al., 2018) and top-p (Holtzman et al., 2019).

use std::cmp::Ordering;

use crate::graph::kernel::Kernel;
use crate::graph::{Compute, Cost, CpuIo, Dispatch, Float, IoShapes, Op, Params, Shape, Slot, Tensor, state};
use crate::rng;

const SOURCE: &str = include_str!("../../shaders/sample.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/random.wgsl"), include_str!("../../shaders/lib/state.wgsl")];

/// Words of a record: id, probability, [`SHOWN`] pairs of id and probability, tokens evicted so far, step.
pub const RECORD: usize = 16;
/// The likeliest tokens that a record names; a probability of -1 says that there are no more.
pub const SHOWN: usize = 6;

/// (.., V) logits -> the window with one token more, and a record of the choice. Inputs: logits, one row. Outputs: window,
/// records.
///
/// A full window loses its older half first: see [`leaving`]. Tokens that tie with the last one kept are kept too.
#[derive(Clone, Copy, Debug)]
struct Sample;

impl<'g> Tensor<'g> {
    /// (.., V), one row: appends a token to `window` (1, T); the settings and the window's length are in the state.
    /// Returns the records of the last `ring` tokens, (ring, 16).
    pub fn sample_into(self, window: Tensor<'g>, ring: usize) -> Tensor<'g> {
        let records = self.graph.input(Shape::of(&[ring, RECORD]));
        self.graph.record_into(Sample, &[self], &[window, records]);
        records
    }
}

/// Tokens that leave a full window of `time` tokens to make room: the older half, or the larger part of an odd number.
pub fn leaving(time: usize) -> usize {
    time - time / 2
}

impl Op for Sample {
    fn name(&self) -> &'static str {
        "sample"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes into a window that exists")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let params = Params::new()
            .u32("vocabulary", io.inputs[0].columns())
            .u32("time", io.outputs[0].columns())
            .u32("ring", io.outputs[1].rows())
            .u32("stream", rng::Stream::Sampling as usize);
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::State), (2, Slot::Output(0)), (3, Slot::Output(1))];
        let kernel = Kernel::new("sample", "forward", SOURCE, PRELUDE);
        vec![Dispatch::new(kernel, bindings, params, [1, 1, 1])]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 150 * io.inputs[0].elements() as u64)
    }
}

/// The tokens with their weights exp((logit - max) / temperature), likeliest first, of equal ones the smaller id first.
fn ranking<F: Float>(logits: &[F], temperature: F) -> Vec<(usize, F)> {
    let most = logits.iter().copied().fold(F::neg_infinity(), F::max);
    let mut ranking: Vec<usize> = (0..logits.len()).collect();
    ranking.sort_by(|&a, &b| logits[b].partial_cmp(&logits[a]).unwrap_or(Ordering::Equal).then(a.cmp(&b)));
    ranking.into_iter().map(|id| (id, ((logits[id] - most) / temperature).exp())).collect()
}

/// How many tokens of the ranking top-k and top-p keep, ties included.
fn kept<F: Float>(ranking: &[(usize, F)], logits: &[F], top_k: usize, top_p: F) -> usize {
    let with_ties = |count: usize| {
        let last = logits[ranking[count - 1].0];
        ranking.iter().take_while(|(id, _)| logits[*id] >= last).count()
    };
    let by_k = with_ties(if top_k == 0 { ranking.len() } else { top_k.min(ranking.len()) });
    if top_p >= F::one() {
        return by_k;
    }
    let enough = top_p * ranking[..by_k].iter().map(|(_, weight)| *weight).sum();
    let mut sum = F::zero();
    let crossing = ranking[..by_k].iter().position(|(_, weight)| {
        sum += *weight;
        sum >= enough
    });
    with_ties(crossing.map_or(by_k, |at| at + 1)).min(by_k)
}

/// The id that `draw` in [0, 1) falls on, the tokens standing in the order of their ids.
fn pick<F: Float>(kept: &[(usize, F)], draw: F) -> usize {
    let mut by_id = kept.to_vec();
    by_id.sort_by_key(|(id, _)| *id);
    let total: F = by_id.iter().map(|(_, weight)| *weight).sum();
    let mut passed = F::zero();
    let hit = by_id.iter().find(|(_, weight)| {
        passed += *weight;
        passed > draw * total
    });
    hit.or(by_id.last()).expect("a token is always kept").0
}

impl Compute for Sample {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let word = |state: &[F], at: usize| state[at].to_u32().expect("a count");
        let logits = &io.inputs[0][..io.shapes.inputs[0].columns()];
        let greedy = io.state[state::TEMPERATURE] <= F::zero();
        let temperature = if greedy { F::one() } else { io.state[state::TEMPERATURE] };
        let top_k = if greedy { 1 } else { word(io.state, state::TOP_K) as usize };
        let ranking = ranking(logits, temperature);
        let norm: F = ranking.iter().map(|(_, weight)| *weight).sum();
        let kept = kept(&ranking, logits, top_k, io.state[state::TOP_P]);

        let (step, position) = (word(io.state, state::STEP), word(io.state, state::POSITION) as usize);
        let seed = word(io.state, state::SEED_LOW) | (word(io.state, state::SEED_HIGH) << 16);
        let draw = rng::unit(rng::bits(seed, rng::Stream::Sampling as u32, 0, step));
        let chosen = pick(&ranking[..kept], F::of(f64::from(draw)));

        let [window, records] = &mut io.outputs[..] else { panic!("sample: two outputs") };
        let time = io.shapes.outputs[0].columns();
        let left = if position >= time { leaving(time) } else { 0 };
        window.copy_within(left..time, 0);
        let place = position.min(time) - left;
        window[place] = F::of(chosen as f64);
        io.state[state::EVICTED] += F::of(left as f64);

        let record = &mut records[step as usize % io.shapes.outputs[1].rows() * RECORD..][..RECORD];
        record.fill(-F::one());
        let weight = ranking.iter().find(|(id, _)| *id == chosen).expect("chosen from the ranking").1;
        let shown = [(chosen, weight)].into_iter().chain(ranking.iter().copied().take(SHOWN));
        for (rank, (id, weight)) in shown.enumerate() {
            record[2 * rank] = F::of(id as f64);
            record[2 * rank + 1] = weight / norm;
        }
        record[RECORD - 2] = io.state[state::EVICTED];
        record[RECORD - 1] = F::of(f64::from(step));
        io.state[state::POSITION] = F::of((place + 1) as f64);
        io.state[state::STEP] += F::one();
    }
}
