// Numbers bent so that none goes beyond a limit. One invocation changes one vec4 where it stands.

struct Params {
    quads: u32,
    limit: f32,
}

@group(0) @binding(0) var<storage, read_write> y: array<vec4<f32>>;
// x, which becomes y; or d_y, which becomes d_x.
@group(0) @binding(1) var<storage, read_write> out: array<vec4<f32>>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(64)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let at = (group.x + group.y * groups.x) * 64u + local;
    if at < params.quads {
        // The argument of tanh is clamped because some drivers overflow.
        let u = clamp(out[at] / params.limit, vec4<f32>(-15.0), vec4<f32>(15.0));
        out[at] = params.limit * tanh(u);
    }
}

@compute @workgroup_size(64)
fn d_input(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let at = (group.x + group.y * groups.x) * 64u + local;
    if at < params.quads {
        let share = y[at] / params.limit;
        out[at] *= 1.0 - share * share;
    }
}
