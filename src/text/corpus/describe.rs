//! What a corpus is made of: counts, lengths, scripts, words.

use ahash::AHashMap;

use super::Corpus;
use crate::text::words::words;

/// Bars of the length histogram.
const BARS: usize = 24;
/// Words that are named.
const FREQUENT: usize = 50;
/// Different words that are told apart; further ones are counted as words but not as different ones.
pub const MAX_TYPES: usize = 500_000;
/// Bytes of text for one piece of work.
const PIECE: usize = 1 << 18;

/// The card of a corpus.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    pub documents: usize,
    pub characters: u64,
    pub words: u64,
    /// Different words, in lower case.
    pub types: u64,
    /// Whether there are more different words than are told apart.
    pub types_capped: bool,
    /// Labels with their documents, in the order in which they first occur.
    pub classes: Vec<(String, u64)>,
    pub unlabelled: u64,
    pub groups: usize,
    pub lengths: Histogram,
    /// Scripts with their shares of all letters, the most frequent first.
    pub scripts: Vec<(Script, f32)>,
    /// The most frequent words, in lower case.
    pub frequent: Vec<(String, u64)>,
}

/// Lengths of documents in characters, in bars of equal width.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    pub shortest: usize,
    pub longest: usize,
    pub median: usize,
    /// Characters that a bar spans, from `shortest` on.
    pub width: usize,
    pub counts: Vec<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    Latin,
    Han,
    Kana,
    Hangul,
    Cyrillic,
    Greek,
    Arabic,
    Hebrew,
    Devanagari,
    Thai,
    Other,
}

impl Description {
    /// Different words over words: 1 where no word occurs twice. Longer texts have smaller ones.
    pub fn type_token_ratio(&self) -> f64 {
        self.types as f64 / self.words.max(1) as f64
    }
}

/// Describes a corpus, a piece at a time: [`Describing::advance`] until it gives 1, then [`Describing::finish`], each with
/// the same corpus. Time is linear in the text, memory in the different words.
#[derive(Default)]
pub struct Describing {
    /// Documents, and bytes of the next one.
    read: usize,
    within: usize,
    words: u64,
    types: AHashMap<String, u64>,
    capped: bool,
    scripts: [u64; 11],
}

impl Describing {
    /// Reads some documents and says which share is done.
    pub fn advance(&mut self, corpus: &Corpus) -> f32 {
        let mut bytes = 0;
        while bytes < PIECE && self.read < corpus.len() {
            let text = &corpus.text(self.read)[self.within..];
            let piece = beginning(text);
            bytes += piece.len() + 1;
            words(piece).for_each(|word| self.count(word));
            for letter in piece.chars().filter(|character| character.is_alphabetic()) {
                self.scripts[Script::of(letter) as usize] += 1;
            }
            if piece.len() < text.len() {
                self.within += piece.len();
                break;
            }
            (self.read, self.within) = (self.read + 1, 0);
        }
        if self.read == corpus.len() { 1.0 } else { self.read as f32 / corpus.len() as f32 }
    }

    fn count(&mut self, word: &str) {
        self.words += 1;
        let lower = word.to_lowercase();
        if let Some(count) = self.types.get_mut(&lower) {
            *count += 1;
        } else if self.types.len() < MAX_TYPES {
            self.types.insert(lower, 1);
        } else {
            self.capped = true;
        }
    }

    pub fn finish(self, corpus: &Corpus) -> Description {
        let types = self.types.len() as u64;
        let mut frequent: Vec<(String, u64)> = self.types.into_iter().collect();
        frequent.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        frequent.truncate(FREQUENT);
        let mut classes: Vec<(String, u64)> = corpus.labels().iter().map(|label| (label.clone(), 0)).collect();
        let labels = (0..corpus.len()).filter_map(|at| corpus.label(at));
        labels.for_each(|label| classes[label].1 += 1);
        let labelled: u64 = classes.iter().map(|(_, count)| count).sum();
        let lengths: Vec<usize> = (0..corpus.len()).map(|at| corpus.characters(at)).collect();
        Description {
            documents: corpus.len(),
            characters: lengths.iter().map(|length| *length as u64).sum(),
            words: self.words,
            types,
            types_capped: self.capped,
            unlabelled: corpus.len() as u64 - labelled,
            classes,
            groups: corpus.groups().len(),
            lengths: Histogram::of(lengths),
            scripts: shares(&self.scripts),
            frequent,
        }
    }
}

/// A piece of a long text that does not end within a word; all of it where no space stands in the beginning.
fn beginning(text: &str) -> &str {
    if text.len() <= PIECE {
        return text;
    }
    let space = text[..text.floor_char_boundary(PIECE)].rfind(char::is_whitespace);
    space.filter(|space| *space > 0).map_or(text, |space| &text[..space])
}

impl Histogram {
    fn of(mut lengths: Vec<usize>) -> Self {
        lengths.sort_unstable();
        let (Some(shortest), Some(longest)) = (lengths.first().copied(), lengths.last().copied()) else {
            return Self::default();
        };
        let width = (longest - shortest + 1).div_ceil(BARS);
        let mut counts = vec![0; (longest - shortest) / width + 1];
        lengths.iter().for_each(|length| counts[(length - shortest) / width] += 1);
        Self { shortest, longest, median: lengths[lengths.len() / 2], width, counts }
    }
}

fn shares(counts: &[u64; 11]) -> Vec<(Script, f32)> {
    let all: u64 = counts.iter().sum();
    let found = Script::ALL.into_iter().zip(counts).filter(|(_, count)| **count > 0);
    let mut shares: Vec<(Script, f32)> = found.map(|(script, count)| (script, *count as f32 / all as f32)).collect();
    shares.sort_by(|a, b| b.1.total_cmp(&a.1));
    shares
}

impl Script {
    pub const ALL: [Self; 11] = [
        Self::Latin,
        Self::Han,
        Self::Kana,
        Self::Hangul,
        Self::Cyrillic,
        Self::Greek,
        Self::Arabic,
        Self::Hebrew,
        Self::Devanagari,
        Self::Thai,
        Self::Other,
    ];

    /// The script of a letter, by the blocks of Unicode.
    pub fn of(letter: char) -> Self {
        match letter {
            'A'..='Z' | 'a'..='z' | '\u{AA}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Self::Latin,
            '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Self::Greek,
            '\u{400}'..='\u{52F}' => Self::Cyrillic,
            '\u{590}'..='\u{5FF}' => Self::Hebrew,
            '\u{600}'..='\u{6FF}' | '\u{750}'..='\u{77F}' => Self::Arabic,
            '\u{900}'..='\u{97F}' => Self::Devanagari,
            '\u{E00}'..='\u{E7F}' => Self::Thai,
            '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{AC00}'..='\u{D7AF}' => Self::Hangul,
            '\u{3040}'..='\u{30FF}' => Self::Kana,
            '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' => {
                Self::Han
            }
            _ => Self::Other,
        }
    }

    /// Its key in locales.
    pub fn name(self) -> &'static str {
        match self {
            Self::Latin => "latin",
            Self::Han => "han",
            Self::Kana => "kana",
            Self::Hangul => "hangul",
            Self::Cyrillic => "cyrillic",
            Self::Greek => "greek",
            Self::Arabic => "arabic",
            Self::Hebrew => "hebrew",
            Self::Devanagari => "devanagari",
            Self::Thai => "thai",
            Self::Other => "other",
        }
    }
}
