//! The most frequent pair, found as the trainer of the `tokenizers` crate finds it, to the last tie.
//!
//! Of equally frequent pairs the one with the smaller ids is first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use ahash::AHashMap;

use super::symbols::Symbols;
use super::word::Word;
use super::{Counts, Pair};

#[derive(Default)]
pub struct Frequent {
    counts: AHashMap<Pair, i64>,
    queue: BinaryHeap<Entry>,
    /// The words of pairs that are not queued yet.
    changed: AHashMap<Pair, Vec<u32>>,
}

/// Ordered by count, then by ids; the words only make two entries of one pair differ.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    count: i64,
    pair: Reverse<Pair>,
    words: Vec<u32>,
}

impl Frequent {
    /// Counts the pairs of a word; after the last one they are queued.
    pub fn count(&mut self, (at, word): (u32, &Word), is_last: bool) {
        for pair in word.pairs() {
            self.change(pair, word.count as i64, at);
        }
        if is_last {
            self.queue_changed();
        }
    }

    pub fn counts_of(&self, pair: Pair, symbols: &Symbols) -> Counts {
        let count = self.counts.get(&pair).map_or(0, |count| (*count).max(0) as u64);
        Counts { pair: count, left: symbols.uses(pair.0), right: symbols.uses(pair.1) }
    }

    /// The best pair, and the words that have it.
    pub fn pop(&mut self) -> Option<(Pair, Vec<u32>)> {
        self.pop_entry().map(|entry| (entry.pair.0, entry.words))
    }

    /// The pairs that come next, which stay in the queue.
    pub fn next_pairs(&mut self, winner: Pair, most: usize) -> Vec<Pair> {
        let (mut seen, mut pairs) = (Vec::new(), Vec::new());
        while pairs.len() < most
            && let Some(entry) = self.pop_entry()
        {
            if entry.pair.0 != winner && !pairs.contains(&entry.pair.0) {
                pairs.push(entry.pair.0);
            }
            seen.push(entry);
        }
        self.queue.extend(seen);
        pairs
    }

    pub fn change(&mut self, pair: Pair, change: i64, at: u32) {
        *self.counts.entry(pair).or_default() += change;
        if change > 0 {
            let words = self.changed.entry(pair).or_default();
            if words.last() != Some(&at) {
                words.push(at);
            }
        }
    }

    pub fn queue_changed(&mut self) {
        for (pair, words) in self.changed.drain() {
            let count = self.counts[&pair];
            if count > 0 {
                self.queue.push(Entry { count, pair: Reverse(pair), words });
            }
        }
    }

    /// The first entry whose count still holds; the others are put where they belong now.
    fn pop_entry(&mut self) -> Option<Entry> {
        loop {
            let mut entry = self.queue.pop()?;
            let count = self.counts[&entry.pair.0];
            if entry.count == count {
                return Some(entry);
            }
            if count > 0 {
                entry.count = count;
                self.queue.push(entry);
            }
        }
    }
}
