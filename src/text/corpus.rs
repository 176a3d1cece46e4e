//! A corpus: documents with text and, where they are known, label, group and weight.

pub mod clean;
pub mod describe;
pub mod difference;
mod divide;
pub mod duplicates;
pub mod encoding;
pub mod html;
mod json;
pub mod read;
mod table;

use std::ops::Range;

use crate::error::{Error, Result};
use read::Preview;

/// Documents that are taken at most: beyond it they are lines of logs, and each costs memory of its own.
pub const MAX_DOCUMENTS: usize = 1_000_000;

/// What stands between two documents unless the file that they come from says otherwise: an empty line.
pub const SEPARATOR: &str = "\n\n";

/// Documents over one string, labels and groups by number: 28 bytes a document beside its text.
///
/// The string is the text of the whole: what stands in it between two documents separates them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Corpus {
    content: String,
    documents: Vec<Entry>,
    labels: Names,
    groups: Names,
}

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    /// Byte offsets in the content; below 4 GiB since [`super::user_text::MAX_BYTES`] is.
    begin: u32,
    end: u32,
    characters: u32,
    label: Option<Number>,
    group: Option<Number>,
    weight: f32,
}

/// The number of a name, from 1 so that an `Option` of it takes no more room.
type Number = std::num::NonZeroU32;

/// A document as it goes in and comes out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Document<'a> {
    pub text: &'a str,
    pub label: Option<&'a str>,
    /// Where the document comes from: a file, an author, a thread.
    pub group: Option<&'a str>,
    pub weight: f32,
}

impl<'a> Document<'a> {
    /// A document of which nothing but its text is known.
    pub fn of(text: &'a str) -> Self {
        Self { text, label: None, group: None, weight: 1.0 }
    }
}

impl Corpus {
    /// Adds a document at the end. One more than [`MAX_DOCUMENTS`] is refused.
    pub fn push(&mut self, document: Document) -> Result<()> {
        if self.len() == MAX_DOCUMENTS {
            return Err(Error::TooManyDocuments { most: MAX_DOCUMENTS as u64 });
        }
        if !self.is_empty() {
            self.content.push_str(SEPARATOR);
        }
        let begin = self.content.len();
        self.content.push_str(document.text);
        self.enter(begin..self.content.len(), document);
        Ok(())
    }

    /// These parts of a text, in ascending order, as documents; the text stays as it is.
    ///
    /// # Errors
    /// More parts than [`MAX_DOCUMENTS`].
    pub fn over(content: String, group: &str, parts: &[Range<usize>]) -> Result<Self> {
        if parts.len() > MAX_DOCUMENTS {
            return Err(Error::TooManyDocuments { most: MAX_DOCUMENTS as u64 });
        }
        let mut corpus = Self::default();
        for part in parts {
            corpus.enter(part.clone(), Document { group: Some(group), ..Document::of(&content[part.clone()]) });
        }
        Ok(Self { content, ..corpus })
    }

    fn enter(&mut self, place: Range<usize>, document: Document) {
        let entry = Entry {
            begin: place.start as u32,
            end: place.end as u32,
            characters: document.text.chars().count() as u32,
            label: document.label.map(|label| self.labels.number(label)),
            group: document.group.map(|group| self.groups.number(group)),
            weight: document.weight,
        };
        self.documents.push(entry);
    }

    /// The text of the whole: all documents with what separates them.
    pub fn content(&self) -> &str {
        &self.content
    }

    pub fn into_content(self) -> String {
        self.content
    }

    /// Where a document stands in [`Corpus::content`], in bytes.
    pub fn place(&self, at: usize) -> Range<usize> {
        self.documents[at].begin as usize..self.documents[at].end as usize
    }

    /// Adds the documents of another corpus behind its own: several files are one corpus. What separates them there does
    /// so here.
    pub fn append(&mut self, other: Corpus) -> Result<()> {
        if self.is_empty() {
            *self = other;
            return Ok(());
        }
        if self.len() + other.len() > MAX_DOCUMENTS {
            return Err(Error::TooManyDocuments { most: MAX_DOCUMENTS as u64 });
        }
        self.content.push_str(SEPARATOR);
        let moved = self.content.len();
        self.content.push_str(&other.content);
        for at in 0..other.len() {
            let place = other.place(at);
            self.enter(place.start + moved..place.end + moved, other.document(at));
        }
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.documents.len()
    }

    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    pub fn document(&self, at: usize) -> Document<'_> {
        let entry = &self.documents[at];
        Document {
            text: self.text(at),
            label: entry.label.map(|number| self.labels.name(number)),
            group: entry.group.map(|number| self.groups.name(number)),
            weight: entry.weight,
        }
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = Document<'_>> {
        (0..self.len()).map(|at| self.document(at))
    }

    pub fn text(&self, at: usize) -> &str {
        &self.content[self.place(at)]
    }

    /// Characters of one document.
    pub fn characters(&self, at: usize) -> usize {
        self.documents[at].characters as usize
    }

    pub fn weight(&self, at: usize) -> f32 {
        self.documents[at].weight
    }

    /// The different labels, in the order in which they first occur.
    pub fn labels(&self) -> &[String] {
        &self.labels.names
    }

    /// The different groups, in the order in which they first occur.
    pub fn groups(&self) -> &[String] {
        &self.groups.names
    }

    /// A document's label as its index in [`Corpus::labels`].
    pub fn label(&self, at: usize) -> Option<usize> {
        self.documents[at].label.map(index)
    }

    /// A document's group as its index in [`Corpus::groups`].
    pub fn group(&self, at: usize) -> Option<usize> {
        self.documents[at].group.map(index)
    }

    /// Bytes of the whole.
    pub fn bytes(&self) -> usize {
        self.content.len()
    }

    /// These documents alone, in this order, one as often as it is named.
    pub fn chosen(&self, documents: impl IntoIterator<Item = usize>) -> Result<Corpus> {
        let mut chosen = Corpus::default();
        documents.into_iter().try_for_each(|at| chosen.push(self.document(at)))?;
        Ok(chosen)
    }
}

/// A cell as a label or group: nothing where it is empty.
fn cell(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// The weight of document `at`, counted from 0; an empty cell is 1.
fn weight(at: usize, text: Option<&str>) -> Result<f32> {
    let refuse = |value: &str| Error::BadWeight { document: at as u64 + 1, value: value.into() };
    match text.and_then(cell) {
        None => Ok(1.0),
        Some(text) => match text.parse::<f32>() {
            Ok(weight) if weight.is_finite() && weight >= 0.0 => Ok(weight),
            _ => Err(refuse(text)),
        },
    }
}

/// Different names by number.
#[derive(Clone, Debug, Default)]
struct Names {
    names: Vec<String>,
    numbers: ahash::AHashMap<String, Number>,
}

impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names
    }
}

impl Names {
    fn number(&mut self, name: &str) -> Number {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        self.names.push(name.to_string());
        let number = Number::new(self.names.len() as u32).expect("one name at least");
        self.numbers.insert(name.to_string(), number);
        number
    }

    fn name(&self, number: Number) -> &str {
        &self.names[index(number)]
    }
}

fn index(number: Number) -> usize {
    number.get() as usize - 1
}
