//! A static graph: an append-only list of nodes over tensors that have a shape and a home in memory.
//!
//! Recording appends nodes; insertion order is execution order. Differentiation appends more nodes to the same graph.
//! Data only: nothing here computes, allocates or waits.

pub mod differentiate;
pub mod float;
pub mod kernel;
pub mod layout;
pub mod op;
pub mod shape;
pub mod state;
mod unroll;

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

pub use differentiate::Gradients;
pub use float::{Float, Matrix};
pub use kernel::{Dispatch, Kernel, Need, Params, Slot, Variant};
pub use layout::{Layout, Place};
pub use op::{Compute, Cost, CpuIo, Io, IoShapes, Op, Write};
pub use shape::Shape;

/// Kinds of memory: each is one flat buffer in a plan, of 4-byte words but for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Memory {
    /// Weights, shared by every plan of a model.
    Parameter,
    /// Weights once more, numbers of 16 bits on the GPU: a graph fills it itself.
    F16,
    /// What the optimizer remembers about the weights.
    Moment,
    Gradient,
    /// Everything in between, reused by lifetime.
    Activation,
    /// Token ids, `u32` on the GPU, and beside them the weights of targets, `f32`.
    Tokens,
    /// Numbers that never change, such as sines: a plan is made with them.
    Table,
    /// Counters and scalars that stay on the device: see [`state`].
    State,
}

impl Memory {
    pub const ALL: [Memory; 8] = [
        Memory::Parameter,
        Memory::F16,
        Memory::Moment,
        Memory::Gradient,
        Memory::Activation,
        Memory::Tokens,
        Memory::Table,
        Memory::State,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Memory::Parameter => "parameters",
            Memory::F16 => "f16",
            Memory::Moment => "moments",
            Memory::Gradient => "gradients",
            Memory::Activation => "activations",
            Memory::Tokens => "tokens",
            Memory::Table => "tables",
            Memory::State => "state",
        }
    }

    /// Bytes of so many numbers on the GPU.
    pub fn bytes(self, numbers: usize) -> u64 {
        let number = if self == Memory::F16 { 2 } else { 4 };
        number * numbers as u64
    }
}

pub type TensorId = usize;

/// What the graph knows about a tensor.
#[derive(Clone, Debug)]
pub struct TensorInfo {
    pub shape: Shape,
    pub memory: Memory,
    /// First word in its memory; activations get theirs from [`Layout`].
    pub offset: Option<usize>,
    /// The index of the parameter that this is, or is the gradient of.
    pub parameter: Option<usize>,
    /// Words it occupies.
    pub words: usize,
    /// It must survive the whole plan, because it is written before or read after.
    pub kept: bool,
}

/// One operation on tensors. `outputs` may name a tensor that an earlier node wrote: then the node adds to it, or changes
/// it where it stands.
#[derive(Clone)]
pub struct Node {
    pub op: Rc<dyn Op>,
    pub inputs: Vec<TensorId>,
    pub outputs: Vec<TensorId>,
}

/// Some nodes of a graph in a row, run `times` times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub nodes: Range<usize>,
    pub times: usize,
}

/// Where each parameter lies in parameter, gradient and moment memory.
///
/// Parameters with weight decay come first, so that decay is a comparison of an index with `decayed`.
#[derive(Clone, Debug, Default)]
pub struct ParameterLayout {
    pub offsets: Vec<usize>,
    pub shapes: Vec<Shape>,
    /// Words before this one belong to parameters with weight decay.
    pub decayed: usize,
    /// The matrices of the blocks by their index. They lie side by side.
    pub hidden: Vec<usize>,
    /// Words in all.
    pub words: usize,
}

/// Every buffer range that is bound begins at a multiple of this many words: 256 bytes.
pub const ALIGNMENT: usize = 64;

impl ParameterLayout {
    /// The words of the matrices of the blocks.
    pub fn hidden_words(&self) -> Range<usize> {
        let end = |index: &usize| self.offsets[*index] + self.shapes[*index].words().next_multiple_of(ALIGNMENT);
        let starts = self.hidden.iter().map(|&index| self.offsets[index]);
        let (first, last) = (starts.min().unwrap_or(0), self.hidden.iter().map(end).max().unwrap_or(0));
        let words: usize = self.hidden.iter().map(|index| end(index) - self.offsets[*index]).sum();
        assert_eq!(words, last - first, "the matrices of the blocks lie side by side");
        first..last
    }
}

#[derive(Default)]
struct Inner {
    tensors: Vec<TensorInfo>,
    nodes: Vec<Node>,
    producers: Vec<Option<usize>>,
    token_words: usize,
    f16_values: usize,
    tables: Vec<f32>,
}

pub struct Graph {
    parameters: ParameterLayout,
    inner: RefCell<Inner>,
}

/// A handle on a tensor of a graph. Free to copy, so that calls nest as formulas do.
#[derive(Clone, Copy)]
pub struct Tensor<'g> {
    pub graph: &'g Graph,
    pub id: TensorId,
}

impl Graph {
    pub fn new(parameters: ParameterLayout) -> Self {
        Self { parameters, inner: RefCell::default() }
    }

    pub fn parameters(&self) -> &ParameterLayout {
        &self.parameters
    }

    pub fn nodes(&self) -> Vec<Node> {
        self.inner.borrow().nodes.clone()
    }

    /// Nodes so far: where a [`Segment`] ends or the next begins.
    pub fn node_count(&self) -> usize {
        self.inner.borrow().nodes.len()
    }

    pub fn tensors(&self) -> Vec<TensorInfo> {
        self.inner.borrow().tensors.clone()
    }

    /// The shapes of these tensors.
    pub fn shapes(&self, ids: &[TensorId]) -> Vec<Shape> {
        let inner = self.inner.borrow();
        ids.iter().map(|&id| inner.tensors[id].shape).collect()
    }

    /// Words of token memory in use.
    pub fn token_words(&self) -> usize {
        self.inner.borrow().token_words
    }

    /// The weight with this index.
    pub fn parameter(&self, index: usize) -> Tensor<'_> {
        self.fixed(Memory::Parameter, index)
    }

    /// The gradient of the weight with this index.
    pub fn gradient(&self, index: usize) -> Tensor<'_> {
        self.fixed(Memory::Gradient, index)
    }

    /// The copy of the weight with this index whose numbers have 16 bits, if one was recorded.
    pub fn as_f16(&self, index: usize) -> Option<Tensor<'_>> {
        self.known(Memory::F16, index)
    }

    /// Memory for that copy.
    pub(crate) fn half(&self, index: usize) -> Tensor<'_> {
        let shape = self.parameters.shapes[index];
        let offset = self.inner.borrow().f16_values;
        self.inner.borrow_mut().f16_values += shape.words().next_multiple_of(2 * ALIGNMENT);
        let (memory, offset, parameter) = (Memory::F16, Some(offset), Some(index));
        self.add(TensorInfo { shape, memory, offset, parameter, words: shape.words(), kept: true })
    }

    fn known(&self, memory: Memory, index: usize) -> Option<Tensor<'_>> {
        let known = |info: &TensorInfo| info.memory == memory && info.parameter == Some(index);
        let id = self.inner.borrow().tensors.iter().position(known)?;
        Some(Tensor { graph: self, id })
    }

    fn fixed(&self, memory: Memory, index: usize) -> Tensor<'_> {
        if let Some(tensor) = self.known(memory, index) {
            return tensor;
        }
        let shape = self.parameters.shapes[index];
        let offset = Some(self.parameters.offsets[index]);
        self.add(TensorInfo { shape, memory, offset, parameter: Some(index), words: shape.words(), kept: true })
    }

    /// A stretch of parameter, gradient or moment memory as one long row.
    pub fn flat(&self, memory: Memory, offset: usize, words: usize) -> Tensor<'_> {
        let shape = Shape::of(&[words]);
        self.add(TensorInfo { shape, memory, offset: Some(offset), parameter: None, words, kept: true })
    }

    /// Token ids of `slots` batches, or weights of their targets; a step reads those of the number `step % slots`.
    pub fn tokens(&self, batch: usize, time: usize, slots: usize) -> Tensor<'_> {
        let shape = Shape::of(&[batch, time]);
        let words = batch * time * slots;
        let offset = self.inner.borrow().token_words;
        self.inner.borrow_mut().token_words = (offset + words).next_multiple_of(ALIGNMENT);
        let memory = Memory::Tokens;
        self.add(TensorInfo { shape, memory, offset: Some(offset), parameter: None, words, kept: true })
    }

    /// Numbers that never change, row after row. Equal ones are there once.
    pub fn table(&self, shape: Shape, dense: &[f32]) -> Tensor<'_> {
        let words = shape.pad(dense);
        let mut inner = self.inner.borrow_mut();
        let same = |info: &TensorInfo| {
            let place = info.offset.filter(|_| info.memory == Memory::Table && info.shape == shape);
            place.is_some_and(|offset| inner.tables[offset..][..words.len()] == words)
        };
        if let Some(id) = inner.tensors.iter().position(same) {
            return Tensor { graph: self, id };
        }
        let offset = inner.tables.len();
        inner.tables.extend(words);
        let end = inner.tables.len().next_multiple_of(ALIGNMENT);
        inner.tables.resize(end, 0.0);
        drop(inner);
        let (memory, words) = (Memory::Table, shape.words());
        self.add(TensorInfo { shape, memory, offset: Some(offset), parameter: None, words, kept: true })
    }

    /// Words of table memory in use.
    pub fn table_words(&self) -> usize {
        self.inner.borrow().tables.len()
    }

    /// What stands in table memory.
    pub fn tables(&self) -> Vec<f32> {
        self.inner.borrow().tables.clone()
    }

    /// An activation that is written from outside before the plan runs.
    pub fn input(&self, shape: Shape) -> Tensor<'_> {
        self.activation(shape).keep()
    }

    /// An activation that some node will write.
    pub fn activation(&self, shape: Shape) -> Tensor<'_> {
        let words = shape.words();
        self.add(TensorInfo { shape, memory: Memory::Activation, offset: None, parameter: None, words, kept: false })
    }

    fn add(&self, info: TensorInfo) -> Tensor<'_> {
        let mut inner = self.inner.borrow_mut();
        inner.tensors.push(info);
        inner.producers.push(None);
        Tensor { graph: self, id: inner.tensors.len() - 1 }
    }

    /// Appends a node with fresh outputs and returns them.
    pub fn record<'g>(&'g self, op: impl Op + 'static, inputs: &[Tensor<'g>]) -> Vec<Tensor<'g>> {
        let shapes: Vec<Shape> = inputs.iter().map(|tensor| tensor.shape()).collect();
        let outputs: Vec<Tensor> = op.outputs(&shapes).into_iter().map(|shape| self.activation(shape)).collect();
        self.record_into(op, inputs, &outputs);
        outputs
    }

    /// Appends a node that writes tensors that exist already.
    pub fn record_into<'g>(&'g self, op: impl Op + 'static, inputs: &[Tensor<'g>], outputs: &[Tensor<'g>]) {
        let ids = |tensors: &[Tensor]| tensors.iter().map(|tensor| tensor.id).collect::<Vec<_>>();
        let mut inner = self.inner.borrow_mut();
        let index = inner.nodes.len();
        for output in outputs {
            inner.producers[output.id].get_or_insert(index);
        }
        inner.nodes.push(Node { op: Rc::new(op), inputs: ids(inputs), outputs: ids(outputs) });
    }

    /// How many times nodes read this tensor.
    pub fn reads(&self, id: TensorId) -> usize {
        self.inner.borrow().nodes.iter().flat_map(|node| &node.inputs).filter(|&&input| input == id).count()
    }

    /// The node that wrote this tensor first.
    pub fn producer(&self, id: TensorId) -> Option<Node> {
        let inner = self.inner.borrow();
        inner.producers[id].map(|index| inner.nodes[index].clone())
    }
}

impl<'g> Tensor<'g> {
    pub fn shape(self) -> Shape {
        self.graph.inner.borrow().tensors[self.id].shape
    }

    pub fn info(self) -> TensorInfo {
        self.graph.inner.borrow().tensors[self.id].clone()
    }

    /// Keeps the tensor's memory to itself, so that it can be read after the plan has run.
    pub fn keep(self) -> Self {
        self.graph.inner.borrow_mut().tensors[self.id].kept = true;
        self
    }
}
