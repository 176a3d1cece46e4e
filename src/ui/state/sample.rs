//! Part Sample: the method that is looked at, what is asked about it, and what becomes the project's sample.

use std::rc::Rc;

use crate::config::Config;
use crate::config::corpus::CleaningConfig;
use crate::config::fields::{Field, Value};
use crate::config::sampling::{Balance, ClustersBy, SamplingConfig, SamplingMethod, Size, StrataBy, WeightsBy};
use crate::error::Error;
use crate::protocol::sample::{Drawing, Population, Redraws, SampleCommand, SampleEvent, Statistic};
use crate::protocol::{Command, RequestId, Work};

use super::{Part, Question, State};

#[derive(Clone, Debug, Default)]
pub struct Sampling {
    /// What is tried out. It becomes the project's when it is used.
    pub draft: SamplingConfig,
    pub statistic: Statistic,
    pub population: Question<Surveyed, Population>,
    pub drawing: Question<Drawn, Drawing>,
    pub redraws: Question<Redrawn, Redraws>,
}

/// The documents with this count, cleaned so.
pub type Surveyed = (u32, CleaningConfig);
pub type Drawn = (Surveyed, SamplingConfig);
pub type Redrawn = (Surveyed, SamplingConfig, Statistic);

#[derive(Clone, Debug)]
pub enum SampleAction {
    Choose(SamplingMethod),
    Set(&'static Field, Value),
    DrawAgain,
    Estimate(Statistic),
    /// Make the text of the documents that are drawn so.
    Use,
    UseAll,
}

/// A sample with the settings that drew it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    pub sampling: SamplingConfig,
    pub drawing: Rc<Drawing>,
}

/// Why a method has nothing to do with these documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    NoLabels,
    /// All documents have the same label.
    OneLabel,
    /// All documents are of one source.
    OneGroup,
    /// All documents weigh the same.
    NoWeights,
}

/// What can be chosen instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayOut {
    StrataByLabel,
    StrataByLength,
    ClustersByWords,
    WeightsByLength,
    /// Other documents.
    Bring,
}

impl Sampling {
    pub(super) fn expire(&mut self) {
        self.population.expire();
        self.drawing.expire();
        self.redraws.expire();
    }

    /// The engine drops what is asked about documents on their way out.
    pub(super) fn withdraw(&mut self) {
        self.population.withdraw();
        self.drawing.withdraw();
        self.redraws.withdraw();
    }

    /// Settings with the draft in the place of the project's sample: what controls show and change.
    pub fn trial(&self, config: &Config) -> Config {
        let mut config = config.clone();
        config.data.sampling = Some(self.draft.clone());
        config
    }

    /// Why the draft can do nothing with the documents, as far as the page can tell.
    pub fn obstacle(&self) -> Option<Obstacle> {
        self.population.answer.as_ref().and_then(|population| obstacle(population, &self.draft))
    }

    fn choose(&mut self, method: SamplingMethod) {
        let whole = |method| method == SamplingMethod::Bootstrap;
        self.draft.size = match self.draft.size {
            // A bootstrap is as large as the corpus; other samples of this size would be the corpus.
            Size::Share(_) if whole(method) => Size::Share(1.0),
            Size::Share(_) if whole(self.draft.method) => SamplingConfig::default().size,
            size => size,
        };
        self.draft.method = method;
    }

    /// The settings that the draft's method reads, in the order in which they are shown.
    pub fn keys(&self) -> Vec<&'static str> {
        let draft = &self.draft;
        let mut keys: Vec<&'static str> = match draft.method {
            SamplingMethod::Systematic => vec!["interval"],
            SamplingMethod::Cluster => vec!["clusters"],
            SamplingMethod::Balanced | SamplingMethod::Synthetic => vec!["balance"],
            _ => Vec::new(),
        };
        if draft.method == SamplingMethod::Cluster && draft.clusters != ClustersBy::Group {
            keys.push("cluster_count");
        }
        if reads_size(draft) {
            let size = if matches!(draft.size, Size::Share(_)) { "sample_share" } else { "sample_size" };
            keys.extend(["sample_by", size]);
        }
        if reads_strata(draft.method) {
            keys.push("strata");
            keys.extend((draft.strata == StrataBy::Length).then_some("length_bins"));
            keys.extend((draft.method != SamplingMethod::Stratified).then_some("allocation"));
        }
        if reads_weights(draft.method) {
            keys.push("weights");
            keys.extend((draft.weights != WeightsBy::Column).then_some("weight_power"));
        }
        keys.extend((draft.method == SamplingMethod::Synthetic).then_some("neighbours"));
        keys.push("sampling_seed");
        keys
    }
}

impl WayOut {
    /// The setting that is moved, and where to; without one, other documents have to be brought.
    pub fn setting(self) -> Option<(&'static str, &'static str)> {
        match self {
            WayOut::StrataByLabel => Some(("strata", "label")),
            WayOut::StrataByLength => Some(("strata", "length")),
            WayOut::ClustersByWords => Some(("clusters", "k-means")),
            WayOut::WeightsByLength => Some(("weights", "length")),
            WayOut::Bring => None,
        }
    }
}

fn reads_size(draft: &SamplingConfig) -> bool {
    match draft.method {
        SamplingMethod::Systematic => false,
        SamplingMethod::Balanced | SamplingMethod::Synthetic => draft.balance == Balance::Size,
        _ => true,
    }
}

fn reads_strata(method: SamplingMethod) -> bool {
    use SamplingMethod as M;
    matches!(method, M::Stratified | M::StratifiedRandom | M::StratifiedImportance)
}

fn reads_weights(method: SamplingMethod) -> bool {
    matches!(method, SamplingMethod::Importance | SamplingMethod::StratifiedImportance)
}

/// What stands in the way of a method.
fn obstacle(population: &Population, draft: &SamplingConfig) -> Option<Obstacle> {
    use SamplingMethod as M;
    let labels = || match population.labels {
        0 => Some(Obstacle::NoLabels),
        1 if population.classes.len() < 2 => Some(Obstacle::OneLabel),
        _ => None,
    };
    let groups = || (population.groups < 2).then_some(Obstacle::OneGroup);
    let strata = || match draft.strata {
        StrataBy::Label => labels(),
        StrataBy::Group => groups(),
        StrataBy::Length => None,
    };
    let weights = || match draft.weights {
        WeightsBy::Column => (!population.weighted).then_some(Obstacle::NoWeights),
        WeightsBy::ClassSize(_) => labels(),
        WeightsBy::Length(_) => None,
    };
    match draft.method {
        M::SimpleRandom | M::Systematic | M::Bootstrap => None,
        M::Stratified | M::StratifiedRandom => strata(),
        M::Cluster if draft.clusters == ClustersBy::Group => groups(),
        M::Cluster => None,
        M::Importance => weights(),
        M::StratifiedImportance => strata().or_else(weights),
        M::Balanced | M::Synthetic => labels(),
    }
}

/// What helps, the nearest first.
pub fn ways_out(obstacle: Obstacle, population: &Population, draft: &SamplingConfig) -> Vec<WayOut> {
    use SamplingMethod as M;
    let strata = reads_strata(draft.method);
    let mut ways = Vec::new();
    match (obstacle, draft.method) {
        (Obstacle::NoWeights, _) => ways.push(WayOut::WeightsByLength),
        (Obstacle::OneGroup, M::Cluster) => ways.push(WayOut::ClustersByWords),
        (Obstacle::OneGroup, _) if population.labels > 1 => ways.push(WayOut::StrataByLabel),
        (_, M::Importance) => ways.push(WayOut::WeightsByLength),
        (_, M::StratifiedImportance) if draft.strata == StrataBy::Length => ways.push(WayOut::WeightsByLength),
        _ => {}
    }
    if strata && draft.strata != StrataBy::Length {
        ways.push(WayOut::StrataByLength);
    }
    if obstacle != Obstacle::NoWeights {
        ways.push(WayOut::Bring);
    }
    ways
}

/// The settings without what the method does not read: moving those asks nothing anew.
fn read_of(draft: &SamplingConfig) -> SamplingConfig {
    use SamplingMethod as M;
    let (method, seed, nothing) = (draft.method, draft.seed, SamplingConfig::default());
    let size = if reads_size(draft) { draft.size } else { nothing.size };
    let mut read = SamplingConfig { method, seed, size, ..nothing };
    match method {
        M::SimpleRandom | M::Bootstrap => {}
        M::Systematic => read.interval = draft.interval,
        M::Cluster => read.clusters = draft.clusters,
        M::Importance => read.weights = draft.weights,
        M::Balanced => read.balance = draft.balance,
        M::Synthetic => (read.balance, read.neighbours) = (draft.balance, draft.neighbours),
        M::Stratified | M::StratifiedRandom | M::StratifiedImportance => {
            read.strata = draft.strata;
            if draft.strata == StrataBy::Length {
                read.length_bins = draft.length_bins;
            }
            if method != M::Stratified {
                read.allocation = draft.allocation;
            }
            if method == M::StratifiedImportance {
                read.weights = draft.weights;
            }
        }
    }
    read
}

impl State {
    pub(super) fn act_on_sample(&mut self, action: SampleAction) {
        match action {
            SampleAction::Choose(method) => self.sampling.choose(method),
            SampleAction::Set(field, value) => {
                let mut trial = self.sampling.trial(&self.config);
                // Controls only send what is in range; a value from elsewhere is refused and changes nothing.
                if field.set(&mut trial, &value).is_ok()
                    && let Some(draft) = trial.data.sampling
                {
                    self.sampling.draft = draft;
                }
            }
            SampleAction::DrawAgain => self.sampling.draft.seed = self.sampling.draft.seed.wrapping_add(1),
            SampleAction::Estimate(statistic) => self.sampling.statistic = statistic,
            SampleAction::Use if self.can_use_sample() => {
                self.config.data.sampling = Some(read_of(&self.sampling.draft));
            }
            SampleAction::Use => {}
            SampleAction::UseAll => self.config.data.sampling = None,
        }
    }

    /// Synthetic points are no text, and what could not be drawn is none either.
    pub fn can_use_sample(&self) -> bool {
        let drawn = self.sampling.drawing.answers(&self.wanted_drawing());
        drawn && self.sampling.obstacle().is_none() && self.sampling.draft.method != SamplingMethod::Synthetic
    }

    /// Whether the draft is what the text is made of.
    pub fn sample_is_used(&self) -> bool {
        self.config.data.sampling.as_ref().map(read_of) == Some(read_of(&self.sampling.draft))
    }

    /// The last sample of the documents that are shown, if the draft can be drawn from them.
    pub fn shown_sample(&self) -> Option<Sampled> {
        let Sampling { population, drawing, .. } = &self.sampling;
        let (surveyed, sampling) = drawing.answered()?;
        let fits = population.answered() == Some(surveyed) && drawing.error.is_none();
        let fits = fits && self.sampling.obstacle().is_none();
        fits.then(|| Some(Sampled { sampling: sampling.clone(), drawing: drawing.answer.clone()? })).flatten()
    }

    /// The last estimates of the method that is shown.
    pub fn shown_redraws(&self) -> Option<Rc<Redraws>> {
        let (surveyed, sampling, _) = self.sampling.redraws.answered()?;
        let method = self.shown_sample()?.sampling.method;
        let fits = self.sampling.population.answered() == Some(surveyed) && sampling.method == method;
        self.sampling.redraws.answer.clone().filter(|_| fits && self.sampling.redraws.error.is_none())
    }

    /// Asks what part Sample shows: the dots first, then the sample on them, then its estimates.
    pub(super) fn sync_sample(&mut self) {
        if self.view.part() != Some(Part::Sample) {
            return;
        }
        let wanted = self.wanted_population();
        if self.sampling.population.is_overdue(&wanted) {
            let request = self.next_request();
            self.send(Command::Sample(SampleCommand::Survey { request, cleaning: wanted.1.clone() }));
            self.sampling.population.ask(request, wanted.clone());
        }
        if !self.sampling.population.answers(&wanted) || self.sampling.obstacle().is_some() {
            return;
        }
        self.sync_drawing();
        if self.sampling.draft.method != SamplingMethod::Synthetic {
            self.sync_redraws();
        }
    }

    fn sync_drawing(&mut self) {
        let wanted = self.wanted_drawing();
        if self.sampling.drawing.is_overdue(&wanted) {
            let request = self.next_request();
            let ((_, cleaning), sampling) = wanted.clone();
            self.send(Command::Sample(SampleCommand::Draw { request, cleaning, sampling }));
            self.sampling.drawing.ask(request, wanted);
        }
    }

    fn sync_redraws(&mut self) {
        let wanted = self.wanted_redraws();
        if self.sampling.redraws.is_overdue(&wanted) {
            let request = self.next_request();
            let ((_, cleaning), sampling, statistic) = wanted.clone();
            self.send(Command::Sample(SampleCommand::Redraw { request, cleaning, sampling, statistic }));
            self.sampling.redraws.ask(request, wanted);
        }
    }

    fn wanted_population(&self) -> Surveyed {
        (self.project.corpora, self.config.data.cleaning.clone())
    }

    fn wanted_drawing(&self) -> Drawn {
        (self.wanted_population(), read_of(&self.sampling.draft))
    }

    /// Another seed draws another sample, and its estimate stands among the same others.
    fn wanted_redraws(&self) -> Redrawn {
        let sampling = SamplingConfig { seed: 0, ..read_of(&self.sampling.draft) };
        (self.wanted_population(), sampling, self.sampling.statistic.clone())
    }

    pub(super) fn on_sample_event(&mut self, event: SampleEvent) {
        match event {
            SampleEvent::Surveyed { request, population } => {
                self.progress.end(&[Work::Surveying]);
                if self.sampling.population.accept(request, population) {
                    self.keep_statistic_known();
                }
            }
            SampleEvent::Drawn { request, drawing } => {
                self.progress.end(&[Work::Sampling]);
                _ = self.sampling.drawing.accept(request, drawing);
            }
            SampleEvent::Redrawn { request, redraws } => {
                self.progress.end(&[Work::Sampling]);
                _ = self.sampling.redraws.accept(request, redraws);
            }
        }
    }

    pub(super) fn sample_refused(&mut self, request: RequestId, error: &Error) -> bool {
        let sampling = &mut self.sampling;
        let taken = sampling.population.refuse(request, error)
            || sampling.drawing.refuse(request, error)
            || sampling.redraws.refuse(request, error);
        if taken {
            self.progress.end(&[Work::Surveying, Work::Sampling]);
        }
        taken
    }

    /// Other documents may not have the class whose share was estimated.
    fn keep_statistic_known(&mut self) {
        let Statistic::ClassShare(label) = &self.sampling.statistic else { return };
        let named = |population: &Population| population.label_names().any(|name| name == label);
        if !self.sampling.population.answer.as_ref().is_some_and(|population| named(population)) {
            self.sampling.statistic = Statistic::MeanLength;
        }
    }
}
