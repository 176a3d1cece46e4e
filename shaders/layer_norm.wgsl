// Layer norm. A workgroup takes 4 rows, 16 lanes each; lane l of a row alone writes its vec4 l, l + 16, ...
// Strides and widths count vec4; the numbers in the padding of the last vec4 of a row are kept zero.

const ROWS = 4u;
const LANES = 16u;
// Add to d_x instead of setting it.
const ADD = false;

struct Params {
    rows: u32,
    columns: u32,    // numbers in a row
    stride: u32,
    epsilon: f32,
}

@group(0) @binding(0) var<storage, read_write> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> weight: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> bias: array<vec4<f32>>;
// Mean and reciprocal standard deviation of each row.
@group(0) @binding(3) var<storage, read_write> statistics: array<vec2<f32>>;
@group(0) @binding(4) var<storage, read_write> d_y: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> out: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> d_weight: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read_write> d_bias: array<vec4<f32>>;
@group(1) @binding(0) var<uniform> params: Params;

var<workgroup> partial: array<vec2<f32>, 64>;

// 1 in the columns that exist, 0 in the padding.
fn mask(column: u32) -> vec4<f32> {
    let first = 4u * column;
    return vec4<f32>(vec4<u32>(first, first + 1u, first + 2u, first + 3u) < vec4<u32>(params.columns));
}

fn total(v: vec4<f32>) -> f32 {
    return v.x + v.y + v.z + v.w;
}

// The sums over the lanes of this invocation's row. Every invocation of the workgroup calls it.
fn row_sum(local: u32, value: vec2<f32>) -> vec2<f32> {
    workgroupBarrier();
    partial[local] = value;
    workgroupBarrier();
    var sum = vec2<f32>();
    let first = local - local % LANES;
    for (var i = 0u; i < LANES; i += 1u) {
        sum += partial[first + i];
    }
    return sum;
}

@compute @workgroup_size(64)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let row = (group.x + group.y * groups.x) * ROWS + local / LANES;
    let lane = local % LANES;
    let start = min(row, params.rows - 1u) * params.stride;
    let count = f32(params.columns);

    var sum = 0.0;
    for (var i = lane; i < params.stride; i += LANES) {
        sum += total(x[start + i]);
    }
    let mean = row_sum(local, vec2<f32>(sum, 0.0)).x / count;

    var squares = 0.0;
    for (var i = lane; i < params.stride; i += LANES) {
        let centred = (x[start + i] - mean) * mask(i);
        squares += dot(centred, centred);
    }
    let deviation = inverseSqrt(row_sum(local, vec2<f32>(squares, 0.0)).x / count + params.epsilon);

    if row < params.rows {
        for (var i = lane; i < params.stride; i += LANES) {
            out[start + i] = (x[start + i] - mean) * deviation * weight[i] + bias[i];
        }
        if lane == 0u {
            statistics[row] = vec2<f32>(mean, deviation);
        }
    }
}

// With g = d_y weight and n the normalized row: d_x (+)= (g - mean(g) - n mean(g n)) deviation.
@compute @workgroup_size(64)
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
    let deviation = statistics[read_row].y;

    var sums = vec2<f32>();
    for (var i = lane; i < params.stride; i += LANES) {
        let g = d_y[start + i] * weight[i];
        sums += vec2<f32>(total(g), dot(g, (x[start + i] - mean) * deviation));
    }
    let means = row_sum(local, sums) / count;

    if row < params.rows {
        for (var i = lane; i < params.stride; i += LANES) {
            let g = d_y[start + i] * weight[i];
            let normal = (x[start + i] - mean) * deviation;
            var value = (g - means.x - normal * means.y) * deviation * mask(i);
            if ADD {
                value += out[start + i];
            }
            out[start + i] = value;
        }
    }
}

// d_weight and d_bias, four columns a workgroup: lane l sums rows l, l + 64, ..., then lane 0 sums the lanes in order.
var<workgroup> weight_sums: array<vec4<f32>, 64>;
var<workgroup> bias_sums: array<vec4<f32>, 64>;

@compute @workgroup_size(64)
fn d_parameters(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    var d_weights = vec4<f32>();
    var d_biases = vec4<f32>();
    for (var row = local; row < params.rows; row += 64u) {
        let at = row * params.stride + group.x;
        let g = d_y[at];
        d_weights += g * (x[at] - statistics[row].x) * statistics[row].y;
        d_biases += g;
    }
    weight_sums[local] = d_weights;
    bias_sums[local] = d_biases;
    workgroupBarrier();
    if local == 0u {
        for (var i = 1u; i < 64u; i += 1u) {
            d_weights += weight_sums[i];
            d_biases += bias_sums[i];
        }
        if ADD {
            d_weights += d_weight[group.x];
            d_biases += d_bias[group.x];
        }
        d_weight[group.x] = d_weights;
        d_bias[group.x] = d_biases;
    }
}
