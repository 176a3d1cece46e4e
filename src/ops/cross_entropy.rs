//! `cross_entropy`: the loss of every position, and the gradient of their mean.

use super::layer_norm::over_rows;
use crate::graph::kernel::Kernel;
use crate::graph::op::stretch;
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Gradients, Io, IoShapes, Op, Params, Shape, Slot, Tensor, float,
};

const SOURCE: &str = include_str!("../../shaders/cross_entropy.wgsl");
const PRELUDES: [&[&str]; 3] = [
    &[
        include_str!("../../shaders/lib/state.wgsl"),
        include_str!("../../shaders/lib/quads.wgsl"),
        include_str!("../../shaders/lib/rows.wgsl"),
    ],
    &[
        include_str!("../../shaders/lib/state.wgsl"),
        include_str!("../../shaders/lib/quads.wgsl"),
        include_str!("../../shaders/lib/rows_subgroups.wgsl"),
    ],
    &[
        include_str!("../../shaders/lib/state.wgsl"),
        include_str!("../../shaders/lib/quads.wgsl"),
        include_str!("../../shaders/lib/rows_alone.wgsl"),
    ],
];

/// (B, T, V) logits, (B, T) targets and, where they are not all alike, (B, T) weights -> (B T) losses in nats, and d_logits
/// for the mean of them.
///
/// A weighted mean, the sum of w * loss over the sum of w, is the mean of the losses times weights that are 1 on average
/// over the batch: whoever draws a batch makes them so, and every op behind this one need not know of them.
#[derive(Clone, Copy, Debug)]
struct CrossEntropy {
    gradient: bool,
}

impl<'g> Tensor<'g> {
    /// (B, T, V) -> (B T): -log of the probability of each target. Differentiating it differentiates the mean.
    pub fn cross_entropy(self, targets: Tensor<'g>) -> Tensor<'g> {
        self.graph.record(CrossEntropy { gradient: true }, &[self, targets])[0]
    }

    /// The same where each target counts for its weight: (B, T), 1 on average, 0 for what is not to be learned.
    pub fn weighted_cross_entropy(self, targets: Tensor<'g>, weights: Tensor<'g>) -> Tensor<'g> {
        self.graph.record(CrossEntropy { gradient: true }, &[self, targets, weights])[0]
    }

    /// The same without a gradient, for evaluation.
    pub fn weighted_cross_entropy_only(self, targets: Tensor<'g>, weights: Tensor<'g>) -> Tensor<'g> {
        self.graph.record(CrossEntropy { gradient: false }, &[self, targets, weights])[0]
    }

    /// Losses alone, all alike.
    pub fn cross_entropy_only(self, targets: Tensor<'g>) -> Tensor<'g> {
        self.graph.record(CrossEntropy { gradient: false }, &[self, targets])[0]
    }
}

impl Op for CrossEntropy {
    fn name(&self) -> &'static str {
        "cross_entropy"
    }

    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape> {
        let [logits, targets @ ..] = inputs else { panic!("cross_entropy: {inputs:?}") };
        let fits = targets.iter().all(|targets| targets.elements() == logits.rows());
        assert!(matches!(targets.len(), 1 | 2) && fits, "cross_entropy: {logits:?} against {targets:?}");
        let losses = Shape::of(&[logits.rows()]);
        if self.gradient { vec![losses, *logits] } else { vec![losses] }
    }

    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], gradients: &mut Gradients<'g>) {
        assert!(self.gradient && d_outputs[0].is_none(), "cross_entropy: is the last op, its mean is the loss");
        gradients.pass(io.inputs[0], io.outputs[1]);
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let weighted = io.inputs.len() == 3;
        let kernel = |prelude| {
            let kernel = Kernel::new("cross_entropy", "forward", SOURCE, prelude);
            kernel.with("GRADIENT", self.gradient).with("WEIGHTED", weighted)
        };
        let bindings = vec![
            (0, Slot::Input(0)),
            (1, Slot::Input(1)),
            (2, Slot::State),
            (3, Slot::Output(0)),
            (4, if self.gradient { Slot::Output(1) } else { Slot::Unused(0) }),
            // Without weights nothing is read there, but something of the same memory must be bound.
            (5, Slot::Input(if weighted { 2 } else { 1 })),
        ];
        let logits = io.inputs[0];
        let params = Params::new()
            .u32("rows", logits.rows())
            .u32("columns", logits.columns())
            .u32("stride", logits.stride() / 4)
            .u32("slots", io.slots[1]);
        vec![over_rows(PRELUDES.map(kernel), bindings, params, logits)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 8 * io.inputs[0].elements() as u64)
    }
}

impl Compute for CrossEntropy {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let logits = io.shapes.inputs[0];
        let (columns, stride, count) = (logits.columns(), logits.stride(), F::of(logits.rows() as f64));
        let ids = io.ids(1);
        let weights = (io.inputs.len() == 3).then(|| io.current(2));
        let (losses, d_logits) = io.outputs.split_first_mut().expect("cross_entropy: an output");
        let mut d_rows = d_logits.first_mut().map(|d_logits| d_logits.chunks_exact_mut(stride));
        let rows = io.inputs[0].chunks_exact(stride).zip(losses.iter_mut());
        for (at, ((row, loss), wanted)) in rows.zip(ids).enumerate() {
            let d_row = d_rows.as_mut().and_then(Iterator::next);
            let exponentials = match d_row {
                Some(d_row) => d_row,
                None => stretch(io.scratch, stride),
            };
            let (row, exponentials) = (&row[..columns], &mut exponentials[..columns]);
            let most = float::most(row);
            for (exponential, &value) in exponentials.iter_mut().zip(row) {
                *exponential = (value - most).fast_exp();
            }
            let norm = float::sum(exponentials);
            *loss = norm.ln() + most - row[wanted];
            exponentials.iter_mut().for_each(|exponential| *exponential /= norm * count);
            exponentials[wanted] -= count.recip();
            if let Some(weights) = weights {
                *loss *= weights[at];
                exponentials.iter_mut().for_each(|d_logit| *d_logit *= weights[at]);
            }
        }
        d_logits.first_mut().into_iter().for_each(|d_logits| logits.clear_padding(d_logits));
    }
}
