// Matrix products of a linear layer. Every invocation makes a block of 4 x 4 numbers of the result in registers and
// alone writes them; a workgroup of 8 x 8 invocations makes 32 x 32. Strides count vec4.

// The stored weight is (outputs, inputs), as in a tied head, and not (inputs, outputs), as in GPT-2's Conv1D.
const TRANSPOSED = false;
const BIAS = true;
const GELU = false;
const RESIDUAL = false;
// Add to the result instead of setting it.
const ADD = false;

struct Params {
    rows: u32,         // of the result
    columns: u32,      // of the result, in vec4
    inner: u32,        // of the sum: in vec4, for d_weight in rows
    a_stride: u32,
    b_stride: u32,
    out_stride: u32,
}

@group(0) @binding(0) var<storage, read_write> a: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> weight: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> bias: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> residual: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> pre: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> out: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> b: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read_write> d_bias: array<vec4<f32>>;
@group(1) @binding(0) var<uniform> params: Params;

// Rows r .. r + 3 of a product with the weight, four columns: (rows, K) x (K, columns).
fn product(row: u32, column: u32) -> mat4x4<f32> {
    if TRANSPOSED {
        return product_transposed(row, column);
    }
    return product_plain(row, column);
}

fn product_plain(row: u32, column: u32) -> mat4x4<f32> {
    let s = params.b_stride;
    var a_at = row * params.a_stride;
    var w_at = column;
    var sum = mat4x4<f32>();
    for (var k = 0u; k < params.inner; k += 1u) {
        let w0 = weight[w_at];
        let w1 = weight[w_at + s];
        let w2 = weight[w_at + 2u * s];
        let w3 = weight[w_at + 3u * s];
        let w = mat4x4<f32>(w0, w1, w2, w3);
        sum[0] += w * a[a_at];
        sum[1] += w * a[a_at + params.a_stride];
        sum[2] += w * a[a_at + 2u * params.a_stride];
        sum[3] += w * a[a_at + 3u * params.a_stride];
        a_at += 1u;
        w_at += 4u * s;
    }
    return sum;
}

fn product_transposed(row: u32, column: u32) -> mat4x4<f32> {
    let s = params.b_stride;
    var a_at = row * params.a_stride;
    var w_at = 4u * column * s;
    var sum = mat4x4<f32>();
    for (var k = 0u; k < params.inner; k += 1u) {
        let w = mat4x4<f32>(weight[w_at], weight[w_at + s], weight[w_at + 2u * s], weight[w_at + 3u * s]);
        sum[0] += a[a_at] * w;
        sum[1] += a[a_at + params.a_stride] * w;
        sum[2] += a[a_at + 2u * params.a_stride] * w;
        sum[3] += a[a_at + 3u * params.a_stride] * w;
        a_at += 1u;
        w_at += 1u;
    }
    return sum;
}

// out = gelu(a W + bias) + residual; `pre` keeps what went into gelu.
@compute @workgroup_size(8, 8)
fn forward(@builtin(global_invocation_id) id: vec3<u32>) {
    let row = 4u * id.y;
    if row >= params.rows || id.x >= params.columns {
        return;
    }
    let sum = product(row, id.x);
    finish_forward(row, id.x, sum[0]);
    finish_forward(row + 1u, id.x, sum[1]);
    finish_forward(row + 2u, id.x, sum[2]);
    finish_forward(row + 3u, id.x, sum[3]);
}

fn finish_forward(row: u32, column: u32, sum: vec4<f32>) {
    let at = row * params.out_stride + column;
    var value = sum;
    if BIAS {
        value += bias[column];
    }
    if GELU {
        pre[at] = value;
        value = gelu(value);
    }
    if RESIDUAL {
        value += residual[at];
    }
    out[at] = value;
}

// out (+)= a W^T, times the derivative of gelu at `pre` where the layer's input came out of a gelu.
@compute @workgroup_size(8, 8)
fn d_input(@builtin(global_invocation_id) id: vec3<u32>) {
    let row = 4u * id.y;
    if row >= params.rows || id.x >= params.columns {
        return;
    }
    let sum = product(row, id.x);
    finish_d_input(row, id.x, sum[0]);
    finish_d_input(row + 1u, id.x, sum[1]);
    finish_d_input(row + 2u, id.x, sum[2]);
    finish_d_input(row + 3u, id.x, sum[3]);
}

fn finish_d_input(row: u32, column: u32, sum: vec4<f32>) {
    let at = row * params.out_stride + column;
    var value = sum;
    if GELU {
        value *= d_gelu(pre[at]);
    }
    add_or_set(at, value);
}

fn add_or_set(at: u32, value: vec4<f32>) {
    if ADD {
        out[at] += value;
    } else {
        out[at] = value;
    }
}

// out (+)= a^T b, summed over `inner` rows; the invocations of the first row block also sum the columns of b: d_bias.
@compute @workgroup_size(8, 8)
fn d_weight(@builtin(global_invocation_id) id: vec3<u32>) {
    if 4u * id.y >= params.rows || id.x >= params.columns {
        return;
    }
    var sum = mat4x4<f32>();
    var column_sum = vec4<f32>();
    var a_at = id.y;
    var b_at = id.x;
    for (var k = 0u; k < params.inner; k += 1u) {
        let x = a[a_at];
        let y = b[b_at];
        sum[0] += x.x * y;
        sum[1] += x.y * y;
        sum[2] += x.z * y;
        sum[3] += x.w * y;
        column_sum += y;
        a_at += params.a_stride;
        b_at += params.b_stride;
    }
    let at = 4u * id.y * params.out_stride + id.x;
    add_or_set(at, sum[0]);
    add_or_set(at + params.out_stride, sum[1]);
    add_or_set(at + 2u * params.out_stride, sum[2]);
    add_or_set(at + 3u * params.out_stride, sum[3]);
    if BIAS && id.y == 0u {
        if ADD {
            column_sum += d_bias[id.x];
        }
        d_bias[id.x] = column_sum;
    }
}

// out = b times the derivative of gelu at `pre`, one vec4 an invocation.
@compute @workgroup_size(8, 8)
fn d_activation(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.y >= params.rows || id.x >= params.columns {
        return;
    }
    let at = id.y * params.out_stride + id.x;
    out[at] = b[at] * d_gelu(pre[at]);
}
