//! A sample as the page is told of it.

use super::dots::Classes;
use crate::config::sampling::{ClustersBy, SamplingConfig, SamplingMethod};
use crate::error::Result;
use crate::protocol::sample::{Child, DotDrawn, Drawing, MAX_CHILDREN, MAX_PARTS, NO_PART, PartDrawn, Share};
use crate::session::survey::Survey;
use crate::text::corpus::Corpus;
use crate::text::sampling::strata::{self, Stratum};
use crate::text::sampling::{Design, Estimator, Sample, Statistic, Synthetic};
use crate::text::vectors::Vectors;
use crate::text::vectors::pca::Picture;

/// The survey has its picture and what the method reads.
pub fn drawing(survey: &Survey, sampling: &SamplingConfig) -> Result<Drawing> {
    let (corpus, design) = (&*survey.corpus, survey.design(sampling)?);
    let (sample, classes) = (design.draw(sampling.seed), Classes::of(corpus));
    let (strata, estimator) = (parts(survey, sampling)?, Estimator::of(sampling.method));
    let mut times = vec![0; corpus.len()];
    sample.drawn.iter().for_each(|drawn| times[drawn.document as usize] = drawn.times);
    let family = Family { corpus, classes: &classes };
    let children = survey.vectors().zip(survey.picture());
    Ok(Drawing {
        draws: sample.draws() as u64,
        distinct: sample.distinct() as u64,
        effective_size: sample.effective_size(),
        out_of_reach: design.out_of_reach() as u64,
        dots: dots(survey, &design, &times, &strata),
        shares: shares(corpus, &classes, &sample, estimator),
        mean_length: estimator.estimate(&sample, &Statistic::MeanLength.values(corpus)),
        parts: strata.iter().take(MAX_PARTS).map(|stratum| part(stratum, &times)).collect(),
        synthetic: sample.synthetic.len() as u64,
        children: children.map_or_else(Vec::new, |(vectors, picture)| family.children(&sample, vectors, picture)),
    })
}

/// The strata or clusters of a method, the largest first; none where it has none, or they are the classes anyway.
fn parts(survey: &Survey, sampling: &SamplingConfig) -> Result<Vec<Stratum>> {
    let corpus = &survey.corpus;
    match sampling.method {
        SamplingMethod::Stratified | SamplingMethod::StratifiedRandom | SamplingMethod::StratifiedImportance => {
            strata::strata(corpus, sampling.strata, sampling.length_bins)
        }
        SamplingMethod::Cluster => match sampling.clusters {
            ClustersBy::Group => strata::groups(corpus),
            ClustersBy::KMeans(_) => Ok(survey.population().clusters.map_or_else(Vec::new, strata::numbered)),
        },
        _ => Ok(Vec::new()),
    }
}

fn part(stratum: &Stratum, times: &[u32]) -> PartDrawn {
    let draws = stratum.documents.iter().map(|document| u64::from(times[*document as usize])).sum();
    PartDrawn { name: stratum.name.clone(), documents: stratum.documents.len() as u64, draws }
}

fn dots(survey: &Survey, design: &Design, times: &[u32], strata: &[Stratum]) -> Vec<DotDrawn> {
    let mut part_of = vec![NO_PART; times.len()];
    for (part, stratum) in strata.iter().take(MAX_PARTS).enumerate() {
        stratum.documents.iter().for_each(|document| part_of[*document as usize] = part as u8);
    }
    let dot = |document: u32| {
        let at = document as usize;
        let (chance, weight) = (design.inclusion(at) as f32, design.weight(at) as f32);
        DotDrawn { times: times[at], chance, weight, part: part_of[at] }
    };
    survey.shown().into_iter().map(dot).collect()
}

/// Of the classes that are told apart: those of the corpus, added up.
fn shares(corpus: &Corpus, classes: &Classes, sample: &Sample, estimator: Estimator) -> Vec<Share> {
    let class: Vec<u8> = (0..corpus.len()).map(|at| classes.of_document(corpus, at)).collect();
    let mut counts = vec![[0.0; 3]; classes.named.len()];
    class.iter().for_each(|class| counts[usize::from(*class)][0] += 1.0);
    for drawn in &sample.drawn {
        let count = &mut counts[usize::from(class[drawn.document as usize])];
        count[1] += f64::from(drawn.times);
        count[2] += f64::from(drawn.times) * drawn.weight;
    }
    sample.synthetic.iter().for_each(|point| counts[usize::from(class[point.parents.0 as usize])][1] += 1.0);
    let totals = [0, 1, 2].map(|column| counts.iter().map(|count| count[column]).sum::<f64>().max(f64::MIN_POSITIVE));
    let estimate = |weighted: f64| match estimator {
        Estimator::Expansion => weighted / corpus.len() as f64,
        Estimator::Ratio => weighted / totals[2],
    };
    let share = |count: &[f64; 3]| Share {
        population: count[0] / totals[0],
        sample: count[1] / totals[1],
        weighted: count[2] / totals[2],
        estimate: estimate(count[2]),
    };
    counts.iter().map(share).collect()
}

/// Who the children and their parents are.
struct Family<'a> {
    corpus: &'a Corpus,
    classes: &'a Classes,
}

impl Family<'_> {
    /// All children, or as many as there is room for, evenly.
    fn children(&self, sample: &Sample, vectors: &Vectors, picture: &Picture) -> Vec<Child> {
        let (all, shown) = (sample.synthetic.len(), sample.synthetic.len().min(MAX_CHILDREN));
        let chosen = (0..shown).map(|at| &sample.synthetic[at * all / shown]);
        chosen.map(|point| self.child(point, vectors, picture)).collect()
    }

    fn child(&self, point: &Synthetic, vectors: &Vectors, picture: &Picture) -> Child {
        let parents = [point.parents.0, point.parents.1];
        Child {
            class: self.classes.of_document(self.corpus, parents[0] as usize),
            place: picture.place(point.vector.row()),
            parents,
            parent_places: parents.map(|parent| picture.place(vectors.row(parent as usize))),
            position: point.position,
        }
    }
}
