//! `attention`: causal multi-head attention (Vaswani et al., 2017) with an online softmax (Dao et al., 2022). Heads may
//! share keys and values (Shazeer, 2019; Ainslie et al., 2023), see a sliding window alone (Beltagy et al., 2020), and count
//! what is farther away for less (Press et al., 2022).

mod pattern;

use std::ops::Range;

use super::dropout::{Dropout, Mask};
use crate::graph::kernel::{Kernel, line};
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Gradients, Io, IoShapes, Matrix, Need, Op, Params, Shape, Slot, Tensor,
    Variant, Write, float, op::stretch,
};

pub use pattern::Pattern;
use pattern::{Block, Sizes};

const SOURCE: &str = include_str!("../../shaders/attention.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/random.wgsl"), include_str!("../../shaders/lib/state.wgsl")];
const WORKGROUP: usize = 64;
/// vec4 in a tile: 8 KiB, and there are two.
const TILE_QUADS: usize = 512;
/// The variants of attention, by name.
pub const VARIANTS: [&str; 3] = ["plain", "tiles", "fours"];
/// Neighbours in time that the invocations of `fours` take together: `SPAN` of the shader.
const SPAN: usize = 16;
/// Heads of more numbers take seconds to compile, four at a time.
const MAX_HEAD_SIZE_BY_4X4: usize = 64;
/// Products of two heads for each pair: scores and values; scores, and gradients of probabilities, queries, keys, values.
const FORWARD: u64 = 2;
const BACKWARD: u64 = 5;
/// Operations of a softmax for each pair.
const SOFTMAX: u64 = 5;

/// (B, T, (H + 2G) D) -> (B, T, H D), and the logarithm of each query's sum of exponentials (B H T). Input: the queries of H
/// heads, and the keys and values of G, side by side.
#[derive(Clone, Copy, Debug)]
pub struct Attention {
    pub pattern: Pattern,
    pub dropout: Option<Dropout>,
}

impl<'g> Tensor<'g> {
    /// (B, T, (H + 2G) D) -> (B, T, H D): every position attends to itself and to what stands before it.
    pub fn causal_attention(self, pattern: Pattern, dropout: Option<Dropout>) -> Tensor<'g> {
        self.graph.record(Attention { pattern, dropout }, &[self])[0]
    }
}

impl Attention {
    fn sizes(&self, qkv: Shape) -> Sizes {
        Sizes::new(self.pattern, qkv)
    }

    fn kernel(&self, sizes: Sizes, entry: &'static str) -> Kernel {
        let (quads, vec4) = (sizes.head_size.div_ceil(4), sizes.head_size.is_multiple_of(4));
        Kernel::new("attention", entry, SOURCE, PRELUDE)
            .with("QUADS", format!("{quads}u"))
            .with("TILE", format!("{}u", (TILE_QUADS / quads).clamp(1, WORKGROUP)))
            .with("VEC4", vec4)
            .with("Quad", if vec4 { "vec4<f32>" } else { "f32" })
            .with("DROPOUT", self.dropout.is_some())
            .with("GROUP", format!("{}u", self.pattern.group))
            .with("WINDOWED", sizes.window < sizes.time)
            .with("ALIBI", self.pattern.alibi)
    }

    /// One launch that makes `products` products of two heads for every pair of a query and a key: of `owners` heads each
    /// position has an invocation of its own.
    fn dispatch(
        &self,
        entries: [&'static str; 3],
        owners: usize,
        products: u64,
        qkv: Shape,
        bindings: Vec<(usize, Slot)>,
    ) -> Dispatch {
        let sizes = self.sizes(qkv);
        let dropout = self.dropout.unwrap_or(Dropout::NONE);
        let params = Params::new()
            .u32("batch", sizes.batch)
            .u32("time", sizes.time)
            .u32("heads", sizes.heads)
            .u32("head_size", sizes.head_size)
            .u32("qkv_stride", qkv.stride())
            .u32("out_stride", sizes.result_stride())
            .u32("window", sizes.window)
            .f32("scale", 1.0 / (sizes.head_size as f32).sqrt())
            .u32("seed", dropout.seed as usize)
            .u32("place", dropout.stream() as usize)
            .f32("keep", 1.0 - dropout.probability);
        let variant = |name, entry, workgroups: usize, span| {
            let (kernel, workgroups) = (self.kernel(sizes, entry), line(workgroups));
            let flops = Some(sizes.operations(products, sizes.head_size.next_multiple_of(4), span));
            Variant { name, kernel, workgroups, shares: name == VARIANTS[1], flops }
        };
        let owners = sizes.batch * owners;
        let tiles = owners * sizes.time.div_ceil(WORKGROUP);
        let fours = owners * sizes.time.next_multiple_of(SPAN) / 4;
        let [plain, tiled, by_fours] = entries;
        let mut variants = vec![
            variant(VARIANTS[0], plain, (owners * sizes.time).div_ceil(WORKGROUP), 1),
            variant(VARIANTS[1], tiled, tiles, 1),
        ];
        if sizes.head_size <= MAX_HEAD_SIZE_BY_4X4 {
            let mut fours = variant(VARIANTS[2], by_fours, fours.div_ceil(WORKGROUP), SPAN);
            fours.kernel.needs = Some(Need::BrowserProcessor);
            variants.push(fours);
        }
        Dispatch { variants, bindings, params, key: format!("attention {plain} {}", sizes.key()) }
    }

    /// What dropout multiplies the probabilities of the current step with.
    fn mask<F: Float>(&self, state: &[F]) -> Option<Mask<F>> {
        self.dropout.map(|dropout| dropout.mask(state))
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
        let entries = ["forward", "forward_tile", "forward_fours"];
        vec![self.dispatch(entries, self.pattern.heads, FORWARD, io.inputs[0], bindings)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let sizes = self.sizes(io.inputs[0]);
        Cost::touching(io, sizes.operations(FORWARD, sizes.head_size, 1))
    }
}

impl Compute for Attention {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let sizes = self.sizes(io.shapes.inputs[0]);
        let (stride, out_stride, d, mask) =
            (sizes.part_stride(), sizes.result_stride(), sizes.head_size, self.mask(io.state));
        let [y, log_sums] = &mut io.outputs[..] else { panic!("attention: two outputs") };
        let scores = stretch(io.scratch, sizes.scores());
        for block in sizes.blocks() {
            let Block { head, first, rows, start, keys } = block;
            let part =
                |part: usize, row: usize| Matrix::rows(&io.inputs[0][sizes.part(head, part) + row * stride..], stride);
            F::matmul([rows, d, keys], part(0, first), part(1, start).transposed(), F::zero(), scores, [keys, 1]);
            for (row, scores) in scores.chunks_exact_mut(keys).take(rows).enumerate() {
                let (query, seen) = (sizes.query(&block, row), sizes.seen(&block, row));
                let key = query * sizes.time + start + seen.start;
                let seen = only(scores, seen);
                sizes.lean(head, seen);
                log_sums[query] = softmax(seen, sizes.scale());
                if let Some(mask) = &mask {
                    drop_some(seen, mask, key);
                }
            }
            let out = &mut y[sizes.result(head) + first * out_stride..];
            F::matmul([rows, keys, d], Matrix::rows(scores, keys), part(2, start), F::zero(), out, [out_stride, 1]);
        }
        io.shapes.outputs[0].clear_padding(y);
    }
}

/// The part of a row that a query sees; the rest becomes zero.
fn only<F: Float>(row: &mut [F], seen: Range<usize>) -> &mut [F] {
    row[..seen.start].fill(F::zero());
    row[seen.end..].fill(F::zero());
    &mut row[seen]
}

/// Scores, still to be multiplied by `scale`, become probabilities. Returns the logarithm of the sum of exponentials.
fn softmax<F: Float>(scores: &mut [F], scale: F) -> F {
    let most = float::most(scores);
    for score in &mut *scores {
        *score = ((*score - most) * scale).fast_exp();
    }
    let norm = float::sum(scores);
    scores.iter_mut().for_each(|score| *score /= norm);
    most * scale + norm.ln()
}

/// Multiplies numbers, of which the first has this index, by what dropout has for them.
fn drop_some<F: Float>(numbers: &mut [F], mask: &Mask<F>, first: usize) {
    for (at, number) in numbers.iter_mut().enumerate() {
        *number *= mask.factor(first + at);
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
        // The scores and the gradient of the probabilities are computed by both.
        let (pattern, qkv) = (self.0.pattern, io.inputs[0]);
        let queries = ["d_query", "d_query_tile", "d_query_fours"];
        let keys = ["d_key_value", "d_key_value_tile", "d_key_value_fours"];
        vec![
            self.0.dispatch(queries, pattern.heads, BACKWARD - 2, qkv, with_y),
            self.0.dispatch(keys, pattern.kv_heads(), BACKWARD - 1, qkv, without_y),
        ]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let sizes = self.0.sizes(io.inputs[0]);
        Cost::touching(io, sizes.operations(BACKWARD, sizes.head_size, 1))
    }
}

impl Compute for AttentionGradient {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let sizes = self.0.sizes(io.shapes.inputs[0]);
        let (stride, y_stride, d, mask) =
            (sizes.part_stride(), sizes.result_stride(), sizes.head_size, self.0.mask(io.state));
        let [d_qkv, deltas] = &mut io.outputs[..] else { panic!("attention: two outputs") };
        d_qkv.fill(F::zero());
        let (scores, d_scores) = stretch(io.scratch, 2 * sizes.scores()).split_at_mut(sizes.scores());
        for block in sizes.blocks() {
            let Block { head, first, rows, start, keys } = block;
            let part =
                |part: usize, row: usize| Matrix::rows(&io.inputs[0][sizes.part(head, part) + row * stride..], stride);
            let at = sizes.result(head) + first * y_stride;
            let (y, d_y) = (&io.inputs[1][at..], Matrix::rows(&io.inputs[3][at..], y_stride));
            F::matmul([rows, d, keys], part(0, first), part(1, start).transposed(), F::zero(), scores, [keys, 1]);
            F::matmul([rows, d, keys], d_y, part(2, start).transposed(), F::zero(), d_scores, [keys, 1]);
            for row in 0..rows {
                let (query, seen) = (sizes.query(&block, row), sizes.seen(&block, row));
                let key = query * sizes.time + start + seen.start;
                let delta = float::dot(&y[row * y_stride..][..d], &d_y.data[row * y_stride..][..d]);
                deltas[query] = delta;
                let line = Line { log_sum: io.inputs[2][query], delta, scale: sizes.scale() };
                let scores = only(&mut scores[row * keys..][..keys], seen.clone());
                let d_scores = only(&mut d_scores[row * keys..][..keys], seen);
                sizes.lean(head, scores);
                line.differentiate(scores, d_scores, mask.as_ref().map(|mask| (mask, key)));
            }
            let mut onto = |part: usize, row: usize, size: [usize; 3], a: Matrix<F>, b: Matrix<F>| {
                let out = &mut d_qkv[sizes.part(head, part) + row * stride..];
                F::matmul(size, a, b, F::one(), out, [stride, 1]);
            };
            let (probabilities, d_scores) = (Matrix::rows(scores, keys), Matrix::rows(d_scores, keys));
            onto(0, first, [rows, keys, d], d_scores, part(1, start));
            onto(1, start, [keys, rows, d], d_scores.transposed(), part(0, first));
            onto(2, start, [keys, rows, d], probabilities.transposed(), d_y);
        }
    }
}

/// One query in the gradient.
struct Line<F> {
    log_sum: F,
    delta: F,
    scale: F,
}

impl<F: Float> Line<F> {
    /// Scores become the probabilities that the values were weighted with; d_y . value becomes the gradient of the
    /// score.
    fn differentiate(&self, scores: &mut [F], d_scores: &mut [F], mask: Option<(&Mask<F>, usize)>) {
        if let Some((mask, first)) = mask {
            drop_some(d_scores, mask, first);
        }
        for (score, d_score) in scores.iter_mut().zip(&mut *d_scores) {
            *score = (*score * self.scale - self.log_sum).fast_exp();
            *d_score = *score * (*d_score - self.delta) * self.scale;
        }
        if let Some((mask, first)) = mask {
            drop_some(scores, mask, first);
        }
    }
}
