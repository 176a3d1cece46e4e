// Dropout. One invocation writes one vec4; the mask is computed again from the counter generator where it is needed.

// Add what stands in `residual`.
const RESIDUAL = false;

struct Params {
    quads: u32,
    seed: u32,
    place: u32,
    keep: f32,
}

@group(0) @binding(0) var<storage, read_write> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> residual: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> state: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4<f32>>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(64)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let at = (group.x + group.y * groups.x) * 64u + local;
    if at >= params.quads {
        return;
    }
    var value = x[at];
    for (var i = 0u; i < 4u; i += 1u) {
        let u = random_unit(params.seed, params.place, u32(state[STEP]), 4u * at + i);
        value[i] = select(0.0, value[i] / params.keep, u < params.keep);
    }
    if RESIDUAL {
        value += residual[at];
    }
    out[at] = value;
}
