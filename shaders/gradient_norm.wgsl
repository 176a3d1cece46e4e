// Partial sums of squares of all gradients. Lane i of the whole grid sums vec4 i, i + grid, ...; each workgroup writes
// one sum.

struct Params {
    quads: u32,
    sums: u32,
}

@group(0) @binding(0) var<storage, read_write> gradients: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;
@group(1) @binding(0) var<uniform> params: Params;

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    var sum = 0.0;
    for (var i = group.x * 64u + local; i < params.quads; i += groups.x * 64u) {
        sum += dot(gradients[i], gradients[i]);
    }
    partial[local] = sum;
    workgroupBarrier();
    if local == 0u {
        for (var i = 1u; i < 64u; i += 1u) {
            sum += partial[i];
        }
        sums[group.x] = sum;
    }
}

// The same without waiting: one invocation makes one sum.
@compute @workgroup_size(64)
fn forward_alone(@builtin(global_invocation_id) place: vec3<u32>) {
    if place.x >= params.sums {
        return;
    }
    var sum = 0.0;
    for (var i = place.x; i < params.quads; i += params.sums) {
        sum += dot(gradients[i], gradients[i]);
    }
    sums[place.x] = sum;
}
