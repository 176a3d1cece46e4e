//! Which documents are chosen. Settings of a method exist only with a method: setting one of them chooses the simplest.

use super::super::Config;
use super::super::sampling::{
    Allocation, Balance, ClustersBy, SamplingConfig, SamplingMethod, Size, StrataBy, WeightsBy,
};
use super::{Field, Kind, LAST_SEED, Scale, Section, Value, name_of, named};

/// Synthetic points are vectors, so they are not among what a text can be made of.
const METHODS: [&str; 10] = [
    "all",
    "simple-random",
    "stratified",
    "systematic",
    "stratified-random",
    "cluster",
    "importance",
    "stratified-importance",
    "bootstrap",
    "balanced",
];
const SIZES: [&str; 2] = ["share", "count"];
const STRATA: [(&str, StrataBy); 3] =
    [("label", StrataBy::Label), ("length", StrataBy::Length), ("group", StrataBy::Group)];
const ALLOCATIONS: [(&str, Allocation); 2] = [("proportional", Allocation::Proportional), ("equal", Allocation::Equal)];
const CLUSTERS: [&str; 2] = ["group", "k-means"];
const WEIGHTS: [&str; 3] = ["length", "class-size", "column"];
const BALANCES: [(&str, Balance); 3] =
    [("largest", Balance::Largest), ("smallest", Balance::Smallest), ("size", Balance::Size)];

/// What a size, clusters and weights are where the settings say nothing of them.
const SHARE: f64 = 0.2;
const COUNT: usize = 100;
const K: usize = 8;
const POWER: f64 = 1.0;

/// A row that reads and writes the settings of a method, by two functions.
macro_rules! sampled {
    ($key:literal, $kind:expr, $read:expr, $write:expr) => {
        Field {
            key: $key,
            section: Section::Data,
            kind: $kind,
            read: |config| ($read)(&of(config)),
            write: |config, value| change(config, |it| ($write)(it, value)),
        }
    };
}

/// A row for a whole number of them.
macro_rules! sampled_integer {
    ($key:literal, $field:ident, $min:expr, $max:expr) => {
        sampled!(
            $key,
            whole($min, $max),
            |it: &SamplingConfig| Value::Number(it.$field as f64),
            |it: &mut SamplingConfig, value: &Value| it.$field = value.number() as _
        )
    };
}

/// A row for one of some choices, which a constant lists with their names.
macro_rules! sampled_choice {
    ($key:literal, $field:ident, $choices:path) => {
        sampled!(
            $key,
            Kind::Choice(&names(&$choices)),
            |it: &SamplingConfig| name_of(&$choices, it.$field),
            |it: &mut SamplingConfig, value: &Value| it.$field = named(&$choices, value)
        )
    };
}

pub const ROWS: &[Field] = &[
    Field {
        key: "sampling",
        section: Section::Data,
        kind: Kind::Choice(&METHODS),
        read: read_method,
        write: write_method,
    },
    sampled!("sample_by", Kind::Choice(&SIZES), read_size, write_size),
    sampled!("sample_share", between(0.01, 2.0), read_share, write_share),
    sampled!("sample_size", whole(1, 1_000_000), read_count, write_count),
    sampled_choice!("strata", strata, STRATA),
    sampled_integer!("length_bins", length_bins, 2, 12),
    sampled_choice!("allocation", allocation, ALLOCATIONS),
    sampled_integer!("interval", interval, 2, 1000),
    sampled!("clusters", Kind::Choice(&CLUSTERS), read_clusters, write_clusters),
    sampled!("cluster_count", whole(2, 24), read_k, write_k),
    sampled!("weights", Kind::Choice(&WEIGHTS), read_weights, write_weights),
    sampled!("weight_power", between(-2.0, 2.0), read_power, write_power),
    sampled_choice!("balance", balance, BALANCES),
    sampled_integer!("neighbours", neighbours, 1, 20),
    sampled_integer!("sampling_seed", seed, 0, LAST_SEED),
];

const fn whole(min: u64, max: u64) -> Kind {
    Kind::Integer { min, max, step: 1 }
}

const fn between(min: f64, max: f64) -> Kind {
    Kind::Real { min, max, scale: Scale::Linear }
}

fn read_method(config: &Config) -> Value {
    let method = config.data.sampling.as_ref().map_or(METHODS[0], |sampling| sampling.method.name());
    text(if METHODS.contains(&method) { method } else { METHODS[0] })
}

fn write_method(config: &mut Config, value: &Value) {
    match SamplingMethod::named(value.text()) {
        Some(method) => change(config, |it| it.method = method),
        None => config.data.sampling = None,
    }
}

fn of(config: &Config) -> SamplingConfig {
    config.data.sampling.clone().unwrap_or_default()
}

fn change(config: &mut Config, change: impl FnOnce(&mut SamplingConfig)) {
    change(config.data.sampling.get_or_insert_with(SamplingConfig::default));
}

fn read_size(it: &SamplingConfig) -> Value {
    text(SIZES[usize::from(matches!(it.size, Size::Count(_)))])
}

fn write_size(it: &mut SamplingConfig, value: &Value) {
    it.size = match value.text() {
        "count" => Size::Count(count(it)),
        _ => Size::Share(share(it)),
    };
}

fn share(it: &SamplingConfig) -> f64 {
    if let Size::Share(share) = it.size { share } else { SHARE }
}

fn read_share(it: &SamplingConfig) -> Value {
    Value::Number(share(it))
}

fn write_share(it: &mut SamplingConfig, value: &Value) {
    it.size = Size::Share(value.number());
}

fn count(it: &SamplingConfig) -> usize {
    if let Size::Count(count) = it.size { count } else { COUNT }
}

fn read_count(it: &SamplingConfig) -> Value {
    Value::Number(count(it) as f64)
}

fn write_count(it: &mut SamplingConfig, value: &Value) {
    it.size = Size::Count(value.number() as usize);
}

fn read_clusters(it: &SamplingConfig) -> Value {
    text(CLUSTERS[usize::from(matches!(it.clusters, ClustersBy::KMeans(_)))])
}

fn write_clusters(it: &mut SamplingConfig, value: &Value) {
    it.clusters = match value.text() {
        "k-means" => ClustersBy::KMeans(k(it)),
        _ => ClustersBy::Group,
    };
}

fn k(it: &SamplingConfig) -> usize {
    if let ClustersBy::KMeans(k) = it.clusters { k } else { K }
}

fn read_k(it: &SamplingConfig) -> Value {
    Value::Number(k(it) as f64)
}

fn write_k(it: &mut SamplingConfig, value: &Value) {
    it.clusters = ClustersBy::KMeans(value.number() as usize);
}

fn read_weights(it: &SamplingConfig) -> Value {
    text(match it.weights {
        WeightsBy::Length(_) => WEIGHTS[0],
        WeightsBy::ClassSize(_) => WEIGHTS[1],
        WeightsBy::Column => WEIGHTS[2],
    })
}

fn write_weights(it: &mut SamplingConfig, value: &Value) {
    it.weights = match value.text() {
        "length" => WeightsBy::Length(POWER),
        "class-size" => WeightsBy::ClassSize(-POWER),
        _ => WeightsBy::Column,
    };
}

fn read_power(it: &SamplingConfig) -> Value {
    Value::Number(match it.weights {
        WeightsBy::Length(power) | WeightsBy::ClassSize(power) => power,
        WeightsBy::Column => POWER,
    })
}

fn write_power(it: &mut SamplingConfig, value: &Value) {
    it.weights = match it.weights {
        WeightsBy::Length(_) => WeightsBy::Length(value.number()),
        WeightsBy::ClassSize(_) => WeightsBy::ClassSize(value.number()),
        WeightsBy::Column => WeightsBy::Column,
    };
}

fn text(name: &str) -> Value {
    Value::Text(name.to_string())
}

const fn names<T: Copy, const N: usize>(choices: &[(&'static str, T); N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut at = 0;
    while at < N {
        names[at] = choices[at].0;
        at += 1;
    }
    names
}
