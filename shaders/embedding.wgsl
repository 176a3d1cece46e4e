// Token and position embedding, and the norm behind it. Strides count vec4.

// Add to the gradient instead of setting it.
const ADD = false;
// Only the last token of the window, whose length is in the state.
const LAST = false;
// Positions have vectors.
const POSITIONS = true;
// What the norm does: as in layer_norm.wgsl.
const CENTRED = true;
const SHIFT = true;

struct Params {
    rows: u32,       // B T
    time: u32,       // T
    stride: u32,     // vec4 in a row
    slots: u32,      // batches in token memory
    vocabulary: u32, // V
    columns: u32,    // C
    pitch: u32,      // from the norm's scale to its shift
    epsilon: f32,
}

@group(0) @binding(0) var<storage, read> ids: array<u32>;
@group(0) @binding(1) var<storage, read> state: array<f32>;
@group(0) @binding(2) var<storage, read> tokens: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> positions: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> x: array<vec4<f32>>;
// The normalized rows; for the gradient, the vectors of the tokens or of their positions.
@group(0) @binding(5) var<storage, read_write> out: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read> norm: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read_write> statistics: array<vec2<f32>>;
@group(1) @binding(0) var<uniform> params: Params;

// First id of this step's batch.
fn batch_start() -> u32 {
    return (u32(state[STEP]) % params.slots) * params.rows;
}

// Where the two vectors of a row begin.
struct Source {
    token: u32,
    position: u32,
}

fn source(row: u32) -> Source {
    let place = select(row, clamp(u32(state[POSITION]), 1u, params.time) - 1u, LAST);
    let token = min(ids[batch_start() + place], params.vocabulary - 1u);
    return Source(token * params.stride, place % params.time * params.stride);
}

fn sum_at(origin: Source, column: u32) -> vec4<f32> {
    let token = tokens[origin.token + column];
    if POSITIONS {
        return token + positions[origin.position + column];
    }
    return token;
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
    let origin = source(row);
    x[at] = sum_at(origin, column);
}

const ROWS = 4u;
const LANES = 16u;

// The same, and the layer norm of it: a workgroup takes 4 rows, LANES lanes each, as layer_norm.forward does.
@compute @workgroup_size(ROWS * LANES)
fn forward_norm(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let row = (group.x + group.y * groups.x) * ROWS + local / LANES;
    let lane = local % LANES;
    let start = row * params.stride;
    let count = f32(params.columns);
    let exists = row < params.rows;
    let origin = source(min(row, params.rows - 1u));

    var mean = 0.0;
    if CENTRED {
        var sum = 0.0;
        for (var i = lane; i < params.stride; i += LANES) {
            sum += total(sum_at(origin, i));
        }
        mean = row_sum(local, vec2<f32>(sum, 0.0)).x / count;
    }

    var squares = 0.0;
    for (var i = lane; i < params.stride; i += LANES) {
        let centred = (sum_at(origin, i) - mean) * mask(i, params.columns);
        squares += dot(centred, centred);
    }
    let rstd = inverseSqrt(row_sum(local, vec2<f32>(squares, 0.0)).x / count + params.epsilon);

    if exists {
        for (var i = lane; i < params.stride; i += LANES) {
            let value = sum_at(origin, i);
            x[start + i] = value;
            var normal = (value - mean) * rstd * norm[i];
            if SHIFT {
                normal += norm[params.pitch + i];
            }
            out[start + i] = normal;
        }
        if lane == 0u {
            statistics[row] = vec2<f32>(mean, rstd);
        }
    }
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
            out[id * params.stride + column] = vec4<f32>();
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
                        out[id * params.stride + column] += x[row * params.stride + column];
                    }
                }
            }
        }
    }
}

// The same without waiting: four invocations make one row, each looks through all ids by itself.
@compute @workgroup_size(4)
fn d_token_alone(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let id = group.x + group.y * groups.x;
    if id >= params.vocabulary {
        return;
    }
    let start = batch_start();
    if !ADD {
        for (var column = local; column < params.stride; column += 4u) {
            out[id * params.stride + column] = vec4<f32>();
        }
    }
    for (var row = 0u; row < params.rows; row += 1u) {
        if ids[start + row] == id {
            for (var column = local; column < params.stride; column += 4u) {
                out[id * params.stride + column] += x[row * params.stride + column];
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
        sum = out[at];
    }
    for (var row = at / params.stride; row < params.rows; row += params.time) {
        sum += x[row * params.stride + at % params.stride];
    }
    out[at] = sum;
}
