//! What a plan runs on: a GPU, or the CPU with the same layout.

use std::cell::RefCell;
use std::collections::HashSet;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use futures::future::{LocalBoxFuture, ready};
use futures::{FutureExt, TryFutureExt};

use crate::cpu;
use crate::error::Result;
use crate::gpu::timing::Timing;
use crate::gpu::{self, Gpu};
use crate::graph::{Dispatch, Graph, IoShapes, Layout, Memory, Need, Node, Segment, Shape, Slot, TensorInfo};
use crate::protocol::{Kernels, PlanReport};

/// Names of the kernels among which matrix products choose.
pub use crate::ops::linear::VARIANTS as KERNELS;

/// Where a model lives.
#[derive(Clone)]
pub enum Device {
    Gpu(Rc<Gpu>),
    Cpu,
    /// The CPU in `f64`.
    Oracle,
}

/// Weights, shared by every plan of a model.
#[derive(Clone)]
pub enum Store {
    Gpu(Rc<gpu::Store>),
    Cpu(Rc<cpu::Store<f32>>),
    Oracle(Rc<cpu::Store<f64>>),
}

/// A graph that runs.
pub struct Plan {
    machine: Machine,
    tensors: Vec<TensorInfo>,
    layout: Layout,
    report: PlanReport,
}

enum Machine {
    Gpu(Box<gpu::Plan>, Rc<Gpu>),
    Cpu(RefCell<cpu::Plan<f32>>),
    Oracle(RefCell<cpu::Plan<f64>>),
}

impl Device {
    /// Whether kernels that need this run here.
    pub fn has(&self, need: Need) -> bool {
        matches!(self, Device::Gpu(gpu) if gpu.kernel_choices().has(need))
    }

    pub fn is_gpu(&self) -> bool {
        matches!(self, Device::Gpu(_))
    }

    /// Whether both are the same: two openings of one graphics card are not.
    pub fn is(&self, other: &Device) -> bool {
        match (self, other) {
            (Device::Gpu(gpu), Device::Gpu(other)) => Rc::ptr_eq(gpu, other),
            (Device::Cpu, Device::Cpu) | (Device::Oracle, Device::Oracle) => true,
            _ => false,
        }
    }
}

impl Store {
    /// # Errors
    /// [`crate::error::Error::OutOfMemory`].
    pub async fn new(device: &Device, parameters: usize) -> Result<Self> {
        Ok(match device {
            Device::Gpu(gpu) => Store::Gpu(gpu::Store::allocate(gpu, parameters).await?),
            Device::Cpu => Store::Cpu(cpu::Store::new(parameters)),
            Device::Oracle => Store::Oracle(cpu::Store::new(parameters)),
        })
    }
}

impl Plan {
    /// # Errors
    /// [`crate::error::Error::ModelTooLarge`] before anything is allocated, or what the device says.
    pub async fn new(device: &Device, graph: &Graph, store: &Store) -> Result<Self> {
        let layout = Layout::new(graph);
        let machine = match (device, store) {
            (Device::Gpu(gpu), Store::Gpu(store)) => {
                let plan = gpu::Plan::new(gpu, graph, &layout, Rc::clone(store)).await?;
                Machine::Gpu(Box::new(plan), Rc::clone(gpu))
            }
            (Device::Cpu, Store::Cpu(store)) => {
                Machine::Cpu(RefCell::new(cpu::Plan::new(graph, &layout, Rc::clone(store))))
            }
            (Device::Oracle, Store::Oracle(store)) => {
                Machine::Oracle(RefCell::new(cpu::Plan::new(graph, &layout, Rc::clone(store))))
            }
            _ => panic!("a plan and its weights live on one device"),
        };
        Ok(Self { machine, tensors: graph.tensors(), report: report(graph, &layout), layout })
    }

    /// What one run costs.
    pub fn report(&self) -> &PlanReport {
        &self.report
    }

    /// What it costs to run these segments of the graph that it is of.
    pub fn report_of(&self, graph: &Graph, segments: &[Segment]) -> PlanReport {
        report_segments(graph, &self.layout, segments)
    }

    /// Words of one kind of memory.
    pub fn words(&self, memory: Memory) -> usize {
        self.layout.words(memory)
    }

    /// Runs the graph `times` times, on a GPU in one submit and without waiting for it.
    pub fn run(&self, times: usize) {
        match &self.machine {
            Machine::Gpu(plan, _) => plan.run(times),
            Machine::Cpu(plan) => (0..times).for_each(|_| plan.borrow_mut().run()),
            Machine::Oracle(plan) => (0..times).for_each(|_| plan.borrow_mut().run()),
        }
    }

    /// Takes the fastest kernels, measuring those that were never measured on this adapter for about `budget`. What
    /// stands in the memories of this plan alone is garbage after. Returns how many launches were measured.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn tune(&mut self, budget: Duration) -> Result<usize> {
        match &mut self.machine {
            Machine::Gpu(plan, _) => plan.tune(budget).await,
            Machine::Cpu(_) | Machine::Oracle(_) => Ok(0),
        }
    }

    /// Runs some of the nodes, segment after segment, on a GPU in one submit and without waiting for it.
    pub fn run_segments(&self, segments: &[Segment]) {
        match &self.machine {
            Machine::Gpu(plan, _) => plan.run_segments(segments),
            Machine::Cpu(plan) => segments.iter().for_each(|segment| plan.borrow_mut().run_segment(segment)),
            Machine::Oracle(plan) => segments.iter().for_each(|segment| plan.borrow_mut().run_segment(segment)),
        }
    }

    /// Takes the kernels that the device's tuning says by now.
    pub fn choose_kernels(&mut self) {
        if let Machine::Gpu(plan, _) = &mut self.machine {
            plan.select_variants();
        }
    }

    /// The kernels that are taken, where there are several.
    pub fn kernels(&self) -> Kernels {
        match &self.machine {
            Machine::Gpu(plan, _) => plan.variants(),
            Machine::Cpu(_) | Machine::Oracle(_) => Kernels::new(),
        }
    }

    /// How long each dispatch takes; nothing on a CPU. What stands in the memories is garbage after.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn profile(&self, repeats: usize) -> Result<Vec<Timing>> {
        match &self.machine {
            Machine::Gpu(plan, _) => plan.profile(repeats).await,
            Machine::Cpu(_) | Machine::Oracle(_) => Ok(Vec::new()),
        }
    }

    /// Waits until everything that was ordered is done.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn done(&self) -> Result<()> {
        match &self.machine {
            Machine::Gpu(_, gpu) => gpu.done().await,
            Machine::Cpu(_) | Machine::Oracle(_) => Ok(()),
        }
    }

    /// Writes numbers into a memory before the next run.
    pub fn write(&self, memory: Memory, offset: usize, numbers: &[f32]) {
        match &self.machine {
            Machine::Gpu(plan, _) => plan.write(memory, offset, bytemuck::cast_slice(numbers)),
            Machine::Cpu(plan) => plan.borrow_mut().write(memory, offset, numbers),
            Machine::Oracle(plan) => {
                let numbers: Vec<f64> = numbers.iter().copied().map(f64::from).collect();
                plan.borrow_mut().write(memory, offset, &numbers);
            }
        }
    }

    /// Writes token ids into slot `slot` of a token tensor.
    pub fn write_ids(&self, tensor: usize, slot: usize, ids: &[u32]) {
        let offset = self.layout.places[tensor].offset + slot * self.tensors[tensor].shape.elements();
        match &self.machine {
            Machine::Gpu(plan, _) => plan.write(Memory::Tokens, offset, ids),
            Machine::Cpu(plan) => {
                let ids: Vec<f32> = ids.iter().map(|&id| id as f32).collect();
                plan.borrow_mut().write(Memory::Tokens, offset, &ids);
            }
            Machine::Oracle(plan) => {
                let ids: Vec<f64> = ids.iter().copied().map(f64::from).collect();
                plan.borrow_mut().write(Memory::Tokens, offset, &ids);
            }
        }
    }

    /// Writes the weights of targets into slot `slot` of a tensor in token memory.
    pub fn write_weights(&self, tensor: usize, slot: usize, weights: &[f32]) {
        let offset = self.layout.places[tensor].offset + slot * self.tensors[tensor].shape.elements();
        self.write(Memory::Tokens, offset, weights);
    }

    /// Reads numbers of a memory after the runs so far.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn read(&self, memory: Memory, range: Range<usize>) -> Result<Vec<f32>> {
        self.read_later(memory, range).await
    }

    /// The same, ordered now and waited for when it is wanted: what is ordered meanwhile changes nothing in it.
    pub fn read_later(&self, memory: Memory, range: Range<usize>) -> LocalBoxFuture<'static, Result<Vec<f32>>> {
        match &self.machine {
            Machine::Gpu(plan, _) => plan.read_later(memory, range).map_ok(numbers).boxed_local(),
            Machine::Cpu(plan) => ready(Ok(plan.borrow().read(memory, range))).boxed_local(),
            Machine::Oracle(plan) => ready(Ok(rounded(plan.borrow().read(memory, range)))).boxed_local(),
        }
    }

    /// Weights, moments and state after the runs so far, copied on the device: later runs neither wait for the copies nor
    /// change them.
    pub fn copy_out(&self) -> LocalBoxFuture<'static, Result<[Vec<f32>; 3]>> {
        let kinds = [Memory::Parameter, Memory::Moment, Memory::State];
        let words = kinds.map(|memory| self.layout.words(memory));
        let whole = |memory| 0..self.layout.words(memory);
        match &self.machine {
            Machine::Gpu(plan, _) => plan
                .copy_out()
                .map_ok(move |mut copies| {
                    // A buffer is never smaller than the device likes, however few words it is for.
                    copies.iter_mut().zip(words).for_each(|(copy, words)| copy.truncate(words));
                    copies.map(numbers)
                })
                .boxed_local(),
            Machine::Cpu(plan) => {
                ready(Ok(kinds.map(|memory| plan.borrow().read(memory, whole(memory))))).boxed_local()
            }
            Machine::Oracle(plan) => {
                ready(Ok(kinds.map(|memory| rounded(plan.borrow().read(memory, whole(memory)))))).boxed_local()
            }
        }
    }

    /// Makes the memory that [`Plan::copy_out`] needs.
    ///
    /// # Errors
    /// [`crate::error::Error::OutOfMemory`].
    pub async fn reserve_copies(&self) -> Result<()> {
        match &self.machine {
            Machine::Gpu(plan, _) => plan.reserve_copies().await,
            Machine::Cpu(_) | Machine::Oracle(_) => Ok(()),
        }
    }

    /// Reads a tensor that the graph keeps, without its padding.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn read_tensor(&self, tensor: usize) -> Result<Vec<f32>> {
        let (memory, range) = self.kept(tensor);
        let words = self.read(memory, range).await?;
        Ok(self.tensors[tensor].shape.unpad(&words))
    }

    /// Runs some of the nodes, segment after segment, and reads a tensor that the graph keeps, on a GPU in one submit.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn run_and_read(&self, segments: &[Segment], tensor: usize) -> Result<Vec<f32>> {
        let Machine::Gpu(plan, _) = &self.machine else {
            self.run_segments(segments);
            return self.read_tensor(tensor).await;
        };
        let (memory, range) = self.kept(tensor);
        let words = numbers(plan.run_and_read(segments, memory, range).await?);
        Ok(self.tensors[tensor].shape.unpad(&words))
    }

    /// Where a tensor lies that the graph keeps.
    fn kept(&self, tensor: usize) -> (Memory, Range<usize>) {
        assert!(self.tensors[tensor].kept, "the memory of tensor {tensor} is used again");
        let place = self.layout.places[tensor];
        (place.memory, place.offset..place.offset + place.words)
    }
}

fn numbers(words: Vec<u32>) -> Vec<f32> {
    words.into_iter().map(f32::from_bits).collect()
}

fn rounded(numbers: Vec<f64>) -> Vec<f32> {
    numbers.into_iter().map(|number| number as f32).collect()
}

/// Dispatches, operations, traffic and memory of one run of a graph, from its nodes alone.
pub fn report(graph: &Graph, layout: &Layout) -> PlanReport {
    report_segments(graph, layout, &[Segment { nodes: 0..graph.node_count(), times: 1 }])
}

/// The same of some of its nodes, segment after segment.
pub fn report_segments(graph: &Graph, layout: &Layout, segments: &[Segment]) -> PlanReport {
    let (nodes, tensors) = (graph.nodes(), graph.tensors());
    let mut report = PlanReport::default();
    let timed =
        |segment: &Segment| segment.nodes.clone().map(|index| (index, segment.times as u64)).collect::<Vec<_>>();
    for (index, times) in segments.iter().flat_map(timed) {
        let node = &nodes[index];
        let io = IoShapes::of(node, &tensors);
        let (cost, dispatches) = (node.op.cost(&io), node.op.dispatches(&io));
        let counted: u64 = dispatches.iter().filter_map(|dispatch| dispatch.variants[0].flops).sum();
        let executed = if counted > 0 { counted } else { padded(cost.flops, io.outputs.first()) };
        let traffic = dispatches.iter().map(|dispatch| traffic(dispatch, node, &tensors)).sum::<u64>();
        report.dispatches += times * dispatches.len() as u64;
        report.flops += times * cost.flops;
        report.executed_flops += times * executed;
        report.ideal_bytes += times * cost.bytes;
        report.traffic_bytes += times * traffic;
    }
    report.parameters = graph.parameters().shapes.iter().map(|shape| shape.elements() as u64).sum();
    let bytes = |memory: Memory| (memory.name().to_string(), memory.bytes(layout.words(memory)));
    report.memory = Memory::ALL.into_iter().map(bytes).collect();
    report
}

/// Operations on a tensor, those on its padding included.
fn padded(flops: u64, shape: Option<&Shape>) -> u64 {
    let share = shape.map_or(1.0, |shape| shape.words() as f64 / shape.elements() as f64);
    (flops as f64 * share).round() as u64
}

/// Bytes of what a dispatch is bound to and uses: of token ids those of one batch.
fn traffic(dispatch: &Dispatch, node: &Node, tensors: &[TensorInfo]) -> u64 {
    let bytes = |id: usize| tensors[id].memory.bytes(tensors[id].shape.words());
    let touched = |slot: &Slot| match *slot {
        Slot::Input(index) => bytes(node.inputs[index]),
        Slot::Output(index) => bytes(node.outputs[index]),
        Slot::State | Slot::Unused(_) => 0,
    };
    let slots: HashSet<Slot> = dispatch.bindings.iter().map(|&(_, slot)| slot).collect();
    slots.iter().map(touched).sum()
}
