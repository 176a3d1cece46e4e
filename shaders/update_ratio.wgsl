// How far weights move in a step, beside how long they are.

struct Params {
    first: u32,    // vec4 before the layer
    quads: u32,
    place: u32,    // the layer's words in the state
    batches: u32,  // of a step
}

@group(0) @binding(0) var<storage, read> parameters: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> before: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> state: array<f32>;
@group(1) @binding(0) var<uniform> params: Params;

var<workgroup> partial: array<vec2<f32>, 256>;

// The weights as they are before the update. Lane i of the whole grid alone writes vec4 i, i + grid, ...
@compute @workgroup_size(64)
fn keep(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    for (var i = group.x * 64u + local; i < params.quads; i += groups.x * 64u) {
        before[i] = parameters[i];
    }
}

// The lengths of a layer's update and of its weights. One workgroup; lane i sums vec4 i, i + 256, ..., and lane 0 alone
// writes the state.
@compute @workgroup_size(256)
fn measure(@builtin(local_invocation_index) local: u32) {
    var sum = vec2<f32>();
    for (var i = params.first + local; i < params.first + params.quads; i += 256u) {
        let weight = parameters[i];
        let moved = weight - before[i];
        sum += vec2<f32>(dot(moved, moved), dot(weight, weight));
    }
    partial[local] = sum;
    workgroupBarrier();
    if local == 0u {
        for (var i = 1u; i < 256u; i += 1u) {
            sum += partial[i];
        }
        state[MOVES] = f32(u32(state[STEP]) / params.batches);
        state[params.place] = sqrt(sum.x);
        state[params.place + 1u] = sqrt(sum.y);
    }
}
