//! A graph on the oracle, on the CPU or on the GPU, its numbers as `f64`: what the oracle knows is not rounded.

use std::ops::Range;
use std::rc::Rc;

use gptling::cpu::{self, Element};
use gptling::gpu::device::Checks;
use gptling::gpu::{self, Gpu};
use gptling::graph::{Graph, Layout, Memory};
use gptling::train::Device;

/// The adapter. Where tests run there must be one: nothing is skipped without it.
pub fn open(checks: Checks) -> Rc<Gpu> {
    pollster::block_on(Gpu::open(checks)).expect("the tests need a GPU adapter, a software one will do")
}

/// For labels.
pub fn name(device: &Device) -> &'static str {
    match device {
        Device::Oracle => "oracle",
        Device::Cpu => "CPU",
        Device::Gpu(_) => "GPU",
    }
}

/// A graph with memory, ready to run.
pub enum Machine {
    Oracle(cpu::Plan<f64>),
    Cpu(cpu::Plan<f32>),
    Gpu(gpu::Plan),
}

impl Machine {
    pub fn new(device: &Device, graph: &Graph, layout: &Layout) -> Self {
        let words = graph.parameters().words;
        match device {
            Device::Oracle => Machine::Oracle(cpu::Plan::new(graph, layout, cpu::Store::new(words))),
            Device::Cpu => Machine::Cpu(cpu::Plan::new(graph, layout, cpu::Store::new(words))),
            Device::Gpu(gpu) => {
                let store = gpu::Store::new(gpu, words);
                let plan = pollster::block_on(gpu::Plan::new(gpu, graph, layout, store));
                Machine::Gpu(plan.expect("the graph fits the adapter"))
            }
        }
    }

    /// Runs the whole graph.
    pub fn run(&mut self, times: usize) {
        match self {
            Machine::Oracle(plan) => (0..times).for_each(|_| plan.run()),
            Machine::Cpu(plan) => (0..times).for_each(|_| plan.run()),
            Machine::Gpu(plan) => plan.run(times),
        }
    }

    pub fn write(&mut self, memory: Memory, offset: usize, words: &[f32]) {
        match self {
            Machine::Oracle(plan) => plan.write(memory, offset, &converted(words)),
            Machine::Cpu(plan) => plan.write(memory, offset, words),
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
            Machine::Cpu(plan) => converted(&plan.read(memory, range)),
            Machine::Gpu(plan) => {
                let words = pollster::block_on(plan.read(memory, range)).expect("the device is well");
                match memory {
                    Memory::Tokens => words.iter().map(|&id| f64::from(id)).collect(),
                    _ => converted(bytemuck::cast_slice::<u32, f32>(&words)),
                }
            }
        }
    }
}

fn converted<F: Element, G: Element>(words: &[F]) -> Vec<G> {
    words.iter().map(|word| G::of(word.to_f64().expect("a number"))).collect()
}
