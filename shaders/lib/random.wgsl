// The generator of src/rng.rs: pcg4d (Jarzynski and Olano, JCGT 9(3), 2020).
fn random_bits(seed: u32, stream: u32, step: u32, index: u32) -> u32 {
    var v = vec4<u32>(seed, stream, step, index) * 1664525u + 1013904223u;
    v = random_mix(v);
    v = v ^ (v >> vec4<u32>(16u));
    return random_mix(v).x;
}

fn random_mix(words: vec4<u32>) -> vec4<u32> {
    var v = words;
    v.x += v.y * v.w;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    v.w += v.y * v.z;
    return v;
}

// Uniform in [0, 1): the upper 24 bits.
fn random_unit(seed: u32, stream: u32, step: u32, index: u32) -> f32 {
    return f32(random_bits(seed, stream, step, index) >> 8u) / 16777216.0;
}
