//! Choosing documents: the population as dots, samples of it, and how much chance is in them.

use serde::{Deserialize, Serialize};

use super::RequestId;
use crate::config::corpus::CleaningConfig;
use crate::config::sampling::SamplingConfig;

/// A command of this area. All are about the project's documents, cleaned so. A newer one of the same kind overtakes one
/// that is in the making, which then gets no answer; newer documents overtake all.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum SampleCommand {
    /// Lay the documents out as dots: once for each corpus, under all its samples.
    Survey { request: RequestId, cleaning: CleaningConfig },
    /// Draw one sample.
    Draw { request: RequestId, cleaning: CleaningConfig, sampling: SamplingConfig },
    /// Draw again and again, to see the error of an estimate. The seed of the settings does not matter.
    Redraw { request: RequestId, cleaning: CleaningConfig, sampling: SamplingConfig, statistic: Statistic },
}

/// An event of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum SampleEvent {
    Surveyed { request: RequestId, population: Population },
    Drawn { request: RequestId, drawing: Drawing },
    Redrawn { request: RequestId, redraws: Redraws },
}

/// What is estimated from a sample.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Statistic {
    /// Characters of a document, on average.
    #[default]
    MeanLength,
    /// Share of the documents with this label.
    ClassShare(String),
}

/// The documents that are drawn from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Population {
    pub documents: u64,
    /// Characters of a document, on average.
    pub mean_length: f64,
    /// Different labels.
    pub labels: u64,
    /// Different sources.
    pub groups: u64,
    /// Whether documents came with weights that differ.
    pub weighted: bool,
    /// At most [`MAX_CLASSES`], the largest first.
    pub classes: Vec<Class>,
    /// One for each document; of a large corpus [`MAX_DOTS`], evenly chosen.
    pub dots: Vec<Dot>,
    /// Share of the whole variance along each axis of the picture.
    pub explained: [f32; 2],
}

/// Dots that are sent at most.
pub const MAX_DOTS: usize = 3000;
/// Classes that are told apart: as many as there are shapes.
pub const MAX_CLASSES: usize = 6;
/// Strata or clusters that are named.
pub const MAX_PARTS: usize = 24;
/// Synthetic points that are shown at most.
pub const MAX_CHILDREN: usize = 300;

impl Population {
    /// The labels that are told apart by name.
    pub fn label_names(&self) -> impl Iterator<Item = &str> {
        self.classes.iter().filter_map(|class| match &class.name {
            ClassName::Label(label) => Some(label.as_str()),
            _ => None,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    pub name: ClassName,
    pub documents: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClassName {
    Label(String),
    /// Documents without a label.
    Unlabelled,
    /// As many smaller classes together.
    Others(u64),
}

/// A document in the picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dot {
    /// Its number in the corpus, from 0.
    pub document: u32,
    /// Principal components of its TF-IDF vector.
    pub place: [f32; 2],
    /// Index in [`Population::classes`].
    pub class: u8,
    pub characters: u32,
    /// How it begins.
    pub words: String,
}

/// One sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawing {
    /// Repetitions counted, synthetic points not.
    pub draws: u64,
    /// Different documents.
    pub distinct: u64,
    /// Kish's effective sample size.
    pub effective_size: f64,
    /// Documents that this design never draws.
    pub out_of_reach: u64,
    /// Of each dot, in their order.
    pub dots: Vec<DotDrawn>,
    /// In the order of [`Population::classes`].
    pub shares: Vec<Share>,
    /// The sample's weighted estimate of the mean length.
    pub mean_length: f64,
    /// Strata or clusters, at most [`MAX_PARTS`]; none where the method has none.
    pub parts: Vec<PartDrawn>,
    /// Synthetic points in all, of which at most [`MAX_CHILDREN`] are in `children`.
    pub synthetic: u64,
    pub children: Vec<Child>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DotDrawn {
    pub times: u32,
    /// The probability that it is drawn at all.
    pub chance: f32,
    /// How many documents one draw of it stands for; 0 if it cannot be drawn.
    pub weight: f32,
    /// Index in [`Drawing::parts`]; [`NO_PART`] where there is none, or it is not among those named.
    pub part: u8,
}

pub const NO_PART: u8 = u8::MAX;

/// A class before and after, as shares of 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    pub population: f64,
    /// As the sample is, synthetic points with it.
    pub sample: f64,
    /// As the weights see it: the weighted draws of the class among all weighted draws.
    pub weighted: f64,
    /// The method's estimate of it, as [`Redraws::weighted`] has many.
    pub estimate: f64,
}

/// A stratum or a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartDrawn {
    /// The label, the source, the lengths (`12-40`) or the number; empty for documents without the mark.
    pub name: String,
    pub documents: u64,
    /// Repetitions counted.
    pub draws: u64,
}

/// A synthetic point between its parents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Child {
    /// Index in [`Population::classes`].
    pub class: u8,
    pub place: [f32; 2],
    /// Documents of the corpus, and where they lie: they need not be among the dots.
    pub parents: [u32; 2],
    pub parent_places: [[f32; 2]; 2],
    /// Where on the way from the first parent (0) to the second (1).
    pub position: f32,
}

/// Estimates of a statistic by many samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Redraws {
    pub statistic: Statistic,
    pub truth: f64,
    /// Documents of one sample, on average, repetitions counted.
    pub draws: f64,
    /// With the weights of the design.
    pub weighted: Spread,
    /// Every draw counted alike, as one who ignores the weights would.
    pub plain: Spread,
    /// Simple random samples of the same size; none where that would be the whole corpus.
    pub simple: Option<Spread>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    pub values: Vec<f64>,
    pub mean: f64,
    /// Root of the mean squared distance from the truth.
    pub error: f64,
}
