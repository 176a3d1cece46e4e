// Causal attention with an online softmax (Dao et al., 2022; Milakov and Gimelshein, 2018): no T x T matrix in memory.
// In `forward` and `d_query` one invocation owns one query of one head, in `d_key_value` one key and its value, which a group
// of heads may share. It alone writes their D numbers. Strides count f32.
//
// An invocation reads what it meets straight from memory, or, in the entry points named `.._tile`, through workgroup
// memory: then a workgroup owns 64 neighbours of one head, which fetch TILE positions at a time together.

// vec4 in a head, the last one filled up with zeros.
const QUADS = 4u;
// Head sizes that are a multiple of four are loaded as vec4, others number by number.
const VEC4 = true;
alias Quad = vec4<f32>;
const DROPOUT = false;
// Heads that share a key and its value.
const GROUP = 1u;
// A query sees only `window` positions.
const WINDOWED = false;
// Scores become lower with the distance.
const ALIBI = false;
// Positions that a workgroup fetches at a time: twice TILE heads fit 16 KiB.
const TILE = 64u;

struct Params {
    batch: u32,       // B
    time: u32,        // T
    heads: u32,       // H
    head_size: u32,   // D
    qkv_stride: u32,
    out_stride: u32,
    window: u32,
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

// The invocation's place: batch, head and time. Where it owns a key, the head is first one of those with keys, and `member`
// makes it one of the queries.
struct Site {
    index: u32,
    batch: u32,
    head: u32,
    time: u32,
}

fn kv_heads() -> u32 {
    return params.heads / GROUP;
}

fn site(group: vec3<u32>, groups: vec3<u32>, local: u32, heads: u32) -> Site {
    let index = (group.x + group.y * groups.x) * 64u + local;
    let head = index / params.time;
    return Site(index, head / heads, head % heads, index % params.time);
}

// One of the heads that share a key.
fn member(s: Site, number: u32) -> Site {
    let head = s.head * GROUP + number;
    return Site((s.batch * params.heads + head) * params.time + s.time, s.batch, head, s.time);
}

fn exists(s: Site) -> bool {
    return s.batch < params.batch;
}

// Where the query (part 0), key (1) or value (2) of this head begins.
fn qkv_at(s: Site, time: u32, part: u32) -> u32 {
    var place = s.head;
    if part > 0u {
        place = params.heads + (part - 1u) * kv_heads() + s.head / GROUP;
    }
    return (s.batch * params.time + time) * params.qkv_stride + place * params.head_size;
}

// The first key that a query sees, and the end of the queries that see a key.
fn first_key(time: u32) -> u32 {
    return time + 1u - min(time + 1u, params.window);
}

fn last_query(time: u32) -> u32 {
    return min(time + params.window, params.time);
}

// Which of four queries see which of four keys.
fn sees(times: vec4<u32>, keys: vec4<u32>) -> vec4<bool> {
    if WINDOWED {
        return (keys <= times) & (times < keys + params.window);
    }
    return keys <= times;
}

// What a score of this head loses for each step of distance.
fn slope(s: Site) -> f32 {
    return exp2(-8.0 * f32(s.head + 1u) / f32(params.heads));
}

// What the score of a query and a key is more than their product.
fn bias(s: Site, time: u32, key: u32) -> f32 {
    if ALIBI {
        return slope(s) * (f32(key) - f32(time));
    }
    return 0.0;
}

fn four_biases(s: Site, times: vec4<u32>, keys: vec4<u32>) -> vec4<f32> {
    if ALIBI {
        return slope(s) * (vec4<f32>(keys) - vec4<f32>(times));
    }
    return vec4<f32>();
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

fn pad_qkv(s: Site, time: u32) {
    let last = Site(s.index, s.batch, s.head + GROUP - 1u, time);
    pad(last, s.batch * params.time + time, (params.heads + 2u * kv_heads()) * params.head_size, params.qkv_stride);
}

// A query on its way past the keys.
struct Query {
    query: Head,
    // Weighted values so far, relative to exp(most).
    sum: Head,
    most: f32,
    norm: f32,
}

fn begin_query(s: Site) -> Query {
    var q: Query;
    let at = qkv_at(s, s.time, 0u);
    for (var i = 0u; i < QUADS; i += 1u) {
        q.query[i] = load_qkv(at, i) * params.scale;
    }
    q.most = -1e30;
    return q;
}

// Takes a score in: what the value of this key is to be weighted with.
fn meet(q: ptr<function, Query>, score: f32) -> f32 {
    if score > (*q).most {
        let shrink = exp((*q).most - score);
        (*q).most = score;
        (*q).norm *= shrink;
        for (var i = 0u; i < QUADS; i += 1u) {
            (*q).sum[i] *= shrink;
        }
    }
    let p = exp(score - (*q).most);
    (*q).norm += p;
    return p;
}

fn finish_query(s: Site, q: Query) {
    for (var i = 0u; i < QUADS; i += 1u) {
        store(y_at(s, s.time), i, q.sum[i] / q.norm);
    }
    pad(s, s.batch * params.time + s.time, params.heads * params.head_size, params.out_stride);
    log_sum[s.index] = q.most + log(q.norm);
}

@compute @workgroup_size(64)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let s = site(group, groups, local, params.heads);
    if !exists(s) {
        return;
    }
    var q = begin_query(s);
    for (var key = first_key(s.time); key <= s.time; key += 1u) {
        let key_at = qkv_at(s, key, 1u);
        let value_at = qkv_at(s, key, 2u);
        var score = bias(s, s.time, key);
        for (var i = 0u; i < QUADS; i += 1u) {
            score += dot(q.query[i], load_qkv(key_at, i));
        }
        let weight = meet(&q, score) * kept(s.index, key);
        for (var i = 0u; i < QUADS; i += 1u) {
            q.sum[i] += weight * load_qkv(value_at, i);
        }
    }
    finish_query(s, q);
}

// Two heads of each of TILE positions, side by side.
var<workgroup> first_tile: array<vec4<f32>, TILE * QUADS>;
var<workgroup> second_tile: array<vec4<f32>, TILE * QUADS>;

// Workgroups that one head takes, and whether this one has a head at all.
fn blocks() -> u32 {
    return (params.time + 63u) / 64u;
}

fn block_exists(block: u32, heads: u32) -> bool {
    return block < params.batch * heads * blocks();
}

fn tile_site(block: u32, local: u32, heads: u32) -> Site {
    let head = block / blocks();
    let time = block_start(block) + local;
    return Site(head * params.time + time, head / heads, head % heads, time);
}

// The positions of the workgroup.
fn block_start(block: u32) -> u32 {
    return (block % blocks()) * 64u;
}

fn block_end(block: u32) -> u32 {
    return min(block_start(block) + 64u, params.time);
}

// Keys and values from `start` on.
fn load_keys(s: Site, start: u32, end: u32, local: u32) {
    for (var i = local; i < TILE * QUADS; i += 64u) {
        let time = start + i / QUADS;
        if time < end {
            first_tile[i] = load_qkv(qkv_at(s, time, 1u), i % QUADS);
            second_tile[i] = load_qkv(qkv_at(s, time, 2u), i % QUADS);
        }
    }
}

// Queries and gradients of their results.
fn load_queries(s: Site, start: u32, end: u32, local: u32) {
    for (var i = local; i < TILE * QUADS; i += 64u) {
        let time = start + i / QUADS;
        if time < end {
            first_tile[i] = load_qkv(qkv_at(s, time, 0u), i % QUADS);
            second_tile[i] = load_d_y(y_at(s, time), i % QUADS);
        }
    }
}

@compute @workgroup_size(64)
fn forward_tile(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let block = group.x + group.y * groups.x;
    if !block_exists(block, params.heads) {
        return;
    }
    let end = block_end(block);
    let s = tile_site(block, local, params.heads);
    let own = s.time < params.time;
    let first = first_key(s.time);
    var q: Query;
    if own {
        q = begin_query(s);
    }
    for (var start = first_key(block_start(block)); start < end; start += TILE) {
        workgroupBarrier();
        load_keys(s, start, end, local);
        workgroupBarrier();
        for (var key = max(start, first); own && key < min(start + TILE, s.time + 1u); key += 1u) {
            let at = (key - start) * QUADS;
            var score = bias(s, s.time, key);
            for (var i = 0u; i < QUADS; i += 1u) {
                score += dot(q.query[i], first_tile[at + i]);
            }
            let weight = meet(&q, score) * kept(s.index, key);
            for (var i = 0u; i < QUADS; i += 1u) {
                q.sum[i] += weight * second_tile[at + i];
            }
        }
    }
    if own {
        finish_query(s, q);
    }
}

// The gradient of a query on its way past the keys.
struct DQuery {
    query: Head,
    d_out: Head,
    sum: Head,
    log_sum: f32,
    delta: f32,
}

fn begin_d_query(s: Site) -> DQuery {
    var q: DQuery;
    let at = qkv_at(s, s.time, 0u);
    for (var i = 0u; i < QUADS; i += 1u) {
        q.query[i] = load_qkv(at, i) * params.scale;
        q.d_out[i] = load_d_y(y_at(s, s.time), i);
        q.delta += dot(q.d_out[i], load_y(y_at(s, s.time), i));
    }
    q.log_sum = log_sum[s.index];
    return q;
}

fn finish_d_query(s: Site, q: DQuery) {
    for (var i = 0u; i < QUADS; i += 1u) {
        store(qkv_at(s, s.time, 0u), i, q.sum[i]);
    }
    delta[s.index] = q.delta;
}

@compute @workgroup_size(64)
fn d_query(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let s = site(group, groups, local, params.heads);
    if !exists(s) {
        return;
    }
    var q = begin_d_query(s);
    for (var key = first_key(s.time); key <= s.time; key += 1u) {
        let key_at = qkv_at(s, key, 1u);
        let value_at = qkv_at(s, key, 2u);
        var score = bias(s, s.time, key);
        var d_p = 0.0;
        for (var i = 0u; i < QUADS; i += 1u) {
            score += dot(q.query[i], load_qkv(key_at, i));
            d_p += dot(q.d_out[i], load_qkv(value_at, i));
        }
        let d_score = exp(score - q.log_sum) * (d_p * kept(s.index, key) - q.delta) * params.scale;
        for (var i = 0u; i < QUADS; i += 1u) {
            q.sum[i] += d_score * load_qkv(key_at, i);
        }
    }
    finish_d_query(s, q);
}

@compute @workgroup_size(64)
fn d_query_tile(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let block = group.x + group.y * groups.x;
    if !block_exists(block, params.heads) {
        return;
    }
    let end = block_end(block);
    let s = tile_site(block, local, params.heads);
    let own = s.time < params.time;
    let first = first_key(s.time);
    var q: DQuery;
    if own {
        q = begin_d_query(s);
    }
    for (var start = first_key(block_start(block)); start < end; start += TILE) {
        workgroupBarrier();
        load_keys(s, start, end, local);
        workgroupBarrier();
        for (var key = max(start, first); own && key < min(start + TILE, s.time + 1u); key += 1u) {
            let at = (key - start) * QUADS;
            var score = bias(s, s.time, key);
            var d_p = 0.0;
            for (var i = 0u; i < QUADS; i += 1u) {
                score += dot(q.query[i], first_tile[at + i]);
                d_p += dot(q.d_out[i], second_tile[at + i]);
            }
            let d_score = exp(score - q.log_sum) * (d_p * kept(s.index, key) - q.delta) * params.scale;
            for (var i = 0u; i < QUADS; i += 1u) {
                q.sum[i] += d_score * first_tile[at + i];
            }
        }
    }
    if own {
        finish_d_query(s, q);
    }
}

// The gradients of a key and its value on their way past the queries.
struct DKeyValue {
    key: Head,
    value: Head,
    d_key: Head,
    d_value: Head,
}

fn begin_d_key_value(s: Site) -> DKeyValue {
    var kv: DKeyValue;
    for (var i = 0u; i < QUADS; i += 1u) {
        kv.key[i] = load_qkv(qkv_at(s, s.time, 1u), i) * params.scale;
        kv.value[i] = load_qkv(qkv_at(s, s.time, 2u), i);
    }
    return kv;
}

fn finish_d_key_value(s: Site, kv: DKeyValue) {
    for (var i = 0u; i < QUADS; i += 1u) {
        store(qkv_at(s, s.time, 1u), i, kv.d_key[i]);
        store(qkv_at(s, s.time, 2u), i, kv.d_value[i]);
    }
    pad_qkv(s, s.time);
}

// What the query at `time` adds to the gradients of the value and of the key: factors of its d_y and of itself.
fn factors(s: Site, time: u32, score: f32, d_p: f32) -> vec2<f32> {
    let query = s.index - s.time + time;
    let p = exp(score - log_sum[query]);
    let factor = kept(query, s.time);
    return vec2<f32>(p * factor, p * (d_p * factor - delta[query]) * params.scale);
}

@compute @workgroup_size(64)
fn d_key_value(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let own = site(group, groups, local, kv_heads());
    if !exists(own) {
        return;
    }
    var kv = begin_d_key_value(member(own, 0u));
    for (var number = 0u; number < GROUP; number += 1u) {
        let s = member(own, number);
        for (var time = s.time; time < last_query(s.time); time += 1u) {
            let query_at = qkv_at(s, time, 0u);
            var score = bias(s, time, s.time);
            var d_p = 0.0;
            for (var i = 0u; i < QUADS; i += 1u) {
                score += dot(kv.key[i], load_qkv(query_at, i));
                d_p += dot(kv.value[i], load_d_y(y_at(s, time), i));
            }
            let factor = factors(s, time, score, d_p);
            for (var i = 0u; i < QUADS; i += 1u) {
                kv.d_value[i] += factor.x * load_d_y(y_at(s, time), i);
                kv.d_key[i] += factor.y * load_qkv(query_at, i);
            }
        }
    }
    finish_d_key_value(member(own, 0u), kv);
}

@compute @workgroup_size(64)
fn d_key_value_tile(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let block = group.x + group.y * groups.x;
    if !block_exists(block, kv_heads()) {
        return;
    }
    let place = tile_site(block, local, kv_heads());
    let own = place.time < params.time;
    let end = last_query(block_end(block) - 1u);
    var kv: DKeyValue;
    if own {
        kv = begin_d_key_value(member(place, 0u));
    }
    for (var number = 0u; number < GROUP; number += 1u) {
        let s = member(place, number);
        let last = last_query(s.time);
        for (var start = block_start(block); start < end; start += TILE) {
            workgroupBarrier();
            load_queries(s, start, end, local);
            workgroupBarrier();
            for (var time = max(start, s.time); own && time < min(start + TILE, last); time += 1u) {
                let at = (time - start) * QUADS;
                var score = bias(s, time, s.time);
                var d_p = 0.0;
                for (var i = 0u; i < QUADS; i += 1u) {
                    score += dot(kv.key[i], first_tile[at + i]);
                    d_p += dot(kv.value[i], second_tile[at + i]);
                }
                let factor = factors(s, time, score, d_p);
                for (var i = 0u; i < QUADS; i += 1u) {
                    kv.d_value[i] += factor.x * second_tile[at + i];
                    kv.d_key[i] += factor.y * first_tile[at + i];
                }
            }
        }
    }
    if own {
        finish_d_key_value(member(place, 0u), kv);
    }
}

// Four queries or four keys an invocation, for adapters on which loads cost more than arithmetic: what has been loaded
// serves all four. Neighbours take as many turns and load the same. The loops that are run often are written out, since an
// array costs as much as memory where a variable is its index.
//
// Quad i of four positions: a position in each column.
alias Heads = array<mat4x4<f32>, QUADS>;
// Positions that neighbours take together.
const SPAN = 16u;

fn fours_site(group: vec3<u32>, groups: vec3<u32>, local: u32, heads: u32) -> Site {
    let index = (group.x + group.y * groups.x) * 64u + local;
    let each = SPAN / 4u * ((params.time + SPAN - 1u) / SPAN);
    let head = index / each;
    let time = 4u * (index % each);
    return Site(head * params.time + time, head / heads, head % heads, time);
}

// The times of the four; behind the end the last one stands in.
fn four_times(s: Site) -> vec4<u32> {
    return min(s.time + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(params.time - 1u));
}

fn load_four_qkv(s: Site, part: u32, quad: u32) -> mat4x4<f32> {
    let t = four_times(s);
    return mat4x4<f32>(
        load_qkv(qkv_at(s, t.x, part), quad),
        load_qkv(qkv_at(s, t.y, part), quad),
        load_qkv(qkv_at(s, t.z, part), quad),
        load_qkv(qkv_at(s, t.w, part), quad),
    );
}

// The four numbers times the same vector, side by side.
fn outer(column: vec4<f32>, row: vec4<f32>) -> mat4x4<f32> {
    return mat4x4<f32>(column * row.x, column * row.y, column * row.z, column * row.w);
}

// What dropout multiplies the probabilities of four queries and four keys with, by the indices of the queries.
fn four_kept(queries: vec4<u32>, keys: vec4<u32>) -> vec4<f32> {
    if DROPOUT {
        return vec4<f32>(kept(queries.x, keys.x), kept(queries.y, keys.y), kept(queries.z, keys.z), kept(queries.w, keys.w));
    }
    return vec4<f32>(1.0);
}

@compute @workgroup_size(64)
fn forward_fours(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let s = fours_site(group, groups, local, params.heads);
    if !exists(s) {
        return;
    }
    let times = four_times(s);
    let indices = times + (s.index - s.time);
    var queries: Heads;
    // Weighted values so far, relative to exp(most).
    var sums: Heads;
    for (var i = 0u; i < QUADS; i += 1u) {
        queries[i] = load_four_qkv(s, 0u, i) * params.scale;
    }
    var most = vec4<f32>(-1e30);
    var norm = vec4<f32>();
    let end = min((s.time / SPAN + 1u) * SPAN, params.time);
    for (var key = first_key(s.time / SPAN * SPAN); key < end; key += 1u) {
        let key_at = qkv_at(s, key, 1u);
        let value_at = qkv_at(s, key, 2u);
        var products = four_biases(s, times, vec4<u32>(key));
        // unroll
        for (var i = 0u; i < QUADS; i += 1u) {
            products += load_qkv(key_at, i) * queries[i];
        }
        let scores = select(vec4<f32>(-1e30), products, sees(times, vec4<u32>(key)));
        let shrink = exp(most - max(most, scores));
        most = max(most, scores);
        let p = exp(scores - most);
        norm = norm * shrink + p;
        let weights = p * four_kept(indices, vec4<u32>(key));
        // unroll
        for (var i = 0u; i < QUADS; i += 1u) {
            let sum = sums[i];
            let shrunk = mat4x4<f32>(sum[0] * shrink.x, sum[1] * shrink.y, sum[2] * shrink.z, sum[3] * shrink.w);
            sums[i] = shrunk + outer(load_qkv(value_at, i), weights);
        }
    }
    for (var j = 0u; j < 4u && s.time + j < params.time; j += 1u) {
        for (var i = 0u; i < QUADS; i += 1u) {
            store(y_at(s, s.time + j), i, sums[i][j] / norm[j]);
        }
        pad(s, s.batch * params.time + s.time + j, params.heads * params.head_size, params.out_stride);
        log_sum[s.index + j] = most[j] + log(norm[j]);
    }
}

@compute @workgroup_size(64)
fn d_query_fours(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let s = fours_site(group, groups, local, params.heads);
    if !exists(s) {
        return;
    }
    let times = four_times(s);
    let indices = times + (s.index - s.time);
    var queries: Heads;
    var d_outs: Heads;
    var sums: Heads;
    var deltas = vec4<f32>();
    var log_sums = vec4<f32>();
    for (var j = 0u; j < 4u; j += 1u) {
        let at = y_at(s, times[j]);
        for (var i = 0u; i < QUADS; i += 1u) {
            queries[i][j] = load_qkv(qkv_at(s, times[j], 0u), i) * params.scale;
            d_outs[i][j] = load_d_y(at, i);
            deltas[j] += dot(d_outs[i][j], load_y(at, i));
        }
        log_sums[j] = log_sum[indices[j]];
    }
    let end = min((s.time / SPAN + 1u) * SPAN, params.time);
    for (var key = first_key(s.time / SPAN * SPAN); key < end; key += 1u) {
        let key_at = qkv_at(s, key, 1u);
        let value_at = qkv_at(s, key, 2u);
        var heads: array<vec4<f32>, QUADS>;
        var products = four_biases(s, times, vec4<u32>(key));
        var d_p = vec4<f32>();
        // unroll
        for (var i = 0u; i < QUADS; i += 1u) {
            let head = load_qkv(key_at, i);
            heads[i] = head;
            products += head * queries[i];
            d_p += load_qkv(value_at, i) * d_outs[i];
        }
        let p = exp(select(vec4<f32>(-1e30), products - log_sums, sees(times, vec4<u32>(key))));
        let d_scores = p * (d_p * four_kept(indices, vec4<u32>(key)) - deltas) * params.scale;
        // unroll
        for (var i = 0u; i < QUADS; i += 1u) {
            sums[i] += outer(heads[i], d_scores);
        }
    }
    for (var j = 0u; j < 4u && s.time + j < params.time; j += 1u) {
        for (var i = 0u; i < QUADS; i += 1u) {
            store(qkv_at(s, s.time + j, 0u), i, sums[i][j]);
        }
        delta[s.index + j] = deltas[j];
    }
}

@compute @workgroup_size(64)
fn d_key_value_fours(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let own = fours_site(group, groups, local, kv_heads());
    if !exists(own) {
        return;
    }
    let first = member(own, 0u);
    let times = four_times(own);
    var keys: Heads;
    var values: Heads;
    var d_keys: Heads;
    var d_values: Heads;
    for (var i = 0u; i < QUADS; i += 1u) {
        keys[i] = load_four_qkv(first, 1u, i) * params.scale;
        values[i] = load_four_qkv(first, 2u, i);
    }
    let end = last_query(min(own.time / SPAN * SPAN + SPAN, params.time) - 1u);
    for (var number = 0u; number < GROUP; number += 1u) {
        let s = member(own, number);
        for (var time = s.time / SPAN * SPAN; time < end; time += 1u) {
            let query_at = qkv_at(s, time, 0u);
            let out_at = y_at(s, time);
            let query = s.index - s.time + time;
            var heads: array<vec4<f32>, QUADS>;
            var d_outs: array<vec4<f32>, QUADS>;
            var products = four_biases(s, vec4<u32>(time), times);
            var d_p = vec4<f32>();
            // unroll
            for (var i = 0u; i < QUADS; i += 1u) {
                let head = load_qkv(query_at, i);
                let d_out = load_d_y(out_at, i);
                heads[i] = head;
                d_outs[i] = d_out;
                products += head * keys[i];
                d_p += d_out * values[i];
            }
            let p = exp(select(vec4<f32>(-1e30), products - log_sum[query], sees(vec4<u32>(time), times)));
            let factor = four_kept(vec4<u32>(query), times);
            let weights = p * factor;
            let d_scores = p * (d_p * factor - delta[query]) * params.scale;
            // unroll
            for (var i = 0u; i < QUADS; i += 1u) {
                d_values[i] += outer(d_outs[i], weights);
                d_keys[i] += outer(heads[i], d_scores);
            }
        }
    }
    for (var j = 0u; j < 4u && own.time + j < params.time; j += 1u) {
        for (var i = 0u; i < QUADS; i += 1u) {
            store(qkv_at(first, own.time + j, 1u), i, d_keys[i][j]);
            store(qkv_at(first, own.time + j, 2u), i, d_values[i][j]);
        }
        pad_qkv(first, own.time + j);
    }
}
