//! `attention`: causal multi-head attention (Vaswani et al., 2017) with an online softmax (Dao et al., 2022).

use super::dropout::Dropout;
use crate::graph::kernel::{Kernel, line};
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Gradients, Io, IoShapes, Op, Params, Shape, Slot, Tensor, Write,
};

const SOURCE: &str = include_str!("../../shaders/attention.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/random.wgsl"), include_str!("../../shaders/lib/state.wgsl")];
const WORKGROUP: usize = 64;

/// (B, T, 3C) -> (B, T, C), and the logarithm of each query's sum of exponentials (B H T). Input: queries, keys and
/// values side by side.
#[derive(Clone, Copy, Debug)]
pub struct Attention {
    pub heads: usize,
    pub dropout: Option<Dropout>,
}

impl<'g> Tensor<'g> {
    /// (B, T, 3C) -> (B, T, C): every position attends to itself and to what stands before it.
    pub fn causal_attention(self, heads: usize, dropout: Option<Dropout>) -> Tensor<'g> {
        self.graph.record(Attention { heads, dropout }, &[self])[0]
    }
}

/// The sizes of an attention: B, T, H, D.
#[derive(Clone, Copy)]
struct Sizes {
    batch: usize,
    time: usize,
    heads: usize,
    head_size: usize,
}

impl Attention {
    fn sizes(&self, qkv: Shape) -> Sizes {
        let &[batch, time, columns] = qkv.dims() else { panic!("attention: {qkv:?}") };
        assert!(columns.is_multiple_of(3 * self.heads), "attention: {qkv:?} has no {} heads", self.heads);
        Sizes { batch, time, heads: self.heads, head_size: columns / 3 / self.heads }
    }

    fn dispatch(&self, entry: &'static str, qkv: Shape, bindings: Vec<(usize, Slot)>) -> Dispatch {
        let sizes = self.sizes(qkv);
        let vec4 = sizes.head_size.is_multiple_of(4);
        let kernel = Kernel::new("attention", entry, SOURCE, PRELUDE)
            .with("QUADS", format!("{}u", sizes.head_size.div_ceil(4)))
            .with("VEC4", vec4)
            .with("Quad", if vec4 { "vec4<f32>" } else { "f32" })
            .with("DROPOUT", self.dropout.is_some());
        let dropout = self.dropout.unwrap_or(Dropout::NONE);
        let params = Params::new()
            .u32("batch", sizes.batch)
            .u32("time", sizes.time)
            .u32("heads", sizes.heads)
            .u32("head_size", sizes.head_size)
            .u32("qkv_stride", qkv.stride())
            .u32("out_stride", sizes.columns().next_multiple_of(4))
            .f32("scale", 1.0 / (sizes.head_size as f32).sqrt())
            .u32("seed", dropout.seed as usize)
            .u32("place", dropout.stream() as usize)
            .f32("keep", 1.0 - dropout.probability);
        Dispatch { kernel, bindings, params, workgroups: line(sizes.queries().div_ceil(WORKGROUP)) }
    }
}

impl Sizes {
    /// B H T
    fn queries(&self) -> usize {
        self.batch * self.heads * self.time
    }

    /// C
    fn columns(&self) -> usize {
        self.heads * self.head_size
    }

    /// Pairs of a query and a key that it sees, over all heads.
    fn pairs(&self) -> usize {
        self.batch * self.heads * self.time * (self.time + 1) / 2
    }
}

impl Op for Attention {
    fn name(&self) -> &'static str {
        "attention"
    }

    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape> {
        let sizes = self.sizes(inputs[0]);
        vec![inputs[0].with_columns(sizes.columns()), Shape::of(&[sizes.queries()])]
    }

    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], gradients: &mut Gradients<'g>) {
        let d_y = d_outputs[0].expect("attention: nothing flows back");
        let (d_qkv, add) = gradients.target(io.inputs[0]);
        assert_eq!(add, Write::Set, "attention: queries, keys and values have one reader");
        let graph = d_y.graph;
        let delta = graph.activation(io.outputs[1].shape());
        let inputs = [io.inputs[0], io.outputs[0], io.outputs[1], d_y];
        graph.record_into(AttentionGradient(*self), &inputs, &[d_qkv, delta]);
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::State), (4, Slot::Output(1)), (6, Slot::Output(0))];
        vec![self.dispatch("forward", io.inputs[0], bindings)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let sizes = self.sizes(io.inputs[0]);
        Cost::touching(io, sizes.pairs() as u64 * (4 * sizes.head_size + 5) as u64)
    }
}

/// One head of one sequence on the CPU: rows of `stride` words from `start`.
struct Rows<'a, F> {
    data: &'a [F],
    start: usize,
    stride: usize,
    width: usize,
}

impl<F: Float> Rows<'_, F> {
    fn row(&self, time: usize) -> &[F] {
        &self.data[self.start + time * self.stride..][..self.width]
    }
}

fn dot<F: Float>(a: &[F], b: &[F]) -> F {
    a.iter().zip(b).map(|(&a, &b)| a * b).sum()
}

/// sum += factor * row
fn add_scaled<F: Float>(sum: &mut [F], factor: F, row: &[F]) {
    for (sum, &value) in sum.iter_mut().zip(row) {
        *sum += factor * value;
    }
}

impl Sizes {
    /// Queries (part 0), keys (1) or values (2) of one head.
    fn part<'a, F>(&self, qkv: &'a [F], head: usize, part: usize) -> Rows<'a, F> {
        let (batch, h) = (head / self.heads, head % self.heads);
        let stride = (3 * self.columns()).next_multiple_of(4);
        let start = batch * self.time * stride + (part * self.heads + h) * self.head_size;
        Rows { data: qkv, start, stride, width: self.head_size }
    }

    /// The results of one head, or their gradient.
    fn results<'a, F>(&self, y: &'a [F], head: usize) -> Rows<'a, F> {
        let (batch, h) = (head / self.heads, head % self.heads);
        let stride = self.columns().next_multiple_of(4);
        Rows { data: y, start: batch * self.time * stride + h * self.head_size, stride, width: self.head_size }
    }

    fn scale<F: Float>(&self) -> F {
        F::of(self.head_size as f64).sqrt().recip()
    }
}

impl Attention {
    /// What dropout multiplies the probability of this query and key with.
    fn kept<F: Float>(&self, sizes: Sizes, query: usize, key: usize, state: &[F]) -> F {
        self.dropout.map_or(F::one(), |dropout| dropout.factor(query * sizes.time + key, state))
    }
}

impl Compute for Attention {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let sizes = self.sizes(io.shapes.inputs[0]);
        let [y, log_sums] = &mut io.outputs[..] else { panic!("attention: two outputs") };
        y.fill(F::zero());
        let mut scores = vec![F::zero(); sizes.time];
        for head in 0..sizes.batch * sizes.heads {
            let [queries, keys, values] = [0, 1, 2].map(|part| sizes.part(io.inputs[0], head, part));
            for time in 0..sizes.time {
                let scores = &mut scores[..=time];
                for (key, score) in scores.iter_mut().enumerate() {
                    *score = dot(queries.row(time), keys.row(key)) * sizes.scale();
                }
                let most = scores.iter().copied().fold(F::neg_infinity(), F::max);
                let norm: F = scores.iter().map(|&score| (score - most).exp()).sum();
                let place = sizes.results::<F>(&[], head);
                let out = &mut y[place.start + time * place.stride..][..place.width];
                let query = head * sizes.time + time;
                for (key, &score) in scores.iter().enumerate() {
                    let weight = (score - most).exp() / norm * self.kept(sizes, query, key, io.state);
                    add_scaled(out, weight, values.row(key));
                }
                log_sums[query] = most + norm.ln();
            }
        }
    }
}

/// d_qkv = ..., delta = d_y . y. Inputs: qkv, y, log_sum, d_y.
#[derive(Clone, Copy, Debug)]
struct AttentionGradient(Attention);

impl Op for AttentionGradient {
    fn name(&self) -> &'static str {
        "attention.d_qkv"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes a gradient that exists")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let common = [(0, Slot::Input(0)), (1, Slot::State), (3, Slot::Input(3)), (4, Slot::Input(2))];
        let rest = [(5, Slot::Output(1)), (6, Slot::Output(0))];
        let with_y = [&common[..], &[(2, Slot::Input(1))], &rest].concat();
        let without_y = [&common[..], &rest].concat();
        vec![self.0.dispatch("d_query", io.inputs[0], with_y), self.0.dispatch("d_key_value", io.inputs[0], without_y)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let sizes = self.0.sizes(io.inputs[0]);
        Cost::touching(io, sizes.pairs() as u64 * (14 * sizes.head_size + 12) as u64)
    }
}

impl Compute for AttentionGradient {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let sizes = self.0.sizes(io.shapes.inputs[0]);
        let [d_qkv, deltas] = &mut io.outputs[..] else { panic!("attention: two outputs") };
        d_qkv.fill(F::zero());
        for head in 0..sizes.batch * sizes.heads {
            let parts = [0, 1, 2].map(|part| sizes.part(io.inputs[0], head, part));
            let [queries, keys, values] = &parts;
            let (y, d_y) = (sizes.results(io.inputs[1], head), sizes.results(io.inputs[3], head));
            for time in 0..sizes.time {
                let query = head * sizes.time + time;
                let delta = dot(y.row(time), d_y.row(time));
                deltas[query] = delta;
                for key in 0..=time {
                    let score = dot(queries.row(time), keys.row(key)) * sizes.scale();
                    let p = (score - io.inputs[2][query]).exp();
                    let factor = self.0.kept(sizes, query, key, io.state);
                    let d_p = dot(d_y.row(time), values.row(key)) * factor;
                    let d_score = p * (d_p - delta) * sizes.scale();
                    let mut add = |part: usize, at: usize, factor: F, row: &[F]| {
                        let start = parts[part].start + at * parts[part].stride;
                        add_scaled(&mut d_qkv[start..][..sizes.head_size], factor, row);
                    };
                    add(0, time, d_score, keys.row(key));
                    add(1, key, d_score, queries.row(time));
                    add(2, key, p * factor, d_y.row(time));
                }
            }
        }
    }
}
