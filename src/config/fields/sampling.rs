//! Which documents are chosen. Settings of a method exist only with a method: setting one of them chooses the simplest.

use super::super::Config;
use super::super::sampling::{
    Allocation, Balance, ClustersBy, SamplingConfig, SamplingMethod, Size, StrataBy, WeightsBy,
};
use super::{Field, Kind, LAST_SEED, Scale, Section, Value};

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

pub const ROWS: &[Field] = &[
    Field {
        key: "sampling",
        section: Section::Data,
        kind: Kind::Choice(&METHODS),
        read: read_method,
        write: write_method,
    },
    Field {
        key: "sample_by",
        section: Section::Data,
        kind: Kind::Choice(&SIZES),
        read: |config| text(SIZES[usize::from(matches!(of(config).size, Size::Count(_)))]),
        write: |config, value| match value.text() {
            "count" => change(config, |it| it.size = Size::Count(count(it))),
            _ => change(config, |it| it.size = Size::Share(share(it))),
        },
    },
    Field {
        key: "sample_share",
        section: Section::Data,
        kind: Kind::Real { min: 0.01, max: 2.0, scale: Scale::Linear },
        read: |config| Value::Number(share(&of(config))),
        write: |config, value| change(config, |it| it.size = Size::Share(value.number())),
    },
    Field {
        key: "sample_size",
        section: Section::Data,
        kind: Kind::Integer { min: 1, max: 1_000_000, step: 1 },
        read: |config| Value::Number(count(&of(config)) as f64),
        write: |config, value| change(config, |it| it.size = Size::Count(value.number() as usize)),
    },
    Field {
        key: "strata",
        section: Section::Data,
        kind: Kind::Choice(&names(&STRATA)),
        read: |config| super::name_of(&STRATA, of(config).strata),
        write: |config, value| change(config, |it| it.strata = super::named(&STRATA, value)),
    },
    Field {
        key: "length_bins",
        section: Section::Data,
        kind: Kind::Integer { min: 2, max: 12, step: 1 },
        read: |config| Value::Number(of(config).length_bins as f64),
        write: |config, value| change(config, |it| it.length_bins = value.number() as usize),
    },
    Field {
        key: "allocation",
        section: Section::Data,
        kind: Kind::Choice(&names(&ALLOCATIONS)),
        read: |config| super::name_of(&ALLOCATIONS, of(config).allocation),
        write: |config, value| change(config, |it| it.allocation = super::named(&ALLOCATIONS, value)),
    },
    Field {
        key: "interval",
        section: Section::Data,
        kind: Kind::Integer { min: 2, max: 1000, step: 1 },
        read: |config| Value::Number(of(config).interval as f64),
        write: |config, value| change(config, |it| it.interval = value.number() as usize),
    },
    Field {
        key: "clusters",
        section: Section::Data,
        kind: Kind::Choice(&CLUSTERS),
        read: |config| text(CLUSTERS[usize::from(matches!(of(config).clusters, ClustersBy::KMeans(_)))]),
        write: |config, value| match value.text() {
            "k-means" => change(config, |it| it.clusters = ClustersBy::KMeans(k(it))),
            _ => change(config, |it| it.clusters = ClustersBy::Group),
        },
    },
    Field {
        key: "cluster_count",
        section: Section::Data,
        kind: Kind::Integer { min: 2, max: 24, step: 1 },
        read: |config| Value::Number(k(&of(config)) as f64),
        write: |config, value| change(config, |it| it.clusters = ClustersBy::KMeans(value.number() as usize)),
    },
    Field {
        key: "weights",
        section: Section::Data,
        kind: Kind::Choice(&WEIGHTS),
        read: |config| match of(config).weights {
            WeightsBy::Length(_) => text("length"),
            WeightsBy::ClassSize(_) => text("class-size"),
            WeightsBy::Column => text("column"),
        },
        write: |config, value| match value.text() {
            "length" => change(config, |it| it.weights = WeightsBy::Length(POWER)),
            "class-size" => change(config, |it| it.weights = WeightsBy::ClassSize(-POWER)),
            _ => change(config, |it| it.weights = WeightsBy::Column),
        },
    },
    Field {
        key: "weight_power",
        section: Section::Data,
        kind: Kind::Real { min: -2.0, max: 2.0, scale: Scale::Linear },
        read: |config| Value::Number(power(&of(config))),
        write: |config, value| {
            change(config, |it| {
                it.weights = match it.weights {
                    WeightsBy::Length(_) => WeightsBy::Length(value.number()),
                    WeightsBy::ClassSize(_) => WeightsBy::ClassSize(value.number()),
                    WeightsBy::Column => WeightsBy::Column,
                }
            })
        },
    },
    Field {
        key: "balance",
        section: Section::Data,
        kind: Kind::Choice(&names(&BALANCES)),
        read: |config| super::name_of(&BALANCES, of(config).balance),
        write: |config, value| change(config, |it| it.balance = super::named(&BALANCES, value)),
    },
    Field {
        key: "neighbours",
        section: Section::Data,
        kind: Kind::Integer { min: 1, max: 20, step: 1 },
        read: |config| Value::Number(of(config).neighbours as f64),
        write: |config, value| change(config, |it| it.neighbours = value.number() as usize),
    },
    Field {
        key: "sampling_seed",
        section: Section::Data,
        kind: Kind::Integer { min: 0, max: LAST_SEED, step: 1 },
        read: |config| Value::Number(f64::from(of(config).seed)),
        write: |config, value| change(config, |it| it.seed = value.number() as u32),
    },
];

fn read_method(config: &Config) -> Value {
    let method = config.data.sampling.as_ref().map_or(METHODS[0], |sampling| sampling.method.name());
    text(if METHODS.contains(&method) { method } else { METHODS[0] })
}

fn write_method(config: &mut Config, value: &Value) {
    match SamplingMethod::ALL.into_iter().find(|method| method.name() == value.text()) {
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

fn share(sampling: &SamplingConfig) -> f64 {
    match sampling.size {
        Size::Share(share) => share,
        Size::Count(_) => SHARE,
    }
}

fn count(sampling: &SamplingConfig) -> usize {
    match sampling.size {
        Size::Count(count) => count,
        Size::Share(_) => COUNT,
    }
}

fn k(sampling: &SamplingConfig) -> usize {
    match sampling.clusters {
        ClustersBy::KMeans(k) => k,
        ClustersBy::Group => K,
    }
}

fn power(sampling: &SamplingConfig) -> f64 {
    match sampling.weights {
        WeightsBy::Length(power) | WeightsBy::ClassSize(power) => power,
        WeightsBy::Column => POWER,
    }
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
