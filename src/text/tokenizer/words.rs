//! GPT-2's way of cutting text into words before byte-pair encoding (Radford et al., 2019).
//!
//! The original pattern ends in `\s+(?!\S)|\s+`: white space before a word gives its last character to that word. A
//! look-ahead needs a backtracking matcher; this does the same by hand, so that the fast one suffices.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// The whole pattern, as it stands in the files of methods that use it.
pub const PATTERN: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

static WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+").expect("a valid pattern")
});

/// The word that begins at `at`; all of them put together are the text.
pub fn next(text: &str, at: usize) -> Option<Range<usize>> {
    let found = WORD.find_at(text, at)?;
    debug_assert_eq!(found.start(), at, "every character is in some word");
    let word = without_the_last_space(found.as_str(), found.end() == text.len());
    Some(at..at + word.len())
}

/// White space before a word, of more than one character, leaves its last one to the word.
fn without_the_last_space(word: &str, ends_the_text: bool) -> &str {
    let mut characters = word.chars();
    let last_is_space = characters.next_back().is_some_and(char::is_whitespace);
    if last_is_space && !ends_the_text && !characters.as_str().is_empty() { characters.as_str() } else { word }
}
