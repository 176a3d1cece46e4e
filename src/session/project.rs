//! What the student has made so far: documents, their text, tokenizer, ids. A failure replaces none of it.

use std::rc::Rc;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::examples::Search;
use super::inbox::Inbox;
use super::pieces::Pieces;
use super::sources::{Fetched, name_of};
use super::survey::Survey;
use super::{Host, missing, shown, supersedes_a_text, supersedes_a_tokenizer};
use crate::config::corpus::CleaningConfig;
use crate::config::{Config, DataConfig, TokenizerConfig, TokenizerMethod};
use crate::error::{Error, Result};
use crate::protocol::corpus::{CorpusEvent, Stage};
use crate::protocol::runs::TextMark;
use crate::protocol::{Event, RequestId, TextSource, TextSummary, Token, TokenizerSummary, Work};
use crate::text::Text;
use crate::text::corpus::Corpus;
use crate::text::dataset::{Cutting, Dataset};
use crate::text::loader::DataLoader;
use crate::text::tokenizer::{Tokenizer, Training};

#[derive(Default)]
pub struct Project {
    /// What was fetched for the documents, and for those that are being looked into.
    pub fetched: Fetched,
    /// Where the documents came from.
    pub sources: Vec<TextSource>,
    documents: Option<Documents>,
    /// Of the documents, as they were cleaned last.
    survey: Option<Survey>,
    pub(super) text: Option<Text>,
    cut: Option<Cut>,
    /// What is in both parts of the text, while that is searched for.
    pub(super) search: Option<Search>,
}

/// Documents as they came, under the name that the text has.
struct Documents {
    name: String,
    corpus: Rc<Corpus>,
}

/// A tokenizer with the text it has cut.
pub(super) struct Cut {
    pub tokenizer: Rc<Tokenizer>,
    /// The name of the file that it came from, where it was not trained here.
    pub imported: Option<String>,
    pub dataset: Arc<Dataset>,
    /// How often the whole text has each token.
    pub counts: Vec<u64>,
}

/// What a run takes of the project; it keeps them when the project gets a new text.
#[derive(Clone)]
pub struct Parts {
    pub tokenizer: Rc<Tokenizer>,
    pub loader: DataLoader,
}

impl Project {
    /// Takes new documents and makes their text, with which the tokenizer of the one before is gone; nothing if a newer
    /// order made that pointless.
    pub async fn load(
        &mut self,
        host: &impl Host,
        inbox: &mut Inbox,
        request: RequestId,
        sources: Vec<TextSource>,
        data: &DataConfig,
    ) -> Result<Option<TextSummary>> {
        host.emit(Event::Progress { work: Work::LoadingText, done: 0.0 });
        let Some(documents) = self.gather(host, inbox, request, &sources).await? else { return Ok(None) };
        let (mut survey, mut pieces) = (None, loading(host, inbox));
        let Some(text) = prepared(&documents, &mut survey, data, &mut pieces).await? else { return Ok(None) };
        let summary = shown::text(&text);
        self.fetched.keep(&sources);
        self.sources = sources;
        self.documents = Some(documents);
        self.survey = survey;
        self.text = Some(text);
        self.cut = None;
        self.search = None;
        Ok(Some(summary))
    }

    /// The documents of all sources. One that cannot be read is left out, and told.
    ///
    /// # Errors
    /// Of the first, where none can be read.
    async fn gather(
        &mut self,
        host: &impl Host,
        inbox: &mut Inbox,
        request: RequestId,
        sources: &[TextSource],
    ) -> Result<Option<Documents>> {
        let (mut corpus, mut bytes) = (Corpus::default(), 0);
        let (mut name, mut refused) = (None, None);
        for (place, source) in (0..).zip(sources) {
            host.yield_now().await;
            if inbox.has(supersedes_a_text) {
                return Ok(None);
            }
            let given = self.fetched.documents(host, source).await;
            match given.and_then(|given| given.append_to(&mut corpus, bytes, name_of(source))) {
                Ok(all) => {
                    bytes = all;
                    name.get_or_insert(name_of(source));
                }
                Err(error) => {
                    host.emit(Event::Corpus(CorpusEvent::LeftOut { request, place, error: error.clone() }));
                    refused.get_or_insert(error);
                }
            }
        }
        match name {
            Some(name) => Ok(Some(Documents { name: name.into(), corpus: Rc::new(corpus) })),
            None => Err(refused.unwrap_or_else(|| missing("text"))),
        }
    }

    /// The documents of the project.
    pub fn documents(&self, stage: Stage) -> Result<Rc<Corpus>> {
        let documents = self.documents.as_ref().ok_or_else(|| missing("text"))?;
        match stage {
            Stage::Brought => Ok(documents.corpus.clone()),
            Stage::Cleaned => Ok(self.survey.as_ref().map_or(&documents.corpus, |survey| &survey.corpus).clone()),
        }
    }

    /// Makes the text anew of the documents that are there.
    pub async fn prepare(
        &mut self,
        host: &impl Host,
        inbox: &mut Inbox,
        data: &DataConfig,
    ) -> Result<Option<TextSummary>> {
        let documents = self.documents.as_ref().ok_or_else(|| missing("text"))?;
        host.emit(Event::Progress { work: Work::LoadingText, done: 0.0 });
        let mut pieces = loading(host, inbox);
        let Some(text) = prepared(documents, &mut self.survey, data, &mut pieces).await? else { return Ok(None) };
        let summary = shown::text(&text);
        self.text = Some(text);
        self.cut = None;
        self.search = None;
        Ok(Some(summary))
    }

    /// The documents, cleaned so, and what is known of them; nothing if a newer command made that pointless.
    pub async fn survey<H: Host>(
        &mut self,
        cleaning: &CleaningConfig,
        pieces: &mut Pieces<'_, H>,
    ) -> Result<Option<&mut Survey>> {
        let documents = self.documents.as_ref().ok_or_else(|| missing("text"))?;
        surveyed(documents, &mut self.survey, cleaning, pieces).await
    }

    /// Trains a tokenizer and cuts the text with it; nothing if a newer command made that pointless.
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
        self.cut_with(host, inbox, tokenizer, None).await
    }

    /// Cuts the text; nothing if a newer command made that pointless.
    pub(super) async fn cut_with(
        &mut self,
        host: &impl Host,
        inbox: &mut Inbox,
        tokenizer: Tokenizer,
        imported: Option<String>,
    ) -> Result<Option<TokenizerSummary>> {
        let text = self.text.as_ref().ok_or_else(|| missing("text"))?;
        let mut cutting = Cutting::new(text, &tokenizer);
        if !finish(host, inbox, Work::EncodingText, || cutting.advance()).await {
            return Ok(None);
        }
        let dataset = cutting.finish();
        let counts = dataset.counts();
        let summary = shown::tokenizer(text, &tokenizer, imported.clone(), &dataset, &counts)?;
        self.cut = Some(Cut { tokenizer: Rc::new(tokenizer), imported, dataset: Arc::new(dataset), counts });
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
            (None, Some(text), TokenizerMethod::Characters) => {
                text.statistics.counts.len() + 1 + config.special_tokens().len()
            }
            (None, _, TokenizerMethod::Bytes) => 256 + config.special_tokens().len(),
            _ => config.vocab_size,
        }
    }

    /// What a run needs, if all of it is there and long enough.
    pub fn parts(&self, config: &Config) -> Result<Parts> {
        let Cut { tokenizer, dataset, .. } = self.cut()?;
        let loader = DataLoader::new(dataset.clone(), &config.examples, config.model.block_size, config.train.seed)?;
        Ok(Parts { tokenizer: tokenizer.clone(), loader })
    }

    /// Which text it is: the same on every machine.
    pub(super) fn mark(&self) -> Result<TextMark> {
        let text = self.text()?;
        let mut hash = Sha256::new();
        hash.update((text.train().len() as u64).to_le_bytes());
        hash.update(text.content());
        let hash = u64::from_le_bytes(hash.finalize()[..8].try_into().expect("eight bytes"));
        Ok(TextMark { name: text.name.clone(), bytes: text.content().len() as u64, hash })
    }

    pub(super) fn tokenizer(&self) -> Result<Rc<Tokenizer>> {
        self.cut().map(|cut| cut.tokenizer.clone())
    }

    pub(super) fn text(&self) -> Result<&Text> {
        self.text.as_ref().ok_or_else(|| missing("text"))
    }

    pub(super) fn cut(&self) -> Result<&Cut> {
        let wanted = if self.text.is_some() { "tokenizer" } else { "text" };
        self.cut.as_ref().ok_or_else(|| missing(wanted))
    }
}

fn loading<'a, H: Host>(host: &'a H, inbox: &'a mut Inbox) -> Pieces<'a, H> {
    Pieces { host, inbox, work: Work::LoadingText, superseded_by: supersedes_a_text }
}

/// The text of the documents: cleaned, chosen, split. Nothing if a newer command made that pointless.
async fn prepared<H: Host>(
    documents: &Documents,
    survey: &mut Option<Survey>,
    data: &DataConfig,
    pieces: &mut Pieces<'_, H>,
) -> Result<Option<Text>> {
    let name = documents.name.clone();
    let survey = surveyed(documents, survey, &data.cleaning, pieces).await?;
    let Some(survey) = survey else { return Ok(None) };
    let Some(sampling) = &data.sampling else { return Text::of(name, &survey.corpus, None, data).map(Some) };
    if !survey.prepare(sampling, pieces).await {
        return Ok(None);
    }
    let sample = survey.design(sampling)?.draw(sampling.seed);
    Text::of(name, &survey.corpus, Some(&sample), data).map(Some)
}

/// The survey that is kept, or a new one where the cleaning is another.
///
/// # Errors
/// A cleaning that leaves no document; the survey before is kept.
async fn surveyed<'a, H: Host>(
    documents: &Documents,
    kept: &'a mut Option<Survey>,
    cleaning: &CleaningConfig,
    pieces: &mut Pieces<'_, H>,
) -> Result<Option<&'a mut Survey>> {
    if kept.as_ref().is_none_or(|survey| !survey.is_cleaned_by(cleaning)) {
        let Some(survey) = Survey::of(&documents.corpus, cleaning, pieces).await? else { return Ok(None) };
        if survey.corpus.is_empty() {
            return Err(Error::NothingLeft { name: documents.name.clone() });
        }
        *kept = Some(survey);
    }
    Ok(kept.as_mut())
}

/// Does work piece by piece and tells how far it is; false if a newer command makes it pointless.
pub async fn finish(host: &impl Host, inbox: &mut Inbox, work: Work, advance: impl FnMut() -> f32) -> bool {
    let superseded_by = match work {
        Work::LoadingText => supersedes_a_text,
        _ => supersedes_a_tokenizer,
    };
    Pieces { host, inbox, work, superseded_by }.finish(advance).await
}
