//! What an operation has to say about itself.

use std::any::Any;
use std::fmt::Debug;

use super::{Dispatch, Float, Gradients, Memory, Node, Shape, Tensor, TensorId, TensorInfo};

/// Everything the project knows about one operation.
pub trait Op: Debug + Any + ComputeBoth {
    /// One name everywhere: this file, its shader, its tests.
    fn name(&self) -> &'static str;

    /// Shapes of the results; the first is the value, the rest are saved for the gradient.
    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape>;

    /// Records the nodes that carry the gradients of the outputs back to the inputs.
    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], gradients: &mut Gradients<'g>) {
        let _ = (io, d_outputs, gradients);
        panic!("{}: has no gradient", self.name());
    }

    /// The shape of the partial sums that its gradient leaves for [`Gradients::defer_sum`], if it leaves any.
    fn partial_sums(&self, outputs: &[Shape]) -> Option<Shape> {
        let _ = outputs;
        None
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

    /// A page has no oracle, and need not carry one.
    fn run_f64(&self, io: &mut CpuIo<f64>) {
        if cfg!(target_arch = "wasm32") {
            unreachable!("the oracle is for tests");
        }
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
    /// Memory for what lies between inputs and outputs: as long as the op asks, with anything in it.
    pub scratch: &'a mut Vec<F>,
}

impl<'a, F: Float> CpuIo<'a, F> {
    /// The ids of the current step's batch.
    pub fn ids(&self, input: usize) -> impl Iterator<Item = usize> + use<'a, F> {
        self.current(input).iter().map(|id| id.to_usize().expect("an id is a count"))
    }

    /// What token memory holds for the current step's batch.
    pub fn current(&self, input: usize) -> &'a [F] {
        let words = self.inputs[input];
        let count = words.len() / self.shapes.slots[input];
        let step = self.state[super::state::STEP].to_usize().expect("a step is a count");
        let slot = step % self.shapes.slots[input];
        &words[slot * count..][..count]
    }
}

/// `words` words of scratch memory.
pub fn stretch<F: Float>(scratch: &mut Vec<F>, words: usize) -> &mut [F] {
    if scratch.len() < words {
        scratch.resize(words, F::zero());
    }
    &mut scratch[..words]
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
