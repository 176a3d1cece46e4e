//! How documents are chosen from a corpus: every setting of the ten methods, side by side, so that switching between
//! methods loses none.

use crate::config::names::names;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SamplingConfig {
    pub method: SamplingMethod,
    /// Documents to draw; clusters for [`SamplingMethod::Cluster`]. Systematic, balanced and synthetic samples do not
    /// read it unless [`Balance::Size`] asks for it.
    pub size: Size,
    pub strata: StrataBy,
    /// Strata by length: how many, of about equally many documents.
    pub length_bins: usize,
    pub allocation: Allocation,
    /// Systematic: every how manieth document is taken.
    pub interval: usize,
    pub clusters: ClustersBy,
    pub weights: WeightsBy,
    pub balance: Balance,
    /// Synthetic: among how many nearest documents of its class the second parent is chosen.
    pub neighbours: usize,
    pub seed: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SamplingMethod {
    /// Every set of n different documents is equally likely.
    SimpleRandom,
    /// Every stratum in its share, evenly spread over the order of its documents.
    Stratified,
    /// Every k-th document from a random start.
    Systematic,
    /// A simple random sample of its own in each stratum, in proportion or equally many.
    StratifiedRandom,
    /// Some whole clusters.
    Cluster,
    /// With replacement, in proportion to weights.
    Importance,
    /// Importance sampling in each stratum.
    StratifiedImportance,
    /// With replacement, all alike, as many as there are (Efron, 1979).
    Bootstrap,
    /// Equally many of every class, small ones repeated where need be.
    Balanced,
    /// SMOTE (Chawla et al., 2002): small classes gain points between neighbours.
    Synthetic,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Size {
    Count(usize),
    /// Of all, rounded, at least one.
    Share(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StrataBy {
    Label,
    Length,
    Group,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Allocation {
    Proportional,
    Equal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClustersBy {
    Group,
    /// k-means on TF-IDF into this many.
    KMeans(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WeightsBy {
    /// The weight that came with each document.
    Column,
    /// Characters to this power: 1 prefers long documents, -1 short ones, 0 none.
    Length(f64),
    /// Size of the document's class to this power: -1 gives every class the same chance.
    ClassSize(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Balance {
    /// Every class as small as the smallest.
    Smallest,
    /// Every class as large as the largest.
    Largest,
    /// [`SamplingConfig::size`] shared out equally among the classes.
    Size,
}

impl Default for SamplingConfig {
    fn default() -> Self {
        Self {
            method: SamplingMethod::SimpleRandom,
            size: Size::Share(0.2),
            strata: StrataBy::Label,
            length_bins: 4,
            allocation: Allocation::Proportional,
            interval: 5,
            clusters: ClustersBy::Group,
            weights: WeightsBy::Length(1.0),
            balance: Balance::Largest,
            neighbours: 5,
            seed: 1,
        }
    }
}

impl SamplingConfig {
    /// Whether the method looks at what the documents say.
    pub fn reads_vectors(&self) -> bool {
        match self.method {
            SamplingMethod::Synthetic => true,
            SamplingMethod::Cluster => matches!(self.clusters, ClustersBy::KMeans(_)),
            _ => false,
        }
    }
}

// All ten, in the order in which they are taught.
names! {
    /// Its name in links and locales.
    SamplingMethod {
        SimpleRandom = "simple-random",
        Stratified = "stratified",
        Systematic = "systematic",
        StratifiedRandom = "stratified-random",
        Cluster = "cluster",
        Importance = "importance",
        StratifiedImportance = "stratified-importance",
        Bootstrap = "bootstrap",
        Balanced = "balanced",
        Synthetic = "synthetic",
    }
}
