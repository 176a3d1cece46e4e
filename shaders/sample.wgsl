// Draws the next token of one row of logits and puts it into the window. One workgroup; lane l looks at the logits
// l, l + 64, ... where order does not matter and at its own contiguous share where it does; lane 0 alone writes state
// and record.
//
// Top-k and top-p are thresholds on the logit, found digit by digit on its order-preserving bits, so tokens that tie
// with the last one kept are kept too.

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

var<workgroup> sums: array<f32, LANES>;
var<workgroup> keys: array<vec2<u32>, LANES>;
// Sums of eight lanes.
var<workgroup> eighths: array<f32, 8>;
var<workgroup> best_eighths: array<vec2<u32>, 8>;
// What each lane has found of each of the 16 values of a digit, and their sums over the lanes.
var<workgroup> bins: array<f32, 1024>;
var<workgroup> totals: array<f32, 16>;
// Whether top-k cuts, and whether top-p does.
var<workgroup> cuts: vec2<u32>;

// Every invocation of the workgroup calls the next three.
fn sum_all(local: u32, value: f32) -> f32 {
    workgroupBarrier();
    sums[local] = value;
    workgroupBarrier();
    var sum = 0.0;
    if local < 8u {
        for (var i = 0u; i < 8u; i += 1u) {
            sum += sums[8u * local + i];
        }
        eighths[local] = sum;
    }
    workgroupBarrier();
    sum = 0.0;
    for (var i = 0u; i < 8u; i += 1u) {
        sum += eighths[i];
    }
    return sum;
}

fn max_all(local: u32, value: f32) -> f32 {
    workgroupBarrier();
    sums[local] = value;
    workgroupBarrier();
    var most = -1e30;
    if local < 8u {
        for (var i = 0u; i < 8u; i += 1u) {
            most = max(most, sums[8u * local + i]);
        }
        eighths[local] = most;
    }
    workgroupBarrier();
    for (var i = 0u; i < 8u; i += 1u) {
        most = max(most, eighths[i]);
    }
    return most;
}

// The largest key, and of equal keys the smallest id: (key, V - id).
fn best_all(local: u32, value: vec2<u32>) -> vec2<u32> {
    workgroupBarrier();
    keys[local] = value;
    workgroupBarrier();
    var best = vec2<u32>();
    if local < 8u {
        for (var i = 8u * local; i < 8u * local + 8u; i += 1u) {
            best = select(best, keys[i], before(best, keys[i]));
        }
        best_eighths[local] = best;
    }
    workgroupBarrier();
    for (var i = 0u; i < 8u; i += 1u) {
        best = select(best, best_eighths[i], before(best, best_eighths[i]));
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

// exp of a logit under the temperature.
fn weight(i: u32, most: f32, heat: f32) -> f32 {
    return exp((logits[i] - most) / heat);
}

// The largest threshold such that the logits whose keys reach it and `least` are at least `wanted`: so many if they are
// counted, else of so much weight together. Every invocation of the workgroup calls it.
fn threshold_for(local: u32, least: u32, wanted: f32, counted: bool, most: f32, heat: f32) -> u32 {
    var prefix = 0u;
    // What the keys with a larger prefix add up to.
    var above = 0.0;
    for (var digit = 0u; digit < 8u; digit += 1u) {
        let shift = 28u - 4u * digit;
        for (var i = 0u; i < 16u; i += 1u) {
            bins[i * LANES + local] = 0.0;
        }
        for (var i = local; i < params.vocabulary; i += LANES) {
            let key = key_of(logits[i]);
            if key >= least && ((key >> shift) >> 4u) == prefix {
                bins[((key >> shift) & 15u) * LANES + local] += select(weight(i, most, heat), 1.0, counted);
            }
        }
        workgroupBarrier();
        var sum = 0.0;
        for (var i = 0u; i < 16u; i += 1u) {
            sum += bins[16u * local + i];
        }
        sums[local] = sum;
        workgroupBarrier();
        if local < 16u {
            totals[local] = sums[4u * local] + sums[4u * local + 1u] + sums[4u * local + 2u] + sums[4u * local + 3u];
        }
        workgroupBarrier();
        var value = 15u;
        while value > 0u && above + totals[value] < wanted {
            above += totals[value];
            value -= 1u;
        }
        prefix = (prefix << 4u) | value;
    }
    return prefix;
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
    let top_p = state[TOP_P];

    if local == 0u {
        cuts = vec2<u32>(u32(wanted > 0u && wanted < count && !greedy), u32(top_p < 1.0 && !greedy));
    }
    let cut = workgroupUniformLoad(&cuts);

    var most = -1e30;
    for (var i = local; i < count; i += LANES) {
        most = max(most, logits[i]);
    }
    most = max_all(local, most);
    var mass = 0.0;
    for (var i = local; i < count; i += LANES) {
        mass += weight(i, most, heat);
    }
    let norm = sum_all(local, mass);

    var threshold = select(0u, key_of(most), greedy);
    if cut.x != 0u {
        threshold = threshold_for(local, 0u, f32(wanted), true, most, heat);
    }
    if cut.y != 0u {
        // Top-p of what top-k has kept.
        mass = 0.0;
        for (var i = local; i < count; i += LANES) {
            mass += select(0.0, weight(i, most, heat), key_of(logits[i]) >= threshold);
        }
        let kept_by_k = sum_all(local, mass);
        threshold = max(threshold, threshold_for(local, threshold, top_p * kept_by_k, false, most, heat));
    }

    // Each lane's contiguous share of what is left.
    let share = (count + LANES - 1u) / LANES;
    let first = min(local * share, count);
    let end = min(first + share, count);
    mass = 0.0;
    for (var i = first; i < end; i += 1u) {
        mass += select(0.0, weight(i, most, heat), key_of(logits[i]) >= threshold);
    }
    let kept = sum_all(local, mass);

    // The likeliest, one after another. A lane looks again when its own best has been taken.
    var previous = vec2<u32>(0xffffffffu, 0xffffffffu);
    var best = previous;
    let slot = u32(state[STEP]) % params.ring;
    for (var rank = 0u; rank < SHOWN; rank += 1u) {
        if !before(best, previous) {
            best = vec2<u32>();
            for (var i = local; i < count; i += LANES) {
                let key = vec2<u32>(key_of(logits[i]), count - i);
                best = select(best, key, before(best, key) && before(key, previous));
            }
        }
        previous = best_all(local, best);
        if local == 0u {
            let found = previous.y > 0u;
            let id = select(0u, count - previous.y, found);
            put(slot, 2u + 2u * rank, select(-1.0, f32(id), found));
            put(slot, 3u + 2u * rank, select(-1.0, weight(id, most, heat) / norm, found));
        }
    }

    // Make room in a full window: its older half leaves.
    let position = min(u32(state[POSITION]), params.time);
    let saved_tokens = params.time / 2u;
    let left = select(0u, params.time - saved_tokens, position == params.time);
    for (var start = 0u; start < saved_tokens; start += LANES) {
        let i = start + local;
        let id = window[min(i + left, params.time - 1u)];
        storageBarrier();
        if i < saved_tokens {
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
                passed += weight(i, most, heat);
                if passed > draw {
                    break;
                }
            }
        }
        put(slot, 0u, f32(chosen));
        put(slot, 1u, weight(chosen, most, heat) / norm);
        put(slot, 14u, state[EVICTED] + f32(left));
        put(slot, 15u, state[STEP]);
        window[position - left] = chosen;
        state[POSITION] = f32(position - left + 1u);
        state[EVICTED] += f32(left);
        state[STEP] += 1.0;
    }
}
