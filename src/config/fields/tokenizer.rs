//! How the text is cut.

use super::super::{Normalization, TokenizerMethod};
use super::{Field, Kind, Section, Value, choice, integer, name_of, named, switch};

const METHODS: [(&str, TokenizerMethod); 8] = [
    ("whitespace", TokenizerMethod::Whitespace),
    ("rules", TokenizerMethod::Rules),
    ("characters", TokenizerMethod::Characters),
    ("bytes", TokenizerMethod::Bytes),
    ("bpe", TokenizerMethod::Bpe),
    ("bpe-characters", TokenizerMethod::BpeCharacters),
    ("wordpiece", TokenizerMethod::WordPiece),
    ("unigram", TokenizerMethod::Unigram),
];

/// The name of a method in links and locales.
pub fn method_name(method: TokenizerMethod) -> &'static str {
    METHODS.iter().find(|(_, other)| *other == method).map_or("", |(name, _)| name)
}

const NORMALIZATIONS: [(&str, Normalization); 3] =
    [("none", Normalization::None), ("nfc", Normalization::Nfc), ("nfkc", Normalization::Nfkc)];

pub const ROWS: &[Field] = &[
    choice!("method", Tokenizer, tokenizer.method, METHODS),
    integer!("vocab_size", Tokenizer, tokenizer.vocab_size, 260, 16_384, 4),
    integer!("min_frequency", Tokenizer, tokenizer.min_frequency, 1, 1000, 1),
    switch!("end_of_document", Tokenizer, tokenizer.end_of_document),
    switch!("padding", Tokenizer, tokenizer.padding),
    choice!("normalization", Tokenizer, tokenizer.normalization, NORMALIZATIONS),
    switch!("lowercase", Tokenizer, tokenizer.lowercase),
    switch!("strip_accents", Tokenizer, tokenizer.strip_accents),
    switch!("rule_punctuation", Tokenizer, tokenizer.rules.punctuation),
    switch!("rule_hyphens", Tokenizer, tokenizer.rules.hyphens),
    switch!("rule_contractions", Tokenizer, tokenizer.rules.contractions),
    switch!("rule_abbreviations", Tokenizer, tokenizer.rules.abbreviations),
    switch!("rule_numbers", Tokenizer, tokenizer.rules.numbers),
];
