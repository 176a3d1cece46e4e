//! Encoding a whole corpus, a piece at a time.

use std::ops::Range;

use ahash::AHashMap;

use super::Tokenizer;
use super::words::Words;
use crate::config::TokenizerMethod;

/// Bytes of text that one [`Encoder::advance`] takes: some tens of milliseconds.
const PIECE: usize = 256 * 1024;
/// Longer words hardly ever come again and are not remembered.
const REMEMBERED_LENGTH: usize = 48;
/// Words that are remembered at most.
const REMEMBERED_WORDS: usize = 400_000;

/// Encodes `text`; whoever owns it decides between two pieces whether to go on.
pub struct Encoder<'a> {
    tokenizer: &'a Tokenizer,
    text: &'a str,
    /// Bytes encoded so far.
    at: usize,
    words: Words<'a>,
    /// Where in `ids` a word has been encoded before.
    remembered: AHashMap<&'a str, Range<usize>>,
    ids: Vec<u32>,
}

impl<'a> Encoder<'a> {
    pub fn new(tokenizer: &'a Tokenizer, text: &'a str) -> Self {
        let words = Words::of(text);
        Self { tokenizer, text, at: 0, words, remembered: AHashMap::new(), ids: Vec::new() }
    }

    /// Goes on with another text behind the one that is done: no token reaches from one into the other, and words that
    /// came before are remembered.
    pub fn go_on(&mut self, text: &'a str) {
        assert!(self.at == self.text.len(), "a text is encoded to its end before the next one");
        (self.text, self.at, self.words) = (text, 0, Words::of(text));
    }

    /// Ids so far.
    pub fn count(&self) -> usize {
        self.ids.len()
    }

    /// Encodes one piece and says which share of the text is done: 1 is all of it.
    pub fn advance(&mut self) -> f32 {
        match self.tokenizer.method {
            TokenizerMethod::Characters => self.advance_by_characters(),
            TokenizerMethod::Bpe => self.advance_by_words(),
        }
        if self.at == self.text.len() { 1.0 } else { self.at as f32 / self.text.len() as f32 }
    }

    /// The ids of what has been encoded.
    pub fn finish(self) -> Vec<u32> {
        self.ids
    }

    fn advance_by_characters(&mut self) {
        let end = self.text.len().min(self.text.ceil_char_boundary(self.at + PIECE));
        let known = &self.tokenizer.by_character;
        let id_of = |character: char| known.get(character as usize).copied().unwrap_or(0);
        self.ids.extend(self.text[self.at..end].chars().map(id_of));
        self.at = end;
    }

    fn advance_by_words(&mut self) {
        let end = self.at + PIECE;
        while self.at < end
            && let Some(word) = self.words.next()
        {
            self.encode(word);
            self.at = self.words.position();
        }
    }

    fn encode(&mut self, word: &'a str) {
        if let Some(known) = self.remembered.get(word) {
            self.ids.extend_from_within(known.clone());
            return;
        }
        let begin = self.ids.len();
        self.tokenizer.encode_word(word, &mut self.ids);
        if word.len() <= REMEMBERED_LENGTH && self.remembered.len() < REMEMBERED_WORDS {
            self.remembered.insert(word, begin..self.ids.len());
        }
    }
}
