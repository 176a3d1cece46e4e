// The activations of src/ops/linear/activation.rs by their numbers there. Arguments of tanh and exp are clamped because some
// drivers overflow.
const GELU = 0u;
const RELU = 1u;
const RELU_SQUARED = 2u;
const SILU = 3u;

const GELU_SCALE = 0.7978845608028654;  // sqrt(2 / pi)
const GELU_CUBIC = 0.044715;

fn gelu_tanh(x: vec4<f32>) -> vec4<f32> {
    return tanh(clamp(GELU_SCALE * (x + GELU_CUBIC * x * x * x), vec4<f32>(-15.0), vec4<f32>(15.0)));
}

fn logistic(x: vec4<f32>) -> vec4<f32> {
    return 1.0 / (1.0 + exp(-max(x, vec4<f32>(-80.0))));
}

fn activated(activation: u32, x: vec4<f32>) -> vec4<f32> {
    if activation == GELU {
        return 0.5 * x * (1.0 + gelu_tanh(x));
    }
    if activation == SILU {
        return x * logistic(x);
    }
    let positive = max(x, vec4<f32>());
    if activation == RELU_SQUARED {
        return positive * positive;
    }
    return positive;
}

fn d_activated(activation: u32, x: vec4<f32>) -> vec4<f32> {
    if activation == GELU {
        let t = gelu_tanh(x);
        return 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * GELU_SCALE * (1.0 + 3.0 * GELU_CUBIC * x * x);
    }
    if activation == SILU {
        let gate = logistic(x);
        return gate + x * gate * (1.0 - gate);
    }
    if activation == RELU_SQUARED {
        return 2.0 * max(x, vec4<f32>());
    }
    return vec4<f32>(x > vec4<f32>());
}
