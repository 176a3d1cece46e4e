//! `layer_norm`: Ba, Kiros and Hinton, "Layer Normalization", 2016.

use crate::graph::kernel::{Kernel, line};
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Gradients, Io, IoShapes, Op, Params, Shape, Slot, Tensor, Write,
};

const SOURCE: &str = include_str!("../../shaders/layer_norm.wgsl");

/// Rows that one workgroup takes: `ROWS` of the shader.
const ROWS: usize = 4;

/// (.., C) -> (.., C), and mean and reciprocal deviation of each row. Inputs: x, weight, bias.
#[derive(Clone, Copy, Debug)]
pub struct LayerNorm {
    pub epsilon: f32,
}

impl<'g> Tensor<'g> {
    /// (.., C) -> (.., C): rows with mean 0 and variance 1, then scaled and shifted.
    pub fn layer_norm(self, weight: Tensor<'g>, bias: Tensor<'g>, epsilon: f32) -> Tensor<'g> {
        self.graph.record(LayerNorm { epsilon }, &[self, weight, bias])[0]
    }
}

fn params(x: Shape, epsilon: f32) -> Params {
    let params = Params::new().u32("rows", x.rows()).u32("columns", x.columns());
    params.u32("stride", x.stride() / 4).f32("epsilon", epsilon)
}

impl Op for LayerNorm {
    fn name(&self) -> &'static str {
        "layer_norm"
    }

    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape> {
        let [x, weight, bias] = inputs else { panic!("layer_norm: {inputs:?}") };
        assert!(weight.columns() == x.columns() && weight == bias, "layer_norm: {x:?} with {weight:?} and {bias:?}");
        vec![*x, Shape::of(&[2 * x.rows()])]
    }

    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], gradients: &mut Gradients<'g>) {
        let graph = io.outputs[0].graph;
        let d_y = d_outputs[0].expect("layer_norm: nothing flows back");
        let (x, weight, bias, statistics) = (io.inputs[0], io.inputs[1], io.inputs[2], io.outputs[1]);
        let ((d_weight, add), (d_bias, _)) = (gradients.target(weight), gradients.target(bias));
        graph.record_into(DParameters { add }, &[x, statistics, d_y], &[d_weight, d_bias]);
        let (d_x, add) = gradients.target(x);
        graph.record_into(DInput { add }, &[x, weight, statistics, d_y], &[d_x]);
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("layer_norm", "forward", SOURCE, &[]);
        let bindings = vec![
            (0, Slot::Input(0)),
            (1, Slot::Input(1)),
            (2, Slot::Input(2)),
            (3, Slot::Output(1)),
            (5, Slot::Output(0)),
        ];
        let x = io.inputs[0];
        vec![Dispatch { kernel, bindings, params: params(x, self.epsilon), workgroups: line(x.rows().div_ceil(ROWS)) }]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 8 * io.inputs[0].elements() as u64)
    }
}

impl Compute for LayerNorm {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let x = io.shapes.inputs[0];
        let count = F::of(x.columns() as f64);
        for row in 0..x.rows() {
            let start = row * x.stride();
            let values = &io.inputs[0][start..][..x.columns()];
            let mean = values.iter().copied().sum::<F>() / count;
            let variance = values.iter().map(|&value| (value - mean) * (value - mean)).sum::<F>() / count;
            let deviation = (variance + F::of(f64::from(self.epsilon))).sqrt().recip();
            let out = &mut io.outputs[0][start..][..x.stride()];
            out[x.columns()..].fill(F::zero());
            for (column, value) in values.iter().enumerate() {
                out[column] = (*value - mean) * deviation * io.inputs[1][column] + io.inputs[2][column];
            }
            io.outputs[1][2 * row] = mean;
            io.outputs[1][2 * row + 1] = deviation;
        }
    }
}

/// d_x (+)= .... Inputs: x, weight, statistics, d_y.
#[derive(Clone, Copy, Debug)]
struct DInput {
    add: Write,
}

impl Op for DInput {
    fn name(&self) -> &'static str {
        "layer_norm.d_input"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes a gradient that exists")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("layer_norm", "d_input", SOURCE, &[]).with("ADD", self.add.adds());
        let bindings = vec![
            (0, Slot::Input(0)),
            (1, Slot::Input(1)),
            (3, Slot::Input(2)),
            (4, Slot::Input(3)),
            (5, Slot::Output(0)),
        ];
        let x = io.inputs[0];
        vec![Dispatch { kernel, bindings, params: params(x, 0.0), workgroups: line(x.rows().div_ceil(ROWS)) }]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 12 * io.inputs[0].elements() as u64)
    }
}

impl Compute for DInput {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let x = io.shapes.inputs[0];
        let count = F::of(x.columns() as f64);
        for row in 0..x.rows() {
            let start = row * x.stride();
            let (mean, deviation) = (io.inputs[2][2 * row], io.inputs[2][2 * row + 1]);
            let normal = |column: usize| (io.inputs[0][start + column] - mean) * deviation;
            let g = |column: usize| io.inputs[3][start + column] * io.inputs[1][column];
            let mean_g = (0..x.columns()).map(g).sum::<F>() / count;
            let mean_gn = (0..x.columns()).map(|column| g(column) * normal(column)).sum::<F>() / count;
            for column in 0..x.stride() {
                let before = if self.add.adds() { io.outputs[0][start + column] } else { F::zero() };
                let value = if column < x.columns() {
                    (g(column) - mean_g - normal(column) * mean_gn) * deviation
                } else {
                    F::zero()
                };
                io.outputs[0][start + column] = before + value;
            }
        }
    }
}

/// d_weight (+)= sum of d_y times the normalized rows, d_bias (+)= sum of d_y. Inputs: x, statistics, d_y.
#[derive(Clone, Copy, Debug)]
struct DParameters {
    add: Write,
}

impl Op for DParameters {
    fn name(&self) -> &'static str {
        "layer_norm.d_parameters"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes a gradient that exists")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("layer_norm", "d_parameters", SOURCE, &[]).with("ADD", self.add.adds());
        let bindings = vec![
            (0, Slot::Input(0)),
            (3, Slot::Input(1)),
            (4, Slot::Input(2)),
            (6, Slot::Output(0)),
            (7, Slot::Output(1)),
        ];
        let x = io.inputs[0];
        vec![Dispatch { kernel, bindings, params: params(x, 0.0), workgroups: [x.stride() as u32 / 4, 1, 1] }]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 5 * io.inputs[0].elements() as u64)
    }
}

impl Compute for DParameters {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let x = io.shapes.inputs[0];
        if !self.add.adds() {
            io.outputs.iter_mut().for_each(|output| output.fill(F::zero()));
        }
        for row in 0..x.rows() {
            let (mean, deviation) = (io.inputs[1][2 * row], io.inputs[1][2 * row + 1]);
            for column in 0..x.columns() {
                let at = row * x.stride() + column;
                let g = io.inputs[2][at];
                io.outputs[0][column] += g * (io.inputs[0][at] - mean) * deviation;
                io.outputs[1][column] += g;
            }
        }
    }
}
