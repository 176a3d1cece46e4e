// GELU in the tanh form of GPT-2: src/ops/linear.rs. The argument of tanh is clamped because some drivers overflow.
const GELU_SCALE = 0.7978845608028654;  // sqrt(2 / pi)
const GELU_CUBIC = 0.044715;

fn gelu_tanh(x: vec4<f32>) -> vec4<f32> {
    return tanh(clamp(GELU_SCALE * (x + GELU_CUBIC * x * x * x), vec4<f32>(-15.0), vec4<f32>(15.0)));
}

fn gelu(x: vec4<f32>) -> vec4<f32> {
    return 0.5 * x * (1.0 + gelu_tanh(x));
}

fn d_gelu(x: vec4<f32>) -> vec4<f32> {
    let t = gelu_tanh(x);
    return 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * GELU_SCALE * (1.0 + 3.0 * GELU_CUBIC * x * x);
}
