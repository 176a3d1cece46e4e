//! `gated`: one half of a layer's numbers, through an activation, times the other half (Dauphin et al., 2017; Shazeer, 2020).

use super::linear::Activation;
use crate::graph::kernel::{Kernel, line};
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Gradients, Io, IoShapes, Op, Params, Shape, Slot, Tensor, Write,
};

const SOURCE: &str = include_str!("../../shaders/gated.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/activation.wgsl")];
const WORKGROUP: usize = 64;

/// (.., 2H) -> (.., H): activation(a) b of the halves a and b. H is a multiple of four.
#[derive(Clone, Copy, Debug)]
struct Gated {
    activation: Activation,
}

impl<'g> Tensor<'g> {
    /// (.., 2H) -> (.., H): the first half, through the activation, times the second.
    pub fn gated(self, activation: Activation) -> Tensor<'g> {
        self.graph.record(Gated { activation }, &[self])[0]
    }
}

/// A launch over `rows` rows of `columns` numbers a half.
fn dispatch(activation: Activation, entry: &'static str, half: Shape, bindings: Vec<(usize, Slot)>) -> Dispatch {
    let kernel = activation.in_kernel(Kernel::new("gated", entry, SOURCE, PRELUDE));
    let quads = half.rows() * half.stride() / 4;
    let params = Params::new().u32("quads", quads).u32("half", half.stride() / 4);
    Dispatch::new(kernel, bindings, params, line(quads.div_ceil(WORKGROUP)))
}

impl Op for Gated {
    fn name(&self) -> &'static str {
        "gated"
    }

    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape> {
        let pair = inputs[0];
        assert!(pair.columns().is_multiple_of(8), "gated: {pair:?} has no halves of whole vec4");
        vec![pair.with_columns(pair.columns() / 2)]
    }

    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], gradients: &mut Gradients<'g>) {
        let d_y = d_outputs[0].expect("gated: nothing flows back");
        let (d_pair, add) = gradients.target(io.inputs[0]);
        assert_eq!(add, Write::Set, "gated: its input has one reader");
        d_y.graph.record_into(DPair { activation: self.activation }, &[io.inputs[0], d_y], &[d_pair]);
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let bindings = vec![(0, Slot::Input(0)), (2, Slot::Output(0))];
        vec![dispatch(self.activation, "forward", io.outputs[0], bindings)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 10 * io.outputs[0].elements() as u64)
    }
}

impl Compute for Gated {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let half = io.shapes.outputs[0].stride();
        for (out, pair) in io.outputs[0].chunks_exact_mut(half).zip(io.inputs[0].chunks_exact(2 * half)) {
            let (gates, values) = pair.split_at(half);
            for (out, (&gate, &value)) in out.iter_mut().zip(gates.iter().zip(values)) {
                *out = self.activation.of(gate) * value;
            }
        }
    }
}

/// The gradients of both halves. Inputs: the halves, d_y.
#[derive(Clone, Copy, Debug)]
struct DPair {
    activation: Activation,
}

impl Op for DPair {
    fn name(&self) -> &'static str {
        "gated.d_pair"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes a gradient that exists")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::Input(1)), (2, Slot::Output(0))];
        vec![dispatch(self.activation, "d_pair", io.inputs[1], bindings)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 20 * io.inputs[1].elements() as u64)
    }
}

impl Compute for DPair {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let half = io.shapes.inputs[1].stride();
        let rows = io.inputs[0].chunks_exact(2 * half).zip(io.inputs[1].chunks_exact(half));
        for (d_pair, (pair, d_y)) in io.outputs[0].chunks_exact_mut(2 * half).zip(rows) {
            let ((gates, values), (d_gates, d_values)) = (pair.split_at(half), d_pair.split_at_mut(half));
            for (at, &d_y) in d_y.iter().enumerate() {
                d_gates[at] = d_y * values[at] * self.activation.derivative(gates[at]);
                d_values[at] = d_y * self.activation.of(gates[at]);
            }
        }
    }
}
