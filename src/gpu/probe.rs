//! Whether an adapter's subgroups are what the kernels that use them rely on.

use std::rc::Rc;

use super::{Gpu, Plan, Store};
use crate::error::{Error, Result};
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Graph, IoShapes, Kernel, Layout, Memory, Need, Op, ParameterLayout, Params,
    Shape, Slot,
};

/// Neighbours that must be in one subgroup, in order.
const NEIGHBOURS: u32 = 8;
const COUNT: usize = 32;
/// What the kernels do with subgroups.
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/rows_subgroups.wgsl")];
const SOURCE: &str = "
struct Params { count: u32 }
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(32)
fn forward(@builtin(local_invocation_index) local: u32, @builtin(subgroup_invocation_id) lane: u32) {
    let first = lane - lane % 8u;
    let sum = row_sum(local, vec2<f32>(f32(lane), 1.0));
    let most = row_max(local, f32(lane));
    let sums = all(sum == vec2<f32>(f32(8u * first + 28u), 8.0)) && most == f32(first + 7u);
    if local < params.count {
        out[local] = select(0xffffffffu, lane, sums);
    }
}
";

/// Writes each invocation's place in its subgroup, if sum and maximum over its neighbours are right.
#[derive(Debug)]
struct Lanes;

impl Op for Lanes {
    fn name(&self) -> &'static str {
        "lanes"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        vec![Shape::of(&[COUNT])]
    }

    fn dispatches(&self, _: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("lanes", "forward", SOURCE, PRELUDE).needing(Need::Subgroups);
        let params = Params::new().u32("count", COUNT);
        vec![Dispatch::new(kernel, vec![(0, Slot::Output(0))], params, [1, 1, 1])]
    }

    fn cost(&self, _: &IoShapes) -> Cost {
        Cost::default()
    }
}

impl Compute for Lanes {
    fn run<F: Float>(&self, _: &mut CpuIo<F>) {
        unreachable!("the CPU has no lanes")
    }
}

/// Whether the kernels that use subgroups compile here and compute what they should. WGSL leaves open which invocations share
/// a subgroup: neighbours must, eight by eight and in order. A compiler that refuses says no, and nothing else.
///
/// # Errors
/// What went wrong on the device.
pub async fn subgroups_serve(gpu: &Rc<Gpu>) -> Result<bool> {
    let scope = gpu.device.push_error_scope(wgpu::ErrorFilter::Internal);
    let lanes = lanes(gpu).await;
    let failure = scope.pop().await;
    let in_order = |chunk: &[u32]| chunk.iter().zip(chunk[0]..).all(|(&lane, wanted)| lane == wanted);
    let shared = |chunk: &[u32]| chunk[0].is_multiple_of(NEIGHBOURS) && in_order(chunk);
    match lanes {
        Ok(lanes) => Ok(failure.is_none() && lanes.chunks(NEIGHBOURS as usize).all(shared)),
        Err(Error::Gpu { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// What [`Lanes`] writes.
async fn lanes(gpu: &Rc<Gpu>) -> Result<Vec<u32>> {
    let graph = Graph::new(ParameterLayout::default());
    let lanes = graph.record(Lanes, &[])[0].keep();
    let layout = Layout::new(&graph);
    let plan = Plan::new(gpu, &graph, &layout, Store::new(gpu, 0)).await?;
    plan.run(1);
    let place = layout.places[lanes.id];
    plan.read(Memory::Activation, place.offset..place.offset + COUNT).await
}
