//! `score`: how logits judge the token that came: its loss, its rank, and what was held to be likeliest.

use super::rows::{ROWS_AND_STATE, over_rows};
use crate::graph::kernel::Kernel;
use crate::graph::op::stretch;
use crate::graph::{Compute, Cost, CpuIo, Dispatch, Float, IoShapes, Op, Params, Shape, Slot, Tensor, float};

const SOURCE: &str = include_str!("../../shaders/score.wgsl");

/// Numbers of a score: loss in nats, rank of the target from 0, probability of the likeliest token, its id.
pub const SCORE: usize = 4;

/// (B, T, V) logits, (B, T) targets -> (B T, 4) scores: what is read back of V logits is four numbers.
#[derive(Clone, Copy, Debug)]
struct Score;

impl<'g> Tensor<'g> {
    /// (B, T, V) -> (B T, 4): -log of the probability of each target; how many tokens were likelier; the probability of
    /// the likeliest, and its id. Of equally likely tokens the one with the smaller id goes first. There is no gradient.
    pub fn score(self, targets: Tensor<'g>) -> Tensor<'g> {
        self.graph.record(Score, &[self, targets])[0]
    }
}

impl Op for Score {
    fn name(&self) -> &'static str {
        "score"
    }

    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape> {
        let [logits, targets] = inputs else { panic!("score: {inputs:?}") };
        assert_eq!(targets.elements(), logits.rows(), "score: {logits:?} against {targets:?}");
        vec![Shape::of(&[logits.rows(), SCORE])]
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = |prelude| Kernel::new("score", "forward", SOURCE, prelude);
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::Input(1)), (2, Slot::State), (3, Slot::Output(0))];
        let logits = io.inputs[0];
        let params = Params::new()
            .u32("rows", logits.rows())
            .u32("columns", logits.columns())
            .u32("stride", logits.stride() / 4)
            .u32("slots", io.slots[1]);
        vec![over_rows(ROWS_AND_STATE.map(kernel), bindings, params, logits)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 8 * io.inputs[0].elements() as u64)
    }
}

impl Compute for Score {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let logits = io.shapes.inputs[0];
        let (columns, stride) = (logits.columns(), logits.stride());
        let ids = io.ids(1);
        let rows = io.inputs[0].chunks_exact(stride).zip(io.outputs[0].chunks_exact_mut(SCORE));
        for ((row, score), wanted) in rows.zip(ids) {
            let row = &row[..columns];
            let (most, own) = (float::most(row), row[wanted]);
            let exponentials = stretch(io.scratch, columns);
            for (exponential, &value) in exponentials.iter_mut().zip(row) {
                *exponential = (value - most).fast_exp();
            }
            let norm = float::sum(exponentials);
            let ahead = |&(id, &value): &(usize, &F)| value > own || value == own && id < wanted;
            let top = row.iter().position(|&value| value == most).unwrap_or(0);
            score[0] = norm.ln() + most - own;
            score[1] = F::of(row.iter().enumerate().filter(ahead).count() as f64);
            score[2] = norm.recip();
            score[3] = F::of(top as f64);
        }
    }
}
