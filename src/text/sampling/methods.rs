//! The ten methods, each as parts of the corpus and how some of each are picked.

use super::Population;
use super::allocation::{allocate, equal_within};
use super::design::{Part, Units};
use super::pick::{Pick, Weighted};
use super::strata::{self, Stratum};
use super::weights::weights;
use crate::config::sampling::{Allocation, Balance, ClustersBy, SamplingConfig, SamplingMethod, Size};
use crate::error::{Error, Result};

/// The parts of a method's design.
pub fn parts(population: &Population, config: &SamplingConfig) -> Result<Vec<Part>> {
    match config.method {
        SamplingMethod::SimpleRandom => simple_random(population, config),
        SamplingMethod::Stratified => stratified(population, config),
        SamplingMethod::Systematic => systematic(population, config),
        SamplingMethod::StratifiedRandom => stratified_random(population, config),
        SamplingMethod::Cluster => cluster(population, config),
        SamplingMethod::Importance => importance(population, config),
        SamplingMethod::StratifiedImportance => stratified_importance(population, config),
        SamplingMethod::Bootstrap => bootstrap(population, config),
        SamplingMethod::Balanced => balanced(population, config),
        SamplingMethod::Synthetic => Ok(synthetic(population)),
    }
}

fn simple_random(population: &Population, config: &SamplingConfig) -> Result<Vec<Part>> {
    let take = different(config, population.corpus.len())?;
    Ok(vec![Part { units: everyone(population), pick: Pick::Apart { take } }])
}

fn stratified(population: &Population, config: &SamplingConfig) -> Result<Vec<Part>> {
    let take = different(config, population.corpus.len())?;
    let strata = strata::strata(population.corpus, config.strata, config.length_bins)?;
    let takes = allocate(take, &sizes(&strata), Allocation::Proportional);
    Ok(each(strata, takes, |_, take| Pick::Spread { take }))
}

fn systematic(population: &Population, config: &SamplingConfig) -> Result<Vec<Part>> {
    let interval = in_range("interval", config.interval, population.corpus.len())?;
    Ok(vec![Part { units: everyone(population), pick: Pick::Every { interval } }])
}

/// Equal parts of strata that have too few are made up by the others.
fn stratified_random(population: &Population, config: &SamplingConfig) -> Result<Vec<Part>> {
    let take = different(config, population.corpus.len())?;
    let strata = strata::strata(population.corpus, config.strata, config.length_bins)?;
    let sizes = sizes(&strata);
    let takes = match config.allocation {
        Allocation::Proportional => allocate(take, &sizes, Allocation::Proportional),
        Allocation::Equal => equal_within(take, &sizes),
    };
    Ok(each(strata, takes, |_, take| Pick::Apart { take }))
}

fn cluster(population: &Population, config: &SamplingConfig) -> Result<Vec<Part>> {
    let clusters = match config.clusters {
        ClustersBy::Group => strata::groups(population.corpus)?,
        ClustersBy::KMeans(_) => strata::numbered(population.clusters.ok_or_else(|| missing("clusters"))?),
    };
    let take = different(config, clusters.len())?;
    let clusters = clusters.into_iter().map(|cluster| cluster.documents).collect();
    Ok(vec![Part { units: Units::Clusters(clusters), pick: Pick::Apart { take } }])
}

fn importance(population: &Population, config: &SamplingConfig) -> Result<Vec<Part>> {
    let take = repeated(config, population.corpus.len())?;
    let pick = Pick::Weighted(Weighted::new(take, &weights(population.corpus, config.weights)?));
    Ok(vec![Part { units: everyone(population), pick }])
}

/// A stratum whose weights are all zero is drawn from as if they were equal.
fn stratified_importance(population: &Population, config: &SamplingConfig) -> Result<Vec<Part>> {
    let take = repeated(config, population.corpus.len())?;
    let weights = weights(population.corpus, config.weights)?;
    let strata = strata::strata(population.corpus, config.strata, config.length_bins)?;
    let takes = allocate(take, &sizes(&strata), config.allocation);
    Ok(each(strata, takes, |documents, take| {
        let weights: Vec<f64> = documents.iter().map(|document| weights[*document as usize]).collect();
        match weights.iter().sum::<f64>() > 0.0 {
            true => Pick::Weighted(Weighted::new(take, &weights)),
            false => Pick::Anew { take },
        }
    }))
}

fn bootstrap(population: &Population, config: &SamplingConfig) -> Result<Vec<Part>> {
    let take = repeated(config, population.corpus.len())?;
    Ok(vec![Part { units: everyone(population), pick: Pick::Anew { take } }])
}

fn balanced(population: &Population, config: &SamplingConfig) -> Result<Vec<Part>> {
    let classes = strata::classes(population.corpus)?;
    let takes = balance(&sizes(&classes), config)?;
    Ok(each(classes, takes, |_, take| Pick::Apart { take }))
}

/// How many documents each class shall have.
pub fn balance(sizes: &[usize], config: &SamplingConfig) -> Result<Vec<usize>> {
    let same = |size: Option<&usize>| vec![size.copied().unwrap_or(0); sizes.len()];
    match config.balance {
        Balance::Smallest => Ok(same(sizes.iter().min())),
        Balance::Largest => Ok(same(sizes.iter().max())),
        Balance::Size => Ok(allocate(repeated(config, sizes.iter().sum())?, sizes, Allocation::Equal)),
    }
}

/// Everyone once; the points between them are grown by [`super::smote`].
fn synthetic(population: &Population) -> Vec<Part> {
    vec![Part { units: everyone(population), pick: Pick::Apart { take: population.corpus.len() } }]
}

fn everyone(population: &Population) -> Units {
    Units::Documents((0..population.corpus.len() as u32).collect())
}

fn sizes(strata: &[Stratum]) -> Vec<usize> {
    strata.iter().map(|stratum| stratum.documents.len()).collect()
}

/// One part a stratum; those of which none is taken remain, so that their documents are known as out of reach.
fn each(strata: Vec<Stratum>, takes: Vec<usize>, pick: impl Fn(&[u32], usize) -> Pick) -> Vec<Part> {
    let part = |(stratum, take): (Stratum, usize)| {
        let pick = if take == 0 { Pick::Apart { take } } else { pick(&stratum.documents, take) };
        Part { units: Units::Documents(stratum.documents), pick }
    };
    strata.into_iter().zip(takes).map(part).collect()
}

/// How many of `available` different ones are drawn.
fn different(config: &SamplingConfig, available: usize) -> Result<usize> {
    in_range("sample_size", asked(config.size, available), available)
}

/// How many are drawn with replacement: ten times the corpus at most, so that a mistyped size does not fill the memory.
fn repeated(config: &SamplingConfig, available: usize) -> Result<usize> {
    in_range("sample_size", asked(config.size, available), available.saturating_mul(10))
}

fn asked(size: Size, available: usize) -> usize {
    match size {
        Size::Count(count) => count,
        Size::Share(share) => ((share * available as f64).round() as usize).max(usize::from(share > 0.0)),
    }
}

fn in_range(key: &str, value: usize, max: usize) -> Result<usize> {
    if (1..=max).contains(&value) {
        return Ok(value);
    }
    Err(Error::SettingOutOfRange { key: key.into(), value: value.to_string(), min: "1".into(), max: max.to_string() })
}

fn missing(what: &str) -> Error {
    Error::Missing { missing: what.into() }
}
