//! GPT-2's way of cutting text into words before byte-pair encoding (Radford et al., 2019).
//!
//! It is told as a pattern, [`PATTERN`], and done by hand: every text that is learned from or encoded goes through here, and
//! a scanner of a few lines is faster than any matcher and brings no tables of patterns with it.

use std::ops::Range;

use crate::text::classes::{is_letter, is_number};

/// The whole pattern, as it stands in the files of methods that use it.
pub const PATTERN: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

const CONTRACTIONS: [&str; 7] = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Letter,
    Number,
    Other,
}

/// The word that begins at `at`; all of them put together are the text.
pub fn next(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = &text[at..];
    let length = match class(rest.chars().next()?) {
        Class::Space => spaces(rest),
        class => contraction(rest).unwrap_or_else(|| run(rest, class)),
    };
    Some(at..at + length)
}

fn class(character: char) -> Class {
    match character {
        _ if character.is_whitespace() => Class::Space,
        _ if is_letter(character) => Class::Letter,
        _ if is_number(character) => Class::Number,
        _ => Class::Other,
    }
}

/// Bytes of the characters of one class at the beginning.
fn run(text: &str, wanted: Class) -> usize {
    text.find(|character| class(character) != wanted).unwrap_or(text.len())
}

fn contraction(text: &str) -> Option<usize> {
    CONTRACTIONS.iter().find(|contraction| text.starts_with(**contraction)).map(|contraction| contraction.len())
}

/// A space goes with what stands behind it. Of more white space the last character is left to the word that follows.
fn spaces(text: &str) -> usize {
    let length = run(text, Class::Space);
    let Some(next) = text[length..].chars().next() else { return length };
    let last = text[..length].chars().next_back().map_or(0, char::len_utf8);
    match length - last {
        0 if text.starts_with(' ') => length + run(&text[length..], class(next)),
        0 => length,
        before => before,
    }
}
