//! Parting a corpus: by label, by length, by group. A document without the mark is in a part of its own.

use crate::config::sampling::StrataBy;
use crate::error::{Error, Result};
use crate::text::corpus::Corpus;

/// A part of a corpus; none is empty and together they are the whole corpus.
#[derive(Clone, Debug, PartialEq)]
pub struct Stratum {
    /// The label or group, empty where there is none; by length `12-40`.
    pub name: String,
    /// In ascending order.
    pub documents: Vec<u32>,
}

/// The strata of a corpus. By label or group, one that has none is refused.
pub fn strata(corpus: &Corpus, by: StrataBy, length_bins: usize) -> Result<Vec<Stratum>> {
    match by {
        StrataBy::Label => classes(corpus),
        StrataBy::Group => groups(corpus),
        StrataBy::Length => Ok(by_length(corpus, length_bins)),
    }
}

/// The classes: documents of one label.
pub fn classes(corpus: &Corpus) -> Result<Vec<Stratum>> {
    marked(corpus, "labels", corpus.labels(), |at| corpus.label(at))
}

/// Documents of one source.
pub fn groups(corpus: &Corpus) -> Result<Vec<Stratum>> {
    marked(corpus, "groups", corpus.groups(), |at| corpus.group(at))
}

/// Parts by a number of each document, as k-means gives it.
pub fn numbered(numbers: &[u32]) -> Vec<Stratum> {
    let count = numbers.iter().max().map_or(0, |most| *most as usize + 1);
    let names = (1..=count).map(|number| number.to_string());
    part(names.collect(), numbers.len(), |at| numbers[at] as usize)
}

fn marked(
    corpus: &Corpus,
    missing: &str,
    names: &[String],
    mark: impl Fn(usize) -> Option<usize>,
) -> Result<Vec<Stratum>> {
    if names.is_empty() {
        return Err(Error::Missing { missing: missing.into() });
    }
    let names: Vec<String> = names.iter().cloned().chain([String::new()]).collect();
    let none = names.len() - 1;
    Ok(part(names, corpus.len(), |at| mark(at).unwrap_or(none)))
}

/// About equally many documents each, equally long ones together; fewer parts where lengths are few.
fn by_length(corpus: &Corpus, bins: usize) -> Vec<Stratum> {
    let mut lengths: Vec<usize> = (0..corpus.len()).map(|at| corpus.characters(at)).collect();
    lengths.sort_unstable();
    let mut begins: Vec<usize> = (0..bins).map(|bin| lengths[bin * lengths.len() / bins]).collect();
    begins.dedup();
    let bin_of = |length: usize| begins.partition_point(|begin| *begin <= length) - 1;
    let last = |bin: usize| match begins.get(bin + 1) {
        Some(next) => lengths[lengths.partition_point(|length| length < next) - 1],
        None => lengths[lengths.len() - 1],
    };
    let names = (0..begins.len()).map(|bin| format!("{}-{}", begins[bin], last(bin)));
    part(names.collect(), corpus.len(), |at| bin_of(corpus.characters(at)))
}

fn part(names: Vec<String>, documents: usize, part_of: impl Fn(usize) -> usize) -> Vec<Stratum> {
    let mut strata: Vec<Stratum> = names.into_iter().map(|name| Stratum { name, documents: Vec::new() }).collect();
    (0..documents).for_each(|at| strata[part_of(at)].documents.push(at as u32));
    strata.retain(|stratum| !stratum.documents.is_empty());
    strata
}
