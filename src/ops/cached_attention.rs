//! `cached_attention`: what `attention` does for the last token of the window, over a cache of keys and values.

use super::attention::Pattern;
use crate::graph::kernel::Kernel;
use crate::graph::{Compute, Cost, CpuIo, Dispatch, Float, IoShapes, Op, Params, Shape, Slot, Tensor, state};

const SOURCE: &str = include_str!("../../shaders/cached_attention.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/state.wgsl")];
/// Most tokens whose scores fit the 16 KiB that a workgroup has everywhere, beside its sums.
const MOST: usize = 3_500;

/// (1, 1, (H + 2G) D) -> (1, 1, H D). Input: queries, keys and values of the last token. Outputs: the result, and the cache
/// (1, T, (H + 2G) D), whose row `POSITION` - 1 takes in the keys and the values.
#[derive(Clone, Copy, Debug)]
struct CachedAttention {
    pattern: Pattern,
}

impl<'g> Tensor<'g> {
    /// (1, 1, (H + 2G) D) -> (1, 1, H D): the last token attends to itself and to those before it, whose keys and values
    /// stand in `cache` (1, T, (H + 2G) D). Its own join them. The length of the text is in the state.
    pub fn cached_attention(self, cache: Tensor<'g>, pattern: Pattern) -> Tensor<'g> {
        let (qkv, rows) = (self.shape(), cache.shape());
        let fits = qkv.rows() == 1 && qkv.columns() == rows.columns() && rows.rows() <= MOST;
        assert!(fits, "cached_attention: {qkv:?} into {rows:?}");
        let y = self.graph.activation(qkv.with_columns(pattern.heads * pattern.head_size(qkv)));
        self.graph.record_into(CachedAttention { pattern }, &[self], &[y, cache]);
        y
    }
}

impl CachedAttention {
    fn head_size(&self, io: &IoShapes) -> usize {
        io.outputs[0].columns() / self.pattern.heads
    }

    /// Positions that the last token sees at most.
    fn window(&self, io: &IoShapes) -> usize {
        self.pattern.window.min(io.outputs[1].rows())
    }
}

impl Op for CachedAttention {
    fn name(&self) -> &'static str {
        "cached_attention"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes into a cache that exists")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let head_size = self.head_size(io);
        let (quad, unit, ones) = if head_size.is_multiple_of(4) {
            ("vec4<f32>", 4, "1.0, 1.0, 1.0, 1.0")
        } else {
            ("f32", 1, "1.0, 0.0, 0.0, 0.0")
        };
        let kernel = Kernel::new("cached_attention", "forward", SOURCE, PRELUDE)
            .with("Quad", quad)
            .with("ONES", format!("vec4<f32>({ones})"))
            .with("TIME", format!("{}u", io.outputs[1].rows()))
            .with("GROUP", format!("{}u", self.pattern.group))
            .with("ALIBI", self.pattern.alibi);
        let params = Params::new()
            .u32("heads", self.pattern.heads)
            .u32("width", head_size / unit)
            .u32("qkv_stride", io.outputs[1].stride() / unit)
            .u32("out_stride", io.outputs[0].stride() / unit)
            .u32("window", self.window(io))
            .f32("scale", 1.0 / (head_size as f32).sqrt());
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::State), (2, Slot::Output(0)), (3, Slot::Output(1))];
        vec![Dispatch::new(kernel, bindings, params, [self.pattern.heads as u32, 1, 1])]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let pairs = (self.pattern.heads * self.window(io)) as u64;
        Cost::touching(io, pairs * (4 * self.head_size(io) + 5) as u64)
    }
}

impl Compute for CachedAttention {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let (size, columns) = (self.head_size(io.shapes), io.shapes.outputs[0].columns());
        let (stride, shared) = (io.shapes.outputs[1].stride(), self.pattern.kv_heads() * size);
        let length = io.state[state::POSITION].to_usize().expect("a position is a count");
        let length = length.clamp(1, io.shapes.outputs[1].rows());
        let first = length.saturating_sub(self.window(io.shapes));
        let [y, cache] = &mut io.outputs[..] else { panic!("cached_attention: two outputs") };
        let own = &io.inputs[0][..columns + 2 * shared];
        cache[(length - 1) * stride..][columns..own.len()].copy_from_slice(&own[columns..]);
        y.fill(F::zero());
        for (head, out) in y[..columns].chunks_exact_mut(size).enumerate() {
            let place = |part: usize| columns + part * shared + head / self.pattern.group * size;
            let part = |token: usize, part: usize| &cache[token * stride + place(part)..][..size];
            let query = &own[head * size..][..size];
            let scale = F::of(size as f64).sqrt().recip();
            let slope = F::of(self.pattern.slope(head));
            let score = |token: usize| {
                let product = query.iter().zip(part(token, 0)).map(|(&q, &k)| q * k).sum::<F>();
                product * scale - slope * F::of((length - 1 - token) as f64)
            };
            let scores: Vec<F> = (first..length).map(score).collect();
            let most = scores.iter().copied().fold(F::neg_infinity(), F::max);
            let norm: F = scores.iter().map(|&score| (score - most).exp()).sum();
            for (token, &score) in (first..length).zip(&scores) {
                let weight = (score - most).exp() / norm;
                out.iter_mut().zip(part(token, 1)).for_each(|(out, &value)| *out += weight * value);
            }
        }
    }
}
