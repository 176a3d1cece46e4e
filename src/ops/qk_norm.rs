//! `qk_norm`: queries and keys with mean square 1 (Henry et al., 2020), so that no score is larger than the root of D.

use super::attention::Pattern;
use crate::graph::kernel::{Kernel, line};
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Gradients, Io, IoShapes, Op, Params, Shape, Slot, Tensor, float,
};

const SOURCE: &str = include_str!("../../shaders/qk_norm.wgsl");
const WORKGROUP: usize = 64;
/// Added to the mean square.
const EPSILON: f32 = 1e-6;

/// Divides every head of queries and keys by its root mean square, where it stands. Outputs: queries, keys and values, and the
/// reciprocal of each root.
#[derive(Clone, Copy, Debug)]
struct QkNorm {
    pattern: Pattern,
}

impl<'g> Tensor<'g> {
    /// (B, T, (H + 2G) D): queries and keys are normalized where they stand: nobody else may read them as they were.
    pub fn qk_norm(self, pattern: Pattern) -> Tensor<'g> {
        let [heads, _] = pattern.queries_and_keys(self.shape());
        let roots = self.graph.activation(Shape::of(&[self.shape().rows() * heads]));
        self.graph.record_into(QkNorm { pattern }, &[], &[self, roots]);
        self
    }
}

fn dispatch(pattern: Pattern, entry: &'static str, qkv: Shape, bindings: Vec<(usize, Slot)>) -> Dispatch {
    let [heads, head_size] = pattern.queries_and_keys(qkv);
    let params = Params::new()
        .u32("rows", qkv.rows())
        .u32("heads", heads)
        .u32("head_size", head_size)
        .u32("stride", qkv.stride())
        .f32("epsilon", EPSILON);
    let kernel = Kernel::new("qk_norm", entry, SOURCE, &[]);
    Dispatch::new(kernel, bindings, params, line((qkv.rows() * heads).div_ceil(WORKGROUP)))
}

fn cost(pattern: Pattern, io: &IoShapes, each: u64) -> Cost {
    let [heads, head_size] = pattern.queries_and_keys(io.outputs[0]);
    Cost::touching(io, each * (io.outputs[0].rows() * heads * head_size) as u64)
}

impl Op for QkNorm {
    fn name(&self) -> &'static str {
        "qk_norm"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("changes a tensor that exists")
    }

    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], _: &mut Gradients<'g>) {
        let d_y = d_outputs[0].expect("qk_norm: nothing flows back");
        d_y.graph.record_into(DInput { pattern: self.pattern }, &io.outputs, &[d_y]);
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let bindings = vec![(1, Slot::Output(1)), (2, Slot::Output(0))];
        vec![dispatch(self.pattern, "forward", io.outputs[0], bindings)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        cost(self.pattern, io, 3)
    }
}

impl Compute for QkNorm {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let qkv = io.shapes.outputs[0];
        let [heads, head_size] = self.pattern.queries_and_keys(qkv);
        let [numbers, roots] = &mut io.outputs[..] else { panic!("qk_norm: two outputs") };
        let rows = numbers.chunks_exact_mut(qkv.stride()).take(qkv.rows());
        let all = rows.flat_map(|row| row.chunks_exact_mut(head_size).take(heads));
        for (head, root) in all.zip(roots.iter_mut()) {
            let square = float::dot(head, head) / F::of(head_size as f64);
            *root = (square + F::of(f64::from(EPSILON))).sqrt().recip();
            head.iter_mut().for_each(|number| *number *= *root);
        }
    }
}

/// d_x = (d_y - y mean(d_y y)) root, where d_y stands. Inputs: y, roots.
#[derive(Clone, Copy, Debug)]
struct DInput {
    pattern: Pattern,
}

impl Op for DInput {
    fn name(&self) -> &'static str {
        "qk_norm.d_input"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("changes a gradient that exists")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::Input(1)), (2, Slot::Output(0))];
        vec![dispatch(self.pattern, "d_input", io.outputs[0], bindings)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        cost(self.pattern, io, 6)
    }
}

impl Compute for DInput {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let qkv = io.shapes.outputs[0];
        let [heads, head_size] = self.pattern.queries_and_keys(qkv);
        for row in 0..qkv.rows() {
            for head in 0..heads {
                let at = row * qkv.stride() + head * head_size;
                let (y, d) = (&io.inputs[0][at..][..head_size], &mut io.outputs[0][at..][..head_size]);
                let (mean, root) = (float::dot(y, d) / F::of(head_size as f64), io.inputs[1][row * heads + head]);
                for (d, &y) in d.iter_mut().zip(y) {
                    *d = (*d - y * mean) * root;
                }
            }
        }
    }
}
