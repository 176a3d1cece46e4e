//! Encoding whole texts, a piece at a time.

use std::ops::Range;

use ahash::AHashMap;

use super::reading::Reading;
use super::{ShortWay, Tokenizer};

/// Bytes of text that one [`Encoder::advance`] takes: some tens of milliseconds.
const PIECE: usize = 256 * 1024;
/// Longer units hardly ever come again and are not remembered.
const REMEMBERED_LENGTH: usize = 48;
/// Units that are remembered at most.
const REMEMBERED_UNITS: usize = 400_000;

/// Encodes a text, or one after the other; whoever owns it decides between two pieces whether to go on.
pub struct Encoder<'a> {
    tokenizer: &'a Tokenizer,
    /// Bytes of the text.
    bytes: usize,
    /// What comes behind the part that is being encoded.
    rest: &'a str,
    /// The text up to the next special token, and how far it is encoded.
    part: Option<(Reading<'a>, usize)>,
    ids: Vec<u32>,
    /// Where in `ids` a unit has been encoded before.
    remembered: AHashMap<Box<str>, Range<usize>>,
}

impl<'a> Encoder<'a> {
    pub fn new(tokenizer: &'a Tokenizer, text: &'a str) -> Self {
        let (ids, remembered) = (Vec::new(), AHashMap::new());
        Self { tokenizer, bytes: text.len(), rest: text, part: None, ids, remembered }
    }

    /// Goes on with another text behind the one that is done: no token reaches from one into the other, and units that
    /// came before are remembered.
    pub fn go_on(&mut self, text: &'a str) {
        assert!(self.is_done(), "a text is encoded to its end before the next one");
        (self.bytes, self.rest) = (text.len(), text);
    }

    /// Puts the mark behind a document, where the tokenizer has one.
    pub fn end_document(&mut self) {
        self.ids.extend(self.tokenizer.end_of_document());
    }

    /// Ids so far.
    pub fn count(&self) -> usize {
        self.ids.len()
    }

    /// Encodes one piece and says which share of the text is done: 1 is all of it.
    pub fn advance(&mut self) -> f32 {
        let mut left = PIECE;
        while left > 0 && !self.is_done() {
            left = left.saturating_sub(self.step(left));
        }
        if self.is_done() {
            return 1.0;
        }
        let waiting = self.rest.len() + self.part.as_ref().map_or(0, |(part, at)| part.text().len() - at);
        (1.0 - waiting as f32 / self.bytes as f32).clamp(0.0, 0.999)
    }

    /// The ids of what has been encoded.
    pub fn finish(self) -> Vec<u32> {
        self.ids
    }

    fn is_done(&self) -> bool {
        self.rest.is_empty() && self.part.is_none()
    }

    /// Goes on by about `left` bytes at most; gives how many it were.
    fn step(&mut self, left: usize) -> usize {
        let Some((mut part, at)) = self.part.take() else {
            self.begin_part();
            return 1;
        };
        if !part.is_done() {
            // Normalizing a byte takes about as long as encoding four.
            let done = 4 * part.advance(self.tokenizer.normalizer().as_ref());
            self.part = Some((part, at));
            return done;
        }
        let end = self.encode(part.text(), at, left);
        if end < part.text().len() {
            self.part = Some((part, end));
        }
        end - at
    }

    /// Takes a special token at the beginning, or what stands before the next one.
    fn begin_part(&mut self) {
        let rest = self.rest;
        let (end, special) = match self.tokenizer.special.find(rest) {
            Some((place, id)) if place.start == 0 => (place.end, Some(id)),
            Some((place, _)) => (place.start, None),
            None => (rest.len(), None),
        };
        match special {
            Some(id) => self.ids.push(id),
            None => self.part = Some((Reading::new(&rest[..end], self.tokenizer.normalizer().as_ref()), 0)),
        }
        self.rest = &rest[end..];
    }

    /// Encodes from `at` on, about `left` bytes; gives where it has come to.
    fn encode(&mut self, text: &str, at: usize, left: usize) -> usize {
        let end = text.ceil_char_boundary((at + left).min(text.len()));
        let units = match &self.tokenizer.cutter {
            ShortWay::Characters(table) => {
                let id = |character: char| table.get(character as usize).copied().unwrap_or(0);
                self.ids.extend(text[at..end].chars().map(id));
                return end;
            }
            ShortWay::Bytes => {
                self.ids.extend(text[at..end].bytes().map(u32::from));
                return end;
            }
            ShortWay::Units(units) => *units,
        };
        let mut at = at;
        while at < end {
            let Some(unit) = units.next(text, at) else { return text.len() };
            at = unit.end;
            self.encode_unit(&text[unit]);
        }
        at
    }

    fn encode_unit(&mut self, unit: &str) {
        if let Some(known) = self.remembered.get(unit) {
            self.ids.extend_from_within(known.clone());
            return;
        }
        let begin = self.ids.len();
        self.tokenizer.encode_unit(unit, &mut self.ids);
        if unit.len() <= REMEMBERED_LENGTH && self.remembered.len() < REMEMBERED_UNITS {
            self.remembered.insert(unit.into(), begin..self.ids.len());
        }
    }
}
