//! Cleaning a corpus: a new one beside the old, with a report of what changed, so that it can be looked at before it is
//! taken and undone by keeping the old one.

use std::borrow::Cow;

use unicode_normalization_alignments::{UnicodeNormalization, is_nfc};

use super::duplicates::{Exact, Similar};
use super::{Corpus, Document, html};
use crate::config::corpus::CleaningConfig;
use crate::error::Result;

/// Changes that a report shows.
const SHOWN: usize = 50;
/// Characters of a text that a report shows.
const SHOWN_CHARACTERS: usize = 200;
/// Bytes of text for one piece of work.
const PIECE: usize = 1 << 18;

/// What cleaning did: documents by step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    pub stripped: usize,
    pub normalized: usize,
    pub tidied: usize,
    pub lowered: usize,
    pub too_short: usize,
    pub too_long: usize,
    pub duplicates: usize,
    pub similar: usize,
    /// The first documents that changed or went.
    pub changes: Vec<Change>,
}

/// How one document changes; texts are cut.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// In the corpus before.
    pub document: u32,
    pub before: String,
    /// `None` if it goes.
    pub after: Option<String>,
}

impl Report {
    /// Documents that go.
    pub fn removed(&self) -> usize {
        self.too_short + self.too_long + self.duplicates + self.similar
    }
}

/// Cleans a corpus, a piece at a time: [`Cleaning::advance`] until it gives 1, then [`Cleaning::finish`].
///
/// Time is linear in the text; searching for similar documents holds 8 bytes of memory for a character at most.
pub struct Cleaning<'a> {
    corpus: &'a Corpus,
    config: CleaningConfig,
    exact: Exact,
    similar: Similar,
    cleaned: Corpus,
    report: Report,
    read: usize,
}

impl<'a> Cleaning<'a> {
    pub fn new(corpus: &'a Corpus, config: CleaningConfig) -> Self {
        let similar = Similar::new(config.drop_similar);
        let (exact, cleaned, report) = Default::default();
        Self { corpus, config, exact, similar, cleaned, report, read: 0 }
    }

    /// Cleans some documents and says which share is done. Fails only where there are too many.
    pub fn advance(&mut self) -> Result<f32> {
        let mut bytes = 0;
        while bytes < PIECE && self.read < self.corpus.len() {
            bytes += self.corpus.text(self.read).len() + 1;
            self.clean(self.read)?;
            self.read += 1;
        }
        Ok(if self.read == self.corpus.len() { 1.0 } else { self.read as f32 / self.corpus.len() as f32 })
    }

    /// May hold no document at all.
    pub fn finish(self) -> (Corpus, Report) {
        (self.cleaned, self.report)
    }

    fn clean(&mut self, at: usize) -> Result<()> {
        let before = self.corpus.document(at);
        let after = self.rewritten(before.text);
        let stays = self.stays(&after);
        if self.report.changes.len() < SHOWN && !(stays && after == before.text) {
            let change = Change { document: at as u32, before: cut(before.text), after: stays.then(|| cut(&after)) };
            self.report.changes.push(change);
        }
        if stays { self.cleaned.push(Document { text: &after, ..before }) } else { Ok(()) }
    }

    fn rewritten<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        let CleaningConfig { strip_html, normalize, tidy_whitespace, lower_case, .. } = self.config;
        let report = &mut self.report;
        let mut text = Cow::Borrowed(text);
        let mut step = |wanted: bool, count: &mut usize, rewrite: fn(&str) -> String| {
            let rewritten = wanted.then(|| rewrite(&text)).filter(|rewritten| *rewritten != text);
            if let Some(rewritten) = rewritten {
                *count += 1;
                text = Cow::Owned(rewritten);
            }
        };
        step(strip_html, &mut report.stripped, html::strip);
        step(normalize, &mut report.normalized, composed);
        step(tidy_whitespace, &mut report.tidied, tidy);
        step(lower_case, &mut report.lowered, str::to_lowercase);
        text
    }

    /// Counts why a document goes; by the first reason that is one.
    fn stays(&mut self, text: &str) -> bool {
        let CleaningConfig { shortest, longest, drop_duplicates, drop_similar, .. } = self.config;
        let characters = text.chars().count();
        let goes = if characters < shortest {
            &mut self.report.too_short
        } else if longest > 0 && characters > longest {
            &mut self.report.too_long
        } else if drop_duplicates && self.exact.add(text) {
            &mut self.report.duplicates
        } else if drop_similar > 0.0 && self.similar.add(text) {
            &mut self.report.similar
        } else {
            return true;
        };
        *goes += 1;
        false
    }
}

fn composed(text: &str) -> String {
    if is_nfc(text) { text.to_string() } else { text.nfc().map(|(character, _)| character).collect() }
}

/// One space between words, none at the ends of lines, one empty line at most, none at the ends of the text.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines() {
        let mut words = line.split_whitespace().peekable();
        if words.peek().is_none() {
            empty += 1;
            continue;
        }
        if !tidied.is_empty() {
            tidied.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        empty = 0;
        tidied.push_str(words.next().unwrap_or_default());
        words.for_each(|word| tidied.extend([" ", word]));
    }
    tidied
}

fn cut(text: &str) -> String {
    text.chars().take(SHOWN_CHARACTERS).collect()
}
