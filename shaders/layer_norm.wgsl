// Layer norm. A workgroup takes 4 rows, LANES lanes each; lane l of a row alone writes its vec4 l, l + LANES, ...
// Strides and widths count vec4; the numbers in the padding of the last vec4 of a row are kept zero.

const ROWS = 4u;
const LANES = 16u;
// Add to the gradient instead of setting it.
const ADD = false;
// Take the mean away first.
const CENTRED = true;
// There is something to add behind the scale.
const SHIFT = true;
// Numbers that belong to a column: its scale, and its shift.
const PARTS = select(1u, 2u, SHIFT);

struct Params {
    rows: u32,
    columns: u32,    // numbers in a row
    stride: u32,
    pitch: u32,      // from scale to shift
    slot: u32,       // where this norm's partial sums begin
    epsilon: f32,
}

@group(0) @binding(0) var<storage, read_write> x: array<vec4<f32>>;
// Scale, and shift behind it.
@group(0) @binding(1) var<storage, read> norm: array<vec4<f32>>;
// Mean and rstd of each row.
@group(0) @binding(2) var<storage, read_write> statistics: array<vec2<f32>>;
@group(0) @binding(3) var<storage, read_write> d_y: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4<f32>>;
// What a workgroup's rows add to the gradient of the scale, and behind it of the shift.
@group(0) @binding(5) var<storage, read_write> partial_sums: array<vec4<f32>>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(ROWS * LANES)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let row = (group.x + group.y * groups.x) * ROWS + local / LANES;
    let lane = local % LANES;
    let start = min(row, params.rows - 1u) * params.stride;
    let count = f32(params.columns);

    var mean = 0.0;
    if CENTRED {
        var sum = 0.0;
        for (var i = lane; i < params.stride; i += LANES) {
            sum += total(x[start + i]);
        }
        mean = row_sum(local, vec2<f32>(sum, 0.0)).x / count;
    }

    var squares = 0.0;
    for (var i = lane; i < params.stride; i += LANES) {
        let centred = (x[start + i] - mean) * mask(i, params.columns);
        squares += dot(centred, centred);
    }
    let rstd = inverseSqrt(row_sum(local, vec2<f32>(squares, 0.0)).x / count + params.epsilon);

    if row < params.rows {
        for (var i = lane; i < params.stride; i += LANES) {
            var value = (x[start + i] - mean) * rstd * norm[i];
            if SHIFT {
                value += norm[params.pitch + i];
            }
            out[start + i] = value;
        }
        if lane == 0u {
            statistics[row] = vec2<f32>(mean, rstd);
        }
    }
}

// With g = d_y weight and n the normalized row: d_x (+)= (g - mean(g) - n mean(g n)) rstd.
@compute @workgroup_size(ROWS * LANES)
fn d_input(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let row = (group.x + group.y * groups.x) * ROWS + local / LANES;
    let lane = local % LANES;
    let read_row = min(row, params.rows - 1u);
    let start = read_row * params.stride;
    let count = f32(params.columns);
    let mean = statistics[read_row].x;
    let rstd = statistics[read_row].y;

    var sums = vec2<f32>();
    for (var i = lane; i < params.stride; i += LANES) {
        let g = d_y[start + i] * norm[i];
        sums += vec2<f32>(total(g), dot(g, (x[start + i] - mean) * rstd));
    }
    var means = row_sum(local, sums) / count;
    if !CENTRED {
        means.x = 0.0;
    }

    if row < params.rows {
        for (var i = lane; i < params.stride; i += LANES) {
            let g = d_y[start + i] * norm[i];
            let normal = (x[start + i] - mean) * rstd;
            var value = (g - means.x - normal * means.y) * rstd * mask(i, params.columns);
            if ADD {
                value += out[start + i];
            }
            out[start + i] = value;
        }
    }

    // Invocation i sums the columns i, i + ROWS * LANES, ... over the rows of the workgroup.
    let first = (group.x + group.y * groups.x) * ROWS;
    let end = min(first + ROWS, params.rows);
    for (var i = local; i < params.stride && first < end; i += ROWS * LANES) {
        var d_scale = vec4<f32>();
        var d_shift = vec4<f32>();
        for (var r = first; r < end; r += 1u) {
            let g = d_y[r * params.stride + i];
            d_scale += g * (x[r * params.stride + i] - statistics[r].x) * statistics[r].y * mask(i, params.columns);
            d_shift += g;
        }
        let at = params.slot + (first / ROWS) * PARTS * params.stride + i;
        partial_sums[at] = d_scale;
        if SHIFT {
            partial_sums[at + params.stride] = d_shift;
        }
    }
}

// Scale and shift of one norm, four columns a workgroup: lane l sums the partial sums l, l + 64, ..., then lane 0 sums
// the lanes in order. The first slot belongs to the last norm.
var<workgroup> scale_sums: array<vec4<f32>, 64>;
var<workgroup> shift_sums: array<vec4<f32>, 64>;

fn finish_parameters(at: u32, d_scale: vec4<f32>, d_shift: vec4<f32>) {
    if ADD {
        out[at] += d_scale;
    } else {
        out[at] = d_scale;
    }
    if !SHIFT {
        return;
    }
    if ADD {
        out[at + params.pitch] += d_shift;
    } else {
        out[at + params.pitch] = d_shift;
    }
}

@compute @workgroup_size(64)
fn d_parameters(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    var d_scale = vec4<f32>();
    var d_shift = vec4<f32>();
    let start = params.slot + (groups.y - 1u - group.y) * params.rows * PARTS * params.stride + group.x;
    for (var row = local; row < params.rows; row += 64u) {
        let at = start + row * PARTS * params.stride;
        d_scale += partial_sums[at];
        if SHIFT {
            d_shift += partial_sums[at + params.stride];
        }
    }
    scale_sums[local] = d_scale;
    shift_sums[local] = d_shift;
    workgroupBarrier();
    if local == 0u {
        for (var i = 1u; i < 64u; i += 1u) {
            d_scale += scale_sums[i];
            d_shift += shift_sums[i];
        }
        finish_parameters(group.y * PARTS * params.pitch + group.x, d_scale, d_shift);
    }
}

// The same without waiting: one invocation sums one vec4 of scale and of shift over all partial sums.
@compute @workgroup_size(64)
fn d_parameters_alone(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let column = group.x * 64u + local;
    if column >= params.stride {
        return;
    }
    var d_scale = vec4<f32>();
    var d_shift = vec4<f32>();
    let start = params.slot + (groups.y - 1u - group.y) * params.rows * PARTS * params.stride + column;
    for (var row = 0u; row < params.rows; row += 1u) {
        let at = start + row * PARTS * params.stride;
        d_scale += partial_sums[at];
        if SHIFT {
            d_shift += partial_sums[at + params.stride];
        }
    }
    finish_parameters(group.y * PARTS * params.pitch + column, d_scale, d_shift);
}
