//! Models that are measured, batch by batch.

use super::Answer;
use super::kept::Sitter;
use crate::error::Result;
use crate::protocol::evaluate::{Bin, CostlyToken, EvaluateEvent, Miss, On, PositionLoss, Report};
use crate::protocol::{Event, RequestId, Work};
use crate::session::{Host, shown};
use crate::text::exam::Exam;
use crate::text::loader::Batch;
use crate::text::tokenizer::Tokenizer;
use crate::train::figures::{Costly, Stretch, Surprise};
use crate::train::{Device, Figures, Scorer};

/// Tokens of one batch, about: on the CPU some hundred milliseconds.
const BATCH: usize = 1024;
/// Tokens that are shown before and behind a target.
const BEFORE: usize = 24;
const BEHIND: usize = 8;

pub struct Measuring {
    pub request: RequestId,
    on: On,
    /// Those that are still to come, the next one last.
    waiting: Vec<Sitter>,
    all: usize,
    sitting: Option<Sitting>,
    reports: Vec<Report>,
}

/// A model that is being measured.
struct Sitting {
    sitter: Sitter,
    exam: Exam,
    scorer: Scorer,
    figures: Figures,
    batch: Batch,
    /// Windows that are done.
    done: usize,
}

impl Measuring {
    pub fn new(request: RequestId, mut sitters: Vec<Sitter>, on: On) -> Self {
        sitters.reverse();
        Self { request, on, all: sitters.len(), waiting: sitters, sitting: None, reports: Vec::new() }
    }

    /// Builds what the next model needs, or scores a batch.
    pub async fn go_on(&mut self, host: &impl Host, device: &Device) -> Answer {
        self.tell(host);
        let Some(sitting) = &mut self.sitting else {
            let Some(sitter) = self.waiting.pop() else {
                let reports = std::mem::take(&mut self.reports);
                return Ok(Some(EvaluateEvent::Measured { request: self.request, reports }));
            };
            self.sitting = Some(Sitting::new(sitter, &self.on, device).await?);
            return Ok(None);
        };
        sitting.score_a_batch().await?;
        if sitting.done >= sitting.exam.windows() {
            self.reports.push(sitting.report()?);
            self.sitting = None;
        }
        Ok(None)
    }

    fn tell(&self, host: &impl Host) {
        let here = self.sitting.as_ref().map_or(0.0, |it| it.done as f32 / it.exam.windows().max(1) as f32);
        let done = (self.reports.len() as f32 + here) / self.all.max(1) as f32;
        host.tell(Event::Progress { work: Work::Evaluating, done });
    }
}

impl Sitting {
    async fn new(sitter: Sitter, on: &On, device: &Device) -> Result<Self> {
        let (tokenizer, time) = (&sitter.parts.tokenizer, sitter.config.model.block_size);
        let exam = match on {
            On::HeldOut => Exam::held_out(&sitter.parts.loader),
            On::Text(text) => Exam::text(text, tokenizer, time)?,
        };
        let rows = (BATCH / time).clamp(1, exam.windows().max(1));
        let scorer = Scorer::new(&sitter.model(device).await?, rows, time).await?;
        let figures = Figures::new(time, tokenizer.vocab_size());
        Ok(Self { sitter, exam, scorer, figures, batch: Batch::of(rows * time), done: 0 })
    }

    async fn score_a_batch(&mut self) -> Result<()> {
        self.exam.batch(self.done, &mut self.batch);
        let scores = self.scorer.score(&self.batch).await?;
        let time = self.sitter.config.model.block_size;
        let rows = scores.chunks_exact(time).zip(self.done..self.exam.windows());
        let mut done = self.done;
        for (scores, window) in rows {
            let targets = &self.exam.window(window)[1..];
            for (place, (&target, &score)) in targets.iter().zip(scores).enumerate() {
                self.figures.add(window, place, target, score);
            }
            done += 1;
        }
        self.done = done;
        Ok(())
    }

    fn report(&self) -> Result<Report> {
        let Self { figures, exam, .. } = self;
        let tokenizer = &self.sitter.parts.tokenizer;
        let bin = |bin: crate::train::figures::Bin| Bin {
            targets: bin.count,
            confidence: bin.confidence as f32,
            accuracy: bin.accuracy as f32,
        };
        let position = |it: Stretch| PositionLoss {
            from: it.from as u64,
            to: it.to as u64,
            targets: it.count,
            loss: it.loss as f32,
        };
        Ok(Report {
            step: self.sitter.step,
            targets: figures.count(),
            available: exam.available as u64,
            unknown: tokenizer.unknown().map_or(0, |id| exam.count(id) as u64),
            loss: figures.loss() as f32,
            bits_per_byte: exam.bits_per_byte(figures.loss()) as f32,
            accuracy: figures.accuracy() as f32,
            top_five: figures.top_five() as f32,
            bins: figures.bins().map(bin).to_vec(),
            calibration_error: figures.calibration_error() as f32,
            overconfidence: figures.overconfidence() as f32,
            positions: figures.stretches().into_iter().map(position).collect(),
            worst: figures.worst().iter().map(|it| miss(exam, tokenizer, it)).collect::<Result<_>>()?,
            costly: figures.costly().iter().map(|it| costly(tokenizer, it)).collect::<Result<_>>()?,
        })
    }
}

fn miss(exam: &Exam, tokenizer: &Tokenizer, surprise: &Surprise) -> Result<Miss> {
    let (window, at) = (exam.window(surprise.window), surprise.place + 1);
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
