//! What a written text has in common with the text that its writer has learned from: runs that stand there letter by
//! letter, and the passages that are nearest.
//!
//! Texts repeat themselves, so a run alone says little. The same is looked for in texts of the same length that were held
//! out, which nobody can have copied: what is longer than theirs was learned by heart.

use std::ops::Range;

use super::substrings::{Findings, Found, Match, Substrings};
use super::tokenizer::Tokenizer;

/// Texts held out that are looked for as well, at most.
pub const CONTROLS: usize = 9;
/// Bytes of a run that a passage must share for it to count.
const WORTH: u32 = 12;
/// Tokens that one [`Search::advance`] takes: some tens of milliseconds.
const PIECE: usize = 150_000;
/// Bytes of written text that are looked at.
const MOST: usize = 16 * 1024;
/// Tokens of a passage.
const PASSAGE: Range<usize> = 24..256;
/// No text has this byte: it parts the controls.
const APART: u8 = 0xFF;

/// Looks for a written text in the training tokens: [`Search::advance`] until it gives 1, then [`Search::finish`].
pub struct Search {
    written: Side,
    controls: Side,
    /// Where each control ends among their bytes.
    ends: Vec<usize>,
    /// Tokens of half a passage, and how many bytes of each half passage so far are shared, and there are.
    half: usize,
    halves: Vec<(u32, u32)>,
    at: usize,
    /// Bytes of training so far, and up to which of them what is shared was counted.
    bytes: u64,
    counted: u64,
}

/// One text that is looked for.
struct Side {
    bytes: Vec<u8>,
    substrings: Substrings,
    findings: Findings,
    here: Match,
}

impl Side {
    fn new(bytes: Vec<u8>) -> Self {
        let substrings = Substrings::of(&bytes);
        Self { findings: Findings::new(&substrings), bytes, substrings, here: Match::default() }
    }

    fn follow(&mut self, byte: u8, mark: u32) {
        self.here.follow(&self.substrings, byte);
        self.findings.note(self.here, mark);
    }

    fn longest(self) -> (Vec<u8>, Vec<Found>) {
        (self.bytes, self.findings.longest(&self.substrings))
    }
}

/// What was found.
#[derive(Debug, Default, PartialEq)]
pub struct Copies {
    /// Characters of the written text.
    pub characters: usize,
    /// Of the longest run.
    pub longest: usize,
    /// The longest run of each control, in ascending order.
    pub chance: Vec<usize>,
    /// Runs that are longer than the median of those, longest first.
    pub runs: Vec<Run>,
    /// Passages of the training tokens, nearest first, with the share of their bytes that is in the written text.
    pub nearest: Vec<(Range<usize>, f64)>,
}

/// A run of written text.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its bytes in the written text.
    pub bytes: Range<usize>,
    pub characters: usize,
    /// The training token with which it ends.
    pub end: usize,
}

impl Copies {
    /// What is common by chance: the median of the controls.
    pub fn by_chance(&self) -> usize {
        self.chance.get(self.chance.len() / 2).copied().unwrap_or(0)
    }
}

/// Runs that are told, and passages.
const RUNS: usize = 8;
const PASSAGES: usize = 3;

impl Search {
    /// Looks for these tokens, and for as long pieces of those that were held out.
    pub fn new(tokenizer: &Tokenizer, written: &[u32], held_out: &[u32]) -> Self {
        let mut bytes = spelled(tokenizer, written);
        bytes.truncate(MOST);
        let controls = controls(tokenizer, held_out, bytes.len());
        let mut ends = Vec::new();
        let mut joined = Vec::new();
        for control in &controls {
            joined.extend_from_slice(control);
            ends.push(joined.len());
            joined.push(APART);
        }
        let half = (written.len() / 2).clamp(PASSAGE.start, PASSAGE.end);
        Self {
            written: Side::new(bytes),
            controls: Side::new(joined),
            ends,
            half,
            halves: Vec::new(),
            at: 0,
            bytes: 0,
            counted: 0,
        }
    }

    /// Goes through one piece of the training tokens and says which share of them is done.
    pub fn advance(&mut self, tokenizer: &Tokenizer, train: &[u32]) -> f32 {
        let end = train.len().min(self.at + PIECE);
        for (at, &id) in train.iter().enumerate().take(end).skip(self.at) {
            if at.is_multiple_of(self.half) {
                self.halves.push((0, 0));
            }
            let (mut shared, piece) = (0, tokenizer.piece(id).unwrap_or_default());
            for &byte in piece {
                self.controls.follow(byte, at as u32);
                self.written.follow(byte, at as u32);
                self.bytes += 1;
                let length = self.written.here.length;
                if length >= WORTH {
                    shared += (self.bytes - self.counted).min(length.into()) as u32;
                    self.counted = self.bytes;
                }
            }
            let (all, bytes) = self.halves.last_mut().expect("one was just begun");
            *all += shared;
            *bytes += piece.len() as u32;
        }
        self.at = end;
        if end == train.len() { 1.0 } else { end as f32 / train.len() as f32 }
    }

    pub fn finish(self) -> Copies {
        let nearest = nearest(&self.halves, self.half, self.at);
        let (controls, found) = self.controls.longest();
        let mut begin = 0;
        let mut chance = Vec::new();
        for end in self.ends {
            let range = begin..end;
            chance.push(
                runs(&controls[range.clone()], &found[range]).iter().map(|run| run.characters).max().unwrap_or(0),
            );
            begin = end + 1;
        }
        chance.sort_unstable();
        let (bytes, found) = self.written.longest();
        let mut runs = runs(&bytes, &found);
        runs.sort_by_key(|run| (std::cmp::Reverse(run.characters), run.bytes.start));
        let longest = runs.first().map_or(0, |run| run.characters);
        let mut copies = Copies { characters: characters(&bytes), longest, chance, runs: Vec::new(), nearest };
        let usual = copies.by_chance();
        runs.retain(|run| run.characters > usual);
        runs.truncate(RUNS);
        copies.runs = runs;
        copies
    }
}

/// The bytes of tokens in a row. A byte that no text has is left out: it parts texts here.
pub fn spelled(tokenizer: &Tokenizer, ids: &[u32]) -> Vec<u8> {
    let pieces = ids.iter().map(|id| tokenizer.piece(*id).unwrap_or_default());
    pieces.flatten().copied().filter(|byte| *byte != APART).collect()
}

/// Pieces of the tokens that were held out, evenly spaced, each of so many bytes where there are so many.
fn controls(tokenizer: &Tokenizer, held_out: &[u32], bytes: usize) -> Vec<Vec<u8>> {
    // A token has a byte at least, so as many tokens are enough.
    let count = (held_out.len() / bytes.max(1)).clamp(1, CONTROLS);
    let piece = |number: usize| {
        let begin = number * held_out.len() / count;
        let mut piece = spelled(tokenizer, &held_out[begin..held_out.len().min(begin + bytes)]);
        piece.truncate(bytes);
        piece
    };
    (0..count).map(piece).filter(|piece| !piece.is_empty()).collect()
}

/// Runs that cannot be made longer at either end.
fn runs(bytes: &[u8], found: &[Found]) -> Vec<Run> {
    let is_last = |end: usize| found.get(end + 1).is_none_or(|next| next.length <= found[end].length);
    let run = |end: usize| {
        let Found { length, mark } = found[end];
        let range = whole_characters(bytes, end + 1 - length as usize..end + 1);
        Run { characters: characters(&bytes[range.clone()]), bytes: range, end: mark as usize }
    };
    (0..found.len()).filter(|end| found[*end].length > 0 && is_last(*end)).map(run).collect()
}

fn continues(byte: &u8) -> bool {
    byte & 0xC0 == 0x80
}

fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| !continues(byte)).count()
}

/// Without the parts of characters at both ends.
fn whole_characters(bytes: &[u8], mut range: Range<usize>) -> Range<usize> {
    while range.start < range.end && continues(&bytes[range.start]) {
        range.start += 1;
    }
    if bytes.get(range.end).is_some_and(continues) {
        while range.start < range.end && continues(&bytes[range.end - 1]) {
            range.end -= 1;
        }
        range.end = range.start.max(range.end.saturating_sub(1));
    }
    range
}

/// The passages of two halves that share most, none over another.
fn nearest(halves: &[(u32, u32)], half: usize, tokens: usize) -> Vec<(Range<usize>, f64)> {
    let share = |at: usize| {
        let (shared, bytes) = halves[at..halves.len().min(at + 2)].iter().fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        // A run that began before the passage counts with all of its bytes.
        (f64::from(shared) / f64::from(bytes.max(1))).min(1.0)
    };
    let mut ranked: Vec<(usize, f64)> =
        (0..halves.len()).map(|at| (at, share(at))).filter(|(_, it)| *it > 0.0).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut chosen: Vec<(usize, f64)> = Vec::new();
    for (at, share) in ranked {
        if chosen.iter().all(|(other, _)| other.abs_diff(at) > 1) {
            chosen.push((at, share));
        }
        if chosen.len() == PASSAGES {
            break;
        }
    }
    chosen.into_iter().map(|(at, share)| (at * half..tokens.min((at + 2) * half), share)).collect()
}

/// Which of these training tokens stand in the written text, as parts of runs that are worth it.
pub fn shared(tokenizer: &Tokenizer, written: &[u32], passage: &[u32]) -> Vec<bool> {
    let substrings = Substrings::of(&spelled(tokenizer, written));
    let mut here = Match::default();
    let mut flags: Vec<bool> = Vec::new();
    let mut owner: Vec<usize> = Vec::new();
    for (at, id) in passage.iter().enumerate() {
        flags.push(false);
        for &byte in tokenizer.piece(*id).unwrap_or_default() {
            here.follow(&substrings, byte);
            owner.push(at);
            if here.length >= WORTH {
                let first = owner.len().saturating_sub(here.length as usize);
                owner[first..].iter().for_each(|at| flags[*at] = true);
            }
        }
    }
    flags
}
