//! The functions between two layers, and their derivatives.

use crate::graph::{Float, Kernel};

/// What a layer computes with its sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// 0.5 x (1 + tanh(u)) with u = sqrt(2 / pi) (x + 0.044715 x^3): Hendrycks and Gimpel, 2016, in the form that GPT-2
    /// uses. Half of 1 + tanh(u) is the logistic function of 2u.
    Gelu,
    Relu,
    /// So et al., 2021.
    ReluSquared,
    /// x times its logistic function (Elfwing et al., 2018).
    Silu,
}

impl Activation {
    pub const ALL: [Activation; 4] = [Self::Gelu, Self::Relu, Self::ReluSquared, Self::Silu];

    /// The kernel that computes with this one: its number in `shaders/lib/activation.wgsl`.
    pub(in crate::ops) fn in_kernel(self, kernel: Kernel) -> Kernel {
        kernel.with("ACTIVATION", format!("{}u", self as usize))
    }

    pub fn of<F: Float>(self, x: F) -> F {
        let positive = x.max(F::zero());
        match self {
            Self::Gelu => x * logistic(gelu_argument(x)),
            Self::Relu => positive,
            Self::ReluSquared => positive * positive,
            Self::Silu => x * logistic(x),
        }
    }

    /// The logistic function s has the derivative s (1 - s).
    pub fn derivative<F: Float>(self, x: F) -> F {
        match self {
            Self::Gelu => {
                let gate = logistic(gelu_argument(x));
                let d_u = F::of(GELU_SCALE) * (F::one() + F::of(3.0 * GELU_CUBIC) * x * x);
                gate + F::of(2.0) * x * gate * (F::one() - gate) * d_u
            }
            Self::Relu if x > F::zero() => F::one(),
            Self::Relu => F::zero(),
            Self::ReluSquared => F::of(2.0) * x.max(F::zero()),
            Self::Silu => {
                let gate = logistic(x);
                gate + x * gate * (F::one() - gate)
            }
        }
    }
}

/// 1 / (1 + exp(-x))
fn logistic<F: Float>(x: F) -> F {
    (F::one() + (-x).fast_exp()).recip()
}

/// 2u
fn gelu_argument<F: Float>(x: F) -> F {
    F::of(2.0 * GELU_SCALE) * (x + F::of(GELU_CUBIC) * x * x * x)
}

const GELU_SCALE: f64 = 0.797_884_560_802_865_4;
const GELU_CUBIC: f64 = 0.044715;
