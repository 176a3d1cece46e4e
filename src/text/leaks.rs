//! Whether what is held out was seen in training: documents that are in both parts, whole or nearly, and sources that are.

use ahash::AHashMap;

use super::Text;
use super::corpus::duplicates::{MAX_COMPARED, agreement, bands, fingerprint, shingles};

/// From this share of common shingles on two documents are nearly the same.
pub const SIMILAR: f64 = 0.8;
/// Bytes of text that one [`LeakCheck::advance`] takes.
const PIECE: usize = 128 * 1024;

/// A document held out that is in the training part too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leak {
    /// Numbers of the passages.
    pub held_out: usize,
    pub train: usize,
    /// The share of their shingles that both have: 1 where they are the same.
    pub agreement: f64,
    pub is_exact: bool,
}

/// What a check has found.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaks {
    /// Documents held out that hold more than white space.
    pub held_out: usize,
    /// The worst first.
    pub leaks: Vec<Leak>,
    /// Groups of which both parts have documents, by their index; empty where all documents are of one group.
    pub groups: Vec<usize>,
}

/// Compares the two parts of a text, a piece at a time and always the same text: [`LeakCheck::advance`] until it gives 1.
///
/// What is held out is remembered, training runs past it, so memory grows with the smaller part.
pub struct LeakCheck {
    /// The passage that is next: first those that are held out, then those of training.
    next: usize,
    /// Bytes looked at.
    done: usize,
    held: Vec<Held>,
    /// The first that is held out of each text.
    exact: AHashMap<(u64, u64), u32>,
    /// Contents of bands with the number of who has them, sorted once all are there.
    bands: Vec<((u8, u64), u32)>,
}

/// A different text that is held out.
struct Held {
    passages: Vec<u32>,
    shingles: Box<[u32]>,
    /// The most similar passage of training so far.
    found: Option<(u32, f64)>,
    is_exact: bool,
}

impl LeakCheck {
    pub fn new(text: &Text) -> Self {
        let next = text.first_held_out();
        Self { next, done: 0, held: Vec::new(), exact: AHashMap::new(), bands: Vec::new() }
    }

    /// Does one piece and says which share of the text was compared.
    pub fn advance(&mut self, text: &Text) -> f32 {
        let (first, goal) = (text.first_held_out(), self.done + PIECE);
        while self.done < goal {
            if self.next == text.passages() {
                self.bands.sort_unstable();
                self.next = 0;
                // There may be no training part.
                if first == 0 {
                    return 1.0;
                }
                continue;
            }
            let passage = text.passage(self.next).text;
            // What is held out comes first; behind it the count goes on with training until it meets its beginning.
            match self.next >= first {
                true => self.remember(passage.trim(), self.next as u32),
                false => self.compare(passage.trim(), self.next as u32),
            }
            self.done += passage.len();
            self.next += 1;
            if self.next == first {
                return 1.0;
            }
        }
        (self.done as f32 / text.content().len() as f32).min(0.999)
    }

    pub fn finish(self, text: &Text) -> Leaks {
        let held_out = self.held.iter().map(|held| held.passages.len()).sum();
        let leak = |held: &Held| {
            let (train, agreement) = held.found?;
            Some((held.passages.clone(), train as usize, agreement, held.is_exact))
        };
        let mut leaks: Vec<Leak> = self
            .held
            .iter()
            .filter_map(leak)
            .flat_map(|(passages, train, agreement, is_exact)| {
                passages.into_iter().map(move |at| Leak { held_out: at as usize, train, agreement, is_exact })
            })
            .collect();
        leaks.sort_by(|a, b| {
            b.is_exact.cmp(&a.is_exact).then(b.agreement.total_cmp(&a.agreement)).then(a.held_out.cmp(&b.held_out))
        });
        Leaks { held_out, leaks, groups: groups_on_both_sides(text) }
    }

    fn remember(&mut self, text: &str, passage: u32) {
        if text.is_empty() {
            return;
        }
        let number = self.held.len() as u32;
        let known = *self.exact.entry(fingerprint(text)).or_insert(number);
        if known < number {
            return self.held[known as usize].passages.push(passage);
        }
        let shingles = shingles(text).into_boxed_slice();
        self.bands.extend(bands(&shingles).map(|band| (band, number)));
        self.held.push(Held { passages: vec![passage], shingles, found: None, is_exact: false });
    }

    fn compare(&mut self, text: &str, passage: u32) {
        if text.is_empty() {
            return;
        }
        if let Some(known) = self.exact.get(&fingerprint(text)) {
            let held = &mut self.held[*known as usize];
            if !held.is_exact {
                (held.found, held.is_exact) = (Some((passage, 1.0)), true);
            }
        }
        let shingles = shingles(text);
        for number in self.candidates(&shingles) {
            let held = &mut self.held[number as usize];
            let before = held.found.map_or(0.0, |(_, agreement)| agreement);
            let agreement = agreement(&held.shingles, &shingles);
            if !held.is_exact && agreement >= SIMILAR && agreement > before {
                held.found = Some((passage, agreement));
            }
        }
    }

    /// Who shares a band with these shingles.
    fn candidates(&self, shingles: &[u32]) -> Vec<u32> {
        let sharing = bands(shingles).flat_map(|band| {
            let begin = self.bands.partition_point(|(other, _)| *other < band);
            let same = self.bands[begin..].iter().take_while(move |(other, _)| *other == band);
            same.take(MAX_COMPARED).map(|(_, number)| *number)
        });
        let mut candidates: Vec<u32> = sharing.collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }
}

fn groups_on_both_sides(text: &Text) -> Vec<usize> {
    if text.groups().len() < 2 {
        return Vec::new();
    }
    let mut sides = vec![[false; 2]; text.groups().len()];
    for at in 0..text.passages() {
        if let Some(group) = text.group(at) {
            sides[group][usize::from(at >= text.first_held_out())] = true;
        }
    }
    (0..sides.len()).filter(|group| sides[*group] == [true; 2]).collect()
}
