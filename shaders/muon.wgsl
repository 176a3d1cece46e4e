// Momentum made orthogonal: five steps of Newton and Schulz on every matrix of the blocks, matrices of one shape side by side
// along z. In the products an invocation alone makes a block of four rows and four columns. Matrices begin and end in whole
// blocks that padding fills with zeros, so no load is guarded.

// A matrix has more rows than columns: its square is X^T X instead of X X^T.
const TALL = false;
// The matrices still have any length. A square's trace is the squared length of its matrix.
const FIRST = false;

struct Params {
    quads: u32,         // of all matrices together
    momentum: f32,
    weight_decay: f32,
    first: u32,         // vec4 before the first matrix
    step: u32,          // vec4 from one matrix to the next
    stride: u32,        // vec4 of a row
    rows: u32,
    side: u32,          // vec4 of a row of a square
    size: u32,          // rows of a square that exist
    a: f32,
    b: f32,
    c: f32,
    scale: f32,
}

@group(0) @binding(0) var<storage, read_write> input: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> output: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> squares: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> means: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> state: array<f32>;
@group(0) @binding(5) var<storage, read_write> parameters: array<vec4<f32>>;
@group(1) @binding(0) var<uniform> params: Params;

// Gradients (input) move the means; what Nesterov looks ahead to goes into the output. What the matrices will be written to
// gets zeros, so that nothing else stands between them. Lane i of the whole grid alone
// writes vec4 i, i + grid, ...
@compute @workgroup_size(64)
fn momentum(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let scale = state[CLIP_SCALE];
    let mu = params.momentum;
    let broken = state[NOT_FINITE] != 0.0;
    for (var i = group.x * 64u + local; i < params.quads; i += groups.x * 64u) {
        let g = input[i] * scale;
        let m = mu * means[i] + (1.0 - mu) * g;
        means[i] = select(m, means[i], broken);
        output[i] = mu * m + (1.0 - mu) * g;
        squares[i] = vec4<f32>();
    }
}

// A = X X^T, or X^T X: input -> squares.
@compute @workgroup_size(8, 8)
fn gram(@builtin(global_invocation_id) place: vec3<u32>) {
    if place.x >= params.side || place.y >= params.side {
        return;
    }
    let x = params.first + place.z * params.step;
    var s0 = vec4<f32>();
    var s1 = vec4<f32>();
    var s2 = vec4<f32>();
    var s3 = vec4<f32>();
    if TALL {
        for (var k = 0u; k < params.rows; k += 1u) {
            let l = input[x + k * params.stride + place.y];
            let r = input[x + k * params.stride + place.x];
            s0 += l.x * r;
            s1 += l.y * r;
            s2 += l.z * r;
            s3 += l.w * r;
        }
    } else {
        let left = x + 4u * place.y * params.stride;
        let right = x + 4u * place.x * params.stride;
        for (var k = 0u; k < params.stride; k += 1u) {
            let r = mat4x4<f32>(
                input[right + k],
                input[right + params.stride + k],
                input[right + 2u * params.stride + k],
                input[right + 3u * params.stride + k],
            );
            s0 += input[left + k] * r;
            s1 += input[left + params.stride + k] * r;
            s2 += input[left + 2u * params.stride + k] * r;
            s3 += input[left + 3u * params.stride + k] * r;
        }
    }
    let out = (4u * params.side * place.z + 4u * place.y) * params.side + place.x;
    squares[out] = s0;
    squares[out + params.side] = s1;
    squares[out + 2u * params.side] = s2;
    squares[out + 3u * params.side] = s3;
}

// Four numbers of row `row`, those from column 4 `quad` on, of a I + b A + c A A: the row of A, and the row of A A.
fn row_of_polynomial(row: u32, quad: u32, own: vec4<f32>, product: vec4<f32>, b: f32, c: f32) -> vec4<f32> {
    let columns = vec4<u32>(4u * quad) + vec4<u32>(0u, 1u, 2u, 3u);
    let one = select(vec4<f32>(), vec4<f32>(params.a), (columns == vec4<u32>(row)) & (columns < vec4<u32>(params.size)));
    return one + b * own + c * product;
}

// P = scale (a I + b A + c A A): input -> output. A is symmetric, so a column is read as a row.
@compute @workgroup_size(8, 8)
fn polynomial(@builtin(global_invocation_id) place: vec3<u32>) {
    if place.x >= params.side || place.y >= params.side {
        return;
    }
    let first = 4u * params.side * place.z * params.side;
    var shrink = 1.0;
    if FIRST {
        var trace = 0.0;
        for (var k = 0u; k < params.size; k += 1u) {
            trace += input[first + k * params.side + k / 4u][k % 4u];
        }
        shrink = 1.0 / max(sqrt(trace), 1e-7);
    }
    var s0 = vec4<f32>();
    var s1 = vec4<f32>();
    var s2 = vec4<f32>();
    var s3 = vec4<f32>();
    for (var k = 0u; k < params.size; k += 1u) {
        let l = input[first + k * params.side + place.y];
        let r = input[first + k * params.side + place.x];
        s0 += l.x * r;
        s1 += l.y * r;
        s2 += l.z * r;
        s3 += l.w * r;
    }
    let b = params.b * shrink * shrink;
    let c = params.c * shrink * shrink * shrink * shrink;
    let scale = params.scale * shrink;
    let row = 4u * place.y;
    let out = first + row * params.side + place.x;
    let side = params.side;
    output[out] = scale * row_of_polynomial(row, place.x, input[out], s0, b, c);
    output[out + side] = scale * row_of_polynomial(row + 1u, place.x, input[out + side], s1, b, c);
    output[out + 2u * side] = scale * row_of_polynomial(row + 2u, place.x, input[out + 2u * side], s2, b, c);
    output[out + 3u * side] = scale * row_of_polynomial(row + 3u, place.x, input[out + 3u * side], s3, b, c);
}

// P X, or X P: input and squares -> output. P is symmetric, so a column is read as a row.
@compute @workgroup_size(8, 8)
fn apply(@builtin(global_invocation_id) place: vec3<u32>) {
    if place.x >= params.stride || 4u * place.y >= params.rows {
        return;
    }
    let x = params.first + place.z * params.step;
    let p = 4u * params.side * place.z * params.side;
    var s0 = vec4<f32>();
    var s1 = vec4<f32>();
    var s2 = vec4<f32>();
    var s3 = vec4<f32>();
    let out = x + 4u * place.y * params.stride + place.x;
    if TALL {
        let left = x + 4u * place.y * params.stride;
        let right = p + 4u * place.x * params.side;
        for (var k = 0u; k < params.side; k += 1u) {
            let r = mat4x4<f32>(
                squares[right + k],
                squares[right + params.side + k],
                squares[right + 2u * params.side + k],
                squares[right + 3u * params.side + k],
            );
            s0 += input[left + k] * r;
            s1 += input[left + params.stride + k] * r;
            s2 += input[left + 2u * params.stride + k] * r;
            s3 += input[left + 3u * params.stride + k] * r;
        }
    } else {
        for (var k = 0u; k < params.size; k += 1u) {
            let l = squares[p + k * params.side + place.y];
            let r = input[x + k * params.stride + place.x];
            s0 += l.x * r;
            s1 += l.y * r;
            s2 += l.z * r;
            s3 += l.w * r;
        }
    }
    output[out] = s0;
    output[out + params.stride] = s1;
    output[out + 2u * params.stride] = s2;
    output[out + 3u * params.stride] = s3;
}

// The matrices of the blocks decay and go against what was made orthogonal (input). Lane i of the whole grid alone updates
// vec4 i, i + grid, ...
@compute @workgroup_size(64)
fn update(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let rate = state[LEARNING_RATE];
    let last = select(params.quads, 0u, state[NOT_FINITE] != 0.0);
    for (var i = group.x * 64u + local; i < last; i += groups.x * 64u) {
        parameters[i] = parameters[i] * (1.0 - rate * params.weight_decay) - rate * input[i];
    }
}
