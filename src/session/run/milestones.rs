//! What happens at a run's marks: it is evaluated, and writes a line of the timeline.

use web_time::Instant;

use super::{Host, Run};
use crate::error::Result;
use crate::protocol::{Evaluation, Event, TimelineSample};
use crate::text::loader::Batch;
use crate::train::Evaluator;
use crate::train::generate::BURST;

/// Batches of one evaluation.
const EVALUATION_BATCHES: usize = 8;
/// Tokens of one line of the timeline: enough to see what it is like, few enough not to slow the training.
const TIMELINE_TOKENS: usize = 96;

impl Run {
    pub(super) async fn evaluator(&mut self) -> Result<&Evaluator> {
        if self.evaluator.is_none() {
            let (rows, time) = (self.config.train.batch_size, self.config.model.block_size);
            let windows = self.loader.validation(EVALUATION_BATCHES, rows);
            let batch = |index| {
                let mut batch = Batch::of(rows * time);
                windows.batch(index, &mut batch);
                batch
            };
            let batches: Vec<_> = (0..windows.batches()).map(batch).collect();
            self.evaluator = Some(Evaluator::new(self.trainer.model(), rows, time, &batches).await?);
        }
        Ok(self.evaluator.as_ref().expect("it was just made"))
    }

    /// Evaluates and writes a line of the timeline, where that is due.
    pub(super) async fn measure(&mut self, host: &impl Host) -> Result<()> {
        let began = Instant::now();
        let step = self.trainer.step();
        let is_last = step >= self.config.train.steps as u64;
        if is_last || step.is_multiple_of(self.config.train.eval_every as u64) {
            let loss = self.evaluator().await?.loss().await?;
            let bits_per_byte = self.loader.dataset().bits_per_byte(f64::from(loss)) as f32;
            host.emit(Event::Evaluated { run: self.id, evaluation: Evaluation { step, loss, bits_per_byte } });
        }
        if is_last || step.is_multiple_of(self.config.train.sample_every as u64) {
            let sample = self.timeline_sample().await?;
            host.emit(Event::Sampled { run: self.id, sample });
        }
        self.speed.measured(began.elapsed());
        Ok(())
    }

    async fn timeline_sample(&mut self) -> Result<TimelineSample> {
        let prompt = self.config.train.sample_prompt.clone();
        let sample = self.config.sample.clone();
        self.start_writing(&prompt, &sample).await?;
        let mut ids = Vec::new();
        let wanted = TIMELINE_TOKENS.min(sample.length);
        while ids.len() < wanted {
            let written = self.write(BURST.min(wanted - ids.len())).await?;
            ids.extend(written.iter().map(|written| written.id));
        }
        Ok(TimelineSample { step: self.trainer.step(), prompt, text: self.tokenizer.decode(&ids)? })
    }

    pub(super) fn is_at_a_milestone(&self) -> bool {
        let train = &self.config.train;
        let step = self.trainer.step() as usize;
        step >= train.steps || step.is_multiple_of(train.eval_every) || step.is_multiple_of(train.sample_every)
    }

    pub(super) fn steps_to_the_next_milestone(&self) -> usize {
        let train = &self.config.train;
        let step = self.trainer.step() as usize;
        let to_multiple = |every: usize| every - step % every;
        (train.steps - step).min(to_multiple(train.eval_every)).min(to_multiple(train.sample_every))
    }
}
