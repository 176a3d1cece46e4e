//! `gradient_norm`: partial sums of the squares of every gradient; [`super::step`] adds them up.

use super::rows::shared_or_alone;
use crate::graph::kernel::Kernel;
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Graph, IoShapes, Memory, Op, Params, Shape, Slot, Tensor, float,
};

const SOURCE: &str = include_str!("../../shaders/gradient_norm.wgsl");
const WORKGROUP: usize = 64;
/// Partial sums, at most.
const SUMS: usize = 256;
/// Squares that the CPU adds up at a time: a single sum of a million in `f32` is off by one in four thousand.
const CHUNK: usize = 1024;

/// Gradient memory -> partial sums of squares.
#[derive(Clone, Copy, Debug)]
struct GradientNorm;

/// Appends the partial sums of squares over all gradients.
pub fn gradient_norm(graph: &Graph) -> Tensor<'_> {
    let gradients = graph.flat(Memory::Gradient, 0, graph.parameters().words);
    graph.record(GradientNorm, &[gradients])[0]
}

fn sums(gradients: Shape) -> usize {
    (gradients.words() / 4).div_ceil(WORKGROUP).min(SUMS)
}

impl Op for GradientNorm {
    fn name(&self) -> &'static str {
        "gradient_norm"
    }

    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape> {
        vec![Shape::of(&[sums(inputs[0])])]
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let (quads, sums) = (io.inputs[0].words() / 4, sums(io.inputs[0]));
        let params = Params::new().u32("quads", quads).u32("sums", sums);
        let kernels = ["forward", "forward_alone"].map(|entry| Kernel::new("gradient_norm", entry, SOURCE, &[]));
        let workgroups = [sums, sums.div_ceil(WORKGROUP)].map(|count| [count as u32, 1, 1]);
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::Output(0))];
        vec![shared_or_alone(kernels, workgroups, quads.div_ceil(sums), bindings, params)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 2 * io.inputs[0].elements() as u64)
    }
}

impl Compute for GradientNorm {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        io.outputs[0].fill(F::zero());
        io.outputs[0][0] = io.inputs[0].chunks(CHUNK).map(|chunk| float::dot(chunk, chunk)).sum();
    }
}
