// Rows of vec4 whose last one is filled up with zeros, 16 lanes a row: layer_norm.wgsl and embedding.wgsl.

// 1 in the columns that exist, 0 in the padding.
fn mask(quad: u32, columns: u32) -> vec4<f32> {
    let first = 4u * quad;
    return vec4<f32>(vec4<u32>(first, first + 1u, first + 2u, first + 3u) < vec4<u32>(columns));
}

fn total(v: vec4<f32>) -> f32 {
    return v.x + v.y + v.z + v.w;
}

var<workgroup> partial: array<vec2<f32>, 64>;

// The sums over the 16 lanes of this invocation's row. Every invocation of a workgroup of 64 calls it.
fn row_sum(local: u32, value: vec2<f32>) -> vec2<f32> {
    workgroupBarrier();
    partial[local] = value;
    workgroupBarrier();
    var sum = vec2<f32>();
    let first = local - local % 16u;
    for (var i = 0u; i < 16u; i += 1u) {
        sum += partial[first + i];
    }
    return sum;
}
