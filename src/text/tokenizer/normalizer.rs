//! Which spellings of a text become one before it is cut, done by hand: [`super::pipeline`] tells the same to the crate.

use unicode_normalization_alignments::UnicodeNormalization;

use crate::config::{Normalization, TokenizerConfig};

/// The steps of a configuration, in their order: small letters, no accents, one spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Normalizer {
    lowercase: bool,
    strip_accents: bool,
    normalization: Normalization,
}

impl Normalizer {
    /// Nothing where a text stays as it is.
    pub fn new(config: &TokenizerConfig) -> Option<Self> {
        let TokenizerConfig { lowercase, strip_accents, normalization, .. } = *config;
        let changes = lowercase || strip_accents || normalization != Normalization::None;
        changes.then_some(Self { lowercase, strip_accents, normalization })
    }

    pub fn apply(&self, text: &str) -> String {
        let mut text = match self.lowercase {
            true => text.chars().flat_map(char::to_lowercase).collect(),
            false => text.to_string(),
        };
        if self.strip_accents {
            text = self.without_accents(&text);
        }
        match self.normalization {
            Normalization::Nfkc => text.nfkc().map(|(character, _)| character).collect(),
            // Without its accents a text is in parts; it is put together again.
            Normalization::Nfc => text.nfc().map(|(character, _)| character).collect(),
            Normalization::None if self.strip_accents => text.nfc().map(|(character, _)| character).collect(),
            Normalization::None => text,
        }
    }

    fn without_accents(&self, text: &str) -> String {
        let is_kept = |character: &char| !matches!(character, '\u{300}'..='\u{36F}');
        match self.normalization {
            Normalization::Nfkc => text.nfkd().map(|(character, _)| character).filter(is_kept).collect(),
            _ => text.nfd().map(|(character, _)| character).filter(is_kept).collect(),
        }
    }
}
