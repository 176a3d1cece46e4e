//! `linear`: a matrix product with bias, activation and residual in its epilogue, and the three products of its gradient.

mod activation;
mod product;

use std::any::Any;

use crate::graph::kernel::Kernel;
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Gradients, Io, IoShapes, Matrix, Memory, Node, Op, Params, Shape, Slot,
    Tensor, TensorId, Write, float, op::stretch,
};
pub use activation::Activation;
pub use product::VARIANTS;
use product::{Operand, Product, Weight};

const SOURCE: &str = include_str!("../../shaders/linear.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/activation.wgsl")];

/// How the weight lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    /// (inputs, outputs), as GPT-2's Conv1D has it.
    InOut,
    /// (outputs, inputs), as PyTorch's Linear and a head tied to the embedding have it.
    OutIn,
}

/// y = activation(x W + bias) + residual. Inputs: x, weight, then bias and residual where there are any.
#[derive(Clone, Copy, Debug)]
pub struct Linear {
    pub orientation: Orientation,
    pub bias: bool,
    pub activation: Option<Activation>,
    pub residual: bool,
    /// The weight is a copy whose numbers have 16 bits; sums have 32.
    pub half: bool,
}

impl<'g> Tensor<'g> {
    /// (.., I) -> (.., O): `self` W + bias.
    pub fn linear(self, weight: Tensor<'g>, bias: Option<Tensor<'g>>, orientation: Orientation) -> Tensor<'g> {
        self.project(weight, bias, orientation, None, None)
    }

    /// (.., I) -> (.., O): activation(`self` W + bias).
    pub fn linear_activated(
        self,
        weight: Tensor<'g>,
        bias: Option<Tensor<'g>>,
        orientation: Orientation,
        activation: Activation,
    ) -> Tensor<'g> {
        self.project(weight, bias, orientation, None, Some(activation))
    }

    /// (.., I) -> (.., O): `self` W + bias + residual.
    pub fn linear_onto(
        self,
        residual: Tensor<'g>,
        weight: Tensor<'g>,
        bias: Option<Tensor<'g>>,
        orientation: Orientation,
    ) -> Tensor<'g> {
        self.project(weight, bias, orientation, Some(residual), None)
    }

    fn project(
        self,
        weight: Tensor<'g>,
        bias: Option<Tensor<'g>>,
        orientation: Orientation,
        residual: Option<Tensor<'g>>,
        activation: Option<Activation>,
    ) -> Tensor<'g> {
        let half = weight.info().memory == Memory::F16;
        let op = Linear { orientation, bias: bias.is_some(), activation, residual: residual.is_some(), half };
        let inputs: Vec<Tensor> = [Some(self), Some(weight), bias, residual].into_iter().flatten().collect();
        self.graph.record(op, &inputs)[0]
    }
}

impl Linear {
    fn bias_input(&self) -> Option<usize> {
        self.bias.then_some(2)
    }

    fn residual_input(&self) -> Option<usize> {
        self.residual.then_some(2 + usize::from(self.bias))
    }

    /// (I, O) of a weight.
    fn features(&self, weight: Shape) -> [usize; 2] {
        match self.orientation {
            Orientation::InOut => [weight.rows(), weight.columns()],
            Orientation::OutIn => [weight.columns(), weight.rows()],
        }
    }
}

impl Op for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape> {
        let [features_in, features_out] = self.features(inputs[1]);
        assert_eq!(inputs[0].columns(), features_in, "linear: {:?} x {:?}", inputs[0], inputs[1]);
        let out = inputs[0].with_columns(features_out);
        if let Some(residual) = self.residual_input() {
            assert_eq!(inputs[residual], out, "linear: residual {:?} onto {out:?}", inputs[residual]);
        }
        vec![out; 1 + usize::from(self.activation.is_some())]
    }

    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], gradients: &mut Gradients<'g>) {
        let graph = io.outputs[0].graph;
        let (x, weight) = (io.inputs[0], io.inputs[1]);
        let d_out = match (d_outputs[0], d_outputs.get(1).copied().flatten()) {
            (_, Some(d_pre)) => d_pre,
            (d_out, _) => {
                let d_out = d_out.expect("linear: nothing flows back");
                let through = |activation| graph.record(DActivation { activation }, &[d_out, io.outputs[1]])[0];
                self.activation.map_or(d_out, through)
            }
        };
        // Where x came out of an activation that only this layer reads, its derivative goes into this layer's epilogue.
        let pre = (graph.reads(x.id) == 1).then(|| graph.producer(x.id)).flatten().and_then(|node| before(&node));
        let d_input = |add| DInput { orientation: self.orientation, activation: pre.map(|(_, it)| it), add };
        match pre {
            Some((id, _)) => {
                let pre = Tensor { graph, id };
                let (d_pre, add) = gradients.target(pre);
                graph.record_into(d_input(add), &[d_out, weight, pre], &[d_pre]);
            }
            None => {
                let (d_x, add) = gradients.target(x);
                graph.record_into(d_input(add), &[d_out, weight], &[d_x]);
            }
        }
        let (d_weight, add) = gradients.target(weight);
        let mut outputs = vec![d_weight];
        if let Some(bias) = self.bias_input() {
            let (d_bias, add_bias) = gradients.target(io.inputs[bias]);
            assert_eq!(add, add_bias, "linear: weight and bias are shared together or not at all");
            outputs.push(d_bias);
        }
        let op = DWeight { orientation: self.orientation, bias: self.bias, add };
        graph.record_into(op, &[x, d_out], &outputs);
        if let Some(residual) = self.residual_input() {
            gradients.pass(io.inputs[residual], d_out);
        }
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let bindings = vec![
            (0, Slot::Input(0)),
            (1, Slot::Input(1)),
            (2, Slot::Input(self.bias_input().unwrap_or(1))),
            (3, self.residual_input().map_or(Slot::Unused(0), Slot::Input)),
            (4, if self.activation.is_some() { Slot::Output(1) } else { Slot::Unused(1) }),
            (5, Slot::Output(0)),
            (6, Slot::Unused(2)),
            (7, Slot::Unused(3)),
        ];
        let product = Product {
            size: [io.outputs[0].rows(), io.outputs[0].columns(), io.inputs[0].columns()],
            left: Operand { shape: io.inputs[0], transposed: false },
            right: Operand { shape: io.inputs[1], transposed: self.orientation == Orientation::OutIn },
            weight: if self.half { Weight::F16 } else { Weight::Full },
            out: io.outputs[0],
            epilogue: vec![("BIAS", self.bias), ("ACTIVATE", self.activation.is_some()), ("RESIDUAL", self.residual)],
            activation: self.activation,
            bindings,
        };
        vec![product.dispatch()]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 2 * io.outputs[0].elements() as u64 * io.inputs[0].columns() as u64)
    }
}

/// The saved input of the activation at the end of this node, if there is one, and which it is.
fn before(node: &Node) -> Option<(TensorId, Activation)> {
    let op: &dyn Any = &*node.op;
    Some((*node.outputs.get(1)?, op.downcast_ref::<Linear>()?.activation?))
}

impl Compute for Linear {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let [x_shape, weight_shape] = [io.shapes.inputs[0], io.shapes.inputs[1]];
        let out_shape = io.shapes.outputs[0];
        let weight = Matrix::rows(io.inputs[1], weight_shape.stride());
        let weight = if self.orientation == Orientation::OutIn { weight.transposed() } else { weight };
        let x = Matrix::rows(io.inputs[0], x_shape.stride());
        let [out, pre @ ..] = &mut io.outputs[..] else { panic!("linear: no output") };
        // What the product is added to stands in the output first. With an activation that is its input, the second output.
        let sums = pre.first_mut().unwrap_or(out);
        let bias = self.bias_input().map(|input| io.inputs[input]);
        let residual = self.residual_input().map(|input| io.inputs[input]);
        begin(out_shape, sums, bias, residual);
        let beta = if bias.is_some() || residual.is_some() { F::one() } else { F::zero() };
        let size = [out_shape.rows(), x_shape.columns(), out_shape.columns()];
        F::matmul(size, x, weight, beta, sums, [out_shape.stride(), 1]);
        out_shape.clear_padding(sums);
        if let (Some(pre), Some(activation)) = (pre.first(), self.activation) {
            for (out, &value) in out.iter_mut().zip(pre.iter()) {
                *out = activation.of(value);
            }
        }
    }
}

/// Every row of `sums` becomes the bias plus its row of the residual, as far as there are any.
fn begin<F: Float>(shape: Shape, sums: &mut [F], bias: Option<&[F]>, residual: Option<&[F]>) {
    if let Some(residual) = residual {
        sums.copy_from_slice(residual);
    }
    let Some(bias) = bias else { return };
    for row in sums.chunks_exact_mut(shape.stride()).take(shape.rows()) {
        match residual {
            Some(_) => float::add(row, bias),
            None => row.copy_from_slice(&bias[..shape.stride()]),
        }
    }
}

/// d_x (+)= d_y W^T. Inputs: d_y, weight, and the input of the activation that x came out of.
#[derive(Clone, Copy, Debug)]
struct DInput {
    orientation: Orientation,
    activation: Option<Activation>,
    add: Write,
}

impl Op for DInput {
    fn name(&self) -> &'static str {
        "linear.d_input"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes a gradient that exists")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let bindings = vec![
            (0, Slot::Input(0)),
            (1, Slot::Input(1)),
            (2, Slot::Input(1)),
            (3, if self.activation.is_some() { Slot::Input(2) } else { Slot::Unused(0) }),
            (4, Slot::Unused(1)),
            (5, Slot::Output(0)),
            (6, Slot::Unused(2)),
            (7, Slot::Unused(3)),
        ];
        let product = Product {
            size: [io.outputs[0].rows(), io.outputs[0].columns(), io.inputs[0].columns()],
            left: Operand { shape: io.inputs[0], transposed: false },
            right: Operand { shape: io.inputs[1], transposed: self.orientation == Orientation::InOut },
            weight: Weight::Full,
            out: io.outputs[0],
            epilogue: vec![("D_ACTIVATE", self.activation.is_some()), ("ADD", self.add.adds())],
            activation: self.activation,
            bindings,
        };
        vec![product.dispatch()]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 2 * io.outputs[0].elements() as u64 * io.inputs[0].columns() as u64)
    }
}

impl Compute for DInput {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let (d_y, d_x) = (io.shapes.inputs[0], io.shapes.outputs[0]);
        let weight = Matrix::rows(io.inputs[1], io.shapes.inputs[1].stride());
        let weight = if self.orientation == Orientation::InOut { weight.transposed() } else { weight };
        let gradient = Matrix::rows(io.inputs[0], d_y.stride());
        let size = [d_x.rows(), d_y.columns(), d_x.columns()];
        let beta = if self.add.adds() { F::one() } else { F::zero() };
        let out = &mut *io.outputs[0];
        match (self.activation, self.add) {
            (None, _) => F::matmul(size, gradient, weight, beta, out, [d_x.stride(), 1]),
            (Some(activation), Write::Set) => {
                F::matmul(size, gradient, weight, beta, out, [d_x.stride(), 1]);
                for (value, &pre) in out.iter_mut().zip(io.inputs[2]) {
                    *value *= activation.derivative(pre);
                }
            }
            (Some(activation), Write::Add) => {
                let product = stretch(io.scratch, d_x.words());
                F::matmul(size, gradient, weight, F::zero(), product, [d_x.stride(), 1]);
                for (value, (&product, &pre)) in out.iter_mut().zip(product.iter().zip(io.inputs[2])) {
                    *value += product * activation.derivative(pre);
                }
            }
        }
        d_x.clear_padding(out);
    }
}

/// d_W (+)= x^T d_y and d_bias (+)= the column sums of d_y. Inputs: x, d_y.
#[derive(Clone, Copy, Debug)]
struct DWeight {
    orientation: Orientation,
    bias: bool,
    add: Write,
}

impl DWeight {
    /// Which inputs are the left and the right operand: d_W = left^T right.
    fn operands(&self) -> [usize; 2] {
        match self.orientation {
            Orientation::InOut => [0, 1],
            Orientation::OutIn => [1, 0],
        }
    }
}

impl Op for DWeight {
    fn name(&self) -> &'static str {
        "linear.d_weight"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes a gradient that exists")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        assert!(!self.bias || self.orientation == Orientation::InOut, "linear: a head has no bias");
        let [left, right] = self.operands();
        let bindings = vec![
            (0, Slot::Input(left)),
            (1, Slot::State),
            (2, Slot::State),
            (3, Slot::Unused(0)),
            (4, Slot::Unused(1)),
            (5, Slot::Output(0)),
            (6, Slot::Input(right)),
            (7, if self.bias { Slot::Output(1) } else { Slot::Unused(3) }),
        ];
        let d_weight = io.outputs[0];
        let product = Product {
            size: [d_weight.rows(), d_weight.columns(), io.inputs[0].rows()],
            left: Operand { shape: io.inputs[left], transposed: true },
            right: Operand { shape: io.inputs[right], transposed: false },
            weight: Weight::None,
            out: d_weight,
            epilogue: vec![("D_BIAS", self.bias), ("ADD", self.add.adds())],
            activation: None,
            bindings,
        };
        vec![product.dispatch()]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let sums = if self.bias { io.inputs[1].elements() } else { 0 };
        Cost::touching(io, 2 * io.outputs[0].elements() as u64 * io.inputs[0].rows() as u64 + sums as u64)
    }
}

impl Compute for DWeight {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let [left, right] =
            self.operands().map(|input| Matrix::rows(io.inputs[input], io.shapes.inputs[input].stride()));
        let d_weight = io.shapes.outputs[0];
        let beta = if self.add.adds() { F::one() } else { F::zero() };
        let size = [d_weight.rows(), io.shapes.inputs[0].rows(), d_weight.columns()];
        F::matmul(size, left.transposed(), right, beta, io.outputs[0], [d_weight.stride(), 1]);
        if self.bias {
            let d_y = io.shapes.inputs[1];
            let d_bias = &mut *io.outputs[1];
            if self.add == Write::Set {
                d_bias.fill(F::zero());
            }
            let rows = io.inputs[1].chunks_exact(d_y.stride()).take(d_y.rows());
            rows.for_each(|row| float::add(d_bias, row));
        }
    }
}

/// d_pre = d_y activation'(pre), where no later layer could take it into its epilogue. Inputs: d_y, pre.
#[derive(Clone, Copy, Debug)]
struct DActivation {
    activation: Activation,
}

impl Op for DActivation {
    fn name(&self) -> &'static str {
        "linear.d_activation"
    }

    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape> {
        vec![inputs[0]]
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let (rows, columns) = (io.outputs[0].rows(), io.outputs[0].stride() / 4);
        let params = Params::new()
            .u32("rows", rows)
            .u32("columns", columns)
            .u32("inner", 0)
            .u32("a_stride", 0)
            .u32("b_stride", 0)
            .u32("out_stride", columns);
        let kernel = self.activation.in_kernel(Kernel::new("linear", "d_activation", SOURCE, PRELUDE));
        let bindings = vec![(0, Slot::Input(0)), (3, Slot::Input(1)), (5, Slot::Output(0))];
        vec![Dispatch::new(kernel, bindings, params, [columns.div_ceil(8) as u32, rows.div_ceil(8) as u32, 1])]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 12 * io.outputs[0].elements() as u64)
    }
}

impl Compute for DActivation {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        for (d_pre, (&d_y, &pre)) in io.outputs[0].iter_mut().zip(io.inputs[0].iter().zip(io.inputs[1])) {
            *d_pre = d_y * self.activation.derivative(pre);
        }
    }
}
