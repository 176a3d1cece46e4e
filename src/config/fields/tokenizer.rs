//! How the text is cut.

use super::super::TokenizerMethod;
use super::{Field, Kind, Section, Value, choice, integer, name_of, named};

const METHODS: [(&str, TokenizerMethod); 2] =
    [("characters", TokenizerMethod::Characters), ("bpe", TokenizerMethod::Bpe)];

pub const ROWS: &[Field] = &[
    choice!("method", Tokenizer, tokenizer.method, METHODS),
    integer!("vocab_size", Tokenizer, tokenizer.vocab_size, 260, 16_384, 4),
];
