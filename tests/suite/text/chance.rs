//! Whether counts are those of a distribution: Pearson's chi-square, for every test that judges by statistics.

/// Passes counts that chance explains, and shows that it would refuse others: some draws taken from the likeliest
/// unit and given to another one.
///
/// `expected` are the counts on average, `variances` theirs for chi-square's sum of (count - expected)^2 / variance, and
/// `freedom` its degrees of freedom.
pub fn check(label: &str, counts: &[f64], expected: &[f64], variances: &[f64], freedom: f64) {
    let over = excess(counts, expected, variances, freedom);
    assert!(over < 0.0, "{label}: chi-square is {over} over what chance explains");
    let mut wrong = counts.to_vec();
    let most = (0..counts.len()).max_by(|a, b| expected[*a].total_cmp(&expected[*b])).expect("a unit");
    let other = (0..counts.len()).rfind(|unit| *unit != most).expect("two units");
    let moved = 8.0 * (variances[most] * freedom.sqrt()).sqrt();
    wrong[most] -= moved;
    wrong[other] += moved;
    assert!(excess(&wrong, expected, variances, freedom) > 0.0, "{label}: {moved} draws moved pass");
}

/// Multinomial counts: `probabilities` add up to 1.
pub fn check_multinomial(label: &str, counts: &[f64], probabilities: &[f64]) {
    let total: f64 = counts.iter().sum();
    let expected: Vec<f64> = probabilities.iter().map(|probability| total * probability).collect();
    check(label, counts, &expected, &expected, counts.len() as f64 - 1.0);
}

/// How often each of `units` was among `take` different ones, in `draws` simple random samples.
pub fn check_simple(label: &str, counts: &[f64], take: usize, draws: usize) {
    let (units, draws) = (counts.len() as f64, draws as f64);
    let share = take as f64 / units;
    // Counts of different units depend on each other: the covariance is -share (1 - share) / (units - 1).
    let variance = draws * share * (1.0 - share) * units / (units - 1.0);
    check(label, counts, &vec![draws * share; counts.len()], &vec![variance; counts.len()], units - 1.0);
}

/// With n degrees of freedom chi-square is below n + 5 sqrt(2 n) + 12 but for one sample in a million.
fn excess(counts: &[f64], expected: &[f64], variances: &[f64], freedom: f64) -> f64 {
    let terms = counts.iter().zip(expected).zip(variances);
    let sum: f64 = terms.map(|((count, expected), variance)| (count - expected).powi(2) / variance).sum();
    sum - (freedom + 5.0 * (2.0 * freedom).sqrt() + 12.0)
}

/// Whether a mean is where it should be: within five standard errors.
pub fn check_mean(label: &str, mean: f64, wanted: f64, error: f64) {
    assert!((mean - wanted).abs() < 5.0 * error, "{label}: {mean}, not {wanted} +- {error}");
}
