// Matrix products of a linear layer: out = left x right with an epilogue, in four ways. Everything is made of blocks of
// 4 x 4 numbers; one invocation makes its blocks and alone writes them. Strides count vec4.
//
//   strips     ROWS x COLUMNS blocks an invocation, operands straight from memory
//   tile       one block an invocation, operands through workgroup memory: SIDE x SIDE blocks a workgroup
//   split      one block an invocation, SPLIT invocations each sum a stretch of the inner dimension
//   vector     a single row: 8 vec4 a workgroup, 8 invocations share the inner dimension of each

// The left operand is stored (inner, rows): the x of d_W = x^T d_y.
const LEFT_TRANSPOSED = false;
// The right operand is stored (columns, inner).
const RIGHT_TRANSPOSED = false;
// It is a weight, and not a gradient that flows back.
const RIGHT_IS_WEIGHT = true;
// What a weight is stored as; sums are f32.
alias Weight = vec4<f32>;
const BIAS = true;
// Which activation, and whether the result goes through it, or is multiplied with its derivative at `beside`.
const ACTIVATION = 0u;
const ACTIVATE = false;
const D_ACTIVATE = false;
// Add `beside`.
const RESIDUAL = false;
// Sum the columns of the right operand as well.
const D_BIAS = false;
// Add to the result instead of setting it.
const ADD = false;
// The inner dimension ends inside a block: what stands behind its end is no number.
const TAIL = false;

const ROWS = 1u;
const COLUMNS = 1u;
const WIDTH = 8u;
const HEIGHT = 8u;
const SIDE = 8u;
const SPLIT = 4u;

struct Params {
    rows: u32,         // of the result
    columns: u32,      // of the result, in vec4
    inner: u32,        // of the sum
    a_stride: u32,
    b_stride: u32,
    out_stride: u32,
}

@group(0) @binding(0) var<storage, read_write> a: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> weight: array<Weight>;
@group(0) @binding(2) var<storage, read> bias: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> beside: array<vec4<f32>>;
// What goes into the activation, for its derivative.
@group(0) @binding(4) var<storage, read_write> pre: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> out: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> b: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read_write> d_bias: array<vec4<f32>>;
@group(1) @binding(0) var<uniform> params: Params;

// Blocks of the result from top to bottom, and of the inner dimension.
fn blocks_down() -> u32 {
    return (params.rows + 3u) / 4u;
}

fn blocks_deep() -> u32 {
    return (params.inner + 3u) / 4u;
}

// A vec4 of a row of the inner dimension, or zeros behind its end.
fn cut(row: u32, value: vec4<f32>) -> vec4<f32> {
    if TAIL {
        return select(vec4<f32>(), value, row < params.inner);
    }
    return value;
}

fn right_at(i: u32) -> vec4<f32> {
    if RIGHT_IS_WEIGHT {
        return vec4<f32>(weight[i]);
    }
    return b[i];
}

// Block k of four rows of the left operand, a row in each column of the matrix.
fn left(row: u32, k: u32) -> mat4x4<f32> {
    let s = params.a_stride;
    if LEFT_TRANSPOSED {
        let first = 4u * k;
        let at = first * s + row;
        return transpose(mat4x4<f32>(
            cut(first, a[at]), cut(first + 1u, a[at + s]), cut(first + 2u, a[at + 2u * s]), cut(first + 3u, a[at + 3u * s]),
        ));
    }
    let at = 4u * row * s + k;
    return mat4x4<f32>(a[at], a[at + s], a[at + 2u * s], a[at + 3u * s]);
}

// Block k of four columns of the right operand, a row of the inner dimension in each column of the matrix.
fn right(column: u32, k: u32) -> mat4x4<f32> {
    let s = params.b_stride;
    if RIGHT_TRANSPOSED {
        let at = 4u * column * s + k;
        return transpose(mat4x4<f32>(right_at(at), right_at(at + s), right_at(at + 2u * s), right_at(at + 3u * s)));
    }
    let first = 4u * k;
    let at = first * s + column;
    return mat4x4<f32>(
        cut(first, right_at(at)),
        cut(first + 1u, right_at(at + s)),
        cut(first + 2u, right_at(at + 2u * s)),
        cut(first + 3u, right_at(at + 3u * s)),
    );
}

fn finish(row: u32, column: u32, sum: vec4<f32>) {
    let at = row * params.out_stride + column;
    var value = sum;
    if BIAS {
        value += bias[column];
    }
    if ACTIVATE {
        pre[at] = value;
        value = activated(ACTIVATION, value);
    }
    if D_ACTIVATE {
        value *= d_activated(ACTIVATION, beside[at]);
    }
    if RESIDUAL {
        value += beside[at];
    }
    if ADD {
        value += out[at];
    }
    out[at] = value;
}

fn finish_block(row: u32, column: u32, sum: mat4x4<f32>) {
    finish(4u * row, column, sum[0]);
    finish(4u * row + 1u, column, sum[1]);
    finish(4u * row + 2u, column, sum[2]);
    finish(4u * row + 3u, column, sum[3]);
}

fn finish_bias(column: u32, sum: vec4<f32>) {
    if ADD {
        d_bias[column] += sum;
    } else {
        d_bias[column] = sum;
    }
}

fn row_total(block: mat4x4<f32>) -> vec4<f32> {
    return block[0] + block[1] + block[2] + block[3];
}

// Blocks side by side.
struct Strip {
    b0: mat4x4<f32>,
    b1: mat4x4<f32>,
    b2: mat4x4<f32>,
    b3: mat4x4<f32>,
}

fn right_strip(column: u32, k: u32) -> Strip {
    let last = params.columns - 1u;
    var strip: Strip;
    strip.b0 = right(column, k);
    if COLUMNS > 1u {
        strip.b1 = right(min(column + 1u, last), k);
    }
    if COLUMNS > 2u {
        strip.b2 = right(min(column + 2u, last), k);
        strip.b3 = right(min(column + 3u, last), k);
    }
    return strip;
}

fn add_product(sum: ptr<function, Strip>, x: mat4x4<f32>, w: Strip) {
    (*sum).b0 += w.b0 * x;
    if COLUMNS > 1u {
        (*sum).b1 += w.b1 * x;
    }
    if COLUMNS > 2u {
        (*sum).b2 += w.b2 * x;
        (*sum).b3 += w.b3 * x;
    }
}

fn finish_strip(row: u32, column: u32, sum: Strip) {
    if row >= blocks_down() {
        return;
    }
    finish_block(row, column, sum.b0);
    if COLUMNS > 1u && column + 1u < params.columns {
        finish_block(row, column + 1u, sum.b1);
    }
    if COLUMNS > 2u && column + 2u < params.columns {
        finish_block(row, column + 2u, sum.b2);
    }
    if COLUMNS > 2u && column + 3u < params.columns {
        finish_block(row, column + 3u, sum.b3);
    }
}

@compute @workgroup_size(WIDTH, HEIGHT)
fn strips(@builtin(global_invocation_id) id: vec3<u32>) {
    let row = ROWS * id.y;
    let column = COLUMNS * id.x;
    if row >= blocks_down() || column >= params.columns {
        return;
    }
    let last = blocks_down() - 1u;
    var sum0: Strip;
    var sum1: Strip;
    var sum2: Strip;
    var sum3: Strip;
    var total0 = vec4<f32>();
    var total1 = vec4<f32>();
    var total2 = vec4<f32>();
    var total3 = vec4<f32>();
    for (var k = 0u; k < blocks_deep(); k += 1u) {
        let w = right_strip(column, k);
        add_product(&sum0, left(row, k), w);
        if ROWS > 1u {
            add_product(&sum1, left(min(row + 1u, last), k), w);
        }
        if ROWS > 2u {
            add_product(&sum2, left(min(row + 2u, last), k), w);
            add_product(&sum3, left(min(row + 3u, last), k), w);
        }
        if D_BIAS {
            total0 += row_total(w.b0);
            total1 += row_total(w.b1);
            total2 += row_total(w.b2);
            total3 += row_total(w.b3);
        }
    }
    finish_strip(row, column, sum0);
    if ROWS > 1u {
        finish_strip(row + 1u, column, sum1);
    }
    if ROWS > 2u {
        finish_strip(row + 2u, column, sum2);
        finish_strip(row + 3u, column, sum3);
    }
    if D_BIAS && row == 0u {
        finish_bias(column, total0);
        if COLUMNS > 1u && column + 1u < params.columns {
            finish_bias(column + 1u, total1);
        }
        if COLUMNS > 2u && column + 2u < params.columns {
            finish_bias(column + 2u, total2);
        }
        if COLUMNS > 2u && column + 3u < params.columns {
            finish_bias(column + 3u, total3);
        }
    }
}

// Four blocks of the inner dimension for SIDE blocks of each operand, laid out as in memory.
var<workgroup> left_tile: array<vec4<f32>, 16u * SIDE>;
var<workgroup> right_tile: array<vec4<f32>, 16u * SIDE>;

// Where a vec4 of a tile comes from: the row and the vec4 of the operand, both within the tile.
fn in_tile(i: u32, transposed: bool) -> vec2<u32> {
    return select(vec2<u32>(i / 4u, i % 4u), vec2<u32>(i / SIDE, i % SIDE), transposed);
}

fn load_left_tile(i: u32, row: u32, k: u32) {
    let place = in_tile(i, LEFT_TRANSPOSED);
    let at = place + select(vec2<u32>(4u * row, k), vec2<u32>(4u * k, row), LEFT_TRANSPOSED);
    let end = select(vec2<u32>(4u * blocks_down(), blocks_deep()), vec2<u32>(params.inner, blocks_down()), LEFT_TRANSPOSED);
    var value = vec4<f32>();
    if all(at < end) {
        value = a[at.x * params.a_stride + at.y];
    }
    left_tile[i] = value;
}

fn load_right_tile(i: u32, column: u32, k: u32) {
    let place = in_tile(i, !RIGHT_TRANSPOSED);
    let at = place + select(vec2<u32>(4u * k, column), vec2<u32>(4u * column, k), RIGHT_TRANSPOSED);
    let inner = select(4u * blocks_deep(), params.inner, TAIL);
    let end = select(vec2<u32>(inner, params.columns), vec2<u32>(4u * params.columns, blocks_deep()), RIGHT_TRANSPOSED);
    var value = vec4<f32>();
    if all(at < end) {
        value = right_at(at.x * params.b_stride + at.y);
    }
    right_tile[i] = value;
}

fn left_in_tile(y: u32, k: u32) -> mat4x4<f32> {
    if LEFT_TRANSPOSED {
        let at = 4u * k * SIDE + y;
        return transpose(mat4x4<f32>(
            left_tile[at], left_tile[at + SIDE], left_tile[at + 2u * SIDE], left_tile[at + 3u * SIDE],
        ));
    }
    let at = 16u * y + k;
    return mat4x4<f32>(left_tile[at], left_tile[at + 4u], left_tile[at + 8u], left_tile[at + 12u]);
}

fn right_in_tile(x: u32, k: u32) -> mat4x4<f32> {
    if RIGHT_TRANSPOSED {
        let at = 16u * x + k;
        return transpose(mat4x4<f32>(right_tile[at], right_tile[at + 4u], right_tile[at + 8u], right_tile[at + 12u]));
    }
    let at = 4u * k * SIDE + x;
    return mat4x4<f32>(right_tile[at], right_tile[at + SIDE], right_tile[at + 2u * SIDE], right_tile[at + 3u * SIDE]);
}

@compute @workgroup_size(SIDE, SIDE)
fn tile(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_id) place: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let row = group.y * SIDE;
    let column = group.x * SIDE;
    var sum = mat4x4<f32>();
    var total = vec4<f32>();
    for (var k = 0u; k < blocks_deep(); k += 4u) {
        for (var i = local; i < 16u * SIDE; i += SIDE * SIDE) {
            load_left_tile(i, row, k);
            load_right_tile(i, column, k);
        }
        workgroupBarrier();
        for (var j = 0u; j < 4u; j += 1u) {
            let w = right_in_tile(place.x, j);
            sum += w * left_in_tile(place.y, j);
            if D_BIAS {
                total += row_total(w);
            }
        }
        workgroupBarrier();
    }
    if row + place.y < blocks_down() && column + place.x < params.columns {
        finish_block(row + place.y, column + place.x, sum);
        if D_BIAS && row + place.y == 0u {
            finish_bias(column + place.x, total);
        }
    }
}

// What the invocations behind the first of a block have summed.
var<workgroup> part_sums: array<mat4x4<f32>, 64u * (SPLIT - 1u)>;
var<workgroup> part_totals: array<vec4<f32>, 64u * (SPLIT - 1u)>;

@compute @workgroup_size(8, 8, SPLIT)
fn split(@builtin(global_invocation_id) id: vec3<u32>, @builtin(local_invocation_id) place: vec3<u32>) {
    let stretch = (blocks_deep() + SPLIT - 1u) / SPLIT;
    let exists = id.y < blocks_down() && id.x < params.columns;
    let row = min(id.y, blocks_down() - 1u);
    let column = min(id.x, params.columns - 1u);
    var sum = mat4x4<f32>();
    var total = vec4<f32>();
    for (var k = place.z * stretch; k < min((place.z + 1u) * stretch, blocks_deep()); k += 1u) {
        let w = right(column, k);
        sum += w * left(row, k);
        if D_BIAS {
            total += row_total(w);
        }
    }
    let lane = 8u * place.y + place.x;
    if place.z > 0u {
        part_sums[64u * (place.z - 1u) + lane] = sum;
        part_totals[64u * (place.z - 1u) + lane] = total;
    }
    workgroupBarrier();
    if place.z == 0u && exists {
        for (var part = 0u; part < SPLIT - 1u; part += 1u) {
            sum += part_sums[64u * part + lane];
            total += part_totals[64u * part + lane];
        }
        finish_block(id.y, id.x, sum);
        if D_BIAS && id.y == 0u {
            finish_bias(id.x, total);
        }
    }
}

var<workgroup> vector_sums: array<vec4<f32>, 64>;
var<workgroup> vector_totals: array<vec4<f32>, 64>;

@compute @workgroup_size(64)
fn vector(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    // Neighbours read neighbouring vec4 of the weight.
    let place = select(vec2<u32>(local % 8u, local / 8u), vec2<u32>(local / 8u, local % 8u), RIGHT_TRANSPOSED);
    let column = group.x * 8u + place.x;
    var sum = vec4<f32>();
    var total = vec4<f32>();
    if column < params.columns {
        for (var k = place.y; k < blocks_deep(); k += 8u) {
            let w = right(column, k);
            sum += w * a[k];
            if D_BIAS {
                total += row_total(w);
            }
        }
    }
    vector_sums[8u * place.x + place.y] = sum;
    vector_totals[8u * place.x + place.y] = total;
    workgroupBarrier();
    if local < 8u && group.x * 8u + local < params.columns {
        for (var i = 1u; i < 8u; i += 1u) {
            vector_sums[8u * local] += vector_sums[8u * local + i];
            vector_totals[8u * local] += vector_totals[8u * local + i];
        }
        finish(0u, group.x * 8u + local, vector_sums[8u * local]);
        if D_BIAS {
            finish_bias(group.x * 8u + local, vector_totals[8u * local]);
        }
    }
}

// out = a times the derivative of the activation at `beside`, one vec4 an invocation.
@compute @workgroup_size(8, 8)
fn d_activation(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.y < params.rows && id.x < params.columns {
        let at = id.y * params.out_stride + id.x;
        out[at] = a[at] * d_activated(ACTIVATION, beside[at]);
    }
}
