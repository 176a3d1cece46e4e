//! Normalizing a text, a piece at a time.

use super::normalizer::Normalizer;

/// Bytes that one piece takes.
const PIECE: usize = 64 * 1024;

/// A text on its way through a normalizer; without one, it is there at once.
///
/// Pieces end where no character can join one behind it, so that the result is that of the whole text. This holds for the
/// steps of [`Normalizer`], which look at a character and its combining marks alone.
pub struct Reading<'a> {
    text: &'a str,
    at: usize,
    normalized: Option<String>,
}

impl<'a> Reading<'a> {
    pub fn new(text: &'a str, normalizer: Option<&Normalizer>) -> Self {
        Self { text, at: 0, normalized: normalizer.map(|_| String::new()) }
    }

    pub fn is_done(&self) -> bool {
        self.normalized.is_none() || self.at == self.text.len()
    }

    /// Normalizes one piece; gives the bytes that it was.
    pub fn advance(&mut self, normalizer: Option<&Normalizer>) -> usize {
        let (Some(normalizer), Some(normalized)) = (normalizer, &mut self.normalized) else { return 0 };
        let end = end_of_piece(self.text, self.at);
        normalized.push_str(&normalizer.apply(&self.text[self.at..end]));
        let bytes = end - self.at;
        self.at = end;
        bytes
    }

    /// The normalized text so far; all of it when the reading is done.
    pub fn text(&self) -> &str {
        self.normalized.as_deref().unwrap_or(self.text)
    }
}

fn end_of_piece(text: &str, at: usize) -> usize {
    let from = text.ceil_char_boundary((at + PIECE).min(text.len()));
    text[from..]
        .char_indices()
        .find(|(_, character)| stands_apart(*character))
        .map_or(text.len(), |(end, _)| from + end)
}

/// Whether a character never joins the one before it: those of ASCII, and of Chinese and Japanese but for voicing marks.
fn stands_apart(character: char) -> bool {
    character.is_ascii()
        || matches!(character, '\u{3000}'..='\u{9FFF}')
            && !matches!(character, '\u{302A}'..='\u{302F}' | '\u{3099}' | '\u{309A}')
}
