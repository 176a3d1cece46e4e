// Gradient descent with momentum over all parameters at once. Lane i of the whole grid alone updates vec4 i, i + grid, ...

struct Params {
    quads: u32,
    decayed: u32,   // vec4 before this one decay
    momentum: f32,
    weight_decay: f32,
}

@group(0) @binding(0) var<storage, read_write> gradients: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> state: array<f32>;
@group(0) @binding(2) var<storage, read_write> parameters: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> velocities: array<vec4<f32>>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(64)
fn update(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let rate = state[LEARNING_RATE];
    let scale = state[CLIP_SCALE];
    let last = select(params.quads, 0u, state[NOT_FINITE] != 0.0);
    for (var i = group.x * 64u + local; i < last; i += groups.x * 64u) {
        let decay = select(0.0, params.weight_decay, i < params.decayed);
        let v = params.momentum * velocities[i] + gradients[i] * scale + decay * parameters[i];
        velocities[i] = v;
        parameters[i] -= rate * v;
    }
}
