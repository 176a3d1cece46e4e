//! The three things that run a graph, behind one face: the oracle, the fallback and the GPU.

use std::ops::Range;
use std::rc::Rc;

use gptling::cpu::{self, Element};
use gptling::gpu::device::Checks;
use gptling::gpu::{self, Gpu};
use gptling::graph::{Graph, Layout, Memory, state};

/// The adapter. Where tests run there must be one: nothing is skipped without it.
pub fn open(checks: Checks) -> Rc<Gpu> {
    pollster::block_on(Gpu::open(checks)).expect("the tests need a GPU adapter, a software one will do")
}

/// Where a graph runs.
#[derive(Clone)]
pub enum Device {
    /// The CPU in `f64`.
    Oracle,
    /// The CPU in `f32`.
    Fallback,
    Gpu(Rc<Gpu>),
}

impl Device {
    pub fn name(&self) -> &'static str {
        match self {
            Device::Oracle => "oracle",
            Device::Fallback => "fallback",
            Device::Gpu(_) => "gpu",
        }
    }
}

/// Weights and moments that several machines share.
#[derive(Clone)]
pub enum Store {
    Oracle(Rc<cpu::Store<f64>>),
    Fallback(Rc<cpu::Store<f32>>),
    Gpu(Rc<gpu::Store>),
}

impl Store {
    pub fn new(device: &Device, graph: &Graph) -> Self {
        let words = graph.parameters().words;
        match device {
            Device::Oracle => Store::Oracle(cpu::Store::new(words, 2 * words)),
            Device::Fallback => Store::Fallback(cpu::Store::new(words, 2 * words)),
            Device::Gpu(gpu) => Store::Gpu(gpu::Store::new(gpu, words, 2 * words)),
        }
    }
}

/// A graph with memory, ready to run.
pub enum Machine {
    Oracle(cpu::Plan<f64>),
    Fallback(cpu::Plan<f32>),
    Gpu(gpu::Plan),
}

impl Machine {
    pub fn new(device: &Device, graph: &Graph, layout: &Layout) -> Self {
        Self::sharing(device, graph, layout, &Store::new(device, graph))
    }

    pub fn sharing(device: &Device, graph: &Graph, layout: &Layout, store: &Store) -> Self {
        match (device, store) {
            (Device::Oracle, Store::Oracle(store)) => {
                Machine::Oracle(cpu::Plan::new(graph, layout, Rc::clone(store)))
            }
            (Device::Fallback, Store::Fallback(store)) => {
                Machine::Fallback(cpu::Plan::new(graph, layout, Rc::clone(store)))
            }
            (Device::Gpu(gpu), Store::Gpu(store)) => {
                let plan = pollster::block_on(gpu::Plan::new(gpu, graph, layout, Rc::clone(store)));
                Machine::Gpu(plan.expect("the graph fits the adapter"))
            }
            _ => panic!("a store of another device"),
        }
    }

    /// Runs the whole graph.
    pub fn run(&mut self, times: usize) {
        match self {
            Machine::Oracle(plan) => (0..times).for_each(|_| plan.run()),
            Machine::Fallback(plan) => (0..times).for_each(|_| plan.run()),
            Machine::Gpu(plan) => plan.run(times),
        }
    }

    pub fn write(&mut self, memory: Memory, offset: usize, words: &[f32]) {
        match self {
            Machine::Oracle(plan) => plan.write(memory, offset, &converted(words)),
            Machine::Fallback(plan) => plan.write(memory, offset, words),
            Machine::Gpu(plan) => plan.write(memory, offset, bytemuck::cast_slice(words)),
        }
    }

    /// Token ids.
    pub fn write_ids(&mut self, offset: usize, ids: &[u32]) {
        match self {
            Machine::Gpu(plan) => plan.write(Memory::Tokens, offset, ids),
            cpu => cpu.write(Memory::Tokens, offset, &ids.iter().map(|&id| id as f32).collect::<Vec<_>>()),
        }
    }

    /// One word of the state.
    pub fn set(&mut self, word: usize, value: f32) {
        self.write(Memory::State, word, &[value]);
    }

    pub fn read(&self, memory: Memory, range: Range<usize>) -> Vec<f64> {
        match self {
            Machine::Oracle(plan) => plan.read(memory, range),
            Machine::Fallback(plan) => converted(&plan.read(memory, range)),
            Machine::Gpu(plan) => {
                let words = pollster::block_on(plan.read(memory, range)).expect("the device is well");
                match memory {
                    Memory::Tokens => words.iter().map(|&id| f64::from(id)).collect(),
                    _ => converted(bytemuck::cast_slice(&words)),
                }
            }
        }
    }

    /// Loss, learning rate, gradient norm and step of the step with this number, counted from 0.
    pub fn record(&self, step: usize) -> [f64; 4] {
        let start = state::RECORDS + state::RECORD * (step % state::RING);
        self.read(Memory::State, start..start + state::RECORD).try_into().expect("four words")
    }
}

fn converted<F: Element, G: Element>(words: &[F]) -> Vec<G> {
    words.iter().map(|word| G::of(word.to_f64().expect("a number"))).collect()
}
