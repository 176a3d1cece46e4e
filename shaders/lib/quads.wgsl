// Rows of vec4 whose last one is filled up with zeros.

// True in the columns that exist.
fn exists(quad: u32, columns: u32) -> vec4<bool> {
    let first = 4u * quad;
    return vec4<u32>(first, first + 1u, first + 2u, first + 3u) < vec4<u32>(columns);
}

// 1 in the columns that exist, 0 in the padding.
fn mask(quad: u32, columns: u32) -> vec4<f32> {
    return vec4<f32>(exists(quad, columns));
}

fn total(v: vec4<f32>) -> f32 {
    return v.x + v.y + v.z + v.w;
}
