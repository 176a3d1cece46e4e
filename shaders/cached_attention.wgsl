// Attention of the last token of the text over the keys and values of the tokens up to it. One workgroup takes one head: it
// alone writes its D results, and of heads that share a key and a value the first alone stores the token's own in the cache.
// Lane l scores the keys l, l + 64, ...; then the lanes share the columns, and the keys where there are more lanes than
// columns. Sums are added in a fixed order. Widths and strides count Quads.

// Four numbers of a head at once, or one where its size is no multiple of four.
alias Quad = vec4<f32>;
// Picks the numbers of a Quad that has been made a vec4: all, or one of the four copies.
const ONES = vec4<f32>(1.0, 1.0, 1.0, 1.0);
// T
const TIME = 64u;
const LANES = 64u;
// Heads that share a key and its value.
const GROUP = 1u;
// Scores become lower with the distance.
const ALIBI = false;

struct Params {
    heads: u32,        // H
    width: u32,        // D
    qkv_stride: u32,
    out_stride: u32,
    window: u32,       // positions that the token sees at most
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

// A quad of a token's key or value: what is not in the cache yet comes from where it was made.
fn shared_at(key: u32, position: u32, place: u32) -> Quad {
    if key == position {
        return qkv[place];
    }
    return cache[key * params.qkv_stride + place];
}

@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let head = group.x;
    let position = clamp(u32(state[POSITION]), 1u, TIME) - 1u;
    let first = position + 1u - min(position + 1u, params.window);
    let query_at = head * params.width;
    let key_at = (params.heads + head / GROUP) * params.width;
    let value_at = key_at + params.heads / GROUP * params.width;
    if head % GROUP == 0u {
        let row = position * params.qkv_stride;
        for (var i = local; i < params.width; i += LANES) {
            cache[row + key_at + i] = qkv[key_at + i];
            cache[row + value_at + i] = qkv[value_at + i];
        }
    }

    var most = -1e30;
    for (var key = first + local; key <= position; key += LANES) {
        var product = Quad();
        for (var i = 0u; i < params.width; i += 1u) {
            product += qkv[query_at + i] * shared_at(key, position, key_at + i);
        }
        var score = dot(vec4<f32>(product), ONES) * params.scale;
        if ALIBI {
            score -= exp2(-8.0 * f32(head + 1u) / f32(params.heads)) * f32(position - key);
        }
        scores[key] = score;
        most = max(most, score);
    }
    most = max_all(local, most);
    var norm = 0.0;
    for (var key = first + local; key <= position; key += LANES) {
        let p = exp(scores[key] - most);
        scores[key] = p;
        norm += p;
    }
    norm = sum_all(local, norm);

    for (var begin = 0u; begin < params.width; begin += LANES) {
        let columns = min(params.width - begin, LANES);
        let groups = LANES / columns;
        let column = value_at + begin + local % columns;
        var sum = Quad();
        if local < groups * columns {
            for (var key = first + local / columns; key <= position; key += groups) {
                sum += scores[key] * shared_at(key, position, column);
            }
        }
        shares[local] = sum;
        workgroupBarrier();
        if local < columns {
            for (var i = 1u; i < groups; i += 1u) {
                sum += shares[local + i * columns];
            }
            y[query_at + begin + local] = sum / norm;
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
