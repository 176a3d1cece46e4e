//! What the student has made so far: text, tokenizer, ids. A failure replaces none of it.

use std::rc::Rc;
use std::sync::Arc;

use super::inbox::Inbox;
use super::{Host, makes_a_tokenizer_pointless, missing, shown};
use crate::config::{Config, TokenizerConfig, TokenizerMethod};
use crate::error::Result;
use crate::protocol::{Event, TextSource, TextSummary, Token, TokenizerSummary, Work};
use crate::text::Text;
use crate::text::dataset::{Cutting, Dataset};
use crate::text::loader::DataLoader;
use crate::text::tokenizer::{Tokenizer, Training};

#[derive(Default)]
pub struct Project {
    text: Option<Text>,
    cut: Option<Cut>,
}

/// A tokenizer with the text it has cut.
struct Cut {
    tokenizer: Rc<Tokenizer>,
    dataset: Arc<Dataset>,
}

/// What a run takes of the project; it keeps them when the project gets a new text.
#[derive(Clone)]
pub struct Parts {
    pub tokenizer: Rc<Tokenizer>,
    pub loader: DataLoader,
}

impl Project {
    /// Takes a new text, with which the tokenizer of the one before is gone.
    pub fn load(&mut self, host: &impl Host, source: TextSource, validation: f32) -> Result<TextSummary> {
        host.tell(Event::Progress { work: Work::LoadingText, done: 0.0 });
        let text = match source {
            TextSource::BuiltIn { corpus, characters, seed } => Text::built_in(corpus, characters, seed, validation),
            TextSource::Own { name, bytes } => Text::own(name, &bytes, validation),
        }?;
        let summary = shown::text(&text);
        *self = Self { text: Some(text), cut: None };
        Ok(summary)
    }

    /// Trains a tokenizer and cuts the text with it; nothing if a newer order made that pointless.
    pub async fn train_tokenizer(
        &mut self,
        host: &impl Host,
        inbox: &mut Inbox,
        config: &TokenizerConfig,
    ) -> Result<Option<TokenizerSummary>> {
        let text = self.text.as_ref().ok_or_else(|| missing("text"))?;
        let mut training = Training::new(text, config);
        if !finish(host, inbox, Work::TrainingTokenizer, || training.advance()).await {
            return Ok(None);
        }
        let tokenizer = training.finish()?;
        let mut cutting = Cutting::new(text, &tokenizer);
        if !finish(host, inbox, Work::EncodingText, || cutting.advance()).await {
            return Ok(None);
        }
        let dataset = cutting.finish();
        let summary = shown::tokenizer(config, &tokenizer, &dataset)?;
        self.cut = Some(Cut { tokenizer: Rc::new(tokenizer), dataset: Arc::new(dataset) });
        Ok(Some(summary))
    }

    pub fn encode(&self, text: &str) -> Result<Vec<Token>> {
        let tokenizer = &self.cut()?.tokenizer;
        shown::tokens(tokenizer, &tokenizer.encode(text))
    }

    pub fn decode(&self, ids: &[u32]) -> Result<String> {
        self.cut()?.tokenizer.decode(ids)
    }

    /// Whether there are a text and its tokens.
    pub fn is_cut(&self) -> bool {
        self.cut.is_some()
    }

    /// V of the tokenizer, or the best guess before there is one.
    pub fn vocab_size(&self, config: &TokenizerConfig) -> usize {
        match (&self.cut, &self.text, config.method) {
            (Some(cut), _, _) => cut.tokenizer.vocab_size(),
            (None, Some(text), TokenizerMethod::Characters) => text.statistics.counts.len() + 1,
            _ => config.vocab_size,
        }
    }

    /// What a run needs, if all of it is there and long enough.
    pub fn parts(&self, config: &Config) -> Result<Parts> {
        let Cut { tokenizer, dataset } = self.cut()?;
        let loader = DataLoader::new(dataset.clone(), config.model.block_size, config.train.seed)?;
        Ok(Parts { tokenizer: tokenizer.clone(), loader })
    }

    fn cut(&self) -> Result<&Cut> {
        let wanted = if self.text.is_some() { "tokenizer" } else { "text" };
        self.cut.as_ref().ok_or_else(|| missing(wanted))
    }
}

/// Does work piece by piece and tells how far it is; false if a newer order makes it pointless.
async fn finish(host: &impl Host, inbox: &mut Inbox, work: Work, mut advance: impl FnMut() -> f32) -> bool {
    let mut done = 0.0;
    while done < 1.0 {
        host.tell(Event::Progress { work, done });
        host.breathe().await;
        if inbox.has(makes_a_tokenizer_pointless) {
            return false;
        }
        done = advance();
    }
    host.tell(Event::Progress { work, done });
    true
}
