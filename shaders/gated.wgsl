// One half of the numbers of a row, through an activation, times the other half. One invocation writes one vec4 of the
// result, or one of each half's gradient. Widths count vec4.

const ACTIVATION = 0u;

struct Params {
    quads: u32,  // of the result
    half: u32,   // vec4 in a row of it
}

@group(0) @binding(0) var<storage, read_write> pair: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> d_y: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4<f32>>;
@group(1) @binding(0) var<uniform> params: Params;

// Where the first half of this vec4 stands; the second is `half` further on.
fn first(at: u32) -> u32 {
    return at + at / params.half * params.half;
}

@compute @workgroup_size(64)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let at = (group.x + group.y * groups.x) * 64u + local;
    if at < params.quads {
        out[at] = activated(ACTIVATION, pair[first(at)]) * pair[first(at) + params.half];
    }
}

@compute @workgroup_size(64)
fn d_pair(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let at = (group.x + group.y * groups.x) * 64u + local;
    if at < params.quads {
        let gate = pair[first(at)];
        out[first(at)] = d_y[at] * pair[first(at) + params.half] * d_activated(ACTIVATION, gate);
        out[first(at) + params.half] = d_y[at] * activated(ACTIVATION, gate);
    }
}
