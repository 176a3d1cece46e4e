//! `cross_entropy`: the loss of every position, and the gradient of their mean.

use crate::graph::kernel::{Kernel, line};
use crate::graph::{Compute, Cost, CpuIo, Dispatch, Float, Gradients, Io, IoShapes, Op, Params, Shape, Slot, Tensor};

const SOURCE: &str = include_str!("../../shaders/cross_entropy.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/state.wgsl")];

/// Rows that one workgroup takes: `ROWS` of the shader.
const ROWS: usize = 4;

/// (B, T, V) logits, (B, T) targets -> (B T) losses in nats, and d_logits for the mean of them.
#[derive(Clone, Copy, Debug)]
struct CrossEntropy {
    gradient: bool,
}

impl<'g> Tensor<'g> {
    /// (B, T, V) -> (B T): -log of the probability of each target. Differentiating it differentiates the mean.
    pub fn cross_entropy(self, targets: Tensor<'g>) -> Tensor<'g> {
        self.graph.record(CrossEntropy { gradient: true }, &[self, targets])[0]
    }

    /// The same without a gradient, for evaluation.
    pub fn cross_entropy_only(self, targets: Tensor<'g>) -> Tensor<'g> {
        self.graph.record(CrossEntropy { gradient: false }, &[self, targets])[0]
    }
}

impl Op for CrossEntropy {
    fn name(&self) -> &'static str {
        "cross_entropy"
    }

    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape> {
        let [logits, targets] = inputs else { panic!("cross_entropy: {inputs:?}") };
        assert_eq!(logits.rows(), targets.elements(), "cross_entropy: {logits:?} against {targets:?}");
        let losses = Shape::of(&[logits.rows()]);
        if self.gradient { vec![losses, *logits] } else { vec![losses] }
    }

    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], gradients: &mut Gradients<'g>) {
        assert!(self.gradient && d_outputs[0].is_none(), "cross_entropy: is the last op, its mean is the loss");
        gradients.pass(io.inputs[0], io.outputs[1]);
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("cross_entropy", "forward", SOURCE, PRELUDE).with("GRADIENT", self.gradient);
        let bindings = vec![
            (0, Slot::Input(0)),
            (1, Slot::Input(1)),
            (2, Slot::State),
            (3, Slot::Output(0)),
            (4, if self.gradient { Slot::Output(1) } else { Slot::Unused(0) }),
        ];
        let logits = io.inputs[0];
        let params = Params::new()
            .u32("rows", logits.rows())
            .u32("columns", logits.columns())
            .u32("stride", logits.stride() / 4)
            .u32("slots", io.slots[1]);
        vec![Dispatch { kernel, bindings, params, workgroups: line(logits.rows().div_ceil(ROWS)) }]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 8 * io.inputs[0].elements() as u64)
    }
}

impl Compute for CrossEntropy {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let logits = io.shapes.inputs[0];
        let count = F::of(logits.rows() as f64);
        for (row, wanted) in io.ids(1).into_iter().enumerate() {
            let start = row * logits.stride();
            let values = &io.inputs[0][start..][..logits.columns()];
            let most = values.iter().copied().fold(F::neg_infinity(), F::max);
            let norm: F = values.iter().map(|&value| (value - most).exp()).sum();
            io.outputs[0][row] = norm.ln() + most - values[wanted];
            if self.gradient {
                let d_row = &mut io.outputs[1][start..][..logits.stride()];
                d_row.fill(F::zero());
                for (column, &value) in values.iter().enumerate() {
                    let indicator = if column == wanted { F::one() } else { F::zero() };
                    d_row[column] = ((value - most).exp() / norm - indicator) / count;
                }
            }
        }
    }
}
