//! Models that are measured, batch by batch.

use super::Answer;
use super::models::LoadedModel;
use crate::error::Result;
use crate::protocol::evaluate::{Bin, CostlyToken, EvaluateEvent, Miss, On, PositionLoss, Report};
use crate::protocol::{Event, RequestId, Work};
use crate::session::{Host, shown};
use crate::text::eval_windows::EvalWindows;
use crate::text::loader::Batch;
use crate::text::tokenizer::Tokenizer;
use crate::train::metrics::{Costly, PositionBucket, Surprise};
use crate::train::{Device, Metrics, Scorer};

/// Tokens of one batch, about: on the CPU some hundred milliseconds.
const BATCH: usize = 1024;
/// Tokens that are shown before and behind a target.
const BEFORE: usize = 24;
const BEHIND: usize = 8;

pub struct Measuring {
    pub request: RequestId,
    on: On,
    /// Those that are still to come, the next one last.
    waiting: Vec<LoadedModel>,
    all: usize,
    evaluation: Option<Evaluation>,
    reports: Vec<Report>,
}

/// A model that is being measured.
struct Evaluation {
    loaded: LoadedModel,
    eval_windows: EvalWindows,
    scorer: Scorer,
    metrics: Metrics,
    batch: Batch,
    /// Windows that are done.
    done: usize,
}

impl Measuring {
    pub fn new(request: RequestId, mut models: Vec<LoadedModel>, on: On) -> Self {
        models.reverse();
        Self { request, on, all: models.len(), waiting: models, evaluation: None, reports: Vec::new() }
    }

    /// Builds what the next model needs, or scores a batch.
    pub async fn go_on(&mut self, host: &impl Host, device: &Device) -> Answer {
        self.emit(host);
        let Some(evaluation) = &mut self.evaluation else {
            let Some(loaded) = self.waiting.pop() else {
                let reports = std::mem::take(&mut self.reports);
                return Ok(Some(EvaluateEvent::Measured { request: self.request, reports }));
            };
            self.evaluation = Some(Evaluation::new(loaded, &self.on, device).await?);
            return Ok(None);
        };
        evaluation.score_a_batch().await?;
        if evaluation.done >= evaluation.eval_windows.windows() {
            self.reports.push(evaluation.report()?);
            self.evaluation = None;
        }
        Ok(None)
    }

    fn emit(&self, host: &impl Host) {
        let here = self.evaluation.as_ref().map_or(0.0, |it| it.done as f32 / it.eval_windows.windows().max(1) as f32);
        let done = (self.reports.len() as f32 + here) / self.all.max(1) as f32;
        host.emit(Event::Progress { work: Work::Evaluating, done });
    }
}

impl Evaluation {
    async fn new(loaded: LoadedModel, on: &On, device: &Device) -> Result<Self> {
        let (tokenizer, time) = (&loaded.parts.tokenizer, loaded.config.model.block_size);
        let eval_windows = match on {
            On::HeldOut => EvalWindows::held_out(&loaded.parts.loader),
            On::Text(text) => EvalWindows::text(text, tokenizer, time)?,
        };
        let rows = (BATCH / time).clamp(1, eval_windows.windows().max(1));
        let scorer = Scorer::new(&loaded.model(device).await?, rows, time).await?;
        let metrics = Metrics::new(time, tokenizer.vocab_size());
        Ok(Self { loaded, eval_windows, scorer, metrics, batch: Batch::of(rows * time), done: 0 })
    }

    async fn score_a_batch(&mut self) -> Result<()> {
        self.eval_windows.batch(self.done, &mut self.batch);
        let scores = self.scorer.score(&self.batch).await?;
        let time = self.loaded.config.model.block_size;
        let rows = scores.chunks_exact(time).zip(self.done..self.eval_windows.windows());
        let mut done = self.done;
        for (scores, window) in rows {
            let targets = &self.eval_windows.window(window)[1..];
            for (place, (&target, &score)) in targets.iter().zip(scores).enumerate() {
                self.metrics.add(window, place, target, score);
            }
            done += 1;
        }
        self.done = done;
        Ok(())
    }

    fn report(&self) -> Result<Report> {
        let Self { metrics, eval_windows, .. } = self;
        let tokenizer = &self.loaded.parts.tokenizer;
        let bin = |bin: crate::train::metrics::Bin| Bin {
            targets: bin.count,
            confidence: bin.confidence as f32,
            accuracy: bin.accuracy as f32,
        };
        let position = |it: PositionBucket| PositionLoss {
            from: it.from as u64,
            to: it.to as u64,
            targets: it.count,
            loss: it.loss as f32,
        };
        Ok(Report {
            step: self.loaded.step,
            targets: metrics.count(),
            available: eval_windows.available as u64,
            unknown: tokenizer.unknown().map_or(0, |id| eval_windows.count(id) as u64),
            loss: metrics.loss() as f32,
            bits_per_byte: eval_windows.bits_per_byte(metrics.loss()) as f32,
            accuracy: metrics.accuracy() as f32,
            top_five: metrics.top_five() as f32,
            bins: metrics.bins().map(bin).to_vec(),
            calibration_error: metrics.calibration_error() as f32,
            overconfidence: metrics.overconfidence() as f32,
            positions: metrics.stretches().into_iter().map(position).collect(),
            worst: metrics.worst().iter().map(|it| miss(eval_windows, tokenizer, it)).collect::<Result<_>>()?,
            costly: metrics.costly().iter().map(|it| costly(tokenizer, it)).collect::<Result<_>>()?,
        })
    }
}

fn miss(eval_windows: &EvalWindows, tokenizer: &Tokenizer, surprise: &Surprise) -> Result<Miss> {
    let (window, at) = (eval_windows.window(surprise.window), surprise.place + 1);
    Ok(Miss {
        before: tokenizer.decode(&window[at.saturating_sub(BEFORE)..at])?,
        token: shown::token_in_text(tokenizer, window[at])?,
        after: tokenizer.decode(&window[at + 1..window.len().min(at + 1 + BEHIND)])?,
        loss: surprise.score.loss,
        rank: u64::from(surprise.score.rank),
        expected: shown::token_in_text(tokenizer, surprise.score.likeliest)?,
        expected_probability: surprise.score.confidence,
    })
}

fn costly(tokenizer: &Tokenizer, costly: &Costly) -> Result<CostlyToken> {
    let token = shown::token_in_text(tokenizer, costly.token)?;
    Ok(CostlyToken { token, count: costly.count, loss: costly.loss as f32, share: costly.share as f32 })
}
