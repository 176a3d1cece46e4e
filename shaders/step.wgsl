// What a step needs besides its tensors, on the device: the mean loss, the gradient norm and what clipping makes of it,
// the learning rate, the bias corrections, and whether everything is still a number. One workgroup; lane 0 alone
// writes the state.

// There are gradients and an optimizer.
const TRAINS = true;
// A step has several batches, each of which has ended by itself; gradients are sums over them.
const SEVERAL = false;

struct Params {
    losses: u32,         // B T
    sums: u32,           // partial sums of squares
    batches: u32,        // of a step
    clip: f32,           // largest gradient norm, 0 for none
    schedule: u32,
    peak: f32,           // highest learning rate
    warmup: f32,
    steps: f32,
    decay_share: f32,
    final_share: f32,
    log_beta_1: f32,
    log_beta_2: f32,
}

@group(0) @binding(0) var<storage, read_write> losses: array<f32>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;
@group(0) @binding(2) var<storage, read_write> state: array<f32>;
@group(1) @binding(0) var<uniform> params: Params;

var<workgroup> partial: array<vec2<f32>, 64>;

// Numbers of the schedules: the order of Schedule in src/config/train.rs, whose formulas these are.
const LINEAR = 1u;
const COSINE = 2u;
const INVERSE_SQUARE_ROOT = 3u;
const WARMUP_STABLE_DECAY = 4u;
const RANGE_TEST = 5u;

fn learning_rate(step: f32) -> f32 {
    let low = params.final_share;
    if params.schedule == RANGE_TEST {
        return params.peak * pow(low, 1.0 - clamp(step / max(params.steps - 1.0, 1.0), 0.0, 1.0));
    }
    if step < params.warmup {
        return params.peak * (step + 1.0) / params.warmup;
    }
    var begin = params.warmup;
    if params.schedule == WARMUP_STABLE_DECAY {
        begin = max(params.warmup, params.steps - params.decay_share * params.steps);
    }
    let progress = clamp((step - begin) / max(params.steps - begin, 1.0), 0.0, 1.0);
    var share = 1.0;
    switch params.schedule {
        case LINEAR, WARMUP_STABLE_DECAY: { share = low + (1.0 - low) * (1.0 - progress); }
        case COSINE: { share = low + (1.0 - low) * 0.5 * (1.0 + cos(3.14159265 * progress)); }
        case INVERSE_SQUARE_ROOT: { share = sqrt(max(params.warmup, 1.0) / (step + 1.0)); }
        default: {}
    }
    return params.peak * share;
}

// 1 - exp(x) for x < 0, by its series where the difference would cancel.
fn one_minus_exp(x: f32) -> f32 {
    if x > -0.25 {
        return -x * (1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0 * (1.0 + x / 6.0)))));
    }
    return 1.0 - exp(x);
}

// By its bits, since a compiler may assume that there is no infinity.
fn is_finite(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

@compute @workgroup_size(64)
fn advance(@builtin(local_invocation_index) local: u32) {
    var sum = vec2<f32>();
    for (var i = local; i < params.losses; i += 64u) {
        sum.x += losses[i];
    }
    if TRAINS {
        for (var i = local; i < params.sums; i += 64u) {
            sum.y += sums[i];
        }
    }
    partial[local] = sum;
    workgroupBarrier();
    if local == 0u {
        for (var i = 1u; i < 64u; i += 1u) {
            sum += partial[i];
        }
        var step = state[STEP];
        var loss = sum.x / f32(params.losses);
        var norm = sqrt(sum.y);
        if SEVERAL {
            step = f32(u32(step) / params.batches - 1u);
            loss = state[LOSSES] / f32(params.batches);
            norm /= f32(params.batches);
            state[LOSSES] = 0.0;
        }
        if !(is_finite(loss) && is_finite(sum.y)) && state[NOT_FINITE] == 0.0 {
            state[NOT_FINITE] = step + 1.0;
        }
        if TRAINS {
            state[LEARNING_RATE] = learning_rate(step);
            state[CORRECTION_1] = one_minus_exp((step + 1.0) * params.log_beta_1);
            state[CORRECTION_2] = one_minus_exp((step + 1.0) * params.log_beta_2);
            let scale = select(1.0, params.clip / (norm + 1e-6), params.clip > 0.0 && norm > params.clip);
            state[CLIP_SCALE] = select(scale, scale / f32(params.batches), SEVERAL);
        }
        let record = RECORDS + RECORD * (u32(step) % RING);
        state[record] = loss;
        state[record + 1u] = state[LEARNING_RATE];
        state[record + 2u] = norm;
        state[record + 3u] = step + 1.0;
        if !SEVERAL {
            state[STEP] = step + 1.0;
        }
    }
}

// One of several batches of a step has been passed forward and backward.
@compute @workgroup_size(64)
fn end_batch(@builtin(local_invocation_index) local: u32) {
    var sum = 0.0;
    for (var i = local; i < params.losses; i += 64u) {
        sum += losses[i];
    }
    partial[local].x = sum;
    workgroupBarrier();
    if local == 0u {
        for (var i = 1u; i < 64u; i += 1u) {
            sum += partial[i].x;
        }
        state[LOSSES] += sum / f32(params.losses);
        state[STEP] += 1.0;
    }
}
