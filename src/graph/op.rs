//! What an operation has to say about itself.

use std::fmt::Debug;

use super::{Dispatch, Gradients, Memory, Node, Shape, Tensor, TensorId, TensorInfo};

/// Everything the project knows about one operation.
pub trait Op: Debug + ComputeBoth {
    /// One name everywhere: this file, its shader, its tests.
    fn name(&self) -> &'static str;

    /// Shapes of the results; the first is the value, the rest are saved for the gradient.
    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape>;

    /// Records the nodes that carry the gradients of the outputs back to the inputs.
    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], gradients: &mut Gradients<'g>) {
        let _ = (io, d_outputs, gradients);
        panic!("{}: has no gradient", self.name());
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch>;

    fn cost(&self, io: &IoShapes) -> Cost;
}

/// The CPU implementation: in `f64` the oracle, in `f32` what trains where there is no usable GPU.
pub trait Compute {
    fn run<F: Float>(&self, io: &mut CpuIo<F>);
}

/// [`Compute`] with its two element types spelled out, so that a graph can hold any op.
pub trait ComputeBoth {
    fn run_f32(&self, io: &mut CpuIo<f32>);
    fn run_f64(&self, io: &mut CpuIo<f64>);
}

impl<T: Compute> ComputeBoth for T {
    fn run_f32(&self, io: &mut CpuIo<f32>) {
        self.run(io);
    }

    fn run_f64(&self, io: &mut CpuIo<f64>) {
        self.run(io);
    }
}

/// Whether a node writes its output or adds to what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    Set,
    Add,
}

impl Write {
    /// As the constant `ADD` of a kernel.
    pub fn adds(self) -> bool {
        self == Write::Add
    }
}

/// The tensors of a node.
pub struct Io<'g> {
    pub inputs: Vec<Tensor<'g>>,
    pub outputs: Vec<Tensor<'g>>,
}

/// The shapes of a node's tensors.
#[derive(Clone, Debug)]
pub struct IoShapes {
    pub inputs: Vec<Shape>,
    pub outputs: Vec<Shape>,
    /// Batches in token memory, by input: a kernel reads the one with the number `step % slots`.
    pub slots: Vec<usize>,
}

impl IoShapes {
    /// The shapes of a node's tensors.
    pub fn of(node: &Node, tensors: &[TensorInfo]) -> Self {
        let shape = |id: &TensorId| tensors[*id].shape;
        let slots = |id: &TensorId| match tensors[*id].memory {
            Memory::Tokens => tensors[*id].words / tensors[*id].shape.elements(),
            _ => 1,
        };
        Self {
            inputs: node.inputs.iter().map(shape).collect(),
            outputs: node.outputs.iter().map(shape).collect(),
            slots: node.inputs.iter().map(slots).collect(),
        }
    }
}

/// The memory of a node on the CPU, padded as on the GPU; token ids are numbers like all others.
pub struct CpuIo<'a, F> {
    pub shapes: &'a IoShapes,
    pub inputs: Vec<&'a [F]>,
    pub outputs: Vec<&'a mut [F]>,
    pub state: &'a mut [F],
}

impl<F: Float> CpuIo<'_, F> {
    /// The ids of the current step's batch.
    pub fn ids(&self, input: usize) -> Vec<usize> {
        let ids = self.inputs[input];
        let count = ids.len() / self.shapes.slots[input];
        let step = self.state[super::state::STEP].to_usize().expect("a step is a count");
        let slot = step % self.shapes.slots[input];
        ids[slot * count..][..count].iter().map(|id| id.to_usize().expect("an id is a count")).collect()
    }
}

/// What a node costs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Floating-point operations, a multiply-add being two.
    pub flops: u64,
    /// Bytes read and written if every operand were touched once.
    pub bytes: u64,
}

impl Cost {
    /// So many operations, every tensor touched once. Counted in `u64`: in a browser `usize` ends at four thousand
    /// million, which a step of a small model exceeds.
    pub fn touching(io: &IoShapes, flops: u64) -> Self {
        let elements: u64 = io.inputs.iter().chain(&io.outputs).map(|shape| shape.elements() as u64).sum();
        Self { flops, bytes: 4 * elements }
    }
}

/// An element of the CPU implementation.
pub trait Float: num_traits::Float + num_traits::NumAssign + Debug + Default + std::iter::Sum + 'static {
    fn of(value: f64) -> Self;
    /// C (m, n) = A (m, k) B (k, n) + beta C, each with its (row, column) strides.
    fn matmul(size: [usize; 3], a: Matrix<Self>, b: Matrix<Self>, beta: Self, c: &mut [Self], c_strides: [usize; 2]);
}

/// A matrix in a slice: element (i, j) is at `i * strides[0] + j * strides[1]`.
#[derive(Clone, Copy)]
pub struct Matrix<'a, F> {
    pub data: &'a [F],
    pub strides: [usize; 2],
}

impl<'a, F> Matrix<'a, F> {
    /// Rows of `stride` words.
    pub fn rows(data: &'a [F], stride: usize) -> Self {
        Self { data, strides: [stride, 1] }
    }

    pub fn transposed(self) -> Self {
        Self { data: self.data, strides: [self.strides[1], self.strides[0]] }
    }

    fn holds(&self, rows: usize, columns: usize) -> bool {
        (rows - 1) * self.strides[0] + (columns - 1) * self.strides[1] < self.data.len()
    }
}

macro_rules! float {
    ($type:ty, $gemm:path) => {
        impl Float for $type {
            fn of(value: f64) -> Self {
                value as $type
            }

            fn matmul(
                [m, k, n]: [usize; 3],
                a: Matrix<Self>,
                b: Matrix<Self>,
                beta: Self,
                c: &mut [Self],
                c_strides: [usize; 2],
            ) {
                let result = Matrix { data: &*c, strides: c_strides };
                assert!(a.holds(m, k) && b.holds(k, n) && result.holds(m, n), "matmul: ({m}, {k}) x ({k}, {n})");
                let signed = |strides: [usize; 2]| [strides[0] as isize, strides[1] as isize];
                let ([a_row, a_column], [b_row, b_column]) = (signed(a.strides), signed(b.strides));
                let [c_row, c_column] = signed(c_strides);
                let (a, b, c) = (a.data.as_ptr(), b.data.as_ptr(), c.as_mut_ptr());
                // SAFETY: the assertion above keeps every element inside its slice, and `c` is borrowed for writing.
                unsafe {
                    $gemm(m, k, n, 1.0, a, a_row, a_column, b, b_row, b_column, beta, c, c_row, c_column);
                }
            }
        }
    };
}

float!(f32, matrixmultiply::sgemm);
float!(f64, matrixmultiply::dgemm);
