//! `adamw`: decoupled weight decay (Loshchilov and Hutter, 2019), over the whole model in one dispatch.

use crate::graph::kernel::Kernel;
use crate::graph::{Compute, Cost, CpuIo, Dispatch, Float, Graph, IoShapes, Memory, Op, Params, Shape, Slot, state};

const SOURCE: &str = include_str!("../../shaders/adamw.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/state.wgsl")];
const WORKGROUP: usize = 64;
const WORKGROUPS: usize = 4096;

/// Input: gradients. Outputs, updated in place: parameters, running means, running means of squares; all flat.
#[derive(Clone, Copy, Debug)]
pub struct AdamW {
    pub beta1: f32,
    pub beta2: f32,
    pub epsilon: f32,
    pub weight_decay: f32,
    /// Words before this one decay.
    pub decayed: usize,
}

/// Appends the update of every parameter. The state holds learning rate, bias corrections and clip scale by then.
pub fn adamw(graph: &Graph, beta1: f32, beta2: f32, epsilon: f32, weight_decay: f32) {
    let words = graph.parameters().words;
    let op = AdamW { beta1, beta2, epsilon, weight_decay, decayed: graph.parameters().decayed };
    let gradients = graph.flat(Memory::Gradient, 0, words);
    let parameters = graph.flat(Memory::Parameter, 0, words);
    let (means, squares) = (graph.flat(Memory::Moment, 0, words), graph.flat(Memory::Moment, words, words));
    graph.record_into(op, &[gradients], &[parameters, means, squares]);
}

impl Op for AdamW {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("updates in place")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("adamw", "update", SOURCE, PRELUDE);
        let bindings = vec![
            (0, Slot::Input(0)),
            (1, Slot::State),
            (2, Slot::Output(0)),
            (3, Slot::Output(1)),
            (4, Slot::Output(2)),
        ];
        let quads = io.inputs[0].words() / 4;
        let params = Params::new()
            .u32("quads", quads)
            .u32("decayed", self.decayed / 4)
            .f32("beta_1", self.beta1)
            .f32("beta_2", self.beta2)
            .f32("epsilon", self.epsilon)
            .f32("weight_decay", self.weight_decay);
        let workgroups = [quads.div_ceil(WORKGROUP).min(WORKGROUPS) as u32, 1, 1];
        vec![Dispatch { kernel, bindings, params, workgroups }]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let words = io.inputs[0].words() as u64;
        Cost { flops: 14 * words, bytes: 4 * 7 * words }
    }
}

impl Compute for AdamW {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        if io.state[state::NOT_FINITE] != F::zero() {
            return;
        }
        let of = |value: f32| F::of(f64::from(value));
        let (one, beta1, beta2) = (F::one(), of(self.beta1), of(self.beta2));
        let (rate, scale) = (io.state[state::LEARNING_RATE], io.state[state::CLIP_SCALE]);
        let step_size = rate / io.state[state::CORRECTION_1];
        let root = io.state[state::CORRECTION_2].sqrt();
        let [parameters, means, squares] = &mut io.outputs[..] else { panic!("adamw: three outputs") };
        for (i, &gradient) in io.inputs[0].iter().enumerate() {
            let g = gradient * scale;
            let m = beta1 * means[i] + (one - beta1) * g;
            let v = beta2 * squares[i] + (one - beta2) * g * g;
            let decay = if i < self.decayed { one - rate * of(self.weight_decay) } else { one };
            means[i] = m;
            squares[i] = v;
            parameters[i] = parameters[i] * decay - step_size * m / (v.sqrt() / root + of(self.epsilon));
        }
    }
}
