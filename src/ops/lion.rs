//! `lion`: the sign of a mean (Chen et al., 2023), over the whole model in one dispatch.

use crate::graph::kernel::{Kernel, grid_stride};
use crate::graph::{Compute, Cost, CpuIo, Dispatch, Float, Graph, IoShapes, Memory, Op, Params, Shape, Slot, state};

const SOURCE: &str = include_str!("../../shaders/lion.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/state.wgsl")];
const WORKGROUP: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lion {
    /// How much of the mean is in what the sign is taken of.
    pub beta1: f32,
    /// How much of the mean stays.
    pub beta2: f32,
    /// Decoupled.
    pub weight_decay: f32,
}

/// Input: gradients. Outputs, updated in place: parameters, running means; all flat.
#[derive(Clone, Copy, Debug)]
struct Update {
    rule: Lion,
    /// Words before this one decay.
    decayed: usize,
}

/// Appends the update of every parameter. The state holds learning rate and clip scale by then.
pub fn lion(graph: &Graph, rule: Lion) {
    let flat = |memory| graph.flat(memory, 0, graph.parameters().words);
    let op = Update { rule, decayed: graph.parameters().decayed };
    graph.record_into(op, &[flat(Memory::Gradient)], &[flat(Memory::Parameter), flat(Memory::Moment)]);
}

impl Op for Update {
    fn name(&self) -> &'static str {
        "lion"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("updates in place")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("lion", "update", SOURCE, PRELUDE);
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::State), (2, Slot::Output(0)), (3, Slot::Output(1))];
        let quads = io.inputs[0].words() / 4;
        let params = Params::new()
            .u32("quads", quads)
            .u32("decayed", self.decayed / 4)
            .f32("beta_1", self.rule.beta1)
            .f32("beta_2", self.rule.beta2)
            .f32("weight_decay", self.rule.weight_decay);
        vec![Dispatch::new(kernel, bindings, params, grid_stride(quads, WORKGROUP))]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let words = io.inputs[0].words() as u64;
        Cost { flops: 11 * words, bytes: 4 * 5 * words }
    }
}

impl Compute for Update {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        if io.state[state::NOT_FINITE] != F::zero() {
            return;
        }
        let (one, scale, rate) = (F::one(), io.state[state::CLIP_SCALE], io.state[state::LEARNING_RATE]);
        let Lion { beta1, beta2, weight_decay } = self.rule;
        let [beta1, beta2, decay] = [beta1, beta2, weight_decay].map(|value| F::of(f64::from(value)));
        let [parameters, means] = &mut io.outputs[..] else { panic!("lion: two outputs") };
        let numbers = parameters.iter_mut().zip(means.iter_mut()).zip(io.inputs[0]);
        for (at, ((parameter, mean), &gradient)) in numbers.enumerate() {
            let g = gradient * scale;
            let blend = beta1 * *mean + (one - beta1) * g;
            // The sign of zero is zero.
            let sign = if blend == F::zero() { blend } else { blend.signum() };
            let kept = if at < self.decayed { one - rate * decay } else { one };
            *parameter = *parameter * kept - rate * sign;
            *mean = beta2 * *mean + (one - beta2) * g;
        }
    }
}
