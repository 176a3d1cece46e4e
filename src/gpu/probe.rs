//! Whether an adapter's subgroups are what the kernels that use them rely on.

use std::rc::Rc;

use super::{Gpu, Plan, Store};
use crate::error::Result;
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Graph, IoShapes, Kernel, Layout, Memory, Need, Op, ParameterLayout, Params,
    Shape, Slot,
};

/// Neighbours that must be in one subgroup, in order.
const NEIGHBOURS: u32 = 8;
const COUNT: usize = 32;
const SOURCE: &str = "
struct Params { count: u32 }
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(32)
fn forward(@builtin(local_invocation_index) local: u32, @builtin(subgroup_invocation_id) lane: u32) {
    if local < params.count {
        out[local] = lane;
    }
}
";

/// Writes each invocation's place in its subgroup.
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
        let kernel = Kernel::new("lanes", "forward", SOURCE, &[]).needing(Need::Subgroups);
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

/// WGSL leaves open which invocations share a subgroup: true if neighbours do, eight by eight and in order.
///
/// # Errors
/// What went wrong on the device.
pub async fn neighbours_share_subgroups(gpu: &Rc<Gpu>) -> Result<bool> {
    let graph = Graph::new(ParameterLayout::default());
    let lanes = graph.record(Lanes, &[])[0].keep();
    let layout = Layout::new(&graph);
    let plan = Plan::new(gpu, &graph, &layout, Store::new(gpu, 0, 0)).await?;
    plan.run(1);
    let place = layout.places[lanes.id];
    let lanes = plan.read(Memory::Activation, place.offset..place.offset + COUNT).await?;
    let in_order = |chunk: &[u32]| chunk.iter().zip(chunk[0]..).all(|(&lane, wanted)| lane == wanted);
    Ok(lanes.chunks(NEIGHBOURS as usize).all(|chunk| chunk[0].is_multiple_of(NEIGHBOURS) && in_order(chunk)))
}
