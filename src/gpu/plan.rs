//! A graph compiled for a device: buffers, bind groups, pipelines and the list of dispatches that is replayed.

use std::ops::Range;
use std::rc::Rc;

use futures::FutureExt;
use futures::future::LocalBoxFuture;

use super::Gpu;
use super::buffer::Buffer;
use super::kernel_choices::Measured;
use super::readback::Spares;
use crate::error::{Error, Result};
use crate::graph::{Dispatch, Graph, IoShapes, Layout, Memory, Place, Segment, Slot, state};

const WORD: u64 = 4;
/// Staging of at most this many bytes is kept for the next read, whatever that is for.
const SPARE: u64 = 1 << 16;
/// Uniform bindings begin at multiples of this many bytes.
const UNIFORM_ALIGNMENT: usize = 256;
const USAGE: wgpu::BufferUsages =
    wgpu::BufferUsages::STORAGE.union(wgpu::BufferUsages::COPY_DST).union(wgpu::BufferUsages::COPY_SRC);

/// Weights, shared by every plan of a model.
pub struct Store {
    parameters: Buffer,
}

impl Store {
    /// Memory for so many words, zeros.
    pub fn new(gpu: &Gpu, parameters: usize) -> Rc<Self> {
        let memory = Memory::Parameter;
        Rc::new(Self { parameters: gpu.buffer(memory.name(), memory.bytes(parameters), USAGE) })
    }

    /// The same, where there may be too little memory.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub async fn allocate(gpu: &Gpu, parameters: usize) -> Result<Rc<Self>> {
        gpu.guarded(Memory::Parameter.bytes(parameters), || Self::new(gpu, parameters)).await
    }
}

/// What is replayed.
pub(super) struct Launch {
    kernel: String,
    pipeline: Rc<wgpu::ComputePipeline>,
    tensors: wgpu::BindGroup,
    scalars: wgpu::BindGroup,
    workgroups: [u32; 3],
}

impl Launch {
    fn encode(&self, pass: &mut wgpu::ComputePass) {
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &self.tensors, &[]);
        pass.set_bind_group(1, &self.scalars, &[]);
        let [x, y, z] = self.workgroups;
        pass.dispatch_workgroups(x, y, z);
    }
}

pub struct Plan {
    gpu: Rc<Gpu>,
    store: Rc<Store>,
    moments: Buffer,
    f16: Buffer,
    gradients: Buffer,
    activations: Buffer,
    tokens: Buffer,
    tables: Buffer,
    state: Buffer,
    /// Staging of small reads, and of copies of everything that a run goes on from.
    spares: Spares,
    copies: Spares,
    /// The uniform structs of all dispatches.
    scalars: Buffer,
    bound: Vec<Bound>,
    launches: Vec<Launch>,
    /// The first launch of each node, and the end of the list.
    nodes: Vec<usize>,
}

/// A dispatch with the places that its bindings stand for.
pub(super) struct Bound {
    node: usize,
    /// The name of its node: `linear.d_input`.
    name: &'static str,
    pub dispatch: Dispatch,
    bindings: Vec<(usize, Place)>,
}

/// The largest buffer or binding that a graph would need, if it is larger than the limits allow.
///
/// # Errors
/// [`Error::ModelTooLarge`] with the number that is too big.
pub fn check_limits(graph: &Graph, layout: &Layout, limits: super::Limits) -> Result<()> {
    let too_large = |memory: Memory, bytes: u64, limit: u64| Error::ModelTooLarge {
        buffer: memory.name().to_string(),
        bytes,
        limit,
    };
    for memory in Memory::ALL {
        let bytes = memory.bytes(layout.words(memory));
        if bytes > limits.max_buffer_bytes {
            return Err(too_large(memory, bytes, limits.max_buffer_bytes));
        }
    }
    for place in
        graph.nodes().iter().flat_map(|node| node.inputs.iter().chain(&node.outputs)).map(|&id| layout.places[id])
    {
        let bytes = place.memory.bytes(place.words);
        if bytes > limits.max_binding_bytes {
            return Err(too_large(place.memory, bytes, limits.max_binding_bytes));
        }
    }
    Ok(())
}

impl Plan {
    /// Allocates, binds and compiles: everything that a step will need.
    ///
    /// # Errors
    /// [`Error::ModelTooLarge`] before anything is allocated; [`Error::OutOfMemory`] or [`Error::Gpu`] if the device
    /// refuses.
    pub async fn new(gpu: &Rc<Gpu>, graph: &Graph, layout: &Layout, store: Rc<Store>) -> Result<Self> {
        check_limits(graph, layout, gpu.limits())?;
        let bytes = Memory::ALL.into_iter().map(|memory| memory.bytes(layout.words(memory))).sum();
        gpu.guarded(bytes, || Self::build(gpu, graph, layout, store)).await
    }

    fn build(gpu: &Rc<Gpu>, graph: &Graph, layout: &Layout, store: Rc<Store>) -> Self {
        let buffer = |memory: Memory| gpu.buffer(memory.name(), memory.bytes(layout.words(memory)), USAGE);
        let bound = bind(graph, layout);
        let first_launch = |node| bound.partition_point(|bound| bound.node < node);
        let mut plan = Self {
            gpu: Rc::clone(gpu),
            store,
            moments: buffer(Memory::Moment),
            f16: buffer(Memory::F16),
            gradients: buffer(Memory::Gradient),
            activations: buffer(Memory::Activation),
            tokens: buffer(Memory::Tokens),
            tables: buffer(Memory::Table),
            state: buffer(Memory::State),
            spares: Spares::default(),
            copies: Spares::default(),
            scalars: upload_scalars(gpu, &bound),
            nodes: (0..=graph.node_count()).map(first_launch).collect(),
            bound,
            launches: Vec::new(),
        };
        plan.spares.give_back(gpu.staging(plan.state.size()));
        let tables = graph.tables();
        if !tables.is_empty() {
            plan.write(Memory::Table, 0, bytemuck::cast_slice(&tables));
        }
        plan.select_variants();
        plan
    }

    /// Dispatches of one run.
    pub fn dispatches(&self) -> usize {
        self.launches.len()
    }

    /// Builds the list anew from what the adapter's tuning says by now.
    pub fn select_variants(&mut self) {
        let best = |index| self.launch(index, self.gpu.kernel_choices().variant(&self.bound(index).dispatch));
        self.launches = (0..self.bound.len()).map(best).collect();
    }

    /// The variants that are taken, by the keys of their dispatches, where there are several.
    pub fn variants(&self) -> Measured {
        let several = self.bound.iter().map(|bound| &bound.dispatch).filter(|dispatch| dispatch.variants.len() > 1);
        let taken = |dispatch: &Dispatch| dispatch.variants[self.gpu.kernel_choices.variant(dispatch)].name.to_string();
        several.map(|dispatch| (dispatch.key.clone(), taken(dispatch))).collect()
    }

    pub(super) fn bound(&self, index: usize) -> &Bound {
        &self.bound[index]
    }

    pub(super) fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// Kernel and workgroups of one dispatch.
    pub(super) fn launch_name(&self, index: usize) -> (String, [u32; 3]) {
        (self.launches[index].kernel.clone(), self.launches[index].workgroups)
    }

    /// Bytes of the buffers that this plan alone uses, by memory.
    pub fn allocated(&self) -> Vec<(Memory, u64)> {
        let memories = Memory::ALL.into_iter();
        memories.map(|memory| (memory, self.buffer(memory).size())).collect()
    }

    /// Runs the list `times` times in one submit: creates no buffer, bind group or pipeline, and waits for nothing.
    pub fn run(&self, times: usize) {
        self.run_range(0..self.launches.len(), times);
    }

    /// The same for a part of the list.
    pub(super) fn run_range(&self, range: Range<usize>, times: usize) {
        self.run_launches(&self.launches[range], times);
    }

    /// The same for some of the nodes, segment after segment, all in one submit.
    pub fn run_segments(&self, segments: &[Segment]) {
        self.gpu.submit(self.encode(&self.parts(segments)));
    }

    /// The same, and reads words of one memory after it, all in one submit.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn run_and_read(&self, segments: &[Segment], memory: Memory, range: Range<usize>) -> Result<Vec<u32>> {
        self.read_after(self.encode(&self.parts(segments)), memory, range).await
    }

    pub(super) fn run_launches(&self, launches: &[Launch], times: usize) {
        self.gpu.submit(self.encode(&[(launches, times)]));
    }

    fn parts(&self, segments: &[Segment]) -> Vec<(&[Launch], usize)> {
        let launches = |nodes: &Range<usize>| &self.launches[self.nodes[nodes.start]..self.nodes[nodes.end]];
        segments.iter().map(|segment| (launches(&segment.nodes), segment.times)).collect()
    }

    /// Launches in one pass.
    fn encode(&self, parts: &[(&[Launch], usize)]) -> wgpu::CommandEncoder {
        let mut encoder = self.gpu.encoder("steps");
        {
            let mut pass = encoder
                .begin_compute_pass(&wgpu::ComputePassDescriptor { label: Some("steps"), timestamp_writes: None });
            for (launches, times) in parts {
                (0..*times).for_each(|_| launches.iter().for_each(|launch| launch.encode(&mut pass)));
            }
        }
        let dispatches: usize = parts.iter().map(|(launches, times)| times * launches.len()).sum();
        self.gpu.count(|counts| counts.dispatches += dispatches as u64);
        encoder
    }

    /// Writes words of one memory before the next run.
    pub fn write(&self, memory: Memory, offset: usize, words: &[u32]) {
        self.gpu.write(self.buffer(memory), WORD * offset as u64, bytemuck::cast_slice(words));
    }

    /// Reads words of one memory after the runs so far.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn read(&self, memory: Memory, range: Range<usize>) -> Result<Vec<u32>> {
        self.read_later(memory, range).await
    }

    /// The same, ordered now and waited for when it is wanted: what is ordered meanwhile changes nothing in it.
    pub fn read_later(&self, memory: Memory, range: Range<usize>) -> LocalBoxFuture<'static, Result<Vec<u32>>> {
        self.read_after(self.gpu.encoder("read"), memory, range)
    }

    fn read_after(
        &self,
        commands: wgpu::CommandEncoder,
        memory: Memory,
        range: Range<usize>,
    ) -> LocalBoxFuture<'static, Result<Vec<u32>>> {
        let (offset, bytes) = (WORD * range.start as u64, WORD * range.len() as u64);
        let staging = self.spares.take(&self.gpu, bytes);
        let [reading] = self.gpu.begin_reads(commands, [(staging, self.buffer(memory), offset, bytes)]);
        let spares = self.spares.clone();
        async move {
            let (words, staging) = reading.finish().await?;
            if bytes <= SPARE {
                spares.give_back(staging);
            }
            Ok(words)
        }
        .boxed_local()
    }

    /// Weights, moments and state as they are after the runs so far, copied on the device, to be waited for when they
    /// are wanted: later runs neither wait for the copies nor change them.
    pub fn copy_out(&self) -> LocalBoxFuture<'static, Result<[Vec<u32>; 3]>> {
        let sources = [&self.store.parameters, &self.moments, &self.state];
        let whole = sources.map(|buffer| (self.copies.take(&self.gpu, buffer.size()), buffer, 0, buffer.size()));
        let readings = self.gpu.begin_reads(self.gpu.encoder("copies"), whole);
        let copies = self.copies.clone();
        async move {
            let mut words = [const { Vec::new() }; 3];
            for (words, reading) in words.iter_mut().zip(readings) {
                let staging;
                (*words, staging) = reading.finish().await?;
                copies.give_back(staging);
            }
            Ok(words)
        }
        .boxed_local()
    }

    /// Makes the memory that [`Plan::copy_out`] needs.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub async fn reserve_copies(&self) -> Result<()> {
        let sizes = [&self.store.parameters, &self.moments, &self.state].map(|buffer| buffer.size());
        let made = self.gpu.guarded(sizes.iter().sum(), || sizes.map(|bytes| self.gpu.staging(bytes))).await?;
        made.into_iter().for_each(|staging| self.copies.give_back(staging));
        Ok(())
    }

    fn buffer(&self, memory: Memory) -> &Buffer {
        match memory {
            Memory::Parameter => &self.store.parameters,
            Memory::Moment => &self.moments,
            Memory::F16 => &self.f16,
            Memory::Gradient => &self.gradients,
            Memory::Activation => &self.activations,
            Memory::Tokens => &self.tokens,
            Memory::Table => &self.tables,
            Memory::State => &self.state,
        }
    }

    /// Pipeline and bind groups for one variant of a dispatch.
    pub(super) fn launch(&self, index: usize, variant: usize) -> Launch {
        let Bound { name, dispatch, bindings, .. } = &self.bound[index];
        let variant = &dispatch.variants[variant];
        let pipeline = self.gpu.pipeline(&variant.kernel);
        let range = |buffer, offset: u64, bytes: u64| {
            wgpu::BindingResource::Buffer(wgpu::BufferBinding { buffer, offset, size: wgpu::BufferSize::new(bytes) })
        };
        let entries: Vec<wgpu::BindGroupEntry> = bindings
            .iter()
            .map(|&(binding, place)| wgpu::BindGroupEntry {
                binding: binding as u32,
                resource: {
                    let [offset, bytes] = [place.offset, place.words].map(|words| place.memory.bytes(words));
                    range(self.buffer(place.memory), offset, bytes)
                },
            })
            .collect();
        let params = dispatch.params.bytes().len() as u64;
        let place = (index * UNIFORM_ALIGNMENT) as u64;
        let scalar = wgpu::BindGroupEntry { binding: 0, resource: range(&self.scalars, place, params) };
        Launch {
            kernel: if dispatch.variants.len() == 1 {
                variant.kernel.name()
            } else {
                format!("{name} {}", variant.name)
            },
            tensors: self.bind_group(&pipeline, 0, &entries),
            scalars: self.bind_group(&pipeline, 1, &[scalar]),
            workgroups: variant.workgroups,
            pipeline,
        }
    }

    fn bind_group(
        &self,
        pipeline: &wgpu::ComputePipeline,
        group: u32,
        entries: &[wgpu::BindGroupEntry],
    ) -> wgpu::BindGroup {
        self.gpu.count(|counts| counts.bind_groups += 1);
        let layout = pipeline.get_bind_group_layout(group);
        self.gpu.device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout: &layout, entries })
    }
}

/// Every dispatch of a graph, its slots resolved to places.
fn bind(graph: &Graph, layout: &Layout) -> Vec<Bound> {
    let tensors = graph.tensors();
    let state = Place { memory: Memory::State, offset: 0, words: state::WORDS };
    let mut bound = Vec::new();
    for (index, node) in graph.nodes().into_iter().enumerate() {
        let place = |slot: Slot| match slot {
            Slot::Input(index) => layout.places[node.inputs[index]],
            Slot::Output(index) => layout.places[node.outputs[index]],
            Slot::State => state,
            Slot::Unused(number) => Layout::unused(number),
        };
        for dispatch in node.op.dispatches(&IoShapes::of(&node, &tensors)) {
            let bindings = dispatch.bindings.iter().map(|&(binding, slot)| (binding, place(slot))).collect();
            bound.push(Bound { node: index, name: node.op.name(), dispatch, bindings });
        }
    }
    bound
}

/// The uniform structs of all dispatches in one buffer.
fn upload_scalars(gpu: &Gpu, bound: &[Bound]) -> Buffer {
    let mut bytes = Vec::new();
    for Bound { name, dispatch, .. } in bound {
        let params = dispatch.params.bytes();
        assert!(params.len() <= UNIFORM_ALIGNMENT, "{name}: too many scalars");
        bytes.extend(params);
        bytes.resize(bytes.len().next_multiple_of(UNIFORM_ALIGNMENT), 0);
    }
    let usage = wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST;
    let buffer = gpu.buffer("scalars", bytes.len() as u64, usage);
    gpu.write(&buffer, 0, &bytes);
    buffer
}
