//! `select`: the row of the last token of the window.

use crate::graph::kernel::Kernel;
use crate::graph::{Compute, Cost, CpuIo, Dispatch, Float, IoShapes, Op, Params, Shape, Slot, Tensor, state};

const SOURCE: &str = include_str!("../../shaders/select.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/state.wgsl")];

/// (1, T, C) -> (1, C): row `POSITION` - 1.
#[derive(Clone, Copy, Debug)]
struct Select;

impl<'g> Tensor<'g> {
    /// (1, T, C) -> (1, C): the row of the last token of the window, whose length is in the state.
    pub fn select_last(self) -> Tensor<'g> {
        self.graph.record(Select, &[self])[0]
    }
}

impl Op for Select {
    fn name(&self) -> &'static str {
        "select"
    }

    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape> {
        vec![Shape::of(&[1, inputs[0].columns()])]
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let stride = io.inputs[0].stride() / 4;
        let params = Params::new().u32("time", io.inputs[0].rows()).u32("stride", stride);
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::State), (2, Slot::Output(0))];
        let kernel = Kernel::new("select", "forward", SOURCE, PRELUDE);
        vec![Dispatch::new(kernel, bindings, params, [stride.div_ceil(64) as u32, 1, 1])]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost { flops: 0, bytes: 8 * io.outputs[0].elements() as u64 }
    }
}

impl Compute for Select {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let stride = io.shapes.inputs[0].stride();
        let position = io.state[state::POSITION].to_usize().expect("a position is a count");
        let row = position.clamp(1, io.shapes.inputs[0].rows()) - 1;
        io.outputs[0][..stride].copy_from_slice(&io.inputs[0][row * stride..][..stride]);
    }
}
