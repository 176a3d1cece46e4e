//! `embedding`: the vectors of tokens and of their positions, added.

use super::layer_norm::{self, LayerNorm, Normalizer};
use super::rows::{ROWS_AND_STATE, over_rows, shared_or_alone};
use crate::graph::kernel::{Kernel, line};
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Gradients, Io, IoShapes, Memory, Op, Params, Shape, Slot, Tensor, Write,
    float, state,
};

const SOURCE: &str = include_str!("../../shaders/embedding.wgsl");
const WORKGROUP: usize = 64;

/// (B, T) ids -> (B, T, C), and where there is a norm, what it makes of that, and its statistics. Of the last token alone
/// it makes (1, 1, C). Inputs: ids, token vectors (V, C), then position vectors (at least T, C) if there are any, then scale
/// and shift of the norm.
#[derive(Clone, Copy, Debug)]
struct Embedding {
    which: Which,
    positions: bool,
    norm: Option<LayerNorm>,
}

/// The tokens that are embedded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    All,
    /// The last one of a window whose length is in the state.
    Last,
}

impl<'g> Tensor<'g> {
    /// (B, T) -> (B, T, C): row `id` of `tokens` plus row `t` of `positions`, weights or a table, if there are any.
    pub fn embedding(self, tokens: Tensor<'g>, positions: Option<Tensor<'g>>) -> Tensor<'g> {
        self.embedded(Which::All, tokens, positions, None)[0]
    }

    /// (B, T) -> (B, T, C) twice: the same, and what a norm makes of it, in one kernel.
    pub fn embedding_normed(
        self,
        tokens: Tensor<'g>,
        positions: Option<Tensor<'g>>,
        norm: Normalizer<'g>,
    ) -> [Tensor<'g>; 2] {
        let outputs = self.embedded(Which::All, tokens, positions, Some(norm));
        [outputs[0], outputs[1]]
    }

    /// (1, T) -> (1, 1, C): the same for the last token of the window, whose length is in the state.
    pub fn last_embedding(self, tokens: Tensor<'g>, positions: Option<Tensor<'g>>) -> Tensor<'g> {
        self.embedded(Which::Last, tokens, positions, None)[0]
    }

    /// (1, T) -> (1, 1, C) twice: the same with its norm.
    pub fn last_embedding_normed(
        self,
        tokens: Tensor<'g>,
        positions: Option<Tensor<'g>>,
        norm: Normalizer<'g>,
    ) -> [Tensor<'g>; 2] {
        let outputs = self.embedded(Which::Last, tokens, positions, Some(norm));
        [outputs[0], outputs[1]]
    }

    fn embedded(
        self,
        which: Which,
        tokens: Tensor<'g>,
        positions: Option<Tensor<'g>>,
        norm: Option<Normalizer<'g>>,
    ) -> Vec<Tensor<'g>> {
        let op = Embedding { which, positions: positions.is_some(), norm: norm.map(|norm| norm.norm) };
        let inputs: Vec<Tensor> =
            [self, tokens].into_iter().chain(positions).chain(norm.map(|norm| norm.pair)).collect();
        self.graph.record(op, &inputs)
    }
}

impl Embedding {
    /// The input that holds scale and shift.
    fn pair(&self) -> usize {
        2 + usize::from(self.positions)
    }
}

/// For the vectors `x` of texts of `time` tokens.
fn params(x: Shape, time: usize, slots: usize, vocabulary: usize, epsilon: f32) -> Params {
    Params::new()
        .u32("rows", x.rows())
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
        let (ids, tokens, positions) = (inputs[0], inputs[1], self.positions.then(|| inputs[2]));
        let fits = |positions: Shape| tokens.columns() == positions.columns() && ids.columns() <= positions.rows();
        assert!(positions.is_none_or(fits), "embedding: {ids:?} in {tokens:?} and {positions:?}");
        let [rows, time] = if self.which == Which::Last { [1, 1] } else { [ids.rows(), ids.columns()] };
        let x = Shape::of(&[rows, time, tokens.columns()]);
        let Some(norm) = self.norm else { return vec![x] };
        norm.check(x, inputs[self.pair()]);
        vec![x, x, layer_norm::statistics(x)]
    }

    fn partial_sums(&self, outputs: &[Shape]) -> Option<Shape> {
        self.norm.map(|norm| norm.partial_sums_of(outputs[0]))
    }

    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], gradients: &mut Gradients<'g>) {
        assert_eq!(self.which, Which::All, "embedding: what writes does not learn");
        let graph = io.outputs[0].graph;
        if let (Some(norm), Some(d_normal)) = (self.norm, d_outputs.get(1).copied().flatten()) {
            norm.back([io.outputs[0], io.inputs[self.pair()], io.outputs[2], d_normal], gradients);
        }
        let d_x = gradients.of(io.outputs[0]).expect("embedding: nothing flows back");
        let (d_tokens, add) = gradients.target(io.inputs[1]);
        graph.record_into(DToken { add }, &[io.inputs[0], d_x], &[d_tokens]);
        // A table has no gradient.
        if self.positions && io.inputs[2].info().memory == Memory::Parameter {
            let (d_positions, add) = gradients.target(io.inputs[2]);
            graph.record_into(DPosition { add }, &[d_x], &[d_positions]);
        }
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let x = io.outputs[0];
        let entry = if self.norm.is_some() { "forward_norm" } else { "forward" };
        let kernel = |prelude| {
            let kernel = Kernel::new("embedding", entry, SOURCE, prelude).with("LAST", self.which == Which::Last);
            let kernel = kernel.with("POSITIONS", self.positions);
            self.norm.map_or(kernel.clone(), |norm| norm.in_kernel(kernel))
        };
        // Without vectors of positions nothing is read there, but something must be bound.
        let positions = Slot::Input(if self.positions { 2 } else { 1 });
        let mut bindings =
            vec![(0, Slot::Input(0)), (1, Slot::State), (2, Slot::Input(1)), (3, positions), (4, Slot::Output(0))];
        let epsilon = self.norm.map_or(0.0, |norm| norm.epsilon);
        let params = params(x, io.inputs[0].columns(), io.slots[0], io.inputs[1].rows(), epsilon);
        if self.norm.is_some() {
            bindings.extend([(5, Slot::Output(1)), (6, Slot::Input(self.pair())), (7, Slot::Output(2))]);
            return vec![over_rows(ROWS_AND_STATE.map(kernel), bindings, params, x)];
        }
        let workgroups = line((x.rows() * x.stride() / 4).div_ceil(WORKGROUP));
        vec![Dispatch::new(kernel(ROWS_AND_STATE[0]), bindings, params, workgroups)]
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
        let first = if self.which == Which::Last { last_token(io.state, time) } else { 0 };
        for (row, id) in io.ids(0).skip(first).take(x.rows()).enumerate() {
            let out = &mut io.outputs[0][row * stride..][..stride];
            let token = &io.inputs[1][id * stride..][..stride];
            out.copy_from_slice(token);
            if self.positions {
                float::add(out, &io.inputs[2][(first + row) % time * stride..][..stride]);
            }
            if let (Some(norm), [out, normal, statistics]) = (self.norm, &mut io.outputs[..]) {
                let (x, normal) = (&out[row * stride..][..x.columns()], &mut normal[row * stride..][..stride]);
                statistics[2 * row..][..2].copy_from_slice(&norm.normalize(x, io.inputs[self.pair()], normal));
            }
        }
    }
}

/// The place of the last token of a window of at most `time` tokens.
fn last_token<F: Float>(state: &[F], time: usize) -> usize {
    state[state::POSITION].to_usize().expect("a position is a count").clamp(1, time) - 1
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
        let kernel = |entry| Kernel::new("embedding", entry, SOURCE, ROWS_AND_STATE[0]).with("ADD", self.add.adds());
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::State), (4, Slot::Input(1)), (5, Slot::Output(0))];
        let vocabulary = io.outputs[0].rows();
        let params = params(io.inputs[1], io.inputs[0].columns(), io.slots[0], vocabulary, 0.0);
        let kernels = ["d_token", "d_token_alone"].map(kernel);
        vec![shared_or_alone(kernels, [line(vocabulary); 2], io.inputs[1].rows(), bindings, params)]
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
        let kernel = Kernel::new("embedding", "d_position", SOURCE, ROWS_AND_STATE[0]).with("ADD", self.add.adds());
        let x = io.inputs[0];
        let params = params(x, x.dims()[1], 1, 1, 0.0);
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
