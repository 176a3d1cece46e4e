//! `sgd`: gradient descent with momentum (Polyak, 1964), over the whole model in one dispatch.

use crate::graph::kernel::{Kernel, grid_stride};
use crate::graph::{Compute, Cost, CpuIo, Dispatch, Float, Graph, IoShapes, Memory, Op, Params, Shape, Slot, state};

const SOURCE: &str = include_str!("../../shaders/sgd.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/state.wgsl")];
const WORKGROUP: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    pub momentum: f32,
    /// A part of the gradient.
    pub weight_decay: f32,
}

/// Input: gradients. Outputs, updated in place: parameters, velocities; all flat.
#[derive(Clone, Copy, Debug)]
struct Update {
    rule: Sgd,
    /// Words before this one decay.
    decayed: usize,
}

/// Appends the update of every parameter. The state holds learning rate and clip scale by then.
pub fn sgd(graph: &Graph, rule: Sgd) {
    let flat = |memory| graph.flat(memory, 0, graph.parameters().words);
    let op = Update { rule, decayed: graph.parameters().decayed };
    graph.record_into(op, &[flat(Memory::Gradient)], &[flat(Memory::Parameter), flat(Memory::Moment)]);
}

impl Op for Update {
    fn name(&self) -> &'static str {
        "sgd"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("updates in place")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("sgd", "update", SOURCE, PRELUDE);
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::State), (2, Slot::Output(0)), (3, Slot::Output(1))];
        let quads = io.inputs[0].words() / 4;
        let params = Params::new()
            .u32("quads", quads)
            .u32("decayed", self.decayed / 4)
            .f32("momentum", self.rule.momentum)
            .f32("weight_decay", self.rule.weight_decay);
        vec![Dispatch::new(kernel, bindings, params, grid_stride(quads, WORKGROUP))]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let words = io.inputs[0].words() as u64;
        Cost { flops: 7 * words, bytes: 4 * 5 * words }
    }
}

impl Compute for Update {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        if io.state[state::NOT_FINITE] != F::zero() {
            return;
        }
        let (scale, rate) = (io.state[state::CLIP_SCALE], io.state[state::LEARNING_RATE]);
        let [momentum, decay] = [self.rule.momentum, self.rule.weight_decay].map(|value| F::of(f64::from(value)));
        let [parameters, velocities] = &mut io.outputs[..] else { panic!("sgd: two outputs") };
        let numbers = parameters.iter_mut().zip(velocities.iter_mut()).zip(io.inputs[0]);
        for (at, ((parameter, velocity), &gradient)) in numbers.enumerate() {
            let decay = if at < self.decayed { decay } else { F::zero() };
            *velocity = momentum * *velocity + gradient * scale + decay * *parameter;
            *parameter -= rate * *velocity;
        }
    }
}
