//! `rotary`: queries and keys turned by angles that grow with the place (Su et al., 2021), so that their product depends on
//! the distance.

use super::attention::Pattern;
use crate::graph::kernel::{Kernel, line};
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Gradients, Graph, Io, IoShapes, Op, Params, Shape, Slot, Tensor, state,
};

const SOURCE: &str = include_str!("../../shaders/rotary.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/state.wgsl")];
const WORKGROUP: usize = 64;
/// Every plane turns more slowly than the one before, in a geometric sequence: one more would take so many places for a
/// radian.
const BASE: f64 = 10_000.0;

/// Turns the heads of queries and keys where they stand: number i of a head and number i + D/2 are a point in a plane. Of an
/// odd number of them the last stays. Input: [`angles`].
#[derive(Clone, Copy, Debug)]
struct Rotary {
    pattern: Pattern,
    which: Which,
    direction: Direction,
}

/// The tokens that stand in the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    All,
    /// The last one of a text whose length is in the state.
    Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Forward,
    Backward,
}

/// Cosines, and behind them sines, of the angles of a head's planes at every place: (T, D).
pub fn angles(graph: &Graph, time: usize, head_size: usize) -> Tensor<'_> {
    let planes = head_size / 2;
    let angle = |place: usize, plane: usize| place as f64 * BASE.powf(-((2 * plane) as f64) / (2 * planes) as f64);
    let row = |place| {
        let angles: Vec<f64> = (0..planes).map(|plane| angle(place, plane)).collect();
        let cosines = angles.clone().into_iter().map(f64::cos);
        cosines.chain(angles.into_iter().map(f64::sin)).map(|number| number as f32).collect::<Vec<_>>()
    };
    let dense: Vec<f32> = (0..time).flat_map(row).collect();
    graph.table(Shape::of(&[time, 2 * planes]), &dense)
}

impl<'g> Tensor<'g> {
    /// (B, T, (H + 2G) D): queries and keys are turned where they stand: nobody else may read them as they were.
    pub fn rotary(self, angles: Tensor<'g>, pattern: Pattern) -> Tensor<'g> {
        self.turned(angles, pattern, Which::All)
    }

    /// (1, 1, (H + 2G) D): the same for the last token of a text whose length is in the state.
    pub fn last_rotary(self, angles: Tensor<'g>, pattern: Pattern) -> Tensor<'g> {
        self.turned(angles, pattern, Which::Last)
    }

    fn turned(self, angles: Tensor<'g>, pattern: Pattern, which: Which) -> Tensor<'g> {
        let (qkv, table) = (self.shape(), angles.shape());
        let fits = table.columns() == pattern.head_size(qkv) / 2 * 2 && qkv.dims()[1] <= table.rows();
        assert!(fits, "rotary: {qkv:?} with {table:?}");
        self.graph.record_into(Rotary { pattern, which, direction: Direction::Forward }, &[angles], &[self]);
        self
    }
}

impl Op for Rotary {
    fn name(&self) -> &'static str {
        "rotary"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("changes a tensor that exists")
    }

    /// The gradient is turned back.
    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], _: &mut Gradients<'g>) {
        let d_y = d_outputs[0].expect("rotary: nothing flows back");
        d_y.graph.record_into(Rotary { direction: Direction::Backward, ..*self }, &[io.inputs[0]], &[d_y]);
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let qkv = io.outputs[0];
        let [heads, head_size] = self.pattern.queries_and_keys(qkv);
        let time = match self.which {
            Which::All => qkv.dims()[1],
            Which::Last => io.inputs[0].rows(),
        };
        let kernel = Kernel::new("rotary", "forward", SOURCE, PRELUDE)
            .with("LAST", self.which == Which::Last)
            .with("BACKWARD", self.direction == Direction::Backward);
        let params = Params::new()
            .u32("rows", qkv.rows())
            .u32("time", time)
            .u32("heads", heads)
            .u32("head_size", head_size)
            .u32("stride", qkv.stride())
            .u32("table_stride", io.inputs[0].stride());
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::State), (2, Slot::Output(0))];
        let planes = qkv.rows() * heads * (head_size / 2);
        vec![Dispatch::new(kernel, bindings, params, line(planes.div_ceil(WORKGROUP)))]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let [heads, head_size] = self.pattern.queries_and_keys(io.outputs[0]);
        Cost::touching(io, (3 * io.outputs[0].rows() * heads * head_size) as u64)
    }
}

impl Compute for Rotary {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let (qkv, table) = (io.shapes.outputs[0], io.shapes.inputs[0]);
        let [heads, head_size] = self.pattern.queries_and_keys(qkv);
        let (planes, time) = (head_size / 2, qkv.dims()[1]);
        let last = io.state[state::POSITION].to_usize().expect("a position is a count").clamp(1, table.rows()) - 1;
        let sign = if self.direction == Direction::Backward { -F::one() } else { F::one() };
        for (row, numbers) in io.outputs[0].chunks_exact_mut(qkv.stride()).take(qkv.rows()).enumerate() {
            let place = if self.which == Which::Last { last } else { row % time };
            let (cosines, sines) = io.inputs[0][place * table.stride()..][..2 * planes].split_at(planes);
            for head in numbers.chunks_exact_mut(head_size).take(heads) {
                for plane in 0..planes {
                    let (x, y) = (head[plane], head[plane + planes]);
                    let (cosine, sine) = (cosines[plane], sign * sines[plane]);
                    head[plane] = x * cosine - y * sine;
                    head[plane + planes] = y * cosine + x * sine;
                }
            }
        }
    }
}
