//! `cross_entropy`: the loss of every position, and the gradient of their mean.

use super::rows::{ROWS_AND_STATE, over_rows};
use crate::graph::kernel::Kernel;
use crate::graph::op::stretch;
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Gradients, Io, IoShapes, Op, Params, Shape, Slot, Tensor, float,
};

const SOURCE: &str = include_str!("../../shaders/cross_entropy.wgsl");

/// (B, T, V) logits, (B, T) targets and, where they are not all alike, (B, T) weights -> (B T) losses in nats, and d_logits
/// for the mean of them.
///
/// A weighted mean, the sum of w * loss over the sum of w, is the mean of the losses times weights that are 1 on average
/// over the batch: whoever draws a batch makes them so, and every op behind this one need not know of them.
///
/// With an [`Objective`] the first output is what is minimized, and a third the loss without it.
#[derive(Clone, Copy, Debug)]
struct CrossEntropy {
    gradient: bool,
    objective: Objective,
}

/// What is asked for beside the next token.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Objective {
    /// Share of the target's probability that is spread over the vocabulary (Szegedy et al., 2016).
    pub label_smoothing: f32,
    /// Weight of the squared logarithm of the normalizer (Chowdhery et al., 2022).
    pub z_loss: f32,
}

/// (B T) each.
#[derive(Clone, Copy)]
pub struct Losses<'g> {
    /// What is minimized.
    pub objective: Tensor<'g>,
    /// -log of the probability of each target.
    pub plain: Tensor<'g>,
}

impl<'g> Tensor<'g> {
    /// (B, T, V) -> (B T): -log of the probability of each target. Differentiating it differentiates the mean.
    pub fn cross_entropy(self, targets: Tensor<'g>) -> Tensor<'g> {
        self.learned_cross_entropy(targets, None, Objective::default()).plain
    }

    /// The same with whatever else is asked for.
    pub fn learned_cross_entropy(
        self,
        targets: Tensor<'g>,
        weights: Option<Tensor<'g>>,
        objective: Objective,
    ) -> Losses<'g> {
        let inputs: Vec<Tensor> = [self, targets].into_iter().chain(weights).collect();
        let outputs = self.graph.record(CrossEntropy { gradient: true, objective }, &inputs);
        Losses { objective: outputs[0], plain: *outputs.get(2).unwrap_or(&outputs[0]) }
    }

    /// The same where each target counts for its weight: (B, T), 1 on average, 0 for what is not to be learned.
    pub fn weighted_cross_entropy(self, targets: Tensor<'g>, weights: Tensor<'g>) -> Tensor<'g> {
        self.learned_cross_entropy(targets, Some(weights), Objective::default()).plain
    }

    /// The same without a gradient, for evaluation.
    pub fn weighted_cross_entropy_only(self, targets: Tensor<'g>, weights: Tensor<'g>) -> Tensor<'g> {
        self.graph.record(CrossEntropy { gradient: false, objective: Objective::default() }, &[self, targets, weights])
            [0]
    }

    /// Losses alone, all alike.
    pub fn cross_entropy_only(self, targets: Tensor<'g>) -> Tensor<'g> {
        self.graph.record(CrossEntropy { gradient: false, objective: Objective::default() }, &[self, targets])[0]
    }
}

impl Objective {
    fn is_plain(self) -> bool {
        self == Self::default()
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
        match (self.gradient, self.objective.is_plain()) {
            (true, true) => vec![losses, *logits],
            (true, false) => vec![losses, *logits, losses],
            (false, _) => vec![losses],
        }
    }

    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], gradients: &mut Gradients<'g>) {
        assert!(self.gradient && d_outputs[0].is_none(), "cross_entropy: is the last op, its mean is the loss");
        gradients.pass(io.inputs[0], io.outputs[1]);
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let weighted = io.inputs.len() == 3;
        let kernel = |prelude| {
            let kernel = Kernel::new("cross_entropy", "forward", SOURCE, prelude);
            let kernel = kernel.with("GRADIENT", self.gradient).with("WEIGHTED", weighted);
            kernel.with("PLAIN", self.objective.is_plain())
        };
        let bindings = vec![
            (0, Slot::Input(0)),
            (1, Slot::Input(1)),
            (2, Slot::State),
            (3, Slot::Output(0)),
            (4, if self.gradient { Slot::Output(1) } else { Slot::Unused(0) }),
            // Without weights nothing is read there, but something of the same memory must be bound.
            (5, Slot::Input(if weighted { 2 } else { 1 })),
            (6, if self.objective.is_plain() { Slot::Unused(1) } else { Slot::Output(2) }),
        ];
        let logits = io.inputs[0];
        let params = Params::new()
            .u32("rows", logits.rows())
            .u32("columns", logits.columns())
            .u32("stride", logits.stride() / 4)
            .u32("slots", io.slots[1])
            .f32("label_smoothing", self.objective.label_smoothing)
            .f32("z_loss", self.objective.z_loss);
        vec![over_rows(ROWS_AND_STATE.map(kernel), bindings, params, logits)]
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
        let [smoothing, z_loss] =
            [self.objective.label_smoothing, self.objective.z_loss].map(|value| F::of(f64::from(value)));
        let (one, two, share) = (F::one(), F::of(2.0), smoothing / F::of(columns as f64));
        let (losses, others) = io.outputs.split_first_mut().expect("cross_entropy: an output");
        let (d_logits, plain) = others.split_at_mut(others.len().min(1));
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
            let log_norm = norm.ln() + most;
            *loss = log_norm - row[wanted];
            if let [plain] = plain {
                plain[at] = *loss;
                let mean = float::sum(row) / F::of(columns as f64);
                *loss = log_norm - (one - smoothing) * row[wanted] - smoothing * mean + z_loss * log_norm * log_norm;
                let factor = (one + two * z_loss * log_norm) / (norm * count);
                exponentials.iter_mut().for_each(|exponential| *exponential = *exponential * factor - share / count);
                exponentials[wanted] -= (one - smoothing) / count;
            } else {
                exponentials.iter_mut().for_each(|exponential| *exponential /= norm * count);
                exponentials[wanted] -= count.recip();
            }
            if let Some(weights) = weights {
                *loss *= weights[at];
                plain.iter_mut().for_each(|plain| plain[at] *= weights[at]);
                exponentials.iter_mut().for_each(|d_logit| *d_logit *= weights[at]);
            }
        }
        d_logits.first_mut().into_iter().for_each(|d_logits| logits.clear_padding(d_logits));
    }
}
