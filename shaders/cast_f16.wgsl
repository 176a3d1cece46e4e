// A weight with numbers of 16 bits, one vec4 an invocation.

struct Params {
    quads: u32, // vec4 of the weight, padding counted
}

@group(0) @binding(0) var<storage, read> weight: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> out: array<vec4<f16>>;
@group(1) @binding(0) var<uniform> params: Params;

const MAX_F16 = 65504.0;

@compute @workgroup_size(64)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let i = (group.x + group.y * groups.x) * 64u + local;
    if i < params.quads {
        out[i] = vec4<f16>(clamp(weight[i], vec4<f32>(-MAX_F16), vec4<f32>(MAX_F16)));
    }
}
