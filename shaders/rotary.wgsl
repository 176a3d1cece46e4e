// Queries and keys turned by the angles of their places, where they stand. One invocation turns one plane of one head: number
// i and number i + D / 2. Strides count f32.

// Only the last token of a text, whose length is in the state.
const LAST = false;
// Turn back.
const BACKWARD = false;

struct Params {
    rows: u32,
    time: u32,          // rows of a sequence; of the last token alone, those of the table
    heads: u32,         // of queries and keys
    head_size: u32,     // D
    stride: u32,
    table_stride: u32,
}

// Cosines of a place, and behind them sines.
@group(0) @binding(0) var<storage, read> angles: array<f32>;
@group(0) @binding(1) var<storage, read> state: array<f32>;
@group(0) @binding(2) var<storage, read_write> qkv: array<f32>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(64)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let index = (group.x + group.y * groups.x) * 64u + local;
    let planes = params.head_size / 2u;
    let head = index / planes;
    let row = head / params.heads;
    if row >= params.rows {
        return;
    }
    let plane = index % planes;
    let place = select(row % params.time, clamp(u32(state[POSITION]), 1u, params.time) - 1u, LAST);
    let at = row * params.stride + head % params.heads * params.head_size + plane;
    let cosine = angles[place * params.table_stride + plane];
    let sine = select(1.0, -1.0, BACKWARD) * angles[place * params.table_stride + planes + plane];
    let x = qkv[at];
    let y = qkv[at + planes];
    qkv[at] = x * cosine - y * sine;
    qkv[at + planes] = y * cosine + x * sine;
}
