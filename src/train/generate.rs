//! Writing: a plan that reads the window, draws a token and puts it into the window, over and over on the device.

use std::rc::Rc;

use super::machine::Plan;
use super::model::Model;
use crate::config::SampleConfig;
use crate::error::Result;
use crate::graph::{Memory, TensorId, state};
use crate::nn::gpt::Mode;
use crate::ops::sample::{RECORD, SHOWN};

/// Most tokens of one submit, and so of one readback.
pub const BURST: usize = 16;

/// Continues a prompt. The window is computed anew for every token; a full window loses its oldest token first.
pub struct Generator {
    plan: Plan,
    window: TensorId,
    records: TensorId,
    block_size: usize,
    /// Tokens drawn since [`Generator::start`].
    drawn: usize,
}

/// A token that was drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    pub id: u32,
    /// Under the temperature, before top-k and top-p cut the rest off.
    pub probability: f32,
    /// The likeliest others with their probabilities, likeliest first: five where the vocabulary has so many.
    pub runners_up: Vec<(u32, f32)>,
    /// Tokens that had left the window when this one was drawn.
    pub slid: u32,
}

impl Generator {
    /// # Errors
    /// [`crate::error::Error::ModelTooLarge`] before anything is allocated, or what the device says.
    pub async fn new(model: &Rc<Model>) -> Result<Self> {
        let graph = model.graph();
        let block_size = model.config.block_size;
        let window = graph.tokens(1, block_size, 1);
        let last = model.gpt.features(window, Mode::Evaluate).select_last(); // (1, T, C) -> (1, C)
        let records = model.gpt.head(last).sample_into(window, BURST); // (1, C) -> (1, V)
        let plan = model.plan(&graph).await?;
        Ok(Self { plan, window: window.id, records: records.id, block_size, drawn: 0 })
    }

    /// Puts the end of a prompt into the window, as much as fits.
    ///
    /// # Panics
    /// If the prompt is empty.
    pub fn start(&mut self, prompt: &[u32], sample: &SampleConfig) {
        assert!(!prompt.is_empty(), "a model continues something");
        let skipped = prompt.len().saturating_sub(self.block_size);
        let mut window = prompt[skipped..].to_vec();
        let mut words = [0.0; state::WORDS];
        words[state::TEMPERATURE] = sample.temperature;
        words[state::TOP_K] = sample.top_k as f32;
        words[state::TOP_P] = sample.top_p;
        words[state::SEED_LOW] = (sample.seed & 0xffff) as f32;
        words[state::SEED_HIGH] = (sample.seed >> 16) as f32;
        words[state::POSITION] = window.len() as f32;
        window.resize(self.block_size, 0);
        self.plan.write_ids(self.window, 0, &window);
        self.plan.write(Memory::State, 0, &words);
        self.drawn = 0;
    }

    /// Draws `count` more tokens: one submit, one readback.
    ///
    /// # Errors
    /// What went wrong on the device.
    ///
    /// # Panics
    /// If `count` is more than [`BURST`].
    pub async fn draw(&mut self, count: usize) -> Result<Vec<Written>> {
        assert!((1..=BURST).contains(&count), "{count} tokens in one submit");
        self.plan.run(count);
        let records = self.plan.read_tensor(self.records).await?;
        let written =
            (self.drawn..self.drawn + count).map(|index| written(&records[index % BURST * RECORD..][..RECORD]));
        self.drawn += count;
        Ok(written.collect())
    }
}

fn written(record: &[f32]) -> Written {
    let id = record[0] as u32;
    let pairs = record[2..2 + 2 * SHOWN].chunks_exact(2).filter(|pair| pair[1] >= 0.0);
    let others = pairs.map(|pair| (pair[0] as u32, pair[1])).filter(|(other, _)| *other != id);
    Written {
        id,
        probability: record[1],
        runners_up: others.take(SHOWN - 1).collect(),
        slid: record[RECORD - 2] as u32,
    }
}
