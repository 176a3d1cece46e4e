// Token and position embedding. Strides count vec4.

// Add to the gradient instead of setting it.
const ADD = false;

struct Params {
    rows: u32,       // B T
    time: u32,       // T
    stride: u32,     // vec4 in a row
    slots: u32,      // batches in token memory
    vocabulary: u32, // V
}

@group(0) @binding(0) var<storage, read> ids: array<u32>;
@group(0) @binding(1) var<storage, read> state: array<f32>;
@group(0) @binding(2) var<storage, read> tokens: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> positions: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> x: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> d_tokens: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> d_positions: array<vec4<f32>>;
@group(1) @binding(0) var<uniform> params: Params;

// First id of this step's batch.
fn batch_start() -> u32 {
    return (u32(state[STEP]) % params.slots) * params.rows;
}

// One invocation writes one vec4 of x.
@compute @workgroup_size(64)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let at = (group.x + group.y * groups.x) * 64u + local;
    let row = at / params.stride;
    if row >= params.rows {
        return;
    }
    let column = at % params.stride;
    let id = min(ids[batch_start() + row], params.vocabulary - 1u);
    x[at] = tokens[id * params.stride + column] + positions[(row % params.time) * params.stride + column];
}

// One workgroup makes one row of d_tokens: it marks which of 2048 ids are its own, one bit each, then lane l alone adds
// those rows of d_x to its vec4 l, l + 64, ... in the order of the text.
var<workgroup> marks: array<u32, 64>;

@compute @workgroup_size(64)
fn d_token(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let id = group.x + group.y * groups.x;
    let own = id < params.vocabulary;
    let start = batch_start();
    if !ADD && own {
        for (var column = local; column < params.stride; column += 64u) {
            d_tokens[id * params.stride + column] = vec4<f32>();
        }
    }
    for (var tile = 0u; tile < params.rows; tile += 2048u) {
        var word = 0u;
        for (var bit = 0u; bit < 32u; bit += 1u) {
            let row = tile + local * 32u + bit;
            if row < params.rows {
                word |= select(0u, 1u << bit, ids[start + row] == id);
            }
        }
        workgroupBarrier();
        marks[local] = word;
        workgroupBarrier();
        if own {
            for (var i = 0u; i < 64u; i += 1u) {
                var rest = marks[i];
                while rest != 0u {
                    let row = tile + i * 32u + countTrailingZeros(rest);
                    rest &= rest - 1u;
                    for (var column = local; column < params.stride; column += 64u) {
                        d_tokens[id * params.stride + column] += x[row * params.stride + column];
                    }
                }
            }
        }
    }
}

// One invocation sums one vec4 of d_positions over the batch.
@compute @workgroup_size(64)
fn d_position(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let at = (group.x + group.y * groups.x) * 64u + local;
    if at >= params.time * params.stride {
        return;
    }
    var sum = vec4<f32>();
    if ADD {
        sum = d_positions[at];
    }
    for (var row = at / params.stride; row < params.rows; row += params.time) {
        sum += x[row * params.stride + at % params.stride];
    }
    d_positions[at] = sum;
}
