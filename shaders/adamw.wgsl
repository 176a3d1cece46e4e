// Adam over all parameters at once, its weight decay beside the gradient or in it. Lane i of the whole grid alone updates vec4 i, i + grid, ...

// Weight decay is a part of the gradient.
const COUPLED = false;

struct Params {
    quads: u32,
    decayed: u32,   // vec4 before this one decay
    beta_1: f32,
    beta_2: f32,
    epsilon: f32,
    weight_decay: f32,
}

@group(0) @binding(0) var<storage, read_write> gradients: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> state: array<f32>;
@group(0) @binding(2) var<storage, read_write> parameters: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> means: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> squares: array<vec4<f32>>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(64)
fn update(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let rate = state[LEARNING_RATE];
    let scale = state[CLIP_SCALE];
    let step_size = rate / state[CORRECTION_1];
    let root = sqrt(state[CORRECTION_2]);
    let last = select(params.quads, 0u, state[NOT_FINITE] != 0.0);
    for (var i = group.x * 64u + local; i < last; i += groups.x * 64u) {
        var g = gradients[i] * scale;
        if COUPLED {
            g += select(0.0, params.weight_decay, i < params.decayed) * parameters[i];
        }
        let m = params.beta_1 * means[i] + (1.0 - params.beta_1) * g;
        let v = params.beta_2 * squares[i] + (1.0 - params.beta_2) * g * g;
        let decay = select(1.0, 1.0 - rate * params.weight_decay, i < params.decayed && !COUPLED);
        means[i] = m;
        squares[i] = v;
        parameters[i] = parameters[i] * decay - step_size * m / (sqrt(v) / root + params.epsilon);
    }
}
