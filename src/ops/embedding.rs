//! `embedding`: the vectors of tokens and of their positions, added.

use super::layer_norm::{self, LayerNorm};
use crate::graph::kernel::{Kernel, line};
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Gradients, Io, IoShapes, Op, Params, Shape, Slot, Tensor, Write, float,
};

const SOURCE: &str = include_str!("../../shaders/embedding.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/state.wgsl"), include_str!("../../shaders/lib/rows.wgsl")];
const WORKGROUP: usize = 64;

/// (B, T) ids -> (B, T, C), and where there is a norm, what it makes of that, and its statistics. Inputs: ids, token
/// vectors (V, C), position vectors (at least T, C), scale and shift of the norm.
#[derive(Clone, Copy, Debug)]
pub struct Embedding {
    norm: Option<LayerNorm>,
}

impl<'g> Tensor<'g> {
    /// (B, T) -> (B, T, C): row `id` of `tokens` plus row `t` of `positions`.
    pub fn embedding(self, tokens: Tensor<'g>, positions: Tensor<'g>) -> Tensor<'g> {
        self.graph.record(Embedding { norm: None }, &[self, tokens, positions])[0]
    }
}

/// Makes the newest node normalize as well, if it is the embedding that made `x`.
pub(super) fn extended<'g>(x: Tensor<'g>, norm: LayerNorm, pair: Tensor<'g>) -> Option<Tensor<'g>> {
    let graph = x.graph;
    let node = graph.producer(x.id).filter(|node| graph.is_newest(x.id) && node.op.name() == "embedding")?;
    (node.outputs.len() == 1).then(|| graph.extend_newest(Embedding { norm: Some(norm) }, &[pair])[0])
}

fn params(x: Shape, slots: usize, vocabulary: usize, epsilon: f32) -> Params {
    let &[batch, time, _] = x.dims() else { panic!("embedding: {x:?}") };
    Params::new()
        .u32("rows", batch * time)
        .u32("time", time)
        .u32("stride", x.stride() / 4)
        .u32("slots", slots)
        .u32("vocabulary", vocabulary)
        .u32("columns", x.columns())
        .u32("pitch", layer_norm::pitch(x.columns()) / 4)
        .f32("epsilon", epsilon)
}

impl Op for Embedding {
    fn name(&self) -> &'static str {
        "embedding"
    }

    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape> {
        let [ids, tokens, positions, pair @ ..] = inputs else { panic!("embedding: {inputs:?}") };
        let fits = tokens.columns() == positions.columns() && ids.columns() <= positions.rows();
        assert!(fits, "embedding: {ids:?} in {tokens:?} and {positions:?}");
        let x = Shape::of(&[ids.rows(), ids.columns(), tokens.columns()]);
        pair.iter().for_each(|&pair| layer_norm::check(x, pair));
        if self.norm.is_some() { vec![x, x, layer_norm::statistics(x)] } else { vec![x] }
    }

    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], gradients: &mut Gradients<'g>) {
        let graph = io.outputs[0].graph;
        if let (Some(norm), Some(d_normal)) = (self.norm, d_outputs.get(1).copied().flatten()) {
            norm.back([io.outputs[0], io.inputs[3], io.outputs[2], d_normal], gradients);
        }
        let d_x = gradients.of(io.outputs[0]).expect("embedding: nothing flows back");
        let (d_tokens, add) = gradients.target(io.inputs[1]);
        graph.record_into(DToken { add }, &[io.inputs[0], d_x], &[d_tokens]);
        let (d_positions, add) = gradients.target(io.inputs[2]);
        graph.record_into(DPosition { add }, &[d_x], &[d_positions]);
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let x = io.outputs[0];
        let entry = if self.norm.is_some() { "forward_norm" } else { "forward" };
        let kernel = Kernel::new("embedding", entry, SOURCE, PRELUDE);
        let mut bindings =
            vec![(0, Slot::Input(0)), (1, Slot::State), (2, Slot::Input(1)), (3, Slot::Input(2)), (4, Slot::Output(0))];
        let epsilon = self.norm.map_or(0.0, |norm| norm.epsilon);
        let params = params(x, io.slots[0], io.inputs[1].rows(), epsilon);
        let mut workgroups = line((x.rows() * x.stride() / 4).div_ceil(WORKGROUP));
        if self.norm.is_some() {
            bindings.extend([(5, Slot::Output(1)), (6, Slot::Input(3)), (7, Slot::Output(2))]);
            workgroups = line(x.rows().div_ceil(layer_norm::ROWS));
        }
        vec![Dispatch::new(kernel, bindings, params, workgroups)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let elements = io.outputs[0].elements() as u64;
        match self.norm {
            None => Cost { flops: elements, bytes: 12 * elements },
            Some(_) => Cost { flops: 9 * elements, bytes: 16 * elements },
        }
    }
}

impl Compute for Embedding {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let (time, x) = (io.shapes.inputs[0].columns(), io.shapes.outputs[0]);
        let stride = x.stride();
        for (row, id) in io.ids(0).enumerate() {
            let out = &mut io.outputs[0][row * stride..][..stride];
            let token = &io.inputs[1][id * stride..][..stride];
            let position = &io.inputs[2][row % time * stride..][..stride];
            out.iter_mut().zip(token).zip(position).for_each(|((out, &token), &position)| *out = token + position);
            if let (Some(norm), [out, normal, statistics]) = (self.norm, &mut io.outputs[..]) {
                let (x, normal) = (&out[row * stride..][..x.columns()], &mut normal[row * stride..][..stride]);
                statistics[2 * row..][..2].copy_from_slice(&norm.normalize(x, io.inputs[3], normal));
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
        let params = params(io.inputs[1], io.slots[0], vocabulary, 0.0);
        vec![Dispatch::new(kernel, bindings, params, line(vocabulary))]
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
        for (id, row) in io.ids(0).zip(io.inputs[1].chunks_exact(stride)) {
            float::add(&mut io.outputs[0][id * stride..][..stride], row);
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
        let params = params(x, 1, 1, 0.0);
        let workgroups = line((x.dims()[1] * x.stride() / 4).div_ceil(WORKGROUP));
        vec![Dispatch::new(kernel, vec![(4, Slot::Input(0)), (5, Slot::Output(0))], params, workgroups)]
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
        for sequence in io.inputs[0][..x.rows() * stride].chunks_exact(time * stride) {
            float::add(io.outputs[0], sequence);
        }
    }
}
