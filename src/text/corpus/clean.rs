//! Cleaning a corpus: a new one beside the old, with a report of what changed, so that it can be looked at before it is
//! taken and undone by keeping the old one.

use std::borrow::Cow;

use unicode_normalization_alignments::{UnicodeNormalization, is_nfc};

use super::duplicates::{Exact, Similar};
use super::{Corpus, Document, html};
use crate::config::corpus::CleaningConfig;
use crate::error::Result;

/// Documents that a report shows of those that change, and of those that go for the same reason.
const SHOWN: usize = 12;
/// Characters of a text that a report shows, and those of them that stand before the first change.
const SHOWN_CHARACTERS: usize = 200;
const SHOWN_BEFORE: usize = 40;
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
    /// The first documents that changed, and the first that went for each reason.
    pub changes: Vec<Change>,
}

/// How one document changes; texts are cut around the first change.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// In the corpus before.
    pub document: u32,
    pub before: String,
    /// What becomes of it, or why it goes.
    pub after: std::result::Result<String, Reason>,
}

/// Why a document goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    TooShort,
    TooLong,
    Duplicate,
    Similar,
}

impl Reason {
    /// The key in locales of the step that removes a document for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooShort => "shortest",
            Self::TooLong => "longest",
            Self::Duplicate => "duplicates",
            Self::Similar => "similar",
        }
    }
}

impl Report {
    /// Each step by its key in locales, with the documents that it changed or removed.
    pub fn steps(&self) -> [(&'static str, usize); 8] {
        [
            ("html", self.stripped),
            ("unicode", self.normalized),
            ("whitespace", self.tidied),
            ("lower", self.lowered),
            (Reason::TooShort.name(), self.too_short),
            (Reason::TooLong.name(), self.too_long),
            (Reason::Duplicate.name(), self.duplicates),
            (Reason::Similar.name(), self.similar),
        ]
    }

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
        let similar = Similar::new(f64::from(config.drop_similar));
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
        let gone = self.gone(&after);
        if gone.is_some() || after != before.text {
            self.show(at, before.text, &after, gone);
        }
        if gone.is_none() { self.cleaned.push(Document { text: &after, ..before }) } else { Ok(()) }
    }

    fn show(&mut self, at: usize, before: &str, after: &str, gone: Option<Reason>) {
        let alike = |change: &&Change| change.after.as_ref().err() == gone.as_ref();
        if self.report.changes.iter().filter(alike).count() < SHOWN {
            let from = if gone.is_some() { 0 } else { first_difference(before, after).saturating_sub(SHOWN_BEFORE) };
            let after = gone.map_or_else(|| Ok(cut(after, from)), Err);
            self.report.changes.push(Change { document: at as u32, before: cut(before, from), after });
        }
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

    /// Why a document goes, if it does: the first reason that is one, which is counted.
    fn gone(&mut self, text: &str) -> Option<Reason> {
        let CleaningConfig { shortest, longest, drop_duplicates, drop_similar, .. } = self.config;
        let characters = text.chars().count();
        let report = &mut self.report;
        let (reason, count) = if characters < shortest {
            (Reason::TooShort, &mut report.too_short)
        } else if longest > 0 && characters > longest {
            (Reason::TooLong, &mut report.too_long)
        } else if drop_duplicates && self.exact.add(text) {
            (Reason::Duplicate, &mut report.duplicates)
        } else if drop_similar > 0.0 && self.similar.add(text) {
            (Reason::Similar, &mut report.similar)
        } else {
            return None;
        };
        *count += 1;
        Some(reason)
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

/// Characters that both texts begin with.
fn first_difference(before: &str, after: &str) -> usize {
    before.chars().zip(after.chars()).take_while(|(before, after)| before == after).count()
}

fn cut(text: &str, from: usize) -> String {
    text.chars().skip(from).take(SHOWN_CHARACTERS).collect()
}
