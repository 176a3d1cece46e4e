//! `update_ratio`: how far the weights of a layer move in a step, beside how long they are. Both lengths go into the state,
//! from where they are read with the records of the steps.

use std::ops::Range;

use crate::graph::kernel::{Kernel, grid_stride};
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Graph, IoShapes, Memory, Op, Params, Shape, Slot, Tensor, float, state,
};

const SOURCE: &str = include_str!("../../shaders/update_ratio.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/state.wgsl")];
const WORKGROUP: usize = 64;

/// Appends a copy of the weights that decay, to be measured against after the update.
pub fn save_weights(graph: &Graph) -> Tensor<'_> {
    let weights = graph.flat(Memory::Parameter, 0, graph.parameters().decayed);
    graph.record(Keep, &[weights])[0]
}

/// Appends the measurement of some layers, given by their words, after an update. A step has `batches` batches.
pub fn measure_layers(before: Tensor<'_>, layers: &[Range<usize>], batches: usize) {
    assert!(layers.len() <= state::LAYERS, "update_ratio: {} layers", layers.len());
    let weights = before.graph.flat(Memory::Parameter, 0, before.shape().words());
    for (index, words) in layers.iter().enumerate() {
        let op = Measure { first: words.start, words: words.len(), layer: index, batches };
        before.graph.record(op, &[weights, before]);
    }
}

/// Where the state has the lengths of a layer's update and of its weights.
pub fn place(layer: usize) -> usize {
    state::MOVES + 4 + 2 * layer
}

/// Weights -> the same.
#[derive(Clone, Copy, Debug)]
struct Keep;

impl Op for Keep {
    fn name(&self) -> &'static str {
        "update_ratio.keep"
    }

    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape> {
        inputs.to_vec()
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("update_ratio", "keep", SOURCE, PRELUDE);
        let quads = io.inputs[0].words() / 4;
        let params = Params::new().u32("first", 0).u32("quads", quads).u32("place", 0).u32("batches", 1);
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::Output(0))];
        vec![Dispatch::new(kernel, bindings, params, grid_stride(quads, WORKGROUP))]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 0)
    }
}

impl Compute for Keep {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        io.outputs[0].copy_from_slice(io.inputs[0]);
    }
}

/// Weights after the update, and before it.
#[derive(Clone, Copy, Debug)]
struct Measure {
    first: usize,
    words: usize,
    layer: usize,
    batches: usize,
}

impl Op for Measure {
    fn name(&self) -> &'static str {
        "update_ratio"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        Vec::new()
    }

    fn dispatches(&self, _: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("update_ratio", "measure", SOURCE, PRELUDE);
        let params = Params::new()
            .u32("first", self.first / 4)
            .u32("quads", self.words / 4)
            .u32("place", place(self.layer))
            .u32("batches", self.batches);
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::Input(1)), (2, Slot::State)];
        vec![Dispatch::new(kernel, bindings, params, [1, 1, 1])]
    }

    fn cost(&self, _: &IoShapes) -> Cost {
        Cost { flops: 5 * self.words as u64, bytes: 8 * self.words as u64 }
    }
}

impl Compute for Measure {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let words = self.first..self.first + self.words;
        let [weights, before] = [io.inputs[0], io.inputs[1]].map(|memory| &memory[words.clone()]);
        let moves: Vec<F> = weights.iter().zip(before).map(|(&after, &before)| after - before).collect();
        let steps = io.state[state::STEP].to_f64().expect("a count") / self.batches as f64;
        io.state[state::MOVES] = F::of(steps.floor());
        io.state[place(self.layer)] = float::dot(&moves, &moves).sqrt();
        io.state[place(self.layer) + 1] = float::dot(weights, weights).sqrt();
    }
}
