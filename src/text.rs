//! From bytes to batches: corpora, tokenizers, datasets, the loader. No I/O, no clock; long work comes in pieces whose
//! owner decides when to go on.

pub mod classes;
pub mod copied;
pub mod corpora;
pub mod corpus;
pub mod dataset;
pub mod eval_windows;
pub mod leaks;
pub mod loader;
pub mod ngram;
pub mod sampling;
pub mod split;
pub mod statistics;
pub mod substrings;
pub mod tokenizer;
pub mod user_text;
pub mod vectors;
pub mod windows;
pub mod words;

use std::ops::Range;

use crate::config::{DataConfig, Source, Split};
use crate::error::{Error, Result};
use corpus::Corpus;
use sampling::Sample;
use statistics::Statistics;

/// The text of a project: its documents one after the other, with those held out for validation at the end.
pub struct Text {
    pub name: String,
    pub statistics: Statistics,
    content: String,
    /// Byte offset at which the part held out begins.
    cut: usize,
    passages: Vec<Entry>,
    /// Where documents come from: files, authors.
    groups: Vec<String>,
    /// The passage before the cut and the one behind it are parts of one document.
    cuts_a_document: bool,
}

/// A document, or the part of one on this side of the cut, with what separates it from the next one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passage<'a> {
    pub text: &'a str,
    /// What it counts for in training: 1 on average over the passages of a text.
    pub weight: f32,
}

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    begin: u32,
    weight: f32,
    group: Option<u32>,
}

impl Text {
    /// The text of a corpus. With a sample, of the documents that were drawn, as often as they were drawn and with the
    /// weights that make up for unequal chances.
    ///
    /// # Errors
    /// A corpus without a text.
    pub fn of(name: String, corpus: &Corpus, sample: Option<&Sample>, data: &DataConfig) -> Result<Self> {
        let chosen = match sample {
            None if data.split == Split::End => None,
            None => Some((0..corpus.len() as u32).map(|document| (document, 1.0)).collect()),
            Some(sample) => Some(sample.weighted_documents()),
        };
        let text = match (chosen, data.split) {
            (None, _) => {
                let passages = entries(corpus, vec![1.0; corpus.len()]);
                let text = Self::new(name, corpus.content().to_string(), passages, data.validation);
                Self { groups: corpus.groups().to_vec(), ..text }
            }
            (Some(chosen), Split::End) => {
                let drawn: Vec<u32> = chosen.iter().map(|(document, _)| *document).collect();
                let (corpus, weights) = put_together(corpus, chosen)?;
                let (begins, passages) = (begins(&corpus), entries(&corpus, weights));
                let groups = corpus.groups().to_vec();
                let content = corpus.into_content();
                let cut = match split::at(&content, content.chars().count(), data.validation) {
                    cut if cut < content.len() => split::between(&drawn, &begins, cut),
                    all => all,
                };
                Self { groups, ..Self::with_cut(name, content, passages, cut) }
            }
            (Some(chosen), Split::Documents) => {
                let (chosen, train) = split::documents(corpus, chosen, data.validation, data.split_seed);
                let (corpus, weights) = put_together(corpus, chosen)?;
                let (begins, passages) = (begins(&corpus), entries(&corpus, weights));
                let groups = corpus.groups().to_vec();
                let content = corpus.into_content();
                let cut = begins.get(train).map_or(content.len(), |begin| *begin as usize);
                Self { groups, ..Self::with_cut(name, content, passages, cut) }
            }
        };
        if text.content.trim().is_empty() {
            return Err(Error::TextEmpty { name: text.name });
        }
        Ok(text)
    }

    /// A built-in corpus of `characters` characters; `validation` is the share held out.
    pub fn built_in(source: Source, characters: usize, seed: u32, validation: f32) -> Result<Self> {
        let data = DataConfig { validation, ..crate::config::Config::default().data };
        Self::of(source.name().into(), &corpora::corpus(source, characters, seed)?, None, &data)
    }

    /// What the student brought, as one document; the error says why it is not a text.
    pub fn own(name: String, bytes: &[u8], validation: f32) -> Result<Self> {
        let content = user_text::read(&name, bytes)?;
        Ok(Self::new(name, content, vec![Entry { begin: 0, weight: 1.0, group: None }], validation))
    }

    fn new(name: String, content: String, passages: Vec<Entry>, validation: f32) -> Self {
        let cut = split::at(&content, content.chars().count(), validation);
        Self::with_cut(name, content, passages, cut)
    }

    /// What stands before the first document belongs to it.
    fn with_cut(name: String, content: String, mut passages: Vec<Entry>, cut: usize) -> Self {
        let statistics = Statistics::of(&content);
        if let Some(first) = passages.first_mut() {
            first.begin = 0;
        }
        let after = passages.partition_point(|passage| (passage.begin as usize) < cut);
        let cuts_a_document =
            after > 0 && cut < content.len() && passages.get(after).is_none_or(|next| next.begin as usize != cut);
        if cuts_a_document {
            passages.insert(after, Entry { begin: cut as u32, ..passages[after - 1].clone() });
        }
        Self { name, statistics, content, cut, passages, groups: Vec::new(), cuts_a_document }
    }

    /// The whole text.
    pub fn content(&self) -> &str {
        &self.content
    }

    pub fn train(&self) -> &str {
        &self.content[..self.cut]
    }

    pub fn validation(&self) -> &str {
        &self.content[self.cut..]
    }

    /// The passages of the training part; put together they are [`Text::train`].
    pub fn train_passages(&self) -> impl ExactSizeIterator<Item = Passage<'_>> {
        self.passages_of(0..self.first_held_out())
    }

    /// The passages of the part held out; put together they are [`Text::validation`].
    pub fn validation_passages(&self) -> impl ExactSizeIterator<Item = Passage<'_>> {
        self.passages_of(self.first_held_out()..self.passages.len())
    }

    fn passages_of(&self, range: Range<usize>) -> impl ExactSizeIterator<Item = Passage<'_>> {
        range.map(|at| self.passage(at))
    }

    /// A passage by its number: those of the training part come first.
    pub fn passage(&self, at: usize) -> Passage<'_> {
        let end = self.passages.get(at + 1).map_or(self.content.len(), |next| next.begin as usize);
        let Entry { begin, weight, .. } = self.passages[at];
        Passage { text: &self.content[begin as usize..end], weight }
    }

    /// Passages of both parts.
    pub fn passages(&self) -> usize {
        self.passages.len()
    }

    /// Where a passage comes from, as its index in [`Text::groups`].
    pub fn group(&self, at: usize) -> Option<usize> {
        self.passages[at].group.map(|group| group as usize)
    }

    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// Whether the cut goes through a document.
    pub fn cuts_a_document(&self) -> bool {
        self.cuts_a_document
    }

    /// The number of the first passage that is held out.
    pub fn first_held_out(&self) -> usize {
        self.passages.partition_point(|passage| (passage.begin as usize) < self.cut)
    }
}

fn begins(corpus: &Corpus) -> Vec<u32> {
    (0..corpus.len()).map(|at| corpus.place(at).start as u32).collect()
}

fn entries(corpus: &Corpus, weights: Vec<f32>) -> Vec<Entry> {
    let group = |at| corpus.group(at).map(|group| group as u32);
    let entry = |(at, (begin, weight))| Entry { begin, weight, group: group(at) };
    begins(corpus).into_iter().zip(weights).enumerate().map(entry).collect()
}

/// The corpus of these documents, and their weights, which are 1 on average.
fn put_together(corpus: &Corpus, chosen: Vec<(u32, f64)>) -> Result<(Corpus, Vec<f32>)> {
    let all: f64 = chosen.iter().map(|(_, weight)| weight).sum();
    let factor = if all > 0.0 { chosen.len() as f64 / all } else { 1.0 };
    let weights = chosen.iter().map(|(_, weight)| (weight * factor) as f32).collect();
    Ok((corpus.chosen(chosen.into_iter().map(|(document, _)| document as usize))?, weights))
}
