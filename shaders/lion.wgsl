// Lion over all parameters at once. Lane i of the whole grid alone updates vec4 i, i + grid, ...

struct Params {
    quads: u32,
    decayed: u32,   // vec4 before this one decay
    beta_1: f32,
    beta_2: f32,
    weight_decay: f32,
}

@group(0) @binding(0) var<storage, read_write> gradients: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> state: array<f32>;
@group(0) @binding(2) var<storage, read_write> parameters: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> means: array<vec4<f32>>;
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
        let g = gradients[i] * scale;
        let m = means[i];
        let kept = select(1.0, 1.0 - rate * params.weight_decay, i < params.decayed);
        parameters[i] = parameters[i] * kept - rate * sign(params.beta_1 * m + (1.0 - params.beta_1) * g);
        means[i] = params.beta_2 * m + (1.0 - params.beta_2) * g;
    }
}
