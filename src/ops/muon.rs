//! `muon`: momentum made orthogonal (Jordan, 2024), for the matrices of the blocks.
//!
//! Five steps of Newton and Schulz, X <- P X with P = a I + b A + c A A and A = X X^T, bring the singular values of X close
//! to 1. Matrices of one shape go side by side through every dispatch, so a step has as many of them however many blocks
//! there are. A's trace is the squared length of X, which therefore is divided by it inside the first P.

use std::ops::Range;

use crate::graph::kernel::{Kernel, grid_stride};
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Graph, IoShapes, Matrix, Memory, Op, ParameterLayout, Params, Shape, Slot,
    Tensor, state,
};

const SOURCE: &str = include_str!("../../shaders/muon.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/state.wgsl")];
const WORKGROUP: usize = 64;
/// Workgroups of the products take so many blocks of four rows or columns along each side.
const BLOCKS: usize = 8;

/// Of the polynomial, steep at 0 rather than exact at 1 (Jordan, 2024).
const COEFFICIENTS: [f32; 3] = [3.4445, -4.7750, 2.0315];
const STEPS: usize = 5;
/// No matrix is divided by less.
const SHORTEST: f64 = 1e-7;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Muon {
    /// Nesterov's (1983), of a running mean.
    pub momentum: f32,
    /// Decoupled.
    pub weight_decay: f32,
}

/// Appends the update of the matrices of the blocks. The state holds learning rate and clip scale by then.
pub fn muon(graph: &Graph, rule: Muon) {
    let hidden = graph.parameters().hidden_words();
    if hidden.is_empty() {
        return;
    }
    let flat = |memory| graph.flat(memory, hidden.start, hidden.len());
    let mut x = [(); 2].map(|()| graph.activation(Shape::of(&[hidden.len()])));
    let outputs = [x[0], flat(Memory::Moment), x[1]];
    graph.record_into(Momentum { momentum: rule.momentum }, &[flat(Memory::Gradient)], &outputs);
    let batches = batches(graph.parameters(), &hidden);
    for step in 0..STEPS {
        batches.iter().for_each(|batch| batch.append_step(x, step));
        x.swap(0, 1);
    }
    graph.record_into(Update { weight_decay: rule.weight_decay }, &[x[0]], &[flat(Memory::Parameter)]);
}

/// Matrices of one shape at equal distances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Batch {
    shape: Shape,
    /// Words before the first, and from one to the next.
    first: usize,
    step: usize,
    count: usize,
}

/// The matrices of the blocks, those of one shape together as far as their distances are equal.
fn batches(layout: &ParameterLayout, hidden: &Range<usize>) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    for &index in &layout.hidden {
        let dims = layout.shapes[index].dims();
        // What has more dimensions is a matrix, too: all but the last are rows.
        let shape = Shape::of(&[layout.shapes[index].rows(), dims[dims.len() - 1]]);
        let offset = layout.offsets[index] - hidden.start;
        let fits = |batch: &&mut Batch| {
            batch.shape == shape && (batch.count == 1 || offset == batch.first + batch.count * batch.step)
        };
        match batches.iter_mut().find(fits) {
            Some(batch) => {
                batch.step = if batch.count == 1 { offset - batch.first } else { batch.step };
                batch.count += 1;
            }
            None => batches.push(Batch { shape, first: offset, step: shape.words(), count: 1 }),
        }
    }
    batches
}

impl Batch {
    fn is_tall(&self) -> bool {
        self.shape.rows() > self.shape.columns()
    }

    /// Rows and columns of a square.
    fn size(&self) -> usize {
        self.shape.rows().min(self.shape.columns())
    }

    /// The same in memory.
    fn side(&self) -> usize {
        self.size().next_multiple_of(4)
    }

    /// The squares of all matrices, one below the other.
    fn squares<'g>(&self, graph: &'g Graph) -> Tensor<'g> {
        graph.activation(Shape::of(&[self.count * self.side(), self.size()]))
    }

    /// What the lengths of the updates become: about those of AdamW (Liu et al., 2025), so that one learning rate suits both.
    fn length(&self) -> f32 {
        0.2 * (self.shape.rows().max(self.shape.columns()) as f32).sqrt()
    }

    /// One step of all matrices, from the first of two flat tensors to the second.
    fn append_step(&self, [from, to]: [Tensor<'_>; 2], step: usize) {
        let graph = from.graph;
        let (square, polynomial) = (self.squares(graph), self.squares(graph));
        let scale = if step + 1 == STEPS { self.length() } else { 1.0 };
        graph.record_into(Gram(*self), &[from], &[square]);
        graph.record_into(Polynomial { batch: *self, is_first: step == 0, scale }, &[square], &[polynomial]);
        graph.record_into(Apply(*self), &[from, polynomial], &[to]);
    }

    /// The words of one matrix in a flat tensor, and those of its square among all squares.
    fn words(&self, index: usize) -> [Range<usize>; 2] {
        let (first, square) = (self.first + index * self.step, self.side() * self.side());
        [first..first + self.shape.words(), index * square..(index + 1) * square]
    }

    fn dispatch(&self, entry: &'static str, is_first: bool, scale: f32, across: usize, down: usize) -> Dispatch {
        let tall = entry != "polynomial" && self.is_tall();
        let kernel = Kernel::new("muon", entry, SOURCE, PRELUDE).with("TALL", tall).with("FIRST", is_first);
        let [a, b, c] = COEFFICIENTS;
        let params = Params::new()
            .u32("quads", 0)
            .f32("momentum", 0.0)
            .f32("weight_decay", 0.0)
            .u32("first", self.first / 4)
            .u32("step", self.step / 4)
            .u32("stride", self.shape.stride() / 4)
            .u32("rows", self.shape.rows().next_multiple_of(4))
            .u32("side", self.side() / 4)
            .u32("size", self.size())
            .f32("a", a)
            .f32("b", b)
            .f32("c", c)
            .f32("scale", scale);
        let bindings = match entry {
            "gram" => vec![(0, Slot::Input(0)), (2, Slot::Output(0))],
            "polynomial" => vec![(0, Slot::Input(0)), (1, Slot::Output(0))],
            _ => vec![(0, Slot::Input(0)), (1, Slot::Output(0)), (2, Slot::Input(1))],
        };
        let workgroups = [across.div_ceil(4 * BLOCKS) as u32, down.div_ceil(4 * BLOCKS) as u32, self.count as u32];
        Dispatch::new(kernel, bindings, params, workgroups)
    }

    /// Of a product of (rows, inner) and (inner, columns).
    fn cost(&self, io: &IoShapes, rows: usize, inner: usize, columns: usize) -> Cost {
        Cost::touching(io, 2 * self.count as u64 * rows as u64 * inner as u64 * columns as u64)
    }
}

/// A flat launch over all matrices.
fn flat(entry: &'static str, bindings: Vec<(usize, Slot)>, words: usize, momentum: f32, weight_decay: f32) -> Dispatch {
    let kernel = Kernel::new("muon", entry, SOURCE, PRELUDE);
    let quads = words / 4;
    let integers = ["first", "step", "stride", "rows", "side", "size"];
    let params = Params::new().u32("quads", quads).f32("momentum", momentum).f32("weight_decay", weight_decay);
    let params = integers.into_iter().fold(params, |params, name| params.u32(name, 0));
    let params = ["a", "b", "c", "scale"].into_iter().fold(params, |params, name| params.f32(name, 0.0));
    Dispatch::new(kernel, bindings, params, grid_stride(quads, WORKGROUP))
}

/// Gradients -> what Nesterov looks ahead to, the running means, updated in place, and zeros: nothing is written later between
/// the matrices.
#[derive(Clone, Copy, Debug)]
struct Momentum {
    momentum: f32,
}

impl Op for Momentum {
    fn name(&self) -> &'static str {
        "muon.momentum"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes tensors that exist")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let bindings = vec![
            (0, Slot::Input(0)),
            (1, Slot::Output(0)),
            (2, Slot::Output(2)),
            (3, Slot::Output(1)),
            (4, Slot::State),
        ];
        vec![flat("momentum", bindings, io.inputs[0].words(), self.momentum, 0.0)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let words = io.inputs[0].words() as u64;
        Cost { flops: 7 * words, bytes: 4 * 5 * words }
    }
}

impl Compute for Momentum {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let (one, mu, scale) = (F::one(), F::of(f64::from(self.momentum)), io.state[state::CLIP_SCALE]);
        let broken = io.state[state::NOT_FINITE] != F::zero();
        let [ahead, means, zeros] = &mut io.outputs[..] else { panic!("muon: three outputs") };
        zeros.fill(F::zero());
        for ((ahead, mean), &gradient) in ahead.iter_mut().zip(means.iter_mut()).zip(io.inputs[0]) {
            let g = gradient * scale;
            let moved = mu * *mean + (one - mu) * g;
            *mean = if broken { *mean } else { moved };
            *ahead = mu * moved + (one - mu) * g;
        }
    }
}

/// X -> A.
#[derive(Clone, Copy, Debug)]
struct Gram(Batch);

impl Op for Gram {
    fn name(&self) -> &'static str {
        "muon.gram"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes a tensor that exists")
    }

    fn dispatches(&self, _: &IoShapes) -> Vec<Dispatch> {
        vec![self.0.dispatch("gram", false, 1.0, self.0.side(), self.0.side())]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let (shape, size) = (self.0.shape, self.0.size());
        self.0.cost(io, size, shape.rows().max(shape.columns()), size)
    }
}

impl Compute for Gram {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let (batch, size, side) = (self.0, self.0.size(), self.0.side());
        io.outputs[0].fill(F::zero());
        for index in 0..batch.count {
            let [x, square] = batch.words(index);
            let x = Matrix::rows(&io.inputs[0][x], batch.shape.stride());
            let (left, right) = if batch.is_tall() { (x.transposed(), x) } else { (x, x.transposed()) };
            let inner = batch.shape.rows().max(batch.shape.columns());
            F::matmul([size, inner, size], left, right, F::zero(), &mut io.outputs[0][square], [side, 1]);
        }
    }
}

/// A -> scale (a I + b A + c A A), the first one of A over its trace, times one over the trace's root.
#[derive(Clone, Copy, Debug)]
struct Polynomial {
    batch: Batch,
    is_first: bool,
    scale: f32,
}

impl Op for Polynomial {
    fn name(&self) -> &'static str {
        "muon.polynomial"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes a tensor that exists")
    }

    fn dispatches(&self, _: &IoShapes) -> Vec<Dispatch> {
        let side = self.batch.side();
        vec![self.batch.dispatch("polynomial", self.is_first, self.scale, side, side)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let size = self.batch.size();
        self.batch.cost(io, size, size, size)
    }
}

impl Compute for Polynomial {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let (size, side) = (self.batch.size(), self.batch.side());
        let [a, b, c] = COEFFICIENTS.map(|value| F::of(f64::from(value)));
        for index in 0..self.batch.count {
            let [_, words] = self.batch.words(index);
            let (square, out) = (&io.inputs[0][words.clone()], &mut io.outputs[0][words]);
            let trace: F = (0..size).map(|at| square[at * side + at]).sum();
            let shrink = if self.is_first { trace.sqrt().max(F::of(SHORTEST)).recip() } else { F::one() };
            let scale = F::of(f64::from(self.scale)) * shrink;
            let (b, c) = (b * shrink.powi(2), c * shrink.powi(4));
            let matrix = Matrix::rows(square, side);
            F::matmul([size; 3], matrix, matrix, F::zero(), out, [side, 1]);
            for (at, (out, &own)) in out.iter_mut().zip(square).enumerate() {
                let one = if at / side == at % side && at % side < size { a } else { F::zero() };
                *out = scale * (one + b * own + c * *out);
            }
        }
    }
}

/// X, P -> P X, or X P.
#[derive(Clone, Copy, Debug)]
struct Apply(Batch);

impl Op for Apply {
    fn name(&self) -> &'static str {
        "muon.apply"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes a tensor that exists")
    }

    fn dispatches(&self, _: &IoShapes) -> Vec<Dispatch> {
        vec![self.0.dispatch("apply", false, 1.0, self.0.shape.stride(), self.0.shape.rows())]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        self.0.cost(io, self.0.shape.rows(), self.0.size(), self.0.shape.columns())
    }
}

impl Compute for Apply {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let (batch, shape) = (self.0, self.0.shape);
        for index in 0..batch.count {
            let [words, square] = batch.words(index);
            let x = Matrix::rows(&io.inputs[0][words.clone()], shape.stride());
            let p = Matrix::rows(&io.inputs[1][square], batch.side());
            let (left, right) = if batch.is_tall() { (x, p) } else { (p, x) };
            let out = &mut io.outputs[0][words];
            out.fill(F::zero());
            F::matmul([shape.rows(), batch.size(), shape.columns()], left, right, F::zero(), out, [shape.stride(), 1]);
        }
    }
}

/// Updates, orthogonal -> weights, updated in place.
#[derive(Clone, Copy, Debug)]
struct Update {
    weight_decay: f32,
}

impl Op for Update {
    fn name(&self) -> &'static str {
        "muon"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("updates in place")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let bindings = vec![(0, Slot::Input(0)), (4, Slot::State), (5, Slot::Output(0))];
        vec![flat("update", bindings, io.inputs[0].words(), 0.0, self.weight_decay)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let words = io.inputs[0].words() as u64;
        Cost { flops: 4 * words, bytes: 4 * 3 * words }
    }
}

impl Compute for Update {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        if io.state[state::NOT_FINITE] != F::zero() {
            return;
        }
        let rate = io.state[state::LEARNING_RATE];
        let kept = F::one() - rate * F::of(f64::from(self.weight_decay));
        for (parameter, &update) in io.outputs[0].iter_mut().zip(io.inputs[0]) {
            *parameter = *parameter * kept - rate * update;
        }
    }
}
