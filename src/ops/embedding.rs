//! `embedding`: the vectors of tokens and of their positions, added.

use crate::graph::kernel::{Kernel, line};
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Gradients, Io, IoShapes, Op, Params, Shape, Slot, Tensor, Write,
};

const SOURCE: &str = include_str!("../../shaders/embedding.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/state.wgsl")];
const WORKGROUP: usize = 64;

/// (B, T) ids -> (B, T, C). Inputs: ids, token vectors (V, C), position vectors (at least T, C).
#[derive(Clone, Copy, Debug)]
pub struct Embedding;

impl<'g> Tensor<'g> {
    /// (B, T) -> (B, T, C): row `id` of `tokens` plus row `t` of `positions`.
    pub fn embedding(self, tokens: Tensor<'g>, positions: Tensor<'g>) -> Tensor<'g> {
        self.graph.record(Embedding, &[self, tokens, positions])[0]
    }
}

fn params(x: Shape, slots: usize, vocabulary: usize) -> Params {
    let &[batch, time, _] = x.dims() else { panic!("embedding: {x:?}") };
    Params::new()
        .u32("rows", batch * time)
        .u32("time", time)
        .u32("stride", x.stride() / 4)
        .u32("slots", slots)
        .u32("vocabulary", vocabulary)
}

impl Op for Embedding {
    fn name(&self) -> &'static str {
        "embedding"
    }

    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape> {
        let [ids, tokens, positions] = inputs else { panic!("embedding: {inputs:?}") };
        let fits = tokens.columns() == positions.columns() && ids.columns() <= positions.rows();
        assert!(fits, "embedding: {ids:?} in {tokens:?} and {positions:?}");
        vec![Shape::of(&[ids.rows(), ids.columns(), tokens.columns()])]
    }

    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], gradients: &mut Gradients<'g>) {
        let graph = io.outputs[0].graph;
        let d_x = d_outputs[0].expect("embedding: nothing flows back");
        let (d_tokens, add) = gradients.target(io.inputs[1]);
        graph.record_into(DToken { add }, &[io.inputs[0], d_x], &[d_tokens]);
        let (d_positions, add) = gradients.target(io.inputs[2]);
        graph.record_into(DPosition { add }, &[d_x], &[d_positions]);
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("embedding", "forward", SOURCE, PRELUDE);
        let bindings =
            vec![(0, Slot::Input(0)), (1, Slot::State), (2, Slot::Input(1)), (3, Slot::Input(2)), (4, Slot::Output(0))];
        let x = io.outputs[0];
        let params = params(x, io.slots[0], io.inputs[1].rows());
        let workgroups = line((x.rows() * x.stride() / 4).div_ceil(WORKGROUP));
        vec![Dispatch { kernel, bindings, params, workgroups }]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let elements = io.outputs[0].elements();
        Cost { flops: elements as u64, bytes: 12 * elements as u64 }
    }
}

impl Compute for Embedding {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let (time, stride) = (io.shapes.inputs[0].columns(), io.shapes.outputs[0].stride());
        for (row, id) in io.ids(0).into_iter().enumerate() {
            for column in 0..stride {
                let position = io.inputs[2][row % time * stride + column];
                io.outputs[0][row * stride + column] = io.inputs[1][id * stride + column] + position;
            }
        }
    }
}

/// d_tokens (+)= the rows of d_x where the token stands. Inputs: ids, d_x.
#[derive(Clone, Copy, Debug)]
struct DToken {
    add: Write,
}

impl Op for DToken {
    fn name(&self) -> &'static str {
        "embedding.d_token"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes a gradient that exists")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("embedding", "d_token", SOURCE, PRELUDE).with("ADD", self.add.adds());
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::State), (4, Slot::Input(1)), (5, Slot::Output(0))];
        let vocabulary = io.outputs[0].rows();
        let params = params(io.inputs[1], io.slots[0], vocabulary);
        vec![Dispatch { kernel, bindings, params, workgroups: line(vocabulary) }]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, io.inputs[1].elements() as u64)
    }
}

impl Compute for DToken {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let stride = io.shapes.inputs[1].stride();
        if !self.add.adds() {
            io.outputs[0].fill(F::zero());
        }
        for (row, id) in io.ids(0).into_iter().enumerate() {
            for column in 0..stride {
                io.outputs[0][id * stride + column] += io.inputs[1][row * stride + column];
            }
        }
    }
}

/// d_positions (+)= d_x summed over the batch. Input: d_x.
#[derive(Clone, Copy, Debug)]
struct DPosition {
    add: Write,
}

impl Op for DPosition {
    fn name(&self) -> &'static str {
        "embedding.d_position"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes a gradient that exists")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("embedding", "d_position", SOURCE, PRELUDE).with("ADD", self.add.adds());
        let x = io.inputs[0];
        let params = params(x, 1, 1);
        let workgroups = line((x.dims()[1] * x.stride() / 4).div_ceil(WORKGROUP));
        vec![Dispatch { kernel, bindings: vec![(4, Slot::Input(0)), (6, Slot::Output(0))], params, workgroups }]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, io.inputs[0].elements() as u64)
    }
}

impl Compute for DPosition {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let x = io.shapes.inputs[0];
        let (time, stride) = (x.dims()[1], x.stride());
        if !self.add.adds() {
            io.outputs[0][..time * stride].fill(F::zero());
        }
        for row in 0..x.rows() {
            for column in 0..stride {
                io.outputs[0][row % time * stride + column] += io.inputs[0][row * stride + column];
            }
        }
    }
}
