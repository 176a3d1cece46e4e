//! Samples as the page sees them: the documents as dots, one sample, many samples.

mod dots;
mod drawn;

use super::pieces::Pieces;
use super::{Host, Session};
use crate::config::corpus::CleaningConfig;
use crate::config::sampling::{SamplingConfig, SamplingMethod, Size};
use crate::error::Result;
use crate::protocol::sample::{Drawing, Population, Redraws, SampleCommand, SampleEvent, Spread, Statistic};
use crate::protocol::{Command, Event, Work};
use crate::text::corpus::Corpus;
use crate::text::sampling::{self as text, Estimate, Estimator};

/// Documents drawn in one piece of work, about.
const PIECE: usize = 200_000;
/// All redraws begin here, so that a sample of another seed is told against the same ones.
const SEED: u32 = 1;

impl<H: Host> Session<H> {
    pub async fn handle_sample_part(&mut self, command: Command) {
        let Command::Sample(command) = command else { return };
        let superseded_by = superseded_by(&command);
        if self.inbox.has(superseded_by) {
            return;
        }
        let work = if matches!(command, SampleCommand::Survey { .. }) { Work::Surveying } else { Work::Sampling };
        let mut pieces = Pieces { host: &self.host, inbox: &mut self.inbox, work, superseded_by };
        let (request, answer) = match command {
            SampleCommand::Survey { request, cleaning } => {
                let population = self.project.population(&cleaning, &mut pieces).await;
                (request, event(population, |population| SampleEvent::Surveyed { request, population }))
            }
            SampleCommand::Draw { request, cleaning, sampling } => {
                let drawing = self.project.draw(&cleaning, &sampling, &mut pieces).await;
                (request, event(drawing, |drawing| SampleEvent::Drawn { request, drawing }))
            }
            SampleCommand::Redraw { request, cleaning, sampling, statistic } => {
                let redraws = self.project.redraw(&cleaning, &sampling, statistic, &mut pieces).await;
                (request, event(redraws, |redraws| SampleEvent::Redrawn { request, redraws }))
            }
        };
        if let Some(answer) = answer.transpose() {
            self.answer(request, answer);
        }
    }
}

fn event<T>(found: Result<Option<T>>, event: impl FnOnce(T) -> SampleEvent) -> Result<Option<Event>> {
    Ok(found?.map(|found| Event::Sample(event(found))))
}

/// Which newer command makes this one pointless.
fn superseded_by(command: &SampleCommand) -> fn(&Command) -> bool {
    match command {
        SampleCommand::Survey { .. } => {
            |newer| matches!(newer, Command::LoadText { .. } | Command::Sample(SampleCommand::Survey { .. }))
        }
        SampleCommand::Draw { .. } => {
            |newer| matches!(newer, Command::LoadText { .. } | Command::Sample(SampleCommand::Draw { .. }))
        }
        SampleCommand::Redraw { .. } => {
            |newer| matches!(newer, Command::LoadText { .. } | Command::Sample(SampleCommand::Redraw { .. }))
        }
    }
}

impl super::project::Project {
    async fn population<H: Host>(
        &mut self,
        cleaning: &CleaningConfig,
        pieces: &mut Pieces<'_, H>,
    ) -> Result<Option<Population>> {
        let Some(survey) = self.survey(cleaning, pieces).await? else { return Ok(None) };
        Ok(survey.find_picture(pieces).await.then(|| dots::population(survey)))
    }

    async fn draw<H: Host>(
        &mut self,
        cleaning: &CleaningConfig,
        sampling: &SamplingConfig,
        pieces: &mut Pieces<'_, H>,
    ) -> Result<Option<Drawing>> {
        let Some(survey) = self.survey(cleaning, pieces).await? else { return Ok(None) };
        if !survey.find_picture(pieces).await || !survey.prepare(sampling, pieces).await {
            return Ok(None);
        }
        drawn::drawing(survey, sampling).map(Some)
    }

    async fn redraw<H: Host>(
        &mut self,
        cleaning: &CleaningConfig,
        sampling: &SamplingConfig,
        statistic: Statistic,
        pieces: &mut Pieces<'_, H>,
    ) -> Result<Option<Redraws>> {
        let Some(survey) = self.survey(cleaning, pieces).await? else { return Ok(None) };
        if !survey.prepare(sampling, pieces).await {
            return Ok(None);
        }
        let population = survey.population();
        let values = of_text(&statistic, &survey.corpus).values(&survey.corpus);
        let Some((estimate, draws)) = redrawn(&population, sampling, &values, pieces).await? else { return Ok(None) };
        let simple = match draws.round() as usize {
            size if size < values.len() => {
                let method = SamplingMethod::SimpleRandom;
                let simple = SamplingConfig { method, size: Size::Count(size.max(1)), ..sampling.clone() };
                let Some((simple, _)) = redrawn(&population, &simple, &values, pieces).await? else { return Ok(None) };
                Some(spread(simple.plain))
            }
            _ => None,
        };
        let (truth, plain) = (estimate.truth, spread(estimate.plain.clone()));
        let weighted = spread(estimate.by(Estimator::of(sampling.method)));
        Ok(Some(Redraws { statistic, truth, draws, weighted, plain, simple }))
    }
}

/// The estimates of one design, and how many documents it draws on average.
async fn redrawn<H: Host>(
    population: &text::Population<'_>,
    sampling: &SamplingConfig,
    values: &[f64],
    pieces: &mut Pieces<'_, H>,
) -> Result<Option<(Estimate, f64)>> {
    let design = text::Design::new(population, sampling)?;
    let mut redraws = text::Redraws::new(&design, values.to_vec(), SEED);
    let finished = pieces.finish(|| {
        let enough = redraws.draws() + PIECE;
        loop {
            let done = redraws.advance();
            if done >= 1.0 || redraws.draws() >= enough {
                return done;
            }
        }
    });
    if !finished.await {
        return Ok(None);
    }
    let draws = redraws.draws() as f64 / text::redraws::REDRAWS as f64;
    Ok(Some((redraws.finish(), draws)))
}

/// A label that the documents do not have has a share of 0.
fn of_text(statistic: &Statistic, corpus: &Corpus) -> text::Statistic {
    match statistic {
        Statistic::MeanLength => text::Statistic::MeanLength,
        Statistic::ClassShare(label) => {
            let label = corpus.labels().iter().position(|other| other == label);
            text::Statistic::ClassShare(label.unwrap_or(usize::MAX))
        }
    }
}

fn spread(spread: text::Spread) -> Spread {
    Spread { mean: spread.mean, error: spread.error, values: spread.values }
}
