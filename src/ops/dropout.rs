//! `dropout`: Srivastava et al., 2014, with a mask that is a function of seed, place, step and index.

use crate::graph::kernel::{Kernel, line};
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Gradients, Io, IoShapes, Op, Params, Shape, Slot, Tensor, float, state,
};
use crate::rng;

const SOURCE: &str = include_str!("../../shaders/dropout.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/random.wgsl"), include_str!("../../shaders/lib/state.wgsl")];
const WORKGROUP: usize = 64;

/// What dropout needs to know, here and inside attention.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout {
    /// Probability that a number becomes 0; what remains is divided by 1 - probability.
    pub probability: f32,
    pub seed: u32,
    /// Which dropout of the network this is: no two share a mask.
    pub place: u32,
}

impl Dropout {
    pub const NONE: Dropout = Dropout { probability: 0.0, seed: 0, place: 0 };

    pub fn stream(&self) -> u32 {
        rng::Stream::Dropout as u32 + self.place
    }

    /// The mask of the current step.
    pub fn mask<F: Float>(&self, state: &[F]) -> Mask<F> {
        let step = state[state::STEP].to_u32().expect("a step is a count");
        let keep = 1.0 - self.probability;
        Mask { seed: self.seed, stream: self.stream(), step, keep, kept: F::of(f64::from(keep)).recip() }
    }
}

/// What one dropout does in one step, on the CPU.
pub struct Mask<F> {
    seed: u32,
    stream: u32,
    step: u32,
    /// Share of numbers that stay.
    keep: f32,
    /// What those are multiplied with.
    kept: F,
}

impl<F: Float> Mask<F> {
    /// 0 or 1 / keep for one number.
    pub fn factor(&self, index: usize) -> F {
        let draw = rng::unit(rng::bits(self.seed, self.stream, self.step, index as u32));
        if draw < self.keep { self.kept } else { F::zero() }
    }
}

impl<'g> Tensor<'g> {
    /// Some numbers 0, the others larger, so that the mean stays.
    pub fn dropout(self, dropout: Dropout) -> Tensor<'g> {
        self.graph.record(DropoutOp { dropout, residual: false }, &[self])[0]
    }

    /// The same, added to `residual`.
    pub fn dropout_onto(self, residual: Tensor<'g>, dropout: Dropout) -> Tensor<'g> {
        self.graph.record(DropoutOp { dropout, residual: true }, &[self, residual])[0]
    }
}

/// Inputs: x, then residual where there is one.
#[derive(Clone, Copy, Debug)]
struct DropoutOp {
    dropout: Dropout,
    residual: bool,
}

impl Op for DropoutOp {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape> {
        assert!(inputs.iter().all(|shape| *shape == inputs[0]), "dropout: {inputs:?}");
        vec![inputs[0]]
    }

    /// The same mask on the gradient.
    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], gradients: &mut Gradients<'g>) {
        let d_y = d_outputs[0].expect("dropout: nothing flows back");
        assert!(gradients.of(io.inputs[0]).is_none(), "dropout: its input has one reader");
        let (d_x, _) = gradients.target(io.inputs[0]);
        d_y.graph.record_into(DropoutOp { residual: false, ..*self }, &[d_y], &[d_x]);
        if self.residual {
            gradients.pass(io.inputs[1], d_y);
        }
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("dropout", "forward", SOURCE, PRELUDE).with("RESIDUAL", self.residual);
        let residual = if self.residual { Slot::Input(1) } else { Slot::Unused(0) };
        let bindings = vec![(0, Slot::Input(0)), (1, residual), (2, Slot::State), (3, Slot::Output(0))];
        let quads = io.outputs[0].rows() * io.outputs[0].stride() / 4;
        let params = Params::new()
            .u32("quads", quads)
            .u32("seed", self.dropout.seed as usize)
            .u32("place", self.dropout.stream() as usize)
            .f32("keep", 1.0 - self.dropout.probability);
        vec![Dispatch::new(kernel, bindings, params, line(quads.div_ceil(WORKGROUP)))]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 2 * io.outputs[0].elements() as u64)
    }
}

impl Compute for DropoutOp {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let mask = self.dropout.mask(io.state);
        let words = io.shapes.outputs[0].rows() * io.shapes.outputs[0].stride();
        for (at, (out, &x)) in io.outputs[0].iter_mut().zip(&io.inputs[0][..words]).enumerate() {
            *out = x * mask.factor(at);
        }
        if self.residual {
            float::add(&mut io.outputs[0][..words], io.inputs[1]);
        }
    }
}
