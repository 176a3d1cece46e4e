//! The launches of a matrix product: which kernels can make it, and how many workgroups of each.

use super::{Activation, PRELUDE, SOURCE};
use crate::graph::{Dispatch, Kernel, Need, Params, Shape, Slot, Variant};

/// out = left x right with an epilogue.
pub(super) struct Product {
    /// Numbers down and across the result, and numbers in each sum.
    pub size: [usize; 3],
    pub left: Operand,
    pub right: Operand,
    pub weight: Weight,
    pub out: Shape,
    /// What the epilogue does: constants of the shader.
    pub epilogue: Vec<(&'static str, bool)>,
    /// The one that it computes with.
    pub activation: Option<Activation>,
    pub bindings: Vec<(usize, Slot)>,
}

/// What the right operand is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// No weight, but a gradient that flows back.
    None,
    Full,
    /// A weight whose numbers have 16 bits.
    F16,
}

pub(super) struct Operand {
    pub shape: Shape,
    /// Stored the other way round.
    pub transposed: bool,
}

/// The variants of making a product, by name.
pub const VARIANTS: [&str; 8] = ["4x4", "16x16", "8x8", "8x16", "32x32 tile", "64x64 tile", "split", "vector"];

/// A variant may execute this much more than the smallest blocks do.
const WASTE: f64 = 1.12;
/// Invocations of a workgroup that works in registers alone.
const INVOCATIONS: usize = 64;
/// Parts of the inner dimension of `split`, and the shortest worth splitting.
const SPLIT: usize = 4;
const LONG: usize = 256;

/// Blocks of 4 x 4 down and across, and deep.
#[derive(Clone, Copy)]
struct Blocks {
    down: usize,
    across: usize,
    deep: usize,
}

impl Product {
    pub fn dispatch(self) -> Dispatch {
        let [rows, columns, inner] = self.size;
        let blocks = Blocks { down: rows.div_ceil(4), across: columns.div_ceil(4), deep: inner.div_ceil(4) };
        let params = Params::new()
            .u32("rows", rows)
            .u32("columns", blocks.across)
            .u32("inner", inner)
            .u32("a_stride", self.left.shape.stride() / 4)
            .u32("b_stride", self.right.shape.stride() / 4)
            .u32("out_stride", self.out.stride() / 4);
        let letter = |transposed: bool| if transposed { "T" } else { "N" };
        let kind = [letter(self.left.transposed), letter(self.right.transposed)].concat();
        let half = if self.weight == Weight::F16 { " half" } else { "" };
        let key = format!("linear {kind}{half} {rows} x {inner} x {columns}");
        Dispatch { variants: self.variants(blocks), bindings: self.bindings, params, key }
    }

    /// Those that do not compute much more than they must.
    fn variants(&self, blocks: Blocks) -> Vec<Variant> {
        if self.size[0] == 1 && !self.left.transposed {
            return vec![self.vector(blocks), self.strips(blocks, "4x4", [1, 1])];
        }
        let strips = [("4x4", [1, 1]), ("16x16", [4, 4]), ("8x8", [2, 2]), ("8x16", [2, 4])];
        let mut variants = strips.map(|(name, tile)| self.strips(blocks, name, tile)).to_vec();
        variants.extend([("32x32 tile", 8), ("64x64 tile", 16)].map(|(name, side)| self.tile(blocks, name, side)));
        if self.left.transposed && self.size[2] >= LONG {
            variants.push(self.split(blocks));
        }
        let least = variants[0].flops.expect("a product counts its operations") as f64;
        variants.retain(|variant| variant.flops.is_some_and(|flops| flops as f64 <= WASTE * least));
        variants
    }

    fn kernel(&self, entry: &'static str) -> Kernel {
        let kernel = Kernel::new("linear", entry, SOURCE, PRELUDE)
            .with("LEFT_TRANSPOSED", self.left.transposed)
            .with("RIGHT_TRANSPOSED", self.right.transposed)
            .with("RIGHT_IS_WEIGHT", self.weight != Weight::None)
            .with("TAIL", self.left.transposed && !self.size[2].is_multiple_of(4))
            .with("BIAS", false);
        let kernel = match self.weight {
            Weight::F16 => kernel.with("Weight", "vec4<f16>").needing(Need::F16),
            Weight::None | Weight::Full => kernel,
        };
        let kernel = self.epilogue.iter().fold(kernel, |kernel, &(name, value)| kernel.with(name, value));
        self.activation.map_or(kernel.clone(), |activation| activation.in_kernel(kernel))
    }

    /// `down` x `across` blocks an invocation.
    fn strips(&self, blocks: Blocks, name: &'static str, [down, across]: [usize; 2]) -> Variant {
        let (high, wide) = (blocks.down.div_ceil(down), blocks.across.div_ceil(across));
        let width = workgroup_width(high, wide);
        let height = INVOCATIONS / width;
        let kernel = self
            .kernel("strips")
            .with("ROWS", format!("{down}u"))
            .with("COLUMNS", format!("{across}u"))
            .with("WIDTH", format!("{width}u"))
            .with("HEIGHT", format!("{height}u"));
        let workgroups = [wide.div_ceil(width) as u32, high.div_ceil(height) as u32, 1];
        let flops = Some(blocks.flops(high * down, wide * across));
        Variant { name, kernel, workgroups, shares: false, flops }
    }

    /// `side` x `side` blocks a workgroup, operands through workgroup memory.
    fn tile(&self, blocks: Blocks, name: &'static str, side: usize) -> Variant {
        let (high, wide) = (blocks.down.div_ceil(side), blocks.across.div_ceil(side));
        let kernel = self.kernel("tile").with("SIDE", format!("{side}u"));
        let deep = Blocks { deep: blocks.deep.next_multiple_of(4), ..blocks };
        let flops = Some(deep.flops(high * side, wide * side));
        Variant { name, kernel, workgroups: [wide as u32, high as u32, 1], shares: true, flops }
    }

    fn split(&self, blocks: Blocks) -> Variant {
        let workgroups = [blocks.across.div_ceil(8) as u32, blocks.down.div_ceil(8) as u32, 1];
        let kernel = self.kernel("split").with("SPLIT", format!("{SPLIT}u"));
        let flops = Some(blocks.flops(blocks.down, blocks.across));
        Variant { name: "split", kernel, workgroups, shares: false, flops }
    }

    fn vector(&self, blocks: Blocks) -> Variant {
        let workgroups = [blocks.across.div_ceil(8) as u32, 1, 1];
        let flops = Some(blocks.flops(blocks.down, blocks.across) / 4);
        Variant { name: "vector", kernel: self.kernel("vector"), workgroups, shares: false, flops }
    }
}

impl Blocks {
    /// Operations on so many blocks of the result: two for each number of a block and each step of its sum.
    fn flops(self, down: usize, across: usize) -> u64 {
        2 * 64 * down as u64 * across as u64 * self.deep as u64
    }
}

/// The width of a workgroup that leaves the fewest of its invocations idle; of equal ones the squarest.
fn workgroup_width(high: usize, wide: usize) -> usize {
    let covered = |width: usize| wide.next_multiple_of(width) * high.next_multiple_of(INVOCATIONS / width);
    [8, 4, 16, 2, 1].into_iter().min_by_key(|&width| covered(width)).expect("there are widths")
}
