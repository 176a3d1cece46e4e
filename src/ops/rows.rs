//! How a kernel that reduces rows is launched: a workgroup takes [`ROWS`] of them and shares their sums, or one invocation
//! makes the sums of a row alone. The kernels' half stands in `shaders/lib/rows*.wgsl`. No op of its own.

use crate::graph::kernel::{Kernel, line};
use crate::graph::{Dispatch, Need, Params, Shape, Slot, Variant};

/// What stands before a kernel that reduces rows and reads the state, for each of its [`VARIANTS`].
pub(super) const ROWS_AND_STATE: [&[&str]; 3] = [
    &[
        include_str!("../../shaders/lib/state.wgsl"),
        include_str!("../../shaders/lib/quads.wgsl"),
        include_str!("../../shaders/lib/rows.wgsl"),
    ],
    &[
        include_str!("../../shaders/lib/state.wgsl"),
        include_str!("../../shaders/lib/quads.wgsl"),
        include_str!("../../shaders/lib/rows_subgroups.wgsl"),
    ],
    &[
        include_str!("../../shaders/lib/state.wgsl"),
        include_str!("../../shaders/lib/quads.wgsl"),
        include_str!("../../shaders/lib/rows_alone.wgsl"),
    ],
];

/// Rows that one workgroup takes: `ROWS` of the shader.
pub const ROWS: usize = 4;
/// The variants of a kernel that reduces rows, by name.
pub const VARIANTS: [&str; 3] = ["lanes", "subgroups", "alone"];

/// A launch that reduces the rows of `x`: through workgroup memory, within subgroups, or a row an invocation.
pub(super) fn over_rows(kernels: [Kernel; 3], bindings: Vec<(usize, Slot)>, params: Params, x: Shape) -> Dispatch {
    let [plain, subgroups, alone] = kernels;
    let key = format!("rows {} {} x {}", plain.name(), x.rows(), x.columns());
    let workgroups = line(x.rows().div_ceil(ROWS));
    let variant = |name, kernel| Variant { name, kernel, workgroups, shares: false, flops: None };
    let subgroups = subgroups.with("LANES", "8u").needing(Need::Subgroups);
    let variants = vec![
        variant(VARIANTS[0], plain),
        variant(VARIANTS[1], subgroups),
        variant(VARIANTS[2], alone.with("LANES", "1u").needing(Need::Processor)),
    ];
    Dispatch { variants, bindings, params, key }
}

/// Turns of a loop in a kernel: some software adapters leave every loop after 65,535.
const MAX_GRID_STRIDES: usize = 1 << 15;

/// A launch whose invocations share their sums, or make them alone in `turns` turns and wait for nobody: entry points, and
/// workgroups of each.
pub(super) fn shared_or_alone(
    kernels: [Kernel; 2],
    workgroups: [[u32; 3]; 2],
    turns: usize,
    bindings: Vec<(usize, Slot)>,
    params: Params,
) -> Dispatch {
    let [shared, alone] = kernels;
    let key = format!("rows {}", shared.name());
    let variant = |name, kernel, workgroups| Variant { name, kernel, workgroups, shares: false, flops: None };
    let alone = alone.needing(Need::Processor);
    let mut variants = vec![variant(VARIANTS[0], shared, workgroups[0]), variant(VARIANTS[2], alone, workgroups[1])];
    variants.truncate(if turns <= MAX_GRID_STRIDES { 2 } else { 1 });
    Dispatch { variants, bindings, params, key }
}
