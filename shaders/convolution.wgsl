// A causal convolution of each channel. One invocation writes one vec4 of the result or of the gradient; for the gradient of
// the weight one workgroup does. Strides count vec4.

// Add to the gradient instead of setting it.
const ADD = false;

struct Params {
    rows: u32,    // B T
    time: u32,    // T
    stride: u32,
    reach: u32,   // K: tokens that a token sees
}

@group(0) @binding(0) var<storage, read_write> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> weight: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> state: array<f32>;
// The rows of x up to the last token; or d_y beside x.
@group(0) @binding(3) var<storage, read_write> beside: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4<f32>>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(64)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let at = (group.x + group.y * groups.x) * 64u + local;
    let row = at / params.stride;
    if row >= params.rows {
        return;
    }
    var sum = vec4<f32>();
    for (var back = 0u; back < min(params.reach, row % params.time + 1u); back += 1u) {
        sum += weight[back * params.stride + at % params.stride] * x[at - back * params.stride];
    }
    out[at] = sum;
}

// The last token of a text, whose length is in the state: x is its row alone, and joins those before it.
@compute @workgroup_size(64)
fn cached(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let column = group.x * 64u + local;
    if column >= params.stride {
        return;
    }
    let place = clamp(u32(state[POSITION]), 1u, params.time) - 1u;
    beside[place * params.stride + column] = x[column];
    var sum = weight[column] * x[column];
    for (var back = 1u; back < min(params.reach, place + 1u); back += 1u) {
        sum += weight[back * params.stride + column] * beside[(place - back) * params.stride + column];
    }
    out[column] = sum;
}

// x is d_y.
@compute @workgroup_size(64)
fn d_input(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let at = (group.x + group.y * groups.x) * 64u + local;
    let row = at / params.stride;
    if row >= params.rows {
        return;
    }
    var sum = vec4<f32>();
    if ADD {
        sum = out[at];
    }
    for (var on = 0u; on < min(params.reach, params.time - row % params.time); on += 1u) {
        sum += weight[on * params.stride + at % params.stride] * x[at + on * params.stride];
    }
    out[at] = sum;
}

// Lane l sums the rows l, l + 64, ..., then lane 0 sums the lanes in order.
var<workgroup> sums: array<vec4<f32>, 64>;

@compute @workgroup_size(64)
fn d_weight(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let at = group.x + group.y * groups.x;
    let back = at / params.stride;
    let exists = back < params.reach;
    var sum = vec4<f32>();
    for (var row = local; exists && row < params.rows; row += 64u) {
        if row % params.time >= back {
            let place = row * params.stride + at % params.stride;
            sum += x[place - back * params.stride] * beside[place];
        }
    }
    sums[local] = sum;
    workgroupBarrier();
    if local == 0u && exists {
        for (var i = 1u; i < 64u; i += 1u) {
            sum += sums[i];
        }
        if ADD {
            sum += out[at];
        }
        out[at] = sum;
    }
}
