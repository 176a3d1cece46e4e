//! Two models that go on with one prompt by one seed.

use super::Answer;
use super::models::LoadedModel;
use crate::config::SampleConfig;
use crate::error::Result;
use crate::protocol::evaluate::EvaluateEvent;
use crate::protocol::{Event, RequestId, Work, WrittenToken};
use crate::session::{Host, shown};
use crate::train::generate::BURST;
use crate::train::{Device, Generator, Storage};

pub struct Beside {
    pub request: RequestId,
    prompt: String,
    sample: SampleConfig,
    /// The next one last.
    waiting: Vec<LoadedModel>,
    writing: Option<(LoadedModel, Generator)>,
    /// The texts so far; the last one grows.
    texts: Vec<Vec<WrittenToken>>,
}

impl Beside {
    pub fn new(request: RequestId, mut models: Vec<LoadedModel>, prompt: String, sample: SampleConfig) -> Self {
        models.reverse();
        Self { request, prompt, sample, waiting: models, writing: None, texts: Vec::new() }
    }

    /// Lets the next model begin, or the one that writes go on.
    pub async fn go_on(&mut self, host: &impl Host, device: &Device) -> Answer {
        let written = self.texts.last().map_or(0, Vec::len);
        let finished = self.texts.len().saturating_sub(usize::from(self.writing.is_some()));
        let done = (finished * self.sample.length + if self.writing.is_some() { written } else { 0 }) as f32;
        host.emit(Event::Progress { work: Work::WritingBeside, done: done / (2 * self.sample.length.max(1)) as f32 });
        match &mut self.writing {
            None => match self.waiting.pop() {
                Some(loaded) => {
                    let generator = begun(&loaded, device, &self.prompt, &self.sample).await?;
                    self.writing = Some((loaded, generator));
                    self.texts.push(Vec::new());
                }
                None => {
                    let texts: [Vec<WrittenToken>; 2] = std::array::from_fn(|at| std::mem::take(&mut self.texts[at]));
                    return Ok(Some(EvaluateEvent::WroteBeside { request: self.request, texts }));
                }
            },
            Some(_) if written >= self.sample.length => self.writing = None,
            Some((loaded, generator)) => {
                let drawn = generator.draw(BURST.min(self.sample.length - written)).await?;
                let tokens = drawn.iter().map(|token| shown::written(&loaded.parts.tokenizer, token));
                let tokens = tokens.collect::<Result<Vec<_>>>()?;
                self.texts.last_mut().expect("one was begun").extend(tokens);
            }
        }
        Ok(None)
    }
}

async fn begun(loaded: &LoadedModel, device: &Device, prompt: &str, sample: &SampleConfig) -> Result<Generator> {
    let tokenizer = &loaded.parts.tokenizer;
    let mut generator = Generator::new(&loaded.model(device).await?, Storage::of(device)).await?;
    let ids = Some(tokenizer.encode(prompt)).filter(|ids| !ids.is_empty()).unwrap_or_else(|| tokenizer.beginning());
    generator.start(&ids, sample);
    Ok(generator)
}
