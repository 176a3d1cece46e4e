//! How many of a sample fall to each stratum.

use crate::config::sampling::Allocation;

/// Shares `total` out among strata of these sizes, of which one at least is not empty; the parts add up to `total`.
pub fn allocate(total: usize, sizes: &[usize], allocation: Allocation) -> Vec<usize> {
    match allocation {
        Allocation::Proportional => proportional(total, sizes),
        Allocation::Equal => equal(total, sizes.len()),
    }
}

/// The method of the largest remainder (Hamilton): no part is further than 1 from its exact share. Equal remainders
/// go to the stratum named first.
fn proportional(total: usize, sizes: &[usize]) -> Vec<usize> {
    let all: u64 = sizes.iter().map(|size| *size as u64).sum();
    // In whole numbers, so that no rounding decides a tie.
    let shares: Vec<u64> = sizes.iter().map(|size| *size as u64 * total as u64).collect();
    let mut parts: Vec<usize> = shares.iter().map(|share| (share / all) as usize).collect();
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|stratum| std::cmp::Reverse(shares[*stratum] % all));
    let missing = total - parts.iter().sum::<usize>();
    order.iter().take(missing).for_each(|stratum| parts[*stratum] += 1);
    parts
}

/// The first ones take one more where it does not come out even.
fn equal(total: usize, strata: usize) -> Vec<usize> {
    (0..strata).map(|stratum| total / strata + usize::from(stratum < total % strata)).collect()
}

/// Equally many of each stratum, but from none more than it has: what small strata lack is shared out equally among the
/// others. The parts add up to `total` where the sizes do not add up to less.
pub fn equal_within(total: usize, sizes: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|stratum| sizes[*stratum]);
    let (mut parts, mut left) = (vec![0; sizes.len()], total);
    for (done, stratum) in order.into_iter().enumerate() {
        parts[stratum] = sizes[stratum].min(left / (sizes.len() - done));
        left -= parts[stratum];
    }
    parts
}
