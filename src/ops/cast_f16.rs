//! `half`: a weight once more, each number rounded to 16 bits, for products that wait for memory.

use half::f16;

use crate::graph::kernel::line;
use crate::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, IoShapes, Kernel, Memory, Need, Op, Params, Shape, Slot, Tensor,
};

const SOURCE: &str = include_str!("../../shaders/cast_f16.wgsl");
const WORKGROUP: usize = 64;
/// The largest number of 16 bits; what is larger becomes it.
const MAX_F16: f64 = 65504.0;

/// y = x with 11 bits of precision (IEEE 754 binary16). Input: a weight.
#[derive(Debug)]
struct CastF16;

impl<'g> Tensor<'g> {
    /// Copies a weight into half the memory: from then on [`crate::nn::Parameter::for_products`] is the copy.
    ///
    /// # Panics
    /// If this is no weight.
    pub fn to_f16(self) {
        let weight = self.info().parameter.expect("cast_f16: a weight");
        self.graph.record_into(CastF16, &[self], &[self.graph.half(weight)]);
    }
}

impl Op for CastF16 {
    fn name(&self) -> &'static str {
        "cast_f16"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes memory that is there for it")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let quads = io.inputs[0].words() / 4;
        let kernel = Kernel::new("cast_f16", "forward", SOURCE, &[]).needing(Need::F16);
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::Output(0))];
        vec![Dispatch::new(kernel, bindings, Params::new().u32("quads", quads), line(quads.div_ceil(WORKGROUP)))]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let [from, to] = [Memory::Parameter, Memory::F16].map(|memory| memory.bytes(io.inputs[0].elements()));
        Cost { flops: 0, bytes: from + to }
    }
}

impl Compute for CastF16 {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        for (out, number) in io.outputs[0].iter_mut().zip(io.inputs[0]) {
            let number = number.to_f64().expect("a number").clamp(-MAX_F16, MAX_F16);
            *out = F::of(f16::from_f64(number).to_f64());
        }
    }
}
