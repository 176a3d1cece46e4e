// Copies the row of the last token of the window. One invocation writes one vec4.

struct Params {
    time: u32,
    stride: u32,
}

@group(0) @binding(0) var<storage, read_write> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> state: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4<f32>>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= params.stride {
        return;
    }
    let row = clamp(u32(state[POSITION]), 1u, params.time) - 1u;
    out[id.x] = x[row * params.stride + id.x];
}
