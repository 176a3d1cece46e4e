//! `softcap`: numbers bent so that none goes beyond a limit (Bello et al., 2017; Gemma Team, 2024).

use crate::graph::kernel::{Kernel, line};
use crate::graph::{Compute, Cost, CpuIo, Dispatch, Float, Gradients, Io, IoShapes, Op, Params, Shape, Slot, Tensor};

const SOURCE: &str = include_str!("../../shaders/softcap.wgsl");
const WORKGROUP: usize = 64;

/// x = limit tanh(x / limit), where it stands.
#[derive(Clone, Copy, Debug)]
struct Softcap {
    limit: f32,
}

impl<'g> Tensor<'g> {
    /// limit tanh(x / limit), in the place of x: nobody else may read that.
    pub fn softcap(self, limit: f32) -> Tensor<'g> {
        self.graph.record_into(Softcap { limit }, &[], &[self]);
        self
    }
}

fn dispatch(limit: f32, entry: &'static str, x: Shape, bindings: Vec<(usize, Slot)>) -> Dispatch {
    let quads = x.rows() * x.stride() / 4;
    let params = Params::new().u32("quads", quads).f32("limit", limit);
    Dispatch::new(Kernel::new("softcap", entry, SOURCE, &[]), bindings, params, line(quads.div_ceil(WORKGROUP)))
}

impl Op for Softcap {
    fn name(&self) -> &'static str {
        "softcap"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("changes a tensor that exists")
    }

    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], _: &mut Gradients<'g>) {
        let d_y = d_outputs[0].expect("softcap: nothing flows back");
        d_y.graph.record_into(DInput { limit: self.limit }, &[io.outputs[0]], &[d_y]);
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        vec![dispatch(self.limit, "forward", io.outputs[0], vec![(1, Slot::Output(0))])]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 10 * io.outputs[0].elements() as u64)
    }
}

impl Compute for Softcap {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let limit = F::of(f64::from(self.limit));
        io.outputs[0].iter_mut().for_each(|x| *x = limit * (*x / limit).tanh());
    }
}

/// d_x = d_y (1 - (y / limit)^2), where d_y stands. Input: y.
#[derive(Clone, Copy, Debug)]
struct DInput {
    limit: f32,
}

impl Op for DInput {
    fn name(&self) -> &'static str {
        "softcap.d_input"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("changes a gradient that exists")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        vec![dispatch(self.limit, "d_input", io.outputs[0], vec![(0, Slot::Input(0)), (1, Slot::Output(0))])]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 4 * io.outputs[0].elements() as u64)
    }
}

impl Compute for DInput {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let limit = F::of(f64::from(self.limit));
        for (d, &y) in io.outputs[0].iter_mut().zip(io.inputs[0]) {
            *d *= F::one() - (y / limit) * (y / limit);
        }
    }
}
