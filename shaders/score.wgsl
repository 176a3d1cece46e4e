// How each row of logits judges its target. A workgroup takes 4 rows, LANES lanes each; lane 0 of a row alone writes its
// vec4 of the result. Strides count vec4.

const LANES = 16u;
const ROWS = 4u;

struct Params {
    rows: u32,     // B T
    columns: u32,  // V
    stride: u32,
    slots: u32,    // batches in token memory
}

@group(0) @binding(0) var<storage, read_write> logits: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read> state: array<f32>;
@group(0) @binding(3) var<storage, read_write> scores: array<vec4<f32>>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(ROWS * LANES)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let row = (group.x + group.y * groups.x) * ROWS + local / LANES;
    let lane = local % LANES;
    let read_row = min(row, params.rows - 1u);
    let start = read_row * params.stride;
    let slot = u32(state[STEP]) % params.slots;
    let wanted = targets[slot * params.rows + read_row];
    let own = logits[start + wanted / 4u][wanted % 4u];

    var lane_max = -1e30;
    for (var i = lane; i < params.stride; i += LANES) {
        let v = select(vec4<f32>(-1e30), logits[start + i], exists(i, params.columns));
        lane_max = max(lane_max, max(max(v.x, v.y), max(v.z, v.w)));
    }
    let most = row_max(local, lane_max);

    // Of equal logits the token with the smaller id goes first.
    var sum = 0.0;
    var ahead = 0.0;
    var first = -1e30;
    for (var i = lane; i < params.stride; i += LANES) {
        let there = exists(i, params.columns);
        let v = logits[start + i];
        let ids = 4u * i + vec4<u32>(0u, 1u, 2u, 3u);
        sum += total(select(vec4<f32>(), exp(v - most), there));
        let before = (v > vec4<f32>(own)) | ((v == vec4<f32>(own)) & (ids < vec4<u32>(wanted)));
        ahead += total(select(vec4<f32>(), vec4<f32>(1.0), there & before));
        let likeliest = there & (v == vec4<f32>(most));
        let place = select(vec4<f32>(-1e30), -vec4<f32>(ids), likeliest);
        first = max(first, max(max(place.x, place.y), max(place.z, place.w)));
    }
    let sums = row_sum(local, vec2<f32>(sum, ahead));
    let top = -row_max(local, first);

    if row < params.rows && lane == 0u {
        scores[row] = vec4<f32>(log(sums.x) + most - own, sums.y, 1.0 / sums.x, top);
    }
}
