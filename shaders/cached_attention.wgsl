// Attention of the last token of the window over the keys and values of all tokens up to it. One workgroup takes one
// head: it alone stores the token's key and value of that head in the cache and writes its D results. Lane l scores the
// keys l, l + 64, ...; then the lanes share the columns, and the keys where there are more lanes than columns.
// Sums are added in a fixed order. Widths and strides count Quads.

// Four numbers of a head at once, or one where its size is no multiple of four.
alias Quad = vec4<f32>;
// Picks the numbers of a Quad that has been made a vec4: all, or one of the four copies.
const ONES = vec4<f32>(1.0, 1.0, 1.0, 1.0);
// T
const TIME = 64u;
const LANES = 64u;

struct Params {
    heads: u32,        // H
    width: u32,        // D
    qkv_stride: u32,
    out_stride: u32,
    scale: f32,        // 1 / sqrt(D)
}

@group(0) @binding(0) var<storage, read_write> qkv: array<Quad>;
@group(0) @binding(1) var<storage, read> state: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<Quad>;
@group(0) @binding(3) var<storage, read_write> cache: array<Quad>;
@group(1) @binding(0) var<uniform> params: Params;

// The score of each key, then its exponential.
var<workgroup> scores: array<f32, TIME>;
var<workgroup> partial: array<f32, LANES>;
var<workgroup> shares: array<Quad, LANES>;

// Every invocation of the workgroup calls the next two.
fn max_all(local: u32, value: f32) -> f32 {
    partial[local] = value;
    for (var span = LANES / 2u; span > 0u; span /= 2u) {
        workgroupBarrier();
        if local < span {
            partial[local] = max(partial[local], partial[local + span]);
        }
    }
    workgroupBarrier();
    let most = partial[0];
    workgroupBarrier();
    return most;
}

fn sum_all(local: u32, value: f32) -> f32 {
    partial[local] = value;
    for (var span = LANES / 2u; span > 0u; span /= 2u) {
        workgroupBarrier();
        if local < span {
            partial[local] += partial[local + span];
        }
    }
    workgroupBarrier();
    let sum = partial[0];
    workgroupBarrier();
    return sum;
}

@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let head = group.x;
    let position = clamp(u32(state[POSITION]), 1u, TIME) - 1u;
    let query_at = head * params.width;
    let key_at = query_at + params.heads * params.width;
    let value_at = key_at + params.heads * params.width;
    let row = position * params.qkv_stride;
    for (var i = local; i < params.width; i += LANES) {
        cache[row + key_at + i] = qkv[key_at + i];
        cache[row + value_at + i] = qkv[value_at + i];
    }
    storageBarrier();

    var most = -1e30;
    for (var key = local; key <= position; key += LANES) {
        let at = key * params.qkv_stride + key_at;
        var product = Quad();
        for (var i = 0u; i < params.width; i += 1u) {
            product += qkv[query_at + i] * cache[at + i];
        }
        let score = dot(vec4<f32>(product), ONES) * params.scale;
        scores[key] = score;
        most = max(most, score);
    }
    most = max_all(local, most);
    var norm = 0.0;
    for (var key = local; key <= position; key += LANES) {
        let p = exp(scores[key] - most);
        scores[key] = p;
        norm += p;
    }
    norm = sum_all(local, norm);

    for (var first = 0u; first < params.width; first += LANES) {
        let columns = min(params.width - first, LANES);
        let groups = LANES / columns;
        let column = value_at + first + local % columns;
        var sum = Quad();
        if local < groups * columns {
            for (var key = local / columns; key <= position; key += groups) {
                sum += scores[key] * cache[key * params.qkv_stride + column];
            }
        }
        shares[local] = sum;
        workgroupBarrier();
        if local < columns {
            for (var i = 1u; i < groups; i += 1u) {
                sum += shares[local + i * columns];
            }
            y[query_at + first + local] = sum / norm;
        }
        workgroupBarrier();
    }
    // Zeros behind the last head of a row whose length is no multiple of four.
    if head + 1u == params.heads {
        for (var i = params.heads * params.width + local; i < params.out_stride; i += LANES) {
            y[i] = Quad();
        }
    }
}
