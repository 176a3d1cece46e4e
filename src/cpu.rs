//! Runs a graph on the CPU with the memory layout that the GPU has: in `f64` the oracle, in `f32` the fallback.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use crate::graph::{CpuIo, Float, Graph, IoShapes, Layout, Memory, Node, Place, Segment};

/// An element type with the op entry point that belongs to it.
pub trait Element: Float {
    fn run(op: &dyn crate::graph::Op, io: &mut CpuIo<Self>);
}

impl Element for f32 {
    fn run(op: &dyn crate::graph::Op, io: &mut CpuIo<f32>) {
        op.run_f32(io);
    }
}

impl Element for f64 {
    fn run(op: &dyn crate::graph::Op, io: &mut CpuIo<f64>) {
        op.run_f64(io);
    }
}

/// Weights, shared by every plan of a model.
#[derive(Debug)]
pub struct Store<F> {
    parameters: RefCell<Vec<F>>,
}

impl<F: Element> Store<F> {
    /// Memory for so many words, zeros.
    pub fn new(parameters: usize) -> Rc<Self> {
        Rc::new(Self { parameters: RefCell::new(vec![F::zero(); parameters]) })
    }
}

/// A graph with memory.
#[derive(Debug)]
pub struct Plan<F> {
    steps: Vec<Step>,
    store: Rc<Store<F>>,
    moments: Vec<F>,
    gradients: Vec<F>,
    f16: Vec<F>,
    activations: Vec<F>,
    tokens: Vec<F>,
    tables: Vec<F>,
    state: Vec<F>,
    scratch: Vec<F>,
}

struct Step {
    node: Node,
    shapes: IoShapes,
    inputs: Vec<Place>,
    outputs: Vec<Place>,
}

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?} -> {:?}", self.node.op.name(), self.shapes.inputs, self.shapes.outputs)
    }
}

impl<F: Element> Plan<F> {
    pub fn new(graph: &Graph, layout: &Layout, store: Rc<Store<F>>) -> Self {
        let tensors = graph.tensors();
        let step = |node: Node| Step {
            shapes: IoShapes::of(&node, &tensors),
            inputs: node.inputs.iter().map(|&id| layout.places[id]).collect(),
            outputs: node.outputs.iter().map(|&id| layout.places[id]).collect(),
            node,
        };
        let zeros = |memory| vec![F::zero(); layout.words(memory)];
        Self {
            steps: graph.nodes().into_iter().map(step).collect(),
            store,
            moments: zeros(Memory::Moment),
            gradients: zeros(Memory::Gradient),
            f16: zeros(Memory::F16),
            activations: zeros(Memory::Activation),
            tokens: zeros(Memory::Tokens),
            tables: graph.tables().into_iter().map(|number| F::of(f64::from(number))).collect(),
            state: zeros(Memory::State),
            scratch: Vec::new(),
        }
    }

    /// Runs every node once.
    pub fn run(&mut self) {
        self.run_watched(|_| {});
    }

    /// Runs every node once and names each when it is done.
    pub fn run_watched(&mut self, done: impl FnMut(&'static str)) {
        self.run_nodes(0..self.steps.len(), done);
    }

    /// Runs some of the nodes.
    pub fn run_segment(&mut self, segment: &Segment) {
        (0..segment.times).for_each(|_| self.run_nodes(segment.nodes.clone(), |_| {}));
    }

    fn run_nodes(&mut self, nodes: Range<usize>, mut done: impl FnMut(&'static str)) {
        for step in &self.steps[nodes] {
            let mut parameters = self.store.parameters.borrow_mut();
            let mut views = Views::new(step);
            views.split(Memory::Parameter, &mut parameters);
            views.split(Memory::Moment, &mut self.moments);
            views.split(Memory::Gradient, &mut self.gradients);
            views.split(Memory::F16, &mut self.f16);
            views.split(Memory::Activation, &mut self.activations);
            views.split(Memory::Tokens, &mut self.tokens);
            views.split(Memory::Table, &mut self.tables);
            let (inputs, outputs) = views.finish(step);
            let (shapes, state, scratch) = (&step.shapes, &mut self.state[..], &mut self.scratch);
            F::run(&*step.node.op, &mut CpuIo { shapes, inputs, outputs, state, scratch });
            done(step.node.op.name());
        }
    }

    /// Words of one memory from `range`.
    pub fn read(&self, memory: Memory, range: Range<usize>) -> Vec<F> {
        match memory {
            Memory::Parameter => self.store.parameters.borrow()[range].to_vec(),
            Memory::Moment => self.moments[range].to_vec(),
            Memory::Gradient => self.gradients[range].to_vec(),
            Memory::F16 => self.f16[range].to_vec(),
            Memory::Activation => self.activations[range].to_vec(),
            Memory::Tokens => self.tokens[range].to_vec(),
            Memory::Table => self.tables[range].to_vec(),
            Memory::State => self.state[range].to_vec(),
        }
    }

    /// Writes words of one memory from `offset`.
    pub fn write(&mut self, memory: Memory, offset: usize, words: &[F]) {
        match memory {
            Memory::Parameter => {
                self.store.parameters.borrow_mut()[offset..][..words.len()].copy_from_slice(words);
            }
            Memory::Moment => self.moments[offset..][..words.len()].copy_from_slice(words),
            Memory::F16 => self.f16[offset..][..words.len()].copy_from_slice(words),
            Memory::Gradient => self.gradients[offset..][..words.len()].copy_from_slice(words),
            Memory::Activation => self.activations[offset..][..words.len()].copy_from_slice(words),
            Memory::Tokens => self.tokens[offset..][..words.len()].copy_from_slice(words),
            Memory::Table => self.tables[offset..][..words.len()].copy_from_slice(words),
            Memory::State => self.state[offset..][..words.len()].copy_from_slice(words),
        }
    }
}

/// One slice per distinct place of a node: writable ones for outputs, shared ones for inputs.
struct Views<'a, F> {
    /// Distinct places, outputs and inputs, with their slices once split.
    slices: Vec<(Place, Option<&'a mut [F]>)>,
}

impl<'a, F: Element> Views<'a, F> {
    fn new(step: &Step) -> Self {
        let mut places: Vec<Place> = step.outputs.iter().chain(&step.inputs).copied().collect();
        places.sort_by_key(|place| (place.memory as usize, place.offset, place.words));
        places.dedup();
        Self { slices: places.into_iter().map(|place| (place, None)).collect() }
    }

    /// Cuts the node's places out of a memory. They are sorted, and must not overlap.
    fn split(&mut self, memory: Memory, words: &'a mut [F]) {
        let (mut rest, mut passed) = (words, 0);
        for (place, slice) in self.slices.iter_mut().filter(|(place, _)| place.memory == memory) {
            assert!(place.offset >= passed, "two tensors of one node share memory at {place:?}");
            let (_, tail) = rest.split_at_mut(place.offset - passed);
            let (own, tail) = tail.split_at_mut(place.words);
            passed = place.offset + place.words;
            *slice = Some(own);
            rest = tail;
        }
    }

    fn finish(mut self, step: &Step) -> (Vec<&'a [F]>, Vec<&'a mut [F]>) {
        let mut take = |place: &Place| {
            let (_, slice) = self.slices.iter_mut().find(|(other, _)| other == place).expect("every place is listed");
            slice.take().unwrap_or_else(|| panic!("{}: reads what it writes", step.node.op.name()))
        };
        let outputs = step.outputs.iter().map(&mut take).collect();
        let mut shared: Vec<(Place, &'a [F])> = Vec::new();
        let mut inputs = Vec::new();
        for place in &step.inputs {
            let known = shared.iter().find(|(other, _)| other == place).map(|(_, slice)| *slice);
            let slice = known.unwrap_or_else(|| take(place));
            shared.push((*place, slice));
            inputs.push(slice);
        }
        (inputs, outputs)
    }
}
