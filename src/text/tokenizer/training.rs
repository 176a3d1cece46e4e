//! Training a tokenizer on a text, a piece at a time.

use std::collections::BTreeSet;

use ahash::AHashMap;
use tokenizers::models::bpe::BPE;
use tokenizers::models::unigram::Unigram;
use tokenizers::models::wordlevel::WordLevel;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::{ModelWrapper, OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer, PreTokenizerWrapper};

use super::merging::{CONTINUES, Lesson, Merges, Merging, Rule};
use super::normalizer::Normalizer;
use super::reading::Reading;
use super::unigram::Learning;
use super::units::Units;
use super::{Tokenizer, UNKNOWN, byte_level, pipeline, refused};
use crate::config::{TokenizerConfig, TokenizerMethod};
use crate::error::{Error, Result};
use crate::text::Text;

/// Bytes of text that one [`Training::advance`] counts.
const PIECE: usize = 256 * 1024;
/// Units are learned from so many bytes at most: more text hardly changes them and would fill the memory of a page.
const MAX_SAMPLE: usize = 8 * 1024 * 1024;
/// Counting as a share of the whole work; the rest is learning.
const COUNTING: f32 = 0.4;

/// Learns a vocabulary: [`Training::advance`] until it gives 1, then [`Training::finish`].
///
/// Words are counted document by document in the training part, up to the first 8 MiB. Characters come from the whole text,
/// so that the part held out has no unknown ones.
pub struct Training<'a> {
    config: TokenizerConfig,
    normalizer: Option<Normalizer>,
    pre_tokenizer: Option<PreTokenizerWrapper>,
    counting: Counting<'a>,
    /// Words as the model is given them, most frequent first.
    words: Vec<(String, u64)>,
    stage: Stage,
    learned: Option<Result<Tokenizer>>,
}

enum Stage {
    Counting,
    /// Units become words, from the unit with this number on.
    Cutting(Vec<(Box<str>, u64)>, AHashMap<String, u64>),
    Merging(Box<Merging>),
    Merged(Merges),
    Pieces(Box<Learning>),
    Ready,
}

struct Counting<'a> {
    /// Documents with whether their words count.
    documents: Vec<(&'a str, bool)>,
    next: usize,
    at: usize,
    reading: Option<Reading<'a>>,
    bytes: usize,
    done: usize,
    units: AHashMap<Box<str>, u64>,
    characters: BTreeSet<char>,
}

impl<'a> Training<'a> {
    pub fn new(text: &'a Text, config: &TokenizerConfig) -> Self {
        let mut training = Self::of_documents(text.train_passages().map(|passage| passage.text), config);
        let of_characters = training.has_alphabet();
        if of_characters && training.normalizer.is_some() {
            training.counting.documents.extend(text.validation_passages().map(|passage| (passage.text, false)));
        } else if of_characters {
            training.counting.characters = text.statistics.counts.iter().map(|(character, _)| *character).collect();
        }
        training.counting.leave_out_what_does_not_count(training.normalizer.is_some() && of_characters);
        training
    }

    /// Learns from documents alone.
    pub fn of_documents(documents: impl IntoIterator<Item = &'a str>, config: &TokenizerConfig) -> Self {
        let units = units(config.method);
        let mut sample = if units.is_some() { MAX_SAMPLE } else { 0 };
        let mut sampled = Vec::new();
        for document in documents {
            let length = document.floor_char_boundary(sample.min(document.len()));
            sample -= length;
            let (counted, rest) = document.split_at(length);
            let parts = [(counted, true), (rest, false)];
            sampled.extend(parts.into_iter().filter(|(part, _)| !part.is_empty()));
        }
        let counting = Counting {
            bytes: sampled.iter().map(|(document, _)| document.len()).sum(),
            documents: sampled,
            next: 0,
            at: 0,
            reading: None,
            done: 0,
            units: AHashMap::new(),
            characters: BTreeSet::new(),
        };
        Self {
            normalizer: Normalizer::new(config),
            pre_tokenizer: pipeline::pre_tokenizer(config),
            config: config.clone(),
            counting,
            words: Vec::new(),
            stage: Stage::Counting,
            learned: None,
        }
    }

    /// Learns from words that are counted already: units as [`Training::words`] gives them.
    pub fn of_words(words: Vec<(String, u64)>, config: &TokenizerConfig) -> Self {
        let mut training = Self::of_documents([], config);
        training.counting.characters = words.iter().flat_map(|(word, _)| word.chars()).collect();
        training.begin_with(words);
        training
    }

    /// Does one piece and says which share of the work is done.
    pub fn advance(&mut self) -> f32 {
        match &mut self.stage {
            Stage::Counting if self.counting.next < self.counting.documents.len() => {
                let units = units(self.config.method);
                self.counting.advance(self.normalizer.as_ref(), units);
                return 0.99 * COUNTING * self.counting.done as f32 / self.counting.bytes.max(1) as f32;
            }
            Stage::Counting => {
                let units = std::mem::take(&mut self.counting.units).into_iter().collect();
                self.stage = Stage::Cutting(units, AHashMap::new());
            }
            Stage::Cutting(units, words) => {
                let rest = units.len().saturating_sub(PIECE / 16);
                for (unit, count) in units.drain(rest..) {
                    cut(self.config.method, self.pre_tokenizer.as_ref(), &unit, |word| {
                        *words.entry(word.to_string()).or_default() += count;
                    });
                }
                if rest == 0 {
                    let words = std::mem::take(words).into_iter().collect();
                    self.begin_with(words);
                }
            }
            Stage::Merging(merging) => {
                let done = merging.advance();
                if done < 1.0 {
                    return COUNTING + (1.0 - COUNTING) * done * 0.99;
                }
                let Stage::Merging(merging) = std::mem::replace(&mut self.stage, Stage::Ready) else { unreachable!() };
                self.stage = Stage::Merged(merging.finish());
                return self.end();
            }
            Stage::Pieces(learning) => {
                let done = learning.advance();
                return if done >= 1.0 { self.end() } else { COUNTING + (1.0 - COUNTING) * done * 0.99 };
            }
            Stage::Merged(_) | Stage::Ready => return self.end(),
        }
        COUNTING
    }

    /// The tokenizer, or why this text does not give it.
    pub fn finish(mut self) -> Result<Tokenizer> {
        self.learned.take().unwrap_or_else(|| panic!("a tokenizer was asked for before its training was done"))
    }

    /// The words that are learned from, with their counts, most frequent first; there once they are counted.
    pub fn words(&self) -> &[(String, u64)] {
        &self.words
    }

    /// The words of a short text, as the model is given them.
    pub fn words_of(&self, text: &str) -> Vec<String> {
        let normalizer = self.normalizer.as_ref();
        let mut reading = Reading::new(text, normalizer);
        while !reading.is_done() {
            reading.advance(normalizer);
        }
        let (text, mut words, mut at) = (reading.text(), Vec::new(), 0);
        while let Some(unit) = units(self.config.method).and_then(|units| units.next(text, at)) {
            at = unit.end;
            cut(self.config.method, self.pre_tokenizer.as_ref(), &text[unit], |word| words.push(word.into()));
        }
        words
    }

    /// What was merged, by the methods that merge; there once the training is done.
    pub fn merges(&self) -> Option<&Merges> {
        match &self.stage {
            Stage::Merged(merges) => Some(merges),
            _ => None,
        }
    }

    fn has_alphabet(&self) -> bool {
        use TokenizerMethod::{BpeCharacters, Characters, Unigram, WordPiece};
        matches!(self.config.method, Characters | BpeCharacters | WordPiece | Unigram)
    }

    fn begin_with(&mut self, mut words: Vec<(String, u64)>) {
        words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        self.words = words;
        let characters = self.counting.characters.iter().copied();
        self.stage = match self.config.method {
            TokenizerMethod::Bpe => self.merging(Rule::Frequency, &[], byte_level::alphabet().collect()),
            TokenizerMethod::BpeCharacters => self.merging(Rule::Frequency, &[UNKNOWN], characters.collect()),
            TokenizerMethod::WordPiece => {
                let characters = characters.filter(|character| !character.is_whitespace()).collect();
                self.merging(Rule::Score, &[UNKNOWN], characters)
            }
            TokenizerMethod::Unigram => {
                let least = self.config.min_frequency as u64;
                let wanted = self.room().saturating_sub(1);
                Stage::Pieces(Box::new(Learning::new(&self.words, characters, wanted, least)))
            }
            _ => Stage::Ready,
        };
    }

    fn merging(&self, rule: Rule, reserved: &[&'static str], alphabet: Vec<char>) -> Stage {
        let (vocab_size, least, words) = (self.room(), self.config.min_frequency as u64, self.words.clone());
        let lesson = Lesson { rule, vocab_size, least, reserved: reserved.into(), alphabet, words };
        Stage::Merging(Box::new(Merging::new(lesson)))
    }

    /// Tokens that the special ones leave.
    fn room(&self) -> usize {
        self.config.vocab_size.saturating_sub(self.config.special_tokens().len())
    }

    fn end(&mut self) -> f32 {
        // A page has one thread, and the crate would look for more.
        tokenizers::utils::parallelism::set_parallelism(false);
        let model = self.model();
        let tokenizer = model.and_then(|model| Tokenizer::new(&self.config, model));
        let parts = self.merges().map(|merges| merges.steps.iter().map(|step| (step.token, step.pair)).collect());
        self.learned = Some(match parts {
            Some(parts) => tokenizer.map(|tokenizer| tokenizer.with_parts(parts)),
            None => tokenizer,
        });
        1.0
    }

    fn model(&mut self) -> Result<ModelWrapper> {
        match (self.config.method, std::mem::replace(&mut self.stage, Stage::Ready)) {
            (TokenizerMethod::Characters, _) => self.characters(),
            (TokenizerMethod::Bytes, _) => bytes(),
            (TokenizerMethod::Whitespace | TokenizerMethod::Rules, _) => self.known_words(),
            (TokenizerMethod::Unigram, Stage::Pieces(learning)) => {
                let pieces = learning.finish();
                self.fits(pieces.len() + 1)?;
                let pieces = std::iter::once((UNKNOWN.to_string(), 0.0)).chain(pieces).collect();
                Unigram::from(pieces, Some(0), false).map(Into::into).map_err(refused)
            }
            (method, Stage::Merged(merges)) => {
                let model = self.merged(method, &merges);
                self.stage = Stage::Merged(merges);
                model
            }
            (method, _) => panic!("{method:?} was not learned"),
        }
    }

    fn merged(&self, method: TokenizerMethod, merges: &Merges) -> Result<ModelWrapper> {
        let (requested, possible) = (self.config.vocab_size, merges.tokens.len() + self.config.special_tokens().len());
        if method == TokenizerMethod::Bpe && possible < requested {
            return Err(Error::VocabularyTooLarge { requested: requested as u64, possible: possible as u64 });
        }
        self.fits(merges.tokens.len())?;
        match method {
            TokenizerMethod::WordPiece => word_piece(merges),
            TokenizerMethod::Bpe => bpe(merges, None),
            _ => bpe(merges, Some(UNKNOWN)),
        }
    }

    /// Characters and special tokens may need more room than was asked for.
    fn fits(&self, tokens: usize) -> Result<()> {
        let (requested, needed) = (self.config.vocab_size, tokens + self.config.special_tokens().len());
        match needed <= requested {
            true => Ok(()),
            false => Err(Error::VocabularyTooSmall { requested: requested as u64, needed: needed as u64 }),
        }
    }

    /// Every character of the text in the order of the code points, after [`UNKNOWN`].
    fn characters(&self) -> Result<ModelWrapper> {
        let characters = self.counting.characters.iter().map(char::to_string);
        let vocabulary: AHashMap<String, u32> =
            std::iter::once(UNKNOWN.to_string()).chain(characters).zip(0..).collect();
        let model = BPE::builder().vocab_and_merges(vocabulary, Vec::new()).unk_token(UNKNOWN.into());
        model.cache_capacity(0).build().map(Into::into).map_err(refused)
    }

    /// The most frequent words, after [`UNKNOWN`].
    fn known_words(&self) -> Result<ModelWrapper> {
        let size = self.room();
        let frequent = self.words.iter().filter(|(_, count)| *count >= self.config.min_frequency as u64);
        let frequent = frequent.map(|(word, _)| word.clone()).filter(|word| word != UNKNOWN);
        let vocabulary: AHashMap<String, u32> =
            std::iter::once(UNKNOWN.to_string()).chain(frequent).take(size).zip(0..).collect();
        let model = WordLevel::builder().vocab(vocabulary).unk_token(UNKNOWN.into());
        model.build().map(Into::into).map_err(refused)
    }
}

impl Counting<'_> {
    /// Documents whose words do not count are read for their characters, where those are wanted.
    fn leave_out_what_does_not_count(&mut self, characters_are_wanted: bool) {
        self.documents.retain(|(_, counts)| *counts || characters_are_wanted);
        self.bytes = self.documents.iter().map(|(document, _)| document.len()).sum();
    }

    fn advance(&mut self, normalizer: Option<&Normalizer>, units: Option<Units>) {
        let mut left = PIECE;
        while left > 0
            && let Some((document, counts)) = self.documents.get(self.next)
        {
            let reading = self.reading.get_or_insert_with(|| Reading::new(document, normalizer));
            if !reading.is_done() {
                left = left.saturating_sub(4 * reading.advance(normalizer));
                continue;
            }
            let text = reading.text();
            let before = self.at;
            self.at = match units.filter(|_| *counts) {
                Some(units) => count(&mut self.units, units, text, before, left),
                None => text.len(),
            };
            left = left.saturating_sub(self.at - before + 16);
            if self.at == text.len() {
                if normalizer.is_some() {
                    self.characters.extend(text.chars());
                }
                self.done += document.len();
                self.next += 1;
                self.at = 0;
                self.reading = None;
            }
        }
    }
}

/// Counts the units of about `most` bytes from `at` on; gives where that ends.
fn count(counts: &mut AHashMap<Box<str>, u64>, units: Units, text: &str, mut at: usize, most: usize) -> usize {
    let end = text.len().min(at + most);
    while at < end {
        let Some(unit) = units.next(text, at) else { return text.len() };
        at = unit.end;
        let unit = &text[unit];
        match counts.get_mut(unit) {
            Some(count) => *count += 1,
            None => _ = counts.insert(unit.into(), 1),
        }
    }
    at
}

/// What is counted; nothing where the text has no say.
fn units(method: TokenizerMethod) -> Option<Units> {
    match method {
        TokenizerMethod::Characters | TokenizerMethod::Bytes => None,
        TokenizerMethod::Bpe | TokenizerMethod::BpeCharacters | TokenizerMethod::Unigram => Some(Units::Words),
        TokenizerMethod::Whitespace | TokenizerMethod::Rules | TokenizerMethod::WordPiece => Some(Units::Chunks),
    }
}

/// The words of a unit, as the model is given them.
fn cut(method: TokenizerMethod, pre_tokenizer: Option<&PreTokenizerWrapper>, unit: &str, mut take: impl FnMut(&str)) {
    match (method, pre_tokenizer) {
        (TokenizerMethod::Bpe, _) => take(&byte_level::spell(unit)),
        (TokenizerMethod::Rules | TokenizerMethod::WordPiece, Some(pre_tokenizer)) => {
            let mut words = PreTokenizedString::from(unit);
            pre_tokenizer.pre_tokenize(&mut words).expect("patterns of ours fit every unit");
            let words = words.get_splits(OffsetReferential::Normalized, OffsetType::None);
            words.into_iter().for_each(|(word, ..)| take(word));
        }
        _ => take(unit),
    }
}

/// The id of a byte is the byte.
fn bytes() -> Result<ModelWrapper> {
    let vocabulary: AHashMap<String, u32> = byte_level::alphabet().map(String::from).zip(0..).collect();
    BPE::builder().vocab_and_merges(vocabulary, Vec::new()).cache_capacity(0).build().map(Into::into).map_err(refused)
}

fn vocabulary(merges: &Merges) -> AHashMap<String, u32> {
    merges.tokens.iter().map(|token| token.to_string()).zip(0..).collect()
}

fn bpe(merges: &Merges, unknown: Option<&str>) -> Result<ModelWrapper> {
    let text = |id: u32| merges.tokens[id as usize].to_string();
    let pairs = merges.steps.iter().map(|step| (text(step.pair.0), text(step.pair.1))).collect();
    let mut model = BPE::builder().vocab_and_merges(vocabulary(merges), pairs).cache_capacity(0);
    if let Some(unknown) = unknown {
        model = model.unk_token(unknown.into());
    }
    model.build().map(Into::into).map_err(refused)
}

fn word_piece(merges: &Merges) -> Result<ModelWrapper> {
    let model = WordPiece::builder().vocab(vocabulary(merges)).unk_token(UNKNOWN.into());
    model.continuing_subword_prefix(CONTINUES.into()).build().map(Into::into).map_err(refused)
}
