//! TF-IDF: how much a word says about a document (Salton & Buckley, 1988), smoothed and normalized as scikit-learn does.

use ahash::AHashMap;

use super::Vectors;
use crate::text::corpus::Corpus;
use crate::text::words::words;

/// W at most: the words that occur in the most documents.
pub const MAX_WORDS: usize = 4096;
/// Characters of a document that are read at most: a book is known by its first chapters.
pub const MAX_CHARACTERS: usize = 20_000;
/// Different words that are counted at once. Beyond it those met in one document alone are forgotten, so the counts of
/// rare words in a large corpus are too low; those of the vocabulary's words hardly are.
const MAX_COUNTED: usize = 200_000;
/// Bytes of text for one piece of work.
const PIECE: usize = 1 << 18;

/// Makes the vectors of a corpus, a piece at a time: [`Vectorizing::advance`] until it gives 1, then
/// [`Vectorizing::finish`].
///
/// Two passes over the text, each linear in it. A row takes 6 bytes for each of its different words: about as much as
/// the text, 64 MB for 64 MB.
pub struct Vectorizing<'a> {
    corpus: &'a Corpus,
    /// Documents read, in both passes together.
    read: usize,
    /// First pass: in how many documents a word occurs.
    counts: AHashMap<String, u32>,
    /// Second pass: the column of a word, and its inverse document frequency.
    columns: AHashMap<String, u16>,
    weights: Vec<f32>,
    vectors: Vectors,
}

impl<'a> Vectorizing<'a> {
    pub fn new(corpus: &'a Corpus) -> Self {
        let vectors = Vectors { words: Vec::new(), begins: vec![0], columns: Vec::new(), values: Vec::new() };
        let (counts, columns) = (AHashMap::new(), AHashMap::new());
        Self { corpus, read: 0, counts, columns, weights: Vec::new(), vectors }
    }

    /// Reads some documents and says which share of the work is done.
    pub fn advance(&mut self) -> f32 {
        let documents = self.corpus.len();
        let mut bytes = 0;
        while bytes < PIECE && self.read < 2 * documents {
            let at = self.read % documents;
            bytes += self.corpus.text(at).len() + 1;
            if self.read < documents {
                self.count(at)
            } else {
                self.weigh(at)
            }
            self.read += 1;
            if self.read == documents {
                self.choose();
            }
        }
        self.read as f32 / (2 * documents).max(1) as f32 + if documents == 0 { 1.0 } else { 0.0 }
    }

    pub fn finish(self) -> Vectors {
        self.vectors
    }

    fn count(&mut self, at: usize) {
        let mut words: Vec<String> = known(self.corpus.text(at)).collect();
        words.sort_unstable();
        words.dedup();
        for word in words {
            *self.counts.entry(word).or_default() += 1;
        }
        if self.counts.len() > MAX_COUNTED {
            self.counts.retain(|_, count| *count > 1);
        }
    }

    /// The words in the most documents, and of equals the first in the order of their code points.
    fn choose(&mut self) {
        let mut counts: Vec<(String, u32)> = self.counts.drain().collect();
        counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts.truncate(MAX_WORDS);
        let documents = self.corpus.len() as f64;
        // ln((1 + N) / (1 + df)) + 1
        let weight = |count: u32| ((1.0 + documents) / (1.0 + f64::from(count))).ln() + 1.0;
        self.weights = counts.iter().map(|(_, count)| weight(*count) as f32).collect();
        self.vectors.words = counts.into_iter().map(|(word, _)| word).collect();
        self.columns = self.vectors.words.iter().cloned().zip(0..).collect();
    }

    /// Appends the row of a document: count times inverse document frequency, of length 1.
    fn weigh(&mut self, at: usize) {
        let columns = known(self.corpus.text(at)).filter_map(|word| self.columns.get(&word).copied());
        let mut columns: Vec<u16> = columns.collect();
        columns.sort_unstable();
        let vectors = &mut self.vectors;
        let begin = vectors.values.len();
        for same in columns.chunk_by(|a, b| a == b) {
            vectors.columns.push(same[0]);
            vectors.values.push(same.len() as f32 * self.weights[usize::from(same[0])]);
        }
        let row = &mut vectors.values[begin..];
        let length = row.iter().map(|value| value * value).sum::<f32>().sqrt();
        row.iter_mut().for_each(|value| *value /= length);
        vectors.begins.push(vectors.values.len() as u32);
    }
}

/// The words of a document's beginning, in lower case.
fn known(text: &str) -> impl Iterator<Item = String> {
    let end = text.char_indices().nth(MAX_CHARACTERS).map_or(text.len(), |(end, _)| end);
    words(&text[..end]).map(str::to_lowercase)
}
