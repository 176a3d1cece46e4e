// Cross-entropy of each row of logits against its target, times its weight, and the gradient of the mean over all rows.
// A workgroup takes 4 rows, LANES lanes each; lane l of a row alone writes its vec4 l, l + LANES, ... Strides count vec4.

const LANES = 16u;
const ROWS = 4u;
// Write d_logits too.
const GRADIENT = true;
// Rows have weights, which are 1 on average; otherwise all are alike.
const WEIGHTED = false;
// Nothing is asked for but the target.
const PLAIN = true;

struct Params {
    rows: u32,     // B T
    columns: u32,  // V
    stride: u32,
    slots: u32,    // batches in token memory
    label_smoothing: f32,
    z_loss: f32,
}

@group(0) @binding(0) var<storage, read_write> logits: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read> state: array<f32>;
@group(0) @binding(3) var<storage, read_write> losses: array<f32>;
@group(0) @binding(4) var<storage, read_write> d_logits: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read> weights: array<f32>;
@group(0) @binding(6) var<storage, read_write> plain_losses: array<f32>;
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
    var weight = 1.0;
    if WEIGHTED {
        weight = weights[slot * params.rows + read_row];
    }

    var lane_max = -1e30;
    for (var i = lane; i < params.stride; i += LANES) {
        let v = select(vec4<f32>(-1e30), logits[start + i], exists(i, params.columns));
        lane_max = max(lane_max, max(max(v.x, v.y), max(v.z, v.w)));
    }
    let most = row_max(local, lane_max);

    var sum = 0.0;
    var own = 0.0;
    for (var i = lane; i < params.stride; i += LANES) {
        let v = logits[start + i];
        let e = select(vec4<f32>(), exp(v - most), exists(i, params.columns));
        sum += total(e);
        if i == wanted / 4u {
            own = v[wanted % 4u];
        }
    }
    let sums = row_sum(local, vec2<f32>(sum, own));
    let norm = sums.x;
    let target_logit = sums.y;
    let log_norm = log(norm) + most;
    // Of the uniform distribution that a share of the target is spread over.
    var mean = 0.0;
    if !PLAIN {
        var all = 0.0;
        for (var i = lane; i < params.stride; i += LANES) {
            all += total(select(vec4<f32>(), logits[start + i], exists(i, params.columns)));
        }
        mean = row_sum(local, vec2<f32>(all, 0.0)).x / f32(params.columns);
    }

    if row < params.rows {
        if lane == 0u {
            let loss = log(norm) + most - target_logit;
            if PLAIN {
                losses[row] = select(loss, weight * loss, WEIGHTED);
            } else {
                let wanted_logit = mix(target_logit, mean, params.label_smoothing);
                losses[row] = weight * (log_norm - wanted_logit + params.z_loss * log_norm * log_norm);
                plain_losses[row] = weight * loss;
            }
        }
        if GRADIENT {
            for (var i = lane; i < params.stride; i += LANES) {
                var d = select(vec4<f32>(), exp(logits[start + i] - most) / norm, exists(i, params.columns));
                if !PLAIN {
                    d *= 1.0 + 2.0 * params.z_loss * log_norm;
                    d -= mask(i, params.columns) * params.label_smoothing / f32(params.columns);
                }
                if i == wanted / 4u {
                    d[wanted % 4u] -= select(1.0 - params.label_smoothing, 1.0, PLAIN);
                }
                if WEIGHTED {
                    d *= weight;
                }
                d_logits[start + i] = d / f32(params.rows);
            }
        }
    }
}
