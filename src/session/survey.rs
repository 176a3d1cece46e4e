//! What is found out about the documents of a project, once for each cleaning: cleaned documents, their vectors, where
//! they lie in the picture, their clusters. Samples are drawn from it, those of the page and the one that is the text.

use std::rc::Rc;

use super::Host;
use super::pieces::Pieces;
use crate::config::corpus::CleaningConfig;
use crate::config::sampling::{ClustersBy, SamplingConfig, SamplingMethod};
use crate::error::Result;
use crate::protocol::sample::MAX_DOTS;
use crate::text::corpus::Corpus;
use crate::text::corpus::clean::Cleaning;
use crate::text::sampling::{Design, Population};
use crate::text::vectors::Vectors;
use crate::text::vectors::kmeans::KMeans;
use crate::text::vectors::pca::{Components, Picture};
use crate::text::vectors::tfidf::Vectorizing;

/// Clusters and the picture stay as they are when other documents are drawn.
const SEED: u32 = 1;

pub struct Survey {
    cleaning: CleaningConfig,
    pub corpus: Rc<Corpus>,
    vectors: Option<Vectors>,
    picture: Option<Picture>,
    /// By k-means, with their k.
    clusters: Option<(usize, Vec<u32>)>,
}

impl Survey {
    /// Cleans the documents; nothing if a newer command made that pointless.
    pub async fn of<H: Host>(
        documents: &Rc<Corpus>,
        cleaning: &CleaningConfig,
        pieces: &mut Pieces<'_, H>,
    ) -> Result<Option<Self>> {
        let Some(corpus) = cleaned(documents, cleaning, pieces).await? else { return Ok(None) };
        Ok(Some(Self { cleaning: cleaning.clone(), corpus, vectors: None, picture: None, clusters: None }))
    }

    pub fn is_cleaned_by(&self, cleaning: &CleaningConfig) -> bool {
        self.cleaning == *cleaning
    }

    /// Finds out what this method reads beyond the documents; false if a newer command made that pointless.
    pub async fn prepare<H: Host>(&mut self, sampling: &SamplingConfig, pieces: &mut Pieces<'_, H>) -> bool {
        if sampling.reads_vectors() && !self.find_vectors(pieces).await {
            return false;
        }
        match (sampling.method, sampling.clusters) {
            (SamplingMethod::Cluster, ClustersBy::KMeans(k)) => self.find_clusters(k, pieces).await,
            _ => true,
        }
    }

    /// The design of a method for which everything is [prepared](Survey::prepare).
    pub fn design(&self, sampling: &SamplingConfig) -> Result<Design<'_>> {
        Design::new(&self.population(), sampling)
    }

    pub fn population(&self) -> Population<'_> {
        let clusters = self.clusters.as_ref().map(|(_, clusters)| clusters.as_slice());
        Population { corpus: &self.corpus, vectors: self.vectors.as_ref(), clusters }
    }

    /// Documents that are shown: all, or as many as there is room for, evenly.
    pub fn shown(&self) -> Vec<u32> {
        let (all, shown) = (self.corpus.len(), self.corpus.len().min(MAX_DOTS));
        (0..shown).map(|at| (at * all / shown) as u32).collect()
    }

    pub fn vectors(&self) -> Option<&Vectors> {
        self.vectors.as_ref()
    }

    pub fn picture(&self) -> Option<&Picture> {
        self.picture.as_ref()
    }

    async fn find_vectors<H: Host>(&mut self, pieces: &mut Pieces<'_, H>) -> bool {
        if self.vectors.is_none() {
            let mut vectorizing = Vectorizing::new(&self.corpus);
            if !pieces.finish(|| vectorizing.advance()).await {
                return false;
            }
            self.vectors = Some(vectorizing.finish());
        }
        true
    }

    /// The axes are those of the documents that are shown, so the time does not grow with the corpus.
    pub async fn find_picture<H: Host>(&mut self, pieces: &mut Pieces<'_, H>) -> bool {
        if self.picture.is_some() {
            return true;
        }
        if !self.find_vectors(pieces).await {
            return false;
        }
        let Some(vectors) = &self.vectors else { return false };
        let shown = vectors.chosen(&self.shown());
        let mut components = Components::new(&shown, SEED);
        if !pieces.finish(|| components.advance()).await {
            return false;
        }
        self.picture = Some(components.finish());
        true
    }

    async fn find_clusters<H: Host>(&mut self, k: usize, pieces: &mut Pieces<'_, H>) -> bool {
        if self.clusters.as_ref().is_some_and(|(known, _)| *known == k) {
            return true;
        }
        let Some(vectors) = &self.vectors else { return false };
        let mut clustering = KMeans::new(vectors, k, SEED);
        if !pieces.finish(|| clustering.advance()).await {
            return false;
        }
        self.clusters = Some((k, clustering.finish().clusters));
        true
    }
}

async fn cleaned<H: Host>(
    documents: &Rc<Corpus>,
    config: &CleaningConfig,
    pieces: &mut Pieces<'_, H>,
) -> Result<Option<Rc<Corpus>>> {
    if *config == CleaningConfig::default() {
        return Ok(Some(documents.clone()));
    }
    let mut cleaning = Cleaning::new(documents, config.clone());
    let mut failed = None;
    let finished = pieces.finish(|| {
        cleaning.advance().unwrap_or_else(|error| {
            failed = Some(error);
            1.0
        })
    });
    if !finished.await {
        return Ok(None);
    }
    match failed {
        Some(error) => Err(error),
        None => Ok(Some(Rc::new(cleaning.finish().0))),
    }
}
