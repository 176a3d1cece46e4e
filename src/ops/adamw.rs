//! `adamw`: Adam (Kingma and Ba, 2015), with decoupled weight decay (Loshchilov and Hutter, 2019) or without, over the whole
//! model in one dispatch.

use std::ops::Range;

use crate::graph::kernel::{Kernel, grid_stride};
use crate::graph::{Compute, Cost, CpuIo, Dispatch, Float, Graph, IoShapes, Memory, Op, Params, Shape, Slot, state};

const SOURCE: &str = include_str!("../../shaders/adamw.wgsl");
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/state.wgsl")];
const WORKGROUP: usize = 64;

/// Input: gradients. Outputs, updated in place: parameters, running means, running means of squares; all flat.
#[derive(Clone, Copy, Debug)]
struct Update {
    rule: AdamW,
    /// Words before this one decay.
    decayed: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamW {
    pub beta1: f32,
    pub beta2: f32,
    pub epsilon: f32,
    pub weight_decay: f32,
    /// Decay is a part of the gradient, as in Adam, and not beside it.
    pub coupled: bool,
}

/// Appends the update of these words of parameter memory. Their means lie in the same words of moment memory, the means of
/// their squares from `squares` on. The state holds learning rate, bias corrections and clip scale by then.
pub fn adamw(graph: &Graph, words: Range<usize>, squares: usize, rule: AdamW) {
    if words.is_empty() {
        return;
    }
    let decayed = graph.parameters().decayed.clamp(words.start, words.end) - words.start;
    let flat = |memory| graph.flat(memory, words.start, words.len());
    let squares = graph.flat(Memory::Moment, squares, words.len());
    let outputs = [flat(Memory::Parameter), flat(Memory::Moment), squares];
    graph.record_into(Update { rule, decayed }, &[flat(Memory::Gradient)], &outputs);
}

impl Op for Update {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("updates in place")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("adamw", "update", SOURCE, PRELUDE).with("COUPLED", self.rule.coupled);
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
            .f32("beta_1", self.rule.beta1)
            .f32("beta_2", self.rule.beta2)
            .f32("epsilon", self.rule.epsilon)
            .f32("weight_decay", self.rule.weight_decay);
        vec![Dispatch::new(kernel, bindings, params, grid_stride(quads, WORKGROUP))]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let words = io.inputs[0].words() as u64;
        Cost { flops: 14 * words, bytes: 4 * 7 * words }
    }
}

impl Compute for Update {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        if io.state[state::NOT_FINITE] != F::zero() {
            return;
        }
        let decay = F::of(f64::from(self.rule.weight_decay));
        let gradients = io.inputs[0].split_at(self.decayed);
        let [parameters, means, squares] = &mut io.outputs[..] else { panic!("adamw: three outputs") };
        let [parameters, means, squares] = [parameters, means, squares].map(|words| words.split_at_mut(self.decayed));
        self.rule.update(io.state, decay, gradients.0, [parameters.0, means.0, squares.0]);
        self.rule.update(io.state, F::zero(), gradients.1, [parameters.1, means.1, squares.1]);
    }
}

impl AdamW {
    /// Updates parameters, means and squares that all decay alike.
    fn update<F: Float>(&self, state: &[F], decay: F, gradients: &[F], [parameters, means, squares]: [&mut [F]; 3]) {
        let of = |value: f32| F::of(f64::from(value));
        let (one, beta1, beta2, epsilon) = (F::one(), of(self.beta1), of(self.beta2), of(self.epsilon));
        let (scale, step_size) = (state[state::CLIP_SCALE], state[state::LEARNING_RATE] / state[state::CORRECTION_1]);
        let (pull, kept) =
            if self.coupled { (decay, one) } else { (F::zero(), one - state[state::LEARNING_RATE] * decay) };
        let root = state[state::CORRECTION_2].sqrt().recip();
        let moments = means.iter_mut().zip(squares);
        for ((parameter, &gradient), (mean, square)) in parameters.iter_mut().zip(gradients).zip(moments) {
            let g = gradient * scale + pull * *parameter;
            *mean = beta1 * *mean + (one - beta1) * g;
            *square = beta2 * *square + (one - beta2) * g * g;
            *parameter = *parameter * kept - step_size * *mean / (square.sqrt() * root + epsilon);
        }
    }
}
