//! A test of an operation as data: which weights, inputs and ids, how they are recorded; and the checks of it.

use std::cell::RefCell;
use std::ops::Range;

use gptling::graph::{Graph, Layout, Memory, Shape, Tensor, TensorId, state};
use gptling::nn::{Init, Parameters, Scope};
use gptling::rng::{Rng, Stream};
use gptling::train::Device;

use crate::compare::{self, check, size};
use crate::machine::{Machine, name};

/// A graph around one operation.
pub struct Case {
    pub name: String,
    pub weights: Vec<Vec<usize>>,
    pub record: Box<Recording>,
    pub seed: u32,
    /// It computes with functions that bend at a point, where differences say nothing.
    pub bends: bool,
}

pub type Recording = dyn for<'g> Fn(&Tape<'g>) -> Tensor<'g>;

impl Case {
    pub fn new(
        name: impl Into<String>,
        seed: u32,
        weights: &[&[usize]],
        record: impl for<'g> Fn(&Tape<'g>) -> Tensor<'g> + 'static,
    ) -> Self {
        let weights = weights.iter().map(|dims| dims.to_vec()).collect();
        Self { name: name.into(), weights, record: Box::new(record), seed, bends: false }
    }

    /// The same case of functions that bend.
    pub fn bent(self) -> Self {
        Self { bends: true, ..self }
    }

    pub fn parameters(&self) -> Parameters {
        let mut scope = Scope::default();
        for (index, dims) in self.weights.iter().enumerate() {
            scope.parameter(&format!("weight {index}"), dims, Init::Normal(1.0));
        }
        scope.finish()
    }
}

/// What a case records onto.
pub struct Tape<'g> {
    pub graph: &'g Graph,
    inputs: RefCell<Vec<Tensor<'g>>>,
    ids: RefCell<Vec<(Tensor<'g>, usize)>>,
    targets_weights: RefCell<Vec<Tensor<'g>>>,
}

impl<'g> Tape<'g> {
    fn new(graph: &'g Graph) -> Self {
        Self { graph, inputs: RefCell::default(), ids: RefCell::default(), targets_weights: RefCell::default() }
    }

    pub fn input(&self, dims: &[usize]) -> Tensor<'g> {
        let tensor = self.graph.input(Shape::of(dims));
        self.inputs.borrow_mut().push(tensor);
        tensor
    }

    pub fn weight(&self, index: usize) -> Tensor<'g> {
        self.graph.parameter(index)
    }

    /// Random weights of targets, every third of them 0.
    pub fn target_weights(&self, batch: usize, time: usize, slots: usize) -> Tensor<'g> {
        let tensor = self.graph.tokens(batch, time, slots);
        self.targets_weights.borrow_mut().push(tensor);
        tensor
    }

    /// Random ids below `vocabulary`.
    pub fn ids(&self, batch: usize, time: usize, slots: usize, vocabulary: usize) -> Tensor<'g> {
        let tensor = self.graph.tokens(batch, time, slots);
        self.ids.borrow_mut().push((tensor, vocabulary));
        tensor
    }
}

/// Which part of a case is recorded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Forward,
    WithGradient,
}

/// A case recorded, with the numbers that go in.
pub struct Recorded {
    pub graph: Graph,
    pub layout: Layout,
    name: String,
    step: usize,
    weights: Vec<f32>,
    /// Dense numbers.
    inputs: Vec<(TensorId, Vec<f32>)>,
    ids: Vec<(TensorId, Vec<u32>)>,
    target_weights: Vec<(TensorId, Vec<f32>)>,
    output: TensorId,
    /// Where the output is a loss there is none.
    d_output: Option<TensorId>,
    /// Of the inputs and of the weights that have one, in this order.
    gradients: Vec<(String, TensorId)>,
}

/// What came out: the output, then the gradients, dense.
#[derive(PartialEq)]
pub struct Results {
    pub output: Vec<f64>,
    pub gradients: Vec<Vec<f64>>,
}

impl Recorded {
    pub fn new(case: &Case, part: Part) -> Self {
        let parameters = case.parameters();
        let graph = Graph::new(parameters.layout());
        let mut draw = Rng::new(case.seed, Stream::Batches);
        let mut normal = |shape: Shape| (0..shape.elements()).map(|_| draw.normal()).collect::<Vec<_>>();
        let tape = Tape::new(&graph);
        let output = (case.record)(&tape).keep();
        let producer = graph.producer(output.id).expect("a case has an operation");
        let is_loss = producer.op.name() == "cross_entropy";
        let given = tape.inputs.borrow().clone();
        let mut inputs: Vec<_> = given.iter().map(|input| (input.id, normal(input.shape()))).collect();
        let mut d_output = None;
        let mut gradients = Vec::new();
        if part == Part::WithGradient {
            if !is_loss {
                let d = graph.input(output.shape());
                inputs.push((d.id, normal(d.shape())));
                d_output = Some(d);
            }
            let found = graph.differentiate(output, d_output);
            for (index, &input) in given.iter().enumerate() {
                gradients
                    .push((format!("input {index}"), found.of(input).expect("every input has a gradient").keep().id));
            }
            for index in 0..parameters.list.len() {
                let gradient = found.of(graph.parameter(index)).expect("every weight has a gradient");
                gradients.push((format!("weight {index}"), gradient.id));
            }
        }
        let mut draw = Rng::new(case.seed, Stream::Corpus);
        let mut below = |count: usize, words: usize| (0..words).map(|_| draw.below(count) as u32).collect();
        let ids = tape.ids.take().into_iter().map(|(ids, count)| (ids.id, below(count, ids.info().words))).collect();
        let mut draw = Rng::new(case.seed, Stream::Documents);
        let mut weights = |words: usize| (0..words).map(|_| draw.below(3) as f32 * draw.uniform()).collect();
        let target_weights =
            tape.targets_weights.take().into_iter().map(|it| (it.id, weights(it.info().words))).collect();
        let (output, d_output) = (output.id, d_output.map(|d| d.id));
        drop(tape);
        Self {
            layout: Layout::new(&graph),
            graph,
            name: case.name.clone(),
            step: case.seed as usize % 7,
            weights: parameters.initial(case.seed),
            inputs,
            ids,
            target_weights,
            output,
            d_output,
            gradients,
        }
    }

    pub fn machine(&self, device: &Device) -> Machine {
        let mut machine = Machine::new(device, &self.graph, &self.layout);
        self.fill(&mut machine);
        machine
    }

    /// Writes every number that goes in, and no number everywhere else in the arena: what reads memory that nobody
    /// wrote is seen.
    pub fn fill(&self, machine: &mut Machine) {
        machine.write(Memory::Parameter, 0, &self.weights);
        machine.write(Memory::Activation, 0, &vec![f32::NAN; self.layout.words(Memory::Activation)]);
        machine.set(state::STEP, self.step as f32);
        for (id, dense) in &self.inputs {
            self.write(machine, *id, dense);
        }
        for (id, ids) in &self.ids {
            machine.write_ids(self.layout.places[*id].offset, ids);
        }
        for (id, weights) in &self.target_weights {
            machine.write(Memory::Tokens, self.layout.places[*id].offset, weights);
        }
    }

    fn write(&self, machine: &mut Machine, id: TensorId, dense: &[f32]) {
        let tensor = &self.graph.tensors()[id];
        machine.write(tensor.memory, self.layout.places[id].offset, &tensor.shape.pad(dense));
    }

    pub fn results(&self, machine: &Machine) -> Results {
        let memory = |memory| match self.layout.words(memory) {
            0 => Vec::new(),
            words => machine.read(memory, 0..words),
        };
        let (activations, gradients) = (memory(Memory::Activation), memory(Memory::Gradient));
        let tensors = self.graph.tensors();
        let dense = |id: TensorId| {
            let (place, shape) = (self.layout.places[id], tensors[id].shape);
            let memory = if place.memory == Memory::Gradient { &gradients } else { &activations };
            let words = &memory[place.offset..][..place.words];
            if shape.dims().len() > 1 {
                self.check_padding(&shape, words, place.memory);
            }
            shape.unpad(words)
        };
        Results { output: dense(self.output), gradients: self.gradients.iter().map(|(_, id)| dense(*id)).collect() }
    }

    /// Rows are padded with zeros; gradients of weights have zeros in padded rows as well, because the optimizer sees all.
    fn check_padding(&self, shape: &Shape, words: &[f64], memory: Memory) {
        let rows = if memory == Memory::Gradient { words.len() / shape.stride() } else { shape.rows() };
        for (row, words) in words.chunks_exact(shape.stride()).take(rows).enumerate() {
            let first = if row < shape.rows() { shape.columns() } else { 0 };
            let padding = &words[first..];
            assert!(padding.iter().all(|&word| word == 0.0), "{}: padding {padding:?} in row {row}", self.name);
        }
    }
}

/// Worst distances from the oracle.
#[derive(Clone, Copy, Debug, Default)]
pub struct Worst {
    pub forward: f64,
    pub gradient: f64,
}

/// Requires a device to compute what the oracle computes, and the same bits when it does so again.
pub fn check_device(device: &Device, case: &Case, worst: &mut Worst) {
    let recorded = Recorded::new(case, Part::WithGradient);
    let mut oracle = recorded.machine(&Device::Oracle);
    oracle.run(1);
    let want = recorded.results(&oracle);
    let mut machine = recorded.machine(device);
    machine.run(1);
    let got = recorded.results(&machine);
    recorded.fill(&mut machine);
    machine.run(1);
    let label = format!("{} on {}", case.name, name(device));
    let again = recorded.results(&machine);

    let forward = check(&label, &got.output, &want.output, 0.0, compare::FORWARD);
    worst.forward = worst.forward.max(forward);
    let floor = recorded.floor();
    for (((tensor, _), got), want) in recorded.gradients.iter().zip(&got.gradients).zip(&want.gradients) {
        let gradient = check(&format!("{label}, gradient of {tensor}"), got, want, floor, compare::GRADIENT);
        worst.gradient = worst.gradient.max(gradient);
    }
    assert!(got == again, "{label}: other bits the second time");
}

impl Recorded {
    /// A gradient that vanishes by cancellation is measured against a hundredth of what flows in.
    fn floor(&self) -> f64 {
        let d_output = self.inputs.iter().find(|(id, _)| Some(*id) == self.d_output);
        let d_output: Vec<f64> = d_output.map(|(_, d)| d.iter().map(|&d| f64::from(d)).collect()).unwrap_or_default();
        if d_output.is_empty() { 0.0 } else { 0.01 * size(&d_output) }
    }
}

/// Requires the comparison to notice the last row of an input that is off by one part in ten.
pub fn check_notices(device: &Device, case: &Case) {
    let recorded = Recorded::new(case, Part::WithGradient);
    let mut oracle = recorded.machine(&Device::Oracle);
    oracle.run(1);
    let want = recorded.results(&oracle);
    let mut machine = recorded.machine(device);
    let (id, dense) = recorded.inputs.last().expect("a case has an input");
    let mut dense = dense.clone();
    let columns = recorded.graph.tensors()[*id].shape.columns();
    dense.iter_mut().rev().take(columns).for_each(|number| *number *= 1.1);
    recorded.write(&mut machine, *id, &dense);
    machine.run(1);
    let (got, want) = (recorded.results(&machine).gradients.concat(), want.gradients.concat());
    compare::check_refused(&format!("{} with a wrong input", case.name), &got, &want, 0.0, compare::GRADIENT);
}

/// Most numbers of one tensor that are moved one by one.
const MOVED: usize = 24;

/// How far gradients are off, and how many numbers were moved, and of those how many too near to a bend to say anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Differences {
    pub worst: f64,
    pub moved: usize,
    pub bends: usize,
}

/// Requires the oracle's gradients to be what central differences say.
pub fn check_differences(case: &Case, all: &mut Differences) {
    let with_gradient = Recorded::new(case, Part::WithGradient);
    let mut machine = with_gradient.machine(&Device::Oracle);
    machine.run(1);
    let gradients = with_gradient.results(&machine).gradients;

    let forward = Recorded::new(case, Part::Forward);
    let mut machine = forward.machine(&Device::Oracle);
    let Machine::Oracle(plan) = &mut machine else { unreachable!("the oracle is asked") };
    let parameters = forward.graph.parameters();
    let inputs = forward
        .inputs
        .iter()
        .map(|(id, _)| (Memory::Activation, forward.layout.places[*id].offset, forward.graph.tensors()[*id].shape));
    let weights =
        (parameters.offsets.iter().zip(&parameters.shapes)).map(|(&offset, &shape)| (Memory::Parameter, offset, shape));
    let d_output: Option<Vec<f64>> = with_gradient.d_output.map(|d| {
        let (_, dense) = with_gradient.inputs.iter().find(|(id, _)| *id == d).expect("an input");
        dense.iter().map(|&d| f64::from(d)).collect()
    });
    let output = forward.layout.places[forward.output];
    let output_shape = forward.graph.tensors()[forward.output].shape;
    let mut scalar = |memory: Memory, at: usize, value: f64| {
        plan.write(memory, at, &[value]);
        plan.run();
        let range: Range<usize> = output.offset..output.offset + output.words;
        let values = output_shape.unpad(&plan.read(Memory::Activation, range));
        match &d_output {
            Some(d) => values.iter().zip(d).map(|(y, d)| y * d).sum::<f64>(),
            None => values.iter().sum::<f64>() / values.len() as f64,
        }
    };
    let mut draw = Rng::new(case.seed, Stream::Sampling);
    let tensors: Vec<_> = inputs.chain(weights).collect();
    let values: Vec<Vec<f32>> = {
        let weight =
            |&(_, offset, shape): &(Memory, usize, Shape)| shape.unpad(&forward.weights[offset..][..shape.words()]);
        let inputs = forward.inputs.iter().map(|(_, dense)| dense.clone());
        inputs.chain(tensors[forward.inputs.len()..].iter().map(weight)).collect()
    };
    for (index, &(memory, offset, shape)) in tensors.iter().enumerate() {
        let count = shape.elements();
        let chosen: Vec<usize> =
            if count <= MOVED { (0..count).collect() } else { (0..MOVED).map(|_| draw.below(count)).collect() };
        let mut slope = |element: usize, h: f64| {
            let at = offset + element / shape.columns() * shape.stride() + element % shape.columns();
            let value = f64::from(values[index][element]);
            // Of fourth order (five points, the middle one having no weight).
            let near = scalar(memory, at, value + h) - scalar(memory, at, value - h);
            let far = scalar(memory, at, value + 2.0 * h) - scalar(memory, at, value - 2.0 * h);
            scalar(memory, at, value);
            (8.0 * near - far) / (12.0 * h)
        };
        let floor = 1e-3 * (size(&gradients[index]) + with_gradient.floor());
        let (mut slopes, mut want) = (Vec::new(), Vec::new());
        for element in chosen {
            let difference = slope(element, 1e-4);
            all.moved += 1;
            // On both sides of a bend the difference depends on how far one goes.
            let unsure = |other: f64| (difference - other).abs() > compare::DIFFERENCES * (difference.abs() + floor);
            if case.bends && unsure(slope(element, 2.3e-5)) {
                all.bends += 1;
                continue;
            }
            slopes.push(difference);
            want.push(gradients[index][element]);
        }
        if want.is_empty() {
            continue;
        }
        let label = format!("{}, differences of tensor {index}", case.name);
        all.worst = f64::max(all.worst, check(&label, &slopes, &want, floor, compare::DIFFERENCES));
    }
}
