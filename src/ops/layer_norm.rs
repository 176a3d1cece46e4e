//! `layer_norm`: Ba, Kiros and Hinton, "Layer Normalization", 2016; and without the mean, Zhang and Sennrich, "Root Mean
//! Square Layer Normalization", 2019.

use super::rows::{ROWS, over_rows, shared_or_alone};
use crate::graph::differentiate::Sums;
use crate::graph::kernel::Kernel;
use crate::graph::op::stretch;
use crate::graph::{
    ALIGNMENT, Compute, Cost, CpuIo, Dispatch, Float, Gradients, Io, IoShapes, Memory, Op, Params, Shape, Slot, Tensor,
    TensorId, TensorInfo, Write, float,
};

const SOURCE: &str = include_str!("../../shaders/layer_norm.wgsl");
const PRELUDES: [&[&str]; 3] = [
    &[include_str!("../../shaders/lib/quads.wgsl"), include_str!("../../shaders/lib/rows.wgsl")],
    &[include_str!("../../shaders/lib/quads.wgsl"), include_str!("../../shaders/lib/rows_subgroups.wgsl")],
    &[include_str!("../../shaders/lib/quads.wgsl"), include_str!("../../shaders/lib/rows_alone.wgsl")],
];

const WORKGROUP: usize = 64;

/// (.., C) -> (.., C), and mean and rstd of each row. Inputs: x, scale and shift side by side.
#[derive(Clone, Copy, Debug)]
pub struct LayerNorm {
    pub epsilon: f32,
    /// The mean is taken away first; otherwise it stays, and counts as 0.
    centred: bool,
    scale: TensorId,
    shift: Option<TensorId>,
}

/// A norm with its weights.
#[derive(Clone, Copy)]
pub struct Normalizer<'g> {
    pub(super) norm: LayerNorm,
    /// Scale and shift side by side.
    pub(super) pair: Tensor<'g>,
}

impl<'g> Normalizer<'g> {
    /// Rows with mean 0 and variance 1, then scaled by `weight` and shifted by `bias`, if there is one: two weights that lie
    /// side by side.
    pub fn layer_norm(weight: Tensor<'g>, bias: Option<Tensor<'g>>, epsilon: f32) -> Self {
        let norm = LayerNorm { epsilon, centred: true, scale: weight.id, shift: bias.map(|bias| bias.id) };
        Self { norm, pair: pair(weight, bias) }
    }

    /// Rows with mean square 1, then scaled by `weight`.
    pub fn rms_norm(weight: Tensor<'g>, epsilon: f32) -> Self {
        let norm = LayerNorm { epsilon, centred: false, scale: weight.id, shift: None };
        Self { norm, pair: pair(weight, None) }
    }
}

impl<'g> Tensor<'g> {
    /// (.., C) -> (.., C)
    pub fn normalized(self, by: Normalizer<'g>) -> Tensor<'g> {
        self.graph.record(by.norm, &[self, by.pair])[0]
    }

    /// (.., C) -> (.., C): as [`Normalizer::layer_norm`] says.
    pub fn layer_norm(self, weight: Tensor<'g>, bias: Option<Tensor<'g>>, epsilon: f32) -> Tensor<'g> {
        self.normalized(Normalizer::layer_norm(weight, bias, epsilon))
    }

    /// (.., C) -> (.., C): as [`Normalizer::rms_norm`] says.
    pub fn rms_norm(self, weight: Tensor<'g>, epsilon: f32) -> Tensor<'g> {
        self.normalized(Normalizer::rms_norm(weight, epsilon))
    }
}

/// Scale and shift, which lie side by side, as one tensor; or the scale alone.
fn pair<'g>(weight: Tensor<'g>, bias: Option<Tensor<'g>>) -> Tensor<'g> {
    let first = weight.info();
    let place = |info: &TensorInfo| info.offset.expect("layer_norm: scale and shift are weights");
    let pitch = pitch(first.shape.columns());
    let Some(second) = bias.map(Tensor::info) else { return weight.graph.flat(first.memory, place(&first), pitch) };
    let fits = first.memory == second.memory && place(&second) == place(&first) + pitch;
    assert!(fits, "layer_norm: scale {first:?} and shift {second:?} do not lie side by side");
    weight.graph.flat(first.memory, place(&first), 2 * pitch)
}

/// Words from the scale of a norm of this width to its shift.
pub(super) fn pitch(columns: usize) -> usize {
    columns.next_multiple_of(ALIGNMENT)
}

/// Shape of mean and rstd of each row.
pub(super) fn statistics(x: Shape) -> Shape {
    Shape::of(&[2 * x.rows()])
}

fn params(x: Shape, epsilon: f32, slot: usize) -> Params {
    let params = Params::new().u32("rows", x.rows()).u32("columns", x.columns()).u32("stride", x.stride() / 4);
    params.u32("pitch", pitch(x.columns()) / 4).u32("slot", slot).f32("epsilon", epsilon)
}

impl LayerNorm {
    pub(super) fn check(&self, x: Shape, pair: Shape) {
        assert_eq!(pair.columns(), self.parts() * pitch(x.columns()), "layer_norm: {x:?} with {pair:?}");
    }

    /// Scale, and shift if it has one.
    fn parts(&self) -> usize {
        1 + usize::from(self.shift.is_some())
    }

    /// The kernel that normalizes in this way.
    pub(super) fn in_kernel(&self, kernel: Kernel) -> Kernel {
        kernel.with("CENTRED", self.centred).with("SHIFT", self.shift.is_some())
    }

    /// What the gradient leaves to be summed for scale and shift, where `x` is normalized.
    pub(super) fn partial_sums_of(&self, x: Shape) -> Shape {
        slot(x, self.parts())
    }

    /// Records what carries `d_y` back to `x` and to scale and shift.
    pub(super) fn back<'g>(&self, [x, pair, statistics, d_y]: [Tensor<'g>; 4], gradients: &mut Gradients<'g>) {
        let graph = x.graph;
        let mut target = |id: TensorId| gradients.target(Tensor { graph, id });
        let (d_weight, add_later) = target(self.scale);
        let d_bias = self.shift.map(|shift| target(shift).0);
        let target = (self::pair(d_weight, d_bias), add_later);
        let slot = self.partial_sums_of(x.shape());
        let finish = if self.shift.is_some() { DParameters::record_pairs } else { DParameters::record_scales };
        let (partial, slot) = gradients.defer_sum(slot, target, finish);
        let (d_x, add) = gradients.target(x);
        graph.record_into(DInput { norm: *self, add, slot }, &[x, pair, statistics, d_y], &[d_x, partial]);
    }

    /// One row; returns mean and rstd.
    pub(super) fn normalize<F: Float>(&self, x: &[F], pair: &[F], out: &mut [F]) -> [F; 2] {
        let count = F::of(x.len() as f64);
        let (out, padding) = out.split_at_mut(x.len());
        let mean = if self.centred { float::sum(x) / count } else { F::zero() };
        for (out, &value) in out.iter_mut().zip(x) {
            *out = value - mean;
        }
        let rstd = (float::dot(out, out) / count + F::of(f64::from(self.epsilon))).sqrt().recip();
        let (weight, bias) = pair.split_at(pair.len() / self.parts());
        for (out, &weight) in out.iter_mut().zip(weight) {
            *out *= rstd * weight;
        }
        float::add(out, bias);
        padding.fill(F::zero());
        [mean, rstd]
    }
}

impl Op for LayerNorm {
    fn name(&self) -> &'static str {
        "layer_norm"
    }

    fn outputs(&self, inputs: &[Shape]) -> Vec<Shape> {
        let &[x, pair] = inputs else { panic!("layer_norm: {inputs:?}") };
        self.check(x, pair);
        vec![x, statistics(x)]
    }

    fn partial_sums(&self, outputs: &[Shape]) -> Option<Shape> {
        Some(self.partial_sums_of(outputs[0]))
    }

    fn gradient<'g>(&self, io: &Io<'g>, d_outputs: &[Option<Tensor<'g>>], gradients: &mut Gradients<'g>) {
        let d_y = d_outputs[0].expect("layer_norm: nothing flows back");
        self.back([io.inputs[0], io.inputs[1], io.outputs[1], d_y], gradients);
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = |prelude| self.in_kernel(Kernel::new("layer_norm", "forward", SOURCE, prelude));
        let bindings = vec![(0, Slot::Input(0)), (1, Slot::Input(1)), (2, Slot::Output(1)), (4, Slot::Output(0))];
        let x = io.inputs[0];
        vec![over_rows(PRELUDES.map(kernel), bindings, params(x, self.epsilon, 0), x)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost::touching(io, 8 * io.inputs[0].elements() as u64)
    }
}

impl Compute for LayerNorm {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let x = io.shapes.inputs[0];
        for row in 0..x.rows() {
            let start = row * x.stride();
            let out = &mut io.outputs[0][start..][..x.stride()];
            let statistics = self.normalize(&io.inputs[0][start..][..x.columns()], io.inputs[1], out);
            io.outputs[1][2 * row..][..2].copy_from_slice(&statistics);
        }
    }
}

/// Partial sums for scale and shift, one row for every workgroup: `stride` words of scale, then as many of shift, if there
/// are two parts.
fn slot(x: Shape, parts: usize) -> Shape {
    Shape::of(&[x.rows().div_ceil(ROWS), parts * x.stride()])
}

/// Words of a slot: its last rows may be those of the next.
fn words(slot: Shape) -> usize {
    slot.rows() * slot.stride()
}

/// d_x (+)= ..., and partial sums of what scale and shift get. Inputs: x, scale and shift, statistics, d_y.
#[derive(Clone, Copy, Debug)]
struct DInput {
    norm: LayerNorm,
    add: Write,
    slot: usize,
}

impl DInput {
    fn slot_shape(&self, x: Shape) -> Shape {
        slot(x, self.norm.parts())
    }
}

impl Op for DInput {
    fn name(&self) -> &'static str {
        "layer_norm.d_input"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes a gradient that exists")
    }

    fn dispatches(&self, io: &IoShapes) -> Vec<Dispatch> {
        let kernel = |prelude| {
            let kernel = Kernel::new("layer_norm", "d_input", SOURCE, prelude).with("ADD", self.add.adds());
            self.norm.in_kernel(kernel)
        };
        let bindings = vec![
            (0, Slot::Input(0)),
            (1, Slot::Input(1)),
            (2, Slot::Input(2)),
            (3, Slot::Input(3)),
            (4, Slot::Output(0)),
            (5, Slot::Output(1)),
        ];
        let x = io.inputs[0];
        let params = params(x, 0.0, self.slot * words(self.slot_shape(x)) / 4);
        vec![over_rows(PRELUDES.map(kernel), bindings, params, x)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        let x = io.inputs[0];
        let bytes = 4 * (3 * x.elements() + 2 * x.rows() + x.columns()) as u64;
        Cost { flops: 16 * x.elements() as u64, bytes }
    }
}

impl Compute for DInput {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let x = io.shapes.inputs[0];
        let count = F::of(x.columns() as f64);
        let (sums, columns, stride) = (self.slot_shape(x), x.columns(), x.stride());
        let [d_x, partial] = &mut io.outputs[..] else { panic!("layer_norm: two outputs") };
        let partial = &mut partial[self.slot * words(sums)..][..words(sums)];
        partial.fill(F::zero());
        let (normal, g) = stretch(io.scratch, 2 * columns).split_at_mut(columns);
        for row in 0..x.rows() {
            let [x, d_y] = [0, 3].map(|input| &io.inputs[input][row * x.stride()..][..columns]);
            let d_x = &mut d_x[row * stride..][..stride];
            let statistics = &io.inputs[2][2 * row..][..2];
            let (d_weight, d_bias) = partial[row / ROWS * sums.stride()..][..sums.stride()].split_at_mut(stride);
            for (normal, &x) in normal.iter_mut().zip(x) {
                *normal = (x - statistics[0]) * statistics[1];
            }
            float::add(d_bias, d_y);
            float::add_product(d_weight, d_y, normal);
            for (g, (&d_y, &weight)) in g.iter_mut().zip(d_y.iter().zip(io.inputs[1])) {
                *g = d_y * weight;
            }
            let mean_g = if self.norm.centred { float::sum(g) / count } else { F::zero() };
            let mean_gn = float::dot(g, normal) / count;
            for (g, &normal) in g.iter_mut().zip(&*normal) {
                *g = (*g - mean_g - normal * mean_gn) * statistics[1];
            }
            if self.add == Write::Set {
                d_x.fill(F::zero());
            }
            float::add(d_x, g);
        }
    }
}

/// Scale and shift of norms that lie side by side (+)= their partial sums. Input: the partial sums.
#[derive(Clone, Copy, Debug)]
struct DParameters {
    /// The first slot, which belongs to the last of the norms: gradients flow from the end.
    first: usize,
    count: usize,
    add: Write,
    slot: Shape,
    /// Scale, or scale and shift, and the words of all parts of one norm.
    parts: usize,
    words: usize,
}

impl DParameters {
    fn record_scales(sums: &Sums<'_>) {
        Self::record(sums, 1);
    }

    fn record_pairs(sums: &Sums<'_>) {
        Self::record(sums, 2);
    }

    /// One node for each stretch of norms that lie side by side: for a model one.
    fn record(sums: &Sums<'_>, parts: usize) {
        let graph = sums.partial.graph;
        let place = |index: usize| {
            let (target, add): (Tensor, Write) = sums.targets[index];
            let info = target.info();
            (info.offset.expect("gradients of weights have a place"), info.words, add)
        };
        let mut first = 0;
        while first < sums.targets.len() {
            let follows = |index: &usize| {
                let ((after, _, add), (before, words, own_add)) = (place(index - 1), place(*index));
                before + words == after && own_add == add
            };
            let count = 1 + (first + 1..sums.targets.len()).take_while(follows).count();
            let (offset, words, add) = place(first + count - 1);
            let target = graph.flat(Memory::Gradient, offset, count * words);
            let op = DParameters { first, count, add, slot: sums.slot, parts, words };
            graph.record_into(op, &[sums.partial], &[target]);
            first += count;
        }
    }
}

impl Op for DParameters {
    fn name(&self) -> &'static str {
        "layer_norm.d_parameters"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        unreachable!("writes a gradient that exists")
    }

    fn dispatches(&self, _: &IoShapes) -> Vec<Dispatch> {
        let kernel = |entry| {
            let kernel = Kernel::new("layer_norm", entry, SOURCE, PRELUDES[0]).with("ADD", self.add.adds());
            kernel.with("SHIFT", self.parts == 2)
        };
        let stride = self.slot.stride() / self.parts / 4;
        let params = Params::new()
            .u32("rows", self.slot.rows())
            .u32("columns", 4 * stride)
            .u32("stride", stride)
            .u32("pitch", self.words / self.parts / 4)
            .u32("slot", self.first * words(self.slot) / 4)
            .f32("epsilon", 0.0);
        let bindings = vec![(4, Slot::Output(0)), (5, Slot::Input(0))];
        let kernels = ["d_parameters", "d_parameters_alone"].map(kernel);
        let workgroups = [stride, stride.div_ceil(WORKGROUP)].map(|across| [across as u32, self.count as u32, 1]);
        vec![shared_or_alone(kernels, workgroups, self.slot.rows(), bindings, params)]
    }

    fn cost(&self, io: &IoShapes) -> Cost {
        Cost { flops: (self.count * words(self.slot)) as u64, bytes: 4 * io.outputs[0].elements() as u64 }
    }
}

impl Compute for DParameters {
    fn run<F: Float>(&self, io: &mut CpuIo<F>) {
        let width = self.slot.stride();
        for (index, d_pair) in io.outputs[0].chunks_exact_mut(self.words).enumerate() {
            let (d_weight, d_bias) = d_pair.split_at_mut(self.words / self.parts);
            if !self.add.adds() {
                d_weight.fill(F::zero());
                d_bias.fill(F::zero());
            }
            let slot = self.first + self.count - 1 - index;
            for row in io.inputs[0][slot * words(self.slot)..][..words(self.slot)].chunks_exact(width) {
                let (weight, bias) = row.split_at(width / self.parts);
                float::add(d_weight, weight);
                float::add(d_bias, bias);
            }
        }
    }
}
