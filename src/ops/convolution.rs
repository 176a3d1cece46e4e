//! `convolution`: every channel sums the tokens before it with weights that depend on the distance alone: what a model has
//! that attends to nothing. Causal and one channel at a time, as in Wu et al., 2019.

use crate::graph::kernel::{Kernel, line};
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Gradients, Io, IoShapes, Op, Params, Shape, Slot, Tensor, Write, float,
    state,
};

const SOURCE: &str = include_str!("../../shaders/convolution.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/state.wgsl")];
const WORKGROUP: usize = 64;

/// (B, T, C) -> (B, T, C): y[t] = sum of weight[k] x[t - k]. Inputs: x, weight (K, C).
#[derive(Clone, Copy, Debug)]
struct Convolution;

impl<'g> Tensor<'g> {
    /// (B, T, C) -> (B, T, C): each channel of a token becomes a weighted sum of it and of the K - 1 tokens before, `weight`
    /// being (K, C).
    pub fn convolution(self, weight: Tensor<'g>) -> Tensor<'g> {
        self.graph.record(Convolution, &[self, weight])[0]
    }

    /// (1, 1, C) -> (1, 1, C): the same for the last token of a text whose length is in the state. The tokens before stand in
    /// `cache` (1, T, C), and it joins them.
    pub fn cached_convolution(self, cache: Tensor<'g>, weight: Tensor<'g>) -> Tensor<'g> {
        let fits = self.shape().rows() == 1 && self.shape().columns() == cache.shape().columns();
        assert!(fits, "convolution: {:?} into {:?}", self.shape(), cache.shape());
        let y = self.graph.activation(self.shape());
        self.graph.record_into(CachedConvolution, &[self, weight], &[y, cache]);
        y
    }
}

/// A launch over so many vec4, for tensors like `x` and a kernel of K rows.
fn dispatch(kernel: Kernel, x: Shape, reach: usize, quads: usize, bindings: Vec<(usize, Slot)>) -> Dispatch {
    let params =
        Params::new().u32("rows", x.rows()).u32("time", x.dims()[1]).u32("stride", x.stride() / 4).u32("reach", reach);
    Dispatch::new(kernel, bindings, params, line(quads.div_ceil(WORKGROUP)))
}

fn quads(x: Shape) -> usize {
    x.rows() * x.stride() / 4
}

/// Two operations for each token and each weight that it meets.
fn cost(io: &IoShapes, x: Shape, reach: usize) -> Cost {
    let time = x.dims()[1];
    let met: usize = (0..time).map(|place| reach.min(place + 1)).sum();
    Cost::touching(io, 2 * (x.dims()[0] * met) as u64 * x.columns() as u64)
}

impl Op for Convolution {
    fn name(&self) -> &'static str {
        "convolution"
    }

    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape> {
        let fits = inputs[0].dims().len() == 3 && inputs[0].columns() == inputs[1].columns();
        assert!(fits, "convolution: {:?} with {:?}", inputs[0], inputs[1]);
        vec![inputs[0]]
    }

    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], gradients: &mut Gradients<'g>) {
        let d_y = d_outputs[0].expect("convolution: nothing flows back");
        let (x, weight) = (io.inputs[0], io.inputs[1]);
        let (d_x, add) = gradients.target(x);
        d_y.graph.record_into(DInput { add }, &[d_y, weight], &[d_x]);
        let (d_weight, add) = gradients.target(weight);
        d_y.graph.record_into(DWeight { add }, &[x, d_y], &[d_weight]);
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("convolution", "forward", SOURCE, PRELUDE);
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::Input(1)), (4, Slot::Output(0))];
        vec![dispatch(kernel, io.inputs[0], io.inputs[1].rows(), quads(io.inputs[0]), bindings)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        cost(io, io.inputs[0], io.inputs[1].rows())
    }
}

impl Compute for Convolution {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let (x, reach) = (io.shapes.inputs[0], io.shapes.inputs[1].rows());
        let (time, stride) = (x.dims()[1], x.stride());
        for row in 0..x.rows() {
            let out = &mut io.outputs[0][row * stride..][..stride];
            out.fill(F::zero());
            for back in 0..reach.min(row % time + 1) {
                let weight = &io.inputs[1][back * stride..][..stride];
                float::add_product(out, weight, &io.inputs[0][(row - back) * stride..][..stride]);
            }
        }
    }
}

/// The last token of a text. Inputs: its row of x, weight. Outputs: its result, and the cache of the rows of x.
#[derive(Clone, Copy, Debug)]
struct CachedConvolution;

impl Op for CachedConvolution {
    fn name(&self) -> &'static str {
        "convolution.cached"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes into a cache that exists")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("convolution", "cached", SOURCE, PRELUDE);
        let bindings = vec![
            (0, Slot::Input(0)),
            (1, Slot::Input(1)),
            (2, Slot::State),
            (3, Slot::Output(1)),
            (4, Slot::Output(0)),
        ];
        vec![dispatch(kernel, io.outputs[1], io.inputs[1].rows(), quads(io.inputs[0]), bindings)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 2 * io.inputs[1].elements() as u64)
    }
}

impl Compute for CachedConvolution {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let (time, reach) = (io.shapes.outputs[1].rows(), io.shapes.inputs[1].rows());
        let stride = io.shapes.outputs[1].stride();
        let place = io.state[state::POSITION].to_usize().expect("a position is a count").clamp(1, time) - 1;
        let [out, cache] = &mut io.outputs[..] else { panic!("convolution: two outputs") };
        cache[place * stride..][..stride].copy_from_slice(&io.inputs[0][..stride]);
        out.fill(F::zero());
        for back in 0..reach.min(place + 1) {
            let weight = &io.inputs[1][back * stride..][..stride];
            float::add_product(&mut out[..stride], weight, &cache[(place - back) * stride..][..stride]);
        }
    }
}

/// d_x[t] (+)= sum of weight[k] d_y[t + k]. Inputs: d_y, weight.
#[derive(Clone, Copy, Debug)]
struct DInput {
    add: Write,
}

impl Op for DInput {
    fn name(&self) -> &'static str {
        "convolution.d_input"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes a gradient that exists")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("convolution", "d_input", SOURCE, PRELUDE).with("ADD", self.add.adds());
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::Input(1)), (4, Slot::Output(0))];
        vec![dispatch(kernel, io.inputs[0], io.inputs[1].rows(), quads(io.inputs[0]), bindings)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        cost(io, io.inputs[0], io.inputs[1].rows())
    }
}

impl Compute for DInput {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let (d_y, reach) = (io.shapes.inputs[0], io.shapes.inputs[1].rows());
        let (time, stride) = (d_y.dims()[1], d_y.stride());
        for row in 0..d_y.rows() {
            let out = &mut io.outputs[0][row * stride..][..stride];
            if !self.add.adds() {
                out.fill(F::zero());
            }
            for on in 0..reach.min(time - row % time) {
                let weight = &io.inputs[1][on * stride..][..stride];
                float::add_product(out, weight, &io.inputs[0][(row + on) * stride..][..stride]);
            }
        }
    }
}

/// d_weight[k] (+)= sum of x[t - k] d_y[t]. Inputs: x, d_y.
#[derive(Clone, Copy, Debug)]
struct DWeight {
    add: Write,
}

impl Op for DWeight {
    fn name(&self) -> &'static str {
        "convolution.d_weight"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes a gradient that exists")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("convolution", "d_weight", SOURCE, PRELUDE).with("ADD", self.add.adds());
        let bindings = vec![(0, Slot::Input(0)), (3, Slot::Input(1)), (4, Slot::Output(0))];
        let d_weight = io.outputs[0];
        // A workgroup for each vec4.
        let quads = WORKGROUP * d_weight.rows() * d_weight.stride() / 4;
        vec![dispatch(kernel, io.inputs[0], d_weight.rows(), quads, bindings)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        cost(io, io.inputs[0], io.outputs[0].rows())
    }
}

impl Compute for DWeight {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let (x, d_weight) = (io.shapes.inputs[0], io.shapes.outputs[0]);
        let (time, stride) = (x.dims()[1], x.stride());
        for back in 0..d_weight.rows() {
            let out = &mut io.outputs[0][back * stride..][..stride];
            if !self.add.adds() {
                out.fill(F::zero());
            }
            for row in (0..x.rows()).filter(|row| row % time >= back) {
                let d_y = &io.inputs[1][row * stride..][..stride];
                float::add_product(out, d_y, &io.inputs[0][(row - back) * stride..][..stride]);
            }
        }
    }
}
