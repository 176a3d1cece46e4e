//! How a text is cut into tokens.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenizerConfig {
    pub method: TokenizerMethod,
    /// Wanted vocabulary size, special tokens included. Byte-level BPE is given exactly as many or refused, characters and
    /// bytes have as many as there are, the other methods at most as many.
    pub vocab_size: usize,
    /// Pairs, words and pieces that are seen less often do not become tokens.
    pub min_frequency: usize,
    /// A token [`END_OF_DOCUMENT`] behind every document.
    pub end_of_document: bool,
    /// A token [`PADDING`] for places without text.
    pub padding: bool,
    pub normalization: Normalization,
    pub lowercase: bool,
    pub strip_accents: bool,
    pub rules: RulesConfig,
}

/// GPT-2's name for the end of a document.
pub const END_OF_DOCUMENT: &str = "<|endoftext|>";
pub const PADDING: &str = "<|padding|>";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenizerMethod {
    /// Whatever stands between white space.
    Whitespace,
    /// Words, numbers and punctuation by the rules of [`RulesConfig`].
    Rules,
    Characters,
    /// Bytes of UTF-8.
    Bytes,
    /// Byte-level byte-pair encoding.
    Bpe,
    /// Byte-pair encoding over characters.
    BpeCharacters,
    /// Merges by score (Schuster and Nakajima, 2012), longest match first.
    WordPiece,
    /// The likeliest cut under a model of independent pieces (Kudo, 2018).
    Unigram,
}

/// Which spellings of a text are made one before it is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Normalization {
    #[default]
    None,
    /// A letter and its accents become one character where there is one.
    Nfc,
    /// The same, and what only looks different becomes equal.
    Nfkc,
}

/// Which rules cut a text into words. Chinese characters are always words of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesConfig {
    /// Punctuation is cut off, each mark by itself.
    pub punctuation: bool,
    /// Words joined by a hyphen are cut apart.
    pub hyphens: bool,
    /// `don't` becomes `do` and `n't`.
    pub contractions: bool,
    /// `U.S.A.` and `Dr.` keep their full stops.
    pub abbreviations: bool,
    /// `1,234.5` stays whole.
    pub numbers: bool,
}

impl Default for RulesConfig {
    fn default() -> Self {
        Self { punctuation: true, hyphens: true, contractions: true, abbreviations: true, numbers: true }
    }
}

impl TokenizerMethod {
    pub const ALL: [Self; 8] = [
        Self::Whitespace,
        Self::Rules,
        Self::Characters,
        Self::Bytes,
        Self::Bpe,
        Self::BpeCharacters,
        Self::WordPiece,
        Self::Unigram,
    ];

    /// Its vocabulary comes from the bytes or characters alone: there is nothing to choose and nothing to wait for.
    pub fn is_given(self) -> bool {
        matches!(self, Self::Characters | Self::Bytes)
    }

    /// Any text comes back as it was, if nothing is normalized.
    pub fn is_byte_level(self) -> bool {
        matches!(self, Self::Bytes | Self::Bpe)
    }
}

impl TokenizerConfig {
    pub fn new(method: TokenizerMethod, vocab_size: usize) -> Self {
        Self {
            method,
            vocab_size,
            min_frequency: 2,
            end_of_document: false,
            padding: false,
            normalization: Normalization::None,
            lowercase: false,
            strip_accents: false,
            rules: RulesConfig::default(),
        }
    }

    /// The special tokens that are switched on, in the order of their ids, which are the last of the vocabulary.
    pub fn special_tokens(&self) -> Vec<&'static str> {
        let switches = [(self.end_of_document, END_OF_DOCUMENT), (self.padding, PADDING)];
        switches.into_iter().filter(|(on, _)| *on).map(|(_, token)| token).collect()
    }

    /// The configuration without what does not matter to its method: two that give the same tokenizer are equal.
    #[must_use]
    pub fn relevant(&self) -> Self {
        let standard = Self::new(self.method, 0);
        let given = self.method.is_given();
        let rules = if self.method == TokenizerMethod::Rules { self.rules } else { standard.rules };
        Self {
            vocab_size: if given { 0 } else { self.vocab_size },
            min_frequency: if given { standard.min_frequency } else { self.min_frequency },
            rules,
            ..self.clone()
        }
    }
}
