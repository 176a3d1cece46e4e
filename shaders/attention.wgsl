// Causal attention with an online softmax (Dao et al., 2022; Milakov and Gimelshein, 2018): no T x T matrix in memory.
// In `forward` and `d_query` one invocation owns one query of one head, in `d_key_value` one key and its value.
// It alone writes their D numbers. Strides count f32.

// vec4 in a head, the last one filled up with zeros.
const QUADS = 4u;
// Head sizes that are a multiple of four are loaded as vec4, others number by number.
const VEC4 = true;
alias Quad = vec4<f32>;
const DROPOUT = false;

struct Params {
    batch: u32,       // B
    time: u32,        // T
    heads: u32,       // H
    head_size: u32,   // D
    qkv_stride: u32,
    out_stride: u32,
    scale: f32,       // 1 / sqrt(D)
    seed: u32,
    place: u32,
    keep: f32,
}

@group(0) @binding(0) var<storage, read_write> qkv: array<Quad>;
@group(0) @binding(1) var<storage, read> state: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<Quad>;
@group(0) @binding(3) var<storage, read_write> d_y: array<Quad>;
// log of the sum of exp(score) of each query, (B, H, T).
@group(0) @binding(4) var<storage, read_write> log_sum: array<f32>;
// d_y . y of each query, (B, H, T).
@group(0) @binding(5) var<storage, read_write> delta: array<f32>;
@group(0) @binding(6) var<storage, read_write> out: array<f32>;
@group(1) @binding(0) var<uniform> params: Params;

alias Head = array<vec4<f32>, QUADS>;

// The invocation's place: batch, head and time.
struct Site {
    index: u32,
    batch: u32,
    head: u32,
    time: u32,
}

fn site(group: vec3<u32>, groups: vec3<u32>, local: u32) -> Site {
    let index = (group.x + group.y * groups.x) * 64u + local;
    let head = index / params.time;
    return Site(index, head / params.heads, head % params.heads, index % params.time);
}

fn exists(s: Site) -> bool {
    return s.batch < params.batch;
}

// Where the query (part 0), key (1) or value (2) of this head begins.
fn qkv_at(s: Site, time: u32, part: u32) -> u32 {
    return (s.batch * params.time + time) * params.qkv_stride + (part * params.heads + s.head) * params.head_size;
}

fn y_at(s: Site, time: u32) -> u32 {
    return (s.batch * params.time + time) * params.out_stride + s.head * params.head_size;
}

// Zeros for the numbers of a head that do not exist: what stands there belongs to others, or is no number at all.
fn cut(quad: u32, value: vec4<f32>) -> vec4<f32> {
    let first = 4u * quad;
    let exists = vec4<u32>(first, first + 1u, first + 2u, first + 3u) < vec4<u32>(params.head_size);
    return select(vec4<f32>(), value, exists);
}

fn load_qkv(at: u32, quad: u32) -> vec4<f32> {
    if VEC4 {
        return vec4<f32>(qkv[at / 4u + quad]);
    }
    let i = at + 4u * quad;
    let end = arrayLength(&qkv) - 1u;
    return cut(quad, vec4<f32>(
        vec4<f32>(qkv[i]).x,
        vec4<f32>(qkv[min(i + 1u, end)]).x,
        vec4<f32>(qkv[min(i + 2u, end)]).x,
        vec4<f32>(qkv[min(i + 3u, end)]).x,
    ));
}

fn load_y(at: u32, quad: u32) -> vec4<f32> {
    if VEC4 {
        return vec4<f32>(y[at / 4u + quad]);
    }
    let i = at + 4u * quad;
    let end = arrayLength(&y) - 1u;
    return cut(quad, vec4<f32>(
        vec4<f32>(y[i]).x,
        vec4<f32>(y[min(i + 1u, end)]).x,
        vec4<f32>(y[min(i + 2u, end)]).x,
        vec4<f32>(y[min(i + 3u, end)]).x,
    ));
}

fn load_d_y(at: u32, quad: u32) -> vec4<f32> {
    if VEC4 {
        return vec4<f32>(d_y[at / 4u + quad]);
    }
    let i = at + 4u * quad;
    let end = arrayLength(&d_y) - 1u;
    return cut(quad, vec4<f32>(
        vec4<f32>(d_y[i]).x,
        vec4<f32>(d_y[min(i + 1u, end)]).x,
        vec4<f32>(d_y[min(i + 2u, end)]).x,
        vec4<f32>(d_y[min(i + 3u, end)]).x,
    ));
}

fn store(at: u32, quad: u32, value: vec4<f32>) {
    for (var i = 0u; i < 4u; i += 1u) {
        if 4u * quad + i < params.head_size {
            out[at + 4u * quad + i] = value[i];
        }
    }
}

// What dropout multiplies the probability of this query and key with.
fn kept(query: u32, key: u32) -> f32 {
    if DROPOUT {
        let index = query * params.time + key;
        let u = random_unit(params.seed, params.place, u32(state[STEP]), index);
        return select(0.0, 1.0 / params.keep, u < params.keep);
    }
    return 1.0;
}

// Zeros behind the last head of a row whose length is no multiple of four.
fn pad(s: Site, row: u32, width: u32, stride: u32) {
    if s.head + 1u == params.heads {
        for (var i = width; i < stride; i += 1u) {
            out[row * stride + i] = 0.0;
        }
    }
}

@compute @workgroup_size(64)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let s = site(group, groups, local);
    if !exists(s) {
        return;
    }
    var query: Head;
    var sum: Head;
    let query_at = qkv_at(s, s.time, 0u);
    for (var i = 0u; i < QUADS; i += 1u) {
        query[i] = load_qkv(query_at, i) * params.scale;
    }
    var most = -1e30;
    var norm = 0.0;
    for (var key = 0u; key <= s.time; key += 1u) {
        let key_at = qkv_at(s, key, 1u);
        let value_at = qkv_at(s, key, 2u);
        var score = 0.0;
        for (var i = 0u; i < QUADS; i += 1u) {
            score += dot(query[i], load_qkv(key_at, i));
        }
        if score > most {
            let shrink = exp(most - score);
            most = score;
            norm *= shrink;
            for (var i = 0u; i < QUADS; i += 1u) {
                sum[i] *= shrink;
            }
        }
        let p = exp(score - most);
        norm += p;
        let weight = p * kept(s.index, key);
        for (var i = 0u; i < QUADS; i += 1u) {
            sum[i] += weight * load_qkv(value_at, i);
        }
    }
    for (var i = 0u; i < QUADS; i += 1u) {
        store(y_at(s, s.time), i, sum[i] / norm);
    }
    pad(s, s.batch * params.time + s.time, params.heads * params.head_size, params.out_stride);
    log_sum[s.index] = most + log(norm);
}

@compute @workgroup_size(64)
fn d_query(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let s = site(group, groups, local);
    if !exists(s) {
        return;
    }
    var query: Head;
    var d_out: Head;
    var d_q: Head;
    let query_at = qkv_at(s, s.time, 0u);
    var own_delta = 0.0;
    for (var i = 0u; i < QUADS; i += 1u) {
        query[i] = load_qkv(query_at, i) * params.scale;
        d_out[i] = load_d_y(y_at(s, s.time), i);
        own_delta += dot(d_out[i], load_y(y_at(s, s.time), i));
    }
    let own_log_sum = log_sum[s.index];
    for (var key = 0u; key <= s.time; key += 1u) {
        let key_at = qkv_at(s, key, 1u);
        let value_at = qkv_at(s, key, 2u);
        var score = 0.0;
        var d_p = 0.0;
        for (var i = 0u; i < QUADS; i += 1u) {
            score += dot(query[i], load_qkv(key_at, i));
            d_p += dot(d_out[i], load_qkv(value_at, i));
        }
        let d_score = exp(score - own_log_sum) * (d_p * kept(s.index, key) - own_delta) * params.scale;
        for (var i = 0u; i < QUADS; i += 1u) {
            d_q[i] += d_score * load_qkv(key_at, i);
        }
    }
    for (var i = 0u; i < QUADS; i += 1u) {
        store(query_at, i, d_q[i]);
    }
    delta[s.index] = own_delta;
}

@compute @workgroup_size(64)
fn d_key_value(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let s = site(group, groups, local);
    if !exists(s) {
        return;
    }
    var key: Head;
    var value: Head;
    var d_k: Head;
    var d_v: Head;
    let key_at = qkv_at(s, s.time, 1u);
    let value_at = qkv_at(s, s.time, 2u);
    for (var i = 0u; i < QUADS; i += 1u) {
        key[i] = load_qkv(key_at, i) * params.scale;
        value[i] = load_qkv(value_at, i);
    }
    for (var time = s.time; time < params.time; time += 1u) {
        let query_at = qkv_at(s, time, 0u);
        let query_index = s.index - s.time + time;
        var score = 0.0;
        var d_p = 0.0;
        for (var i = 0u; i < QUADS; i += 1u) {
            score += dot(key[i], load_qkv(query_at, i));
            d_p += dot(value[i], load_d_y(y_at(s, time), i));
        }
        let p = exp(score - log_sum[query_index]);
        let factor = kept(query_index, s.time);
        let d_score = p * (d_p * factor - delta[query_index]) * params.scale;
        for (var i = 0u; i < QUADS; i += 1u) {
            d_v[i] += p * factor * load_d_y(y_at(s, time), i);
            d_k[i] += d_score * load_qkv(query_at, i);
        }
    }
    for (var i = 0u; i < QUADS; i += 1u) {
        store(key_at, i, d_k[i]);
        store(value_at, i, d_v[i]);
    }
    pad(s, s.batch * params.time + s.time, 3u * params.heads * params.head_size, params.qkv_stride);
}
