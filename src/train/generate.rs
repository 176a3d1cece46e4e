//! Writing: a plan one part of which reads a window, and another draws one token more, over and over on the device.

use std::ops::Range;
use std::rc::Rc;

use super::machine::{Device, Plan};
use super::model::Model;
use crate::config::SampleConfig;
use crate::error::Result;
use crate::graph::{Graph, Memory, Need, Segment, TensorId, state};
use crate::nn::gpt::Gpt;
use crate::ops::sample::{RECORD, SHOWN, leaving};

/// Most tokens of one submit, and so of one readback.
pub const BURST: usize = 32;
/// Fewer of them are hardly worth the way there and back.
pub const MIN_WINDOW: usize = 8;

/// Continues a prompt. Keys and values of the tokens before stay on the device, so that a token costs one row.
///
/// When the window is full and one more token has been drawn, the older half of the window leaves (of an odd number the
/// larger part), and the rest is read again at its new positions, in the same submit. So the model sees between half a
/// window and a whole one.
pub struct Generator {
    plan: Plan,
    parts: Parts,
    block_size: usize,
    /// Tokens drawn since [`Generator::start`].
    drawn: usize,
    /// Tokens in the window: the same number as on the device, which follows the same rule.
    length: usize,
    /// The copies of the weights are those of now.
    is_copied: bool,
    /// All tokens of the window but the last are in the cache.
    is_read: bool,
}

/// The graph of a generator.
pub struct Parts {
    window: TensorId,
    records: TensorId,
    /// Nodes that copy the weights, if it writes with copies.
    copy: Range<usize>,
    /// Nodes that read the whole window.
    read: Range<usize>,
    /// Nodes that draw a token.
    draw: Range<usize>,
}

/// How the weights of products are stored while a model writes. A token reads every weight once and computes little
/// with it, so it takes as long as the weights take to arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    F32,
    /// Copies, rounded when writing begins; sums have 32 bits.
    F16,
}

impl Storage {
    /// What suits a device.
    pub fn of(device: &Device) -> Self {
        if device.has(Need::F16) { Storage::F16 } else { Storage::F32 }
    }
}

/// A token that was drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    pub id: u32,
    /// Under the temperature, before top-k and top-p cut the rest off.
    pub probability: f32,
    /// The likeliest others with their probabilities, likeliest first: five where the vocabulary has so many.
    pub runners_up: Vec<(u32, f32)>,
    /// Tokens that have left the window so far, those that made room for this one included.
    pub evicted: u32,
}

impl Parts {
    /// Records all parts.
    pub fn record(graph: &Graph, gpt: &Gpt, block_size: usize, storage: Storage) -> Self {
        if storage == Storage::F16 {
            gpt.to_f16(graph);
        }
        let copy = 0..graph.node_count();
        let window = graph.tokens(1, block_size, 1);
        let kv_cache = gpt.prefill(window);
        let read = copy.end..graph.node_count();
        let records = gpt.decode(window, &kv_cache).sample_into(window, BURST);
        let draw = read.end..graph.node_count();
        Self { window: window.id, records: records.id, copy, read, draw }
    }
}

impl Generator {
    /// # Errors
    /// [`crate::error::Error::ModelTooLarge`] before anything is allocated, or what the device says.
    pub async fn new(model: &Rc<Model>, storage: Storage) -> Result<Self> {
        let graph = model.graph();
        let block_size = model.config.block_size;
        let parts = Parts::record(&graph, &model.gpt, block_size, storage);
        let plan = model.plan(&graph).await?;
        Ok(Self { plan, parts, block_size, drawn: 0, length: 0, is_copied: false, is_read: false })
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Takes the kernels that the device's tuning says by now.
    pub fn choose_kernels(&mut self) {
        self.plan.choose_kernels();
    }

    /// Puts the end of a prompt into the window, as much as fits.
    ///
    /// # Panics
    /// If the prompt is empty.
    pub fn start(&mut self, prompt: &[u32], sample: &SampleConfig) {
        assert!(!prompt.is_empty(), "a model continues something");
        let skipped = prompt.len().saturating_sub(self.block_size);
        let mut window = prompt[skipped..].to_vec();
        self.length = window.len();
        self.is_copied = self.parts.copy.is_empty();
        self.is_read = self.length == 1;
        self.drawn = 0;
        window.resize(self.block_size, 0);
        self.plan.write_ids(self.parts.window, 0, &window);
        self.plan.write(Memory::State, 0, &first_state(self.length, sample));
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
        let segments = self.segments(count);
        let records = self.plan.run_and_read(&segments, self.parts.records).await?;
        let written =
            (self.drawn..self.drawn + count).map(|index| written(&records[index % BURST * RECORD..][..RECORD]));
        self.drawn += count;
        Ok(written.collect())
    }

    /// What has to run for `count` more tokens: draws, and before them and after each slide a reading of the window.
    fn segments(&mut self, count: usize) -> Vec<Segment> {
        let mut segments = Vec::new();
        if !self.is_copied {
            segments.push(Segment { nodes: self.parts.copy.clone(), times: 1 });
            self.is_copied = true;
        }
        let mut left = count;
        while left > 0 {
            if !self.is_read {
                segments.push(Segment { nodes: self.parts.read.clone(), times: 1 });
                self.is_read = true;
            }
            // A full window gives one token more, and slides.
            let times = left.min(self.block_size + 1 - self.length);
            segments.push(Segment { nodes: self.parts.draw.clone(), times });
            left -= times;
            self.length += times;
            if self.length > self.block_size {
                self.length -= leaving(self.block_size);
                self.is_read = self.length == 1;
            }
        }
        segments
    }
}

/// The state that writing begins with.
pub fn first_state(length: usize, sample: &SampleConfig) -> [f32; state::WORDS] {
    let mut words = [0.0; state::WORDS];
    words[state::TEMPERATURE] = sample.temperature;
    words[state::TOP_K] = sample.top_k as f32;
    words[state::TOP_P] = sample.top_p;
    words[state::SEED_LOW] = (sample.seed & 0xffff) as f32;
    words[state::SEED_HIGH] = (sample.seed >> 16) as f32;
    words[state::POSITION] = length as f32;
    words
}

fn written(record: &[f32]) -> Written {
    let id = record[0] as u32;
    let pairs = record[2..2 + 2 * SHOWN].chunks_exact(2).filter(|pair| pair[1] >= 0.0);
    let others = pairs.map(|pair| (pair[0] as u32, pair[1])).filter(|(other, _)| *other != id);
    Written {
        id,
        probability: record[1],
        runners_up: others.take(SHOWN - 1).collect(),
        evicted: record[RECORD - 2] as u32,
    }
}
