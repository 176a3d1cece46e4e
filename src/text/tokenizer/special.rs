//! Special tokens, and where a text has them.

use std::ops::Range;

use ahash::AHashMap;

/// Special tokens by their text. An imported tokenizer may have thousands, and a text nothing but their beginnings: at each
/// place as many texts are looked up as there are different lengths.
#[derive(Default)]
pub struct Special {
    ids: AHashMap<String, u32>,
    /// In bytes, each once.
    lengths: Vec<usize>,
    /// The bytes that tokens begin with.
    begins: Vec<u8>,
}

impl Special {
    /// Of two tokens of the same text the lower id counts; one without a text is nowhere.
    pub fn new(mut tokens: Vec<(String, u32)>) -> Self {
        tokens.retain(|(text, _)| !text.is_empty());
        tokens.sort_by_key(|(_, id)| std::cmp::Reverse(*id));
        let mut lengths: Vec<usize> = tokens.iter().map(|(text, _)| text.len()).collect();
        let mut begins: Vec<u8> = tokens.iter().map(|(text, _)| text.as_bytes()[0]).collect();
        lengths.sort_unstable();
        lengths.dedup();
        begins.sort_unstable();
        begins.dedup();
        Self { ids: tokens.into_iter().collect(), lengths, begins }
    }

    /// The id of a token by its text.
    pub fn id(&self, text: &str) -> Option<u32> {
        self.ids.get(text).copied()
    }

    /// Whether an id is that of a special token.
    pub fn has(&self, id: u32) -> bool {
        self.ids.values().any(|special| *special == id)
    }

    /// The first place of any of them, and which one; of those that begin at the same place the one with the lowest id.
    pub fn find(&self, text: &str) -> Option<(Range<usize>, u32)> {
        let places = text.bytes().enumerate().filter(|(_, byte)| self.begins.contains(byte));
        places.into_iter().find_map(|(at, _)| self.begins_at(text, at))
    }

    fn begins_at(&self, text: &str, at: usize) -> Option<(Range<usize>, u32)> {
        let found = self.lengths.iter().filter_map(|length| {
            let place = at..at + length;
            text.get(place.clone()).and_then(|token| self.id(token)).map(|id| (place, id))
        });
        found.min_by_key(|(_, id)| *id)
    }
}
