//! Training a tokenizer on a text, a piece at a time.

use ahash::AHashMap;
use tokenizers::models::bpe::{BPE, BpeTrainer};

use super::words::Words;
use super::{Tokenizer, UNKNOWN, byte_level, refused};
use crate::config::{TokenizerConfig, TokenizerMethod};
use crate::error::{Error, Result};
use crate::text::Text;

/// Bytes of text that one [`Training::advance`] counts.
const PIECE: usize = 256 * 1024;
/// Merges are learned from so many bytes at most: more text hardly changes them and would fill the memory of a page.
const LARGEST_SAMPLE: usize = 8 * 1024 * 1024;
/// A pair that occurs once is not worth a token.
const LEAST_FREQUENT: u64 = 2;
/// Counting as a share of the whole work; the rest is merging.
const COUNTING: f32 = 0.5;

/// Learns a vocabulary: [`Training::advance`] until it gives 1, then [`Training::finish`].
///
/// Characters come from the whole text, so that the part held out has no unknown ones; merges from the training part
/// alone, because byte-level BPE can spell anything.
pub struct Training<'a> {
    config: TokenizerConfig,
    text: &'a Text,
    sample: &'a str,
    words: Words<'a>,
    counts: AHashMap<&'a str, u64>,
    learned: Option<Result<Tokenizer>>,
}

impl<'a> Training<'a> {
    pub fn new(text: &'a Text, config: &TokenizerConfig) -> Self {
        let sample = match config.method {
            TokenizerMethod::Characters => "",
            TokenizerMethod::Bpe => &text.train()[..text.train().floor_char_boundary(LARGEST_SAMPLE)],
        };
        let (words, counts) = (Words::of(sample), AHashMap::new());
        Self { config: config.clone(), text, sample, words, counts, learned: None }
    }

    /// Does one piece and says which share of the work is done.
    pub fn advance(&mut self) -> f32 {
        if self.words.position() < self.sample.len() {
            self.count();
            return COUNTING * self.words.position() as f32 / self.sample.len() as f32;
        }
        self.learned = Some(self.learn());
        1.0
    }

    /// The tokenizer, or why this text does not give it.
    pub fn finish(mut self) -> Result<Tokenizer> {
        self.learned.take().unwrap_or_else(|| panic!("a tokenizer was asked for before its training was done"))
    }

    fn count(&mut self) {
        let end = self.words.position() + PIECE;
        while self.words.position() < end
            && let Some(word) = self.words.next()
        {
            *self.counts.entry(word).or_default() += 1;
        }
    }

    fn learn(&self) -> Result<Tokenizer> {
        // A page has one thread, and the crate would look for more.
        tokenizers::utils::parallelism::set_parallelism(false);
        match self.config.method {
            TokenizerMethod::Characters => Tokenizer::new(TokenizerMethod::Characters, self.characters()?),
            TokenizerMethod::Bpe => Tokenizer::new(TokenizerMethod::Bpe, self.merged()?),
        }
    }

    /// Every character of the text in the order of the code points, after [`UNKNOWN`].
    fn characters(&self) -> Result<BPE> {
        let characters = self.text.statistics.counts.iter().map(|(character, _)| character.to_string());
        let vocabulary: AHashMap<String, u32> =
            std::iter::once(UNKNOWN.to_string()).chain(characters).zip(0..).collect();
        BPE::builder()
            .vocab_and_merges(vocabulary, Vec::new())
            .unk_token(UNKNOWN.into())
            .cache_capacity(0)
            .build()
            .map_err(refused)
    }

    /// All 256 bytes, and then merges until the vocabulary has the size asked for.
    fn merged(&self) -> Result<BPE> {
        let spelled = self.counts.iter().map(|(word, count)| (byte_level::spell(word).into(), *count)).collect();
        let trainer = BpeTrainer::builder()
            .vocab_size(self.config.vocab_size)
            .min_frequency(LEAST_FREQUENT)
            .initial_alphabet(byte_level::alphabet().collect())
            .show_progress(false)
            .build();
        let mut model = BPE::builder().cache_capacity(0).build().map_err(refused)?;
        trainer.do_train(&spelled, &mut model).map_err(refused)?;
        let possible = model.get_vocab().len();
        if possible < self.config.vocab_size {
            let requested = self.config.vocab_size as u64;
            return Err(Error::VocabularyTooLarge { requested, possible: possible as u64 });
        }
        Ok(model)
    }
}
