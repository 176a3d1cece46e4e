//! The numbers of the CPU implementation, and the few loops that are as fast as the machine allows only when they are
//! written for it: matrix products, sums, an exponential.

use std::fmt::Debug;

/// An element of the CPU implementation: `f64` in the oracle, `f32` in training.
pub trait Float: num_traits::Float + num_traits::NumAssign + Debug + Default + std::iter::Sum + 'static {
    fn of(value: f64) -> Self;

    /// e to the power of this. In `f32` within 2e-7 of it, relatively, from -87 to 88, and the value at that end beyond;
    /// what is no number stays none. Without a branch or a table, so that a loop over it uses vectors.
    fn fast_exp(self) -> Self;

    /// C (m, n) = A (m, k) B (k, n) + beta C, each with its (row, column) strides.
    fn matmul(size: [usize; 3], a: Matrix<Self>, b: Matrix<Self>, beta: Self, c: &mut [Self], c_strides: [usize; 2]);
}

/// A matrix in a slice: element (i, j) is at `i * strides[0] + j * strides[1]`.
#[derive(Clone, Copy)]
pub struct Matrix<'a, F> {
    pub data: &'a [F],
    pub strides: [usize; 2],
}

impl<'a, F> Matrix<'a, F> {
    /// Rows of `stride` words.
    pub fn rows(data: &'a [F], stride: usize) -> Self {
        Self { data, strides: [stride, 1] }
    }

    pub fn transposed(self) -> Self {
        Self { data: self.data, strides: [self.strides[1], self.strides[0]] }
    }

    fn holds(&self, rows: usize, columns: usize) -> bool {
        (rows - 1) * self.strides[0] + (columns - 1) * self.strides[1] < self.data.len()
    }
}

/// Sums are made in so many lanes: a single chain of additions is as slow as an addition takes, and less exact.
const LANES: usize = 16;

/// The sum of `a[i] * b[i]`.
pub fn dot<F: Float>(a: &[F], b: &[F]) -> F {
    let (a, b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: F = a.remainder().iter().zip(b.remainder()).map(|(&a, &b)| a * b).sum();
    let mut lanes = [F::zero(); LANES];
    for (a, b) in a.zip(b) {
        for (lane, (&a, &b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
            *lane += a * b;
        }
    }
    total(lanes) + rest
}

/// The sum of all values.
pub fn sum<F: Float>(values: &[F]) -> F {
    let chunks = values.chunks_exact(LANES);
    let rest: F = chunks.remainder().iter().copied().sum();
    let mut lanes = [F::zero(); LANES];
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane += value;
        }
    }
    total(lanes) + rest
}

/// The largest value.
pub fn most<F: Float>(values: &[F]) -> F {
    let larger = |a: F, b: F| if b > a { b } else { a };
    let chunks = values.chunks_exact(LANES);
    let rest = chunks.remainder().iter().copied().fold(F::neg_infinity(), larger);
    let mut lanes = [F::neg_infinity(); LANES];
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane = larger(*lane, value);
        }
    }
    lanes.into_iter().fold(rest, larger)
}

/// `sum[i] += values[i]`
pub fn add<F: Float>(sum: &mut [F], values: &[F]) {
    for (sum, &value) in sum.iter_mut().zip(values) {
        *sum += value;
    }
}

/// `sum[i] += a[i] * b[i]`
pub fn add_product<F: Float>(sum: &mut [F], a: &[F], b: &[F]) {
    for (sum, (&a, &b)) in sum.iter_mut().zip(a.iter().zip(b)) {
        *sum += a * b;
    }
}

/// Lane by lane, halves first.
fn total<F: Float>(mut lanes: [F; LANES]) -> F {
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            let other = lanes[lane + half];
            lanes[lane] += other;
        }
        half /= 2;
    }
    lanes[0]
}

/// 2^n e^r with n whole and |r| at most ln(2) / 2: the scheme and the coefficients of Cephes (Moshier, 1992), `expf`.
fn fast_exp(x: f32) -> f32 {
    /// Adding it rounds to a whole number, which then stands in the lowest bits.
    const ROUNDER: f32 = 12_582_912.0;
    /// ln(2) in two parts, the first with so few bits that its products are exact.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    const COEFFICIENTS: [f32; 6] = [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];
    // Comparisons that are false for what is no number, which so goes through.
    let x = if x < -87.0 { -87.0 } else { x };
    let x = if x > 88.0 { 88.0 } else { x };
    let rounded = x * std::f32::consts::LOG2_E + ROUNDER;
    let n = rounded - ROUNDER;
    let r = x - n * LN_2[0] - n * LN_2[1];
    let series = COEFFICIENTS.iter().fold(0.0, |sum, &coefficient| sum * r + coefficient);
    let power = f32::from_bits((rounded.to_bits() << 23).wrapping_add(1.0_f32.to_bits()));
    (series * r * r + r + 1.0) * power
}

macro_rules! float {
    ($type:ty, $gemm:path, $exp:path) => {
        impl Float for $type {
            fn of(value: f64) -> Self {
                value as $type
            }

            #[inline(always)]
            fn fast_exp(self) -> Self {
                $exp(self)
            }

            fn matmul(
                [m, k, n]: [usize; 3],
                a: Matrix<Self>,
                b: Matrix<Self>,
                beta: Self,
                c: &mut [Self],
                c_strides: [usize; 2],
            ) {
                let result = Matrix { data: &*c, strides: c_strides };
                assert!(a.holds(m, k) && b.holds(k, n) && result.holds(m, n), "matmul: ({m}, {k}) x ({k}, {n})");
                let signed = |strides: [usize; 2]| [strides[0] as isize, strides[1] as isize];
                let ([a_row, a_column], [b_row, b_column]) = (signed(a.strides), signed(b.strides));
                let [c_row, c_column] = signed(c_strides);
                let (a, b, c) = (a.data.as_ptr(), b.data.as_ptr(), c.as_mut_ptr());
                // SAFETY: the assertion above keeps every element inside its slice, and `c` is borrowed for writing.
                unsafe {
                    $gemm(m, k, n, 1.0, a, a_row, a_column, b, b_row, b_column, beta, c, c_row, c_column);
                }
            }
        }
    };
}

float!(f32, matrixmultiply::sgemm, fast_exp);
float!(f64, matrixmultiply::dgemm, f64::exp);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_exponential_is_as_exact_as_it_says() {
        let mut worst = 0.0_f64;
        for step in 0..=1_750_000 {
            let x = -87.0 + step as f32 * 1e-4;
            let want = f64::from(x).exp();
            worst = worst.max((f64::from(x.fast_exp()) / want - 1.0).abs());
        }
        println!("fast_exp: off by {worst:.1e}");
        assert!(worst < 2e-7, "{worst:e}");
        assert_eq!(0.0_f32.fast_exp(), 1.0);
        assert_eq!(f32::NEG_INFINITY.fast_exp(), (-87.0_f32).fast_exp());
        assert_eq!(f32::INFINITY.fast_exp(), 88.0_f32.fast_exp());
        assert!(f32::NAN.fast_exp().is_nan());
    }

    #[test]
    fn sums_are_whole_whatever_the_length() {
        for count in 0..70_usize {
            let values: Vec<f64> = (1..=count).map(|value| value as f64).collect();
            let n = count as f64;
            assert_eq!(sum(&values), n * (n + 1.0) / 2.0);
            assert_eq!(dot(&values, &values), n * (n + 1.0) * (2.0 * n + 1.0) / 6.0);
            assert_eq!(most(&values), if count == 0 { f64::NEG_INFINITY } else { n });
        }
    }
}
