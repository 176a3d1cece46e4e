//! One comparison for all numbers, and every tolerance in one place. Nothing that is not a number ever passes.

/// GPU or `f32` against the oracle, forward.
pub const FORWARD: f64 = 1e-5;
/// GPU or `f32` against the oracle, gradients.
pub const GRADIENT: f64 = 1e-3;
/// The oracle's gradients against central differences.
pub const DIFFERENCES: f64 = 1e-6;
/// What PyTorch computed, stored as `f32`, against a gradient of ours, a logit or a weight after ten steps.
pub const GOLDEN: f64 = 1e-4;
/// What PyTorch computed, against a weight after some steps of an optimizer.
pub const GOLDEN_STEPS: f64 = 1e-5;
/// The losses of ten steps on a GPU.
pub const GOLDEN_LOSSES: f64 = 1e-3;

/// A single number may differ by this many times what the norm of all may.
const SINGLE: f64 = 10.0;

/// Requires `got` to be `want` up to `tolerance`, relative to the norm of `want`, or of numbers of the size `floor`
/// where `want` all but vanishes. Returns how far off it is. Shows each time that the comparison can fail.
pub fn check(label: &str, got: &[f64], want: &[f64], floor: f64, tolerance: f64) -> f64 {
    assert!(!want.is_empty(), "{label}: nothing is compared");
    if let Some(reason) = refusal(got, want, floor, tolerance) {
        panic!("{label}: {reason}");
    }
    let at = want.len() / 2;
    let visible = 2.0 * SINGLE * tolerance * (want[at].abs() + size(want) + floor) + f64::MIN_POSITIVE;
    for wrong in [got[at] + visible, got[at] - visible, f64::NAN, f64::INFINITY] {
        let mut perturbed = got.to_vec();
        perturbed[at] = wrong;
        assert!(refusal(&perturbed, want, floor, tolerance).is_some(), "{label}: {wrong} for {} passes", want[at]);
    }
    distance(got, want) / (size(want) + floor)
}

/// Requires the comparison to refuse `got`.
pub fn check_refused(label: &str, got: &[f64], want: &[f64], floor: f64, tolerance: f64) {
    assert!(refusal(got, want, floor, tolerance).is_some(), "{label}: what must differ passes");
}

/// Why `got` is not `want`.
fn refusal(got: &[f64], want: &[f64], floor: f64, tolerance: f64) -> Option<String> {
    if got.len() != want.len() {
        return Some(format!("{} numbers for {}", got.len(), want.len()));
    }
    if let Some(at) = got.iter().zip(want).position(|(got, want)| !(got.is_finite() && want.is_finite())) {
        return Some(format!("number {at} is {} and should be {}", got[at], want[at]));
    }
    let (size, off) = (size(want) + floor, distance(got, want));
    let single = |(got, want): (&f64, &f64)| (got - want).abs() > SINGLE * tolerance * (want.abs() + size);
    if let Some(at) = got.iter().zip(want).position(single) {
        let (got, want) = (got[at], want[at]);
        return Some(format!("number {at} is {got:e} and should be {want:e} among numbers of {size:e}"));
    }
    (off > tolerance * size).then(|| format!("off by {:e} of the norm, more than {tolerance:e}", off / size))
}

/// Root of the mean square.
pub fn size(values: &[f64]) -> f64 {
    (values.iter().map(|value| value * value).sum::<f64>() / values.len() as f64).sqrt()
}

fn distance(got: &[f64], want: &[f64]) -> f64 {
    size(&got.iter().zip(want).map(|(got, want)| got - want).collect::<Vec<_>>())
}

#[test]
fn refuses_what_is_wrong() {
    let want = [1.0, -2.0, 3.0];
    assert!(refusal(&want, &want, 0.0, 1e-5).is_none());
    assert!(refusal(&[1.0, -2.0, 3.00001], &want, 0.0, 1e-5).is_none());
    for wrong in [&[1.0, -2.0, 3.001][..], &[1.0, -2.0], &[1.0, f64::NAN, 3.0], &[1.0, -2.0, f64::INFINITY], &[3.0; 3]]
    {
        check_refused("wrong", wrong, &want, 0.0, 1e-5);
    }
    check_refused("both wrong", &[f64::NAN], &[f64::NAN], 0.0, 1e-5);
    check_refused("zeros", &[1e-30], &[0.0], 0.0, 1e-5);
}
