// Draws the next token of one row of logits and puts it into the window. One workgroup; lane l looks at the logits
// l, l + 64, ... where order does not matter and at its own contiguous share where it does; lane 0 alone writes state
// and record.
//
// Top-k and top-p are thresholds on the logit, found bit by bit on its order-preserving bits, so tokens that tie with
// the last one kept are kept too.

const LANES = 64u;
const SHOWN = 6u;

struct Params {
    vocabulary: u32,  // V
    time: u32,        // T
    ring: u32,        // records that `records` holds
    stream: u32,
}

@group(0) @binding(0) var<storage, read_write> logits: array<f32>;
@group(0) @binding(1) var<storage, read_write> state: array<f32>;
@group(0) @binding(2) var<storage, read_write> window: array<u32>;
@group(0) @binding(3) var<storage, read_write> records: array<f32>;
@group(1) @binding(0) var<uniform> params: Params;

const WRITTEN = 16u;

var<workgroup> sums: array<f32, 64>;
var<workgroup> keys: array<vec2<u32>, 64>;

// Every invocation of the workgroup calls the next three.
fn sum_all(local: u32, value: f32) -> f32 {
    workgroupBarrier();
    sums[local] = value;
    workgroupBarrier();
    var sum = 0.0;
    for (var i = 0u; i < LANES; i += 1u) {
        sum += sums[i];
    }
    return sum;
}

fn max_all(local: u32, value: f32) -> f32 {
    workgroupBarrier();
    sums[local] = value;
    workgroupBarrier();
    var most = -1e30;
    for (var i = 0u; i < LANES; i += 1u) {
        most = max(most, sums[i]);
    }
    return most;
}

// The largest key, and of equal keys the smallest id: (key, V - id).
fn best_all(local: u32, value: vec2<u32>) -> vec2<u32> {
    workgroupBarrier();
    keys[local] = value;
    workgroupBarrier();
    var best = vec2<u32>();
    for (var i = 0u; i < LANES; i += 1u) {
        best = select(best, keys[i], before(best, keys[i]));
    }
    return best;
}

fn before(a: vec2<u32>, b: vec2<u32>) -> bool {
    return a.x < b.x || (a.x == b.x && a.y < b.y);
}

// Bits that grow as the number grows.
fn key_of(x: f32) -> u32 {
    let bits = bitcast<u32>(x);
    return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}

fn put(slot: u32, offset: u32, value: f32) {
    records[slot * WRITTEN + offset] = value;
}

@compute @workgroup_size(64)
fn forward(@builtin(local_invocation_index) local: u32) {
    let count = params.vocabulary;
    let greedy = state[TEMPERATURE] <= 0.0;
    let heat = select(state[TEMPERATURE], 1.0, greedy);
    let wanted = u32(state[TOP_K]);
    let top_k = f32(select(select(min(wanted, count), count, wanted == 0u), 1u, greedy));
    let top_p = state[TOP_P];

    var most = -1e30;
    for (var i = local; i < count; i += LANES) {
        most = max(most, logits[i]);
    }
    most = max_all(local, most);
    var mass = 0.0;
    for (var i = local; i < count; i += LANES) {
        mass += exp((logits[i] - most) / heat);
    }
    let norm = sum_all(local, mass);

    // The key of the k-th largest logit.
    var threshold = 0u;
    for (var bit = 0u; bit < 32u; bit += 1u) {
        let candidate = threshold | (0x80000000u >> bit);
        var above = 0.0;
        for (var i = local; i < count; i += LANES) {
            above += select(0.0, 1.0, key_of(logits[i]) >= candidate);
        }
        above = sum_all(local, above);
        threshold = select(threshold, candidate, above >= top_k);
    }

    // The largest threshold above which top-p of what top-k has kept remains.
    mass = 0.0;
    for (var i = local; i < count; i += LANES) {
        mass += select(0.0, exp((logits[i] - most) / heat), key_of(logits[i]) >= threshold);
    }
    let kept_by_k = sum_all(local, mass);
    var nucleus = 0u;
    for (var bit = 0u; bit < 32u; bit += 1u) {
        let candidate = nucleus | (0x80000000u >> bit);
        mass = 0.0;
        for (var i = local; i < count; i += LANES) {
            mass += select(0.0, exp((logits[i] - most) / heat), key_of(logits[i]) >= max(candidate, threshold));
        }
        mass = sum_all(local, mass);
        nucleus = select(nucleus, candidate, mass >= top_p * kept_by_k);
    }
    threshold = select(max(threshold, nucleus), threshold, top_p >= 1.0);

    // Each lane's contiguous share of what is left.
    let share = (count + LANES - 1u) / LANES;
    let first = min(local * share, count);
    let end = min(first + share, count);
    mass = 0.0;
    for (var i = first; i < end; i += 1u) {
        mass += select(0.0, exp((logits[i] - most) / heat), key_of(logits[i]) >= threshold);
    }
    let kept = sum_all(local, mass);

    var previous = vec2<u32>(0xffffffffu, 0xffffffffu);
    let slot = u32(state[STEP]) % params.ring;
    for (var rank = 0u; rank < SHOWN; rank += 1u) {
        var best = vec2<u32>();
        for (var i = local; i < count; i += LANES) {
            let key = vec2<u32>(key_of(logits[i]), count - i);
            best = select(best, key, before(best, key) && before(key, previous));
        }
        previous = best_all(local, best);
        if local == 0u {
            let found = previous.y > 0u;
            let id = select(0u, count - previous.y, found);
            put(slot, 2u + 2u * rank, select(-1.0, f32(id), found));
            put(slot, 3u + 2u * rank, select(-1.0, exp((logits[id] - most) / heat) / norm, found));
        }
    }

    // Make room in a full window.
    let position = u32(state[POSITION]);
    let full = position >= params.time;
    for (var start = 0u; start < params.time; start += LANES) {
        let i = start + local;
        let id = window[min(i + select(0u, 1u, full), params.time - 1u)];
        storageBarrier();
        if i < params.time {
            window[i] = id;
        }
        storageBarrier();
    }

    if local == 0u {
        let seed = u32(state[SEED_LOW]) | (u32(state[SEED_HIGH]) << 16u);
        let draw = random_unit(seed, params.stream, 0u, u32(state[STEP])) * kept;
        var lane = 0u;
        var passed = 0.0;
        while lane + 1u < LANES && passed + sums[lane] <= draw {
            passed += sums[lane];
            lane += 1u;
        }
        var chosen = 0u;
        for (var i = min(lane * share, count); i < count; i += 1u) {
            if key_of(logits[i]) >= threshold {
                chosen = i;
                passed += exp((logits[i] - most) / heat);
                if passed > draw {
                    break;
                }
            }
        }
        put(slot, 0u, f32(chosen));
        put(slot, 1u, exp((logits[chosen] - most) / heat) / norm);
        put(slot, 14u, state[SLID] + select(0.0, 1.0, full));
        put(slot, 15u, state[STEP]);
        window[min(position, params.time - 1u)] = chosen;
        state[POSITION] = f32(min(position + 1u, params.time));
        state[SLID] += select(0.0, 1.0, full);
        state[STEP] += 1.0;
    }
}
