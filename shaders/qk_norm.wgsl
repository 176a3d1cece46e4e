// Queries and keys with mean square 1, where they stand. One invocation takes one head of one row. Strides count f32.

struct Params {
    rows: u32,
    heads: u32,      // of queries and keys
    head_size: u32,  // D
    stride: u32,
    epsilon: f32,
}

@group(0) @binding(0) var<storage, read_write> y: array<f32>;
// The reciprocal root mean square of each head.
@group(0) @binding(1) var<storage, read_write> roots: array<f32>;
// Queries, keys and values; or their gradients.
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(1) @binding(0) var<uniform> params: Params;

// Where this head of all rows begins.
fn head_at(index: u32) -> u32 {
    return index / params.heads * params.stride + index % params.heads * params.head_size;
}

@compute @workgroup_size(64)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let index = (group.x + group.y * groups.x) * 64u + local;
    if index >= params.rows * params.heads {
        return;
    }
    let at = head_at(index);
    var squares = 0.0;
    for (var i = 0u; i < params.head_size; i += 1u) {
        squares += out[at + i] * out[at + i];
    }
    let root = inverseSqrt(squares / f32(params.head_size) + params.epsilon);
    for (var i = 0u; i < params.head_size; i += 1u) {
        out[at + i] *= root;
    }
    roots[index] = root;
}

// d_x = (d_y - y mean(d_y y)) root.
@compute @workgroup_size(64)
fn d_input(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let index = (group.x + group.y * groups.x) * 64u + local;
    if index >= params.rows * params.heads {
        return;
    }
    let at = head_at(index);
    var products = 0.0;
    for (var i = 0u; i < params.head_size; i += 1u) {
        products += y[at + i] * out[at + i];
    }
    let mean = products / f32(params.head_size);
    let root = roots[index];
    for (var i = 0u; i < params.head_size; i += 1u) {
        out[at + i] = (out[at + i] - y[at + i] * mean) * root;
    }
}
