//! The pair with the best score: how often it is met for how common its two parts are.
//!
//! A merge changes the score of every pair that has one of the two parts, so each of them is queued again; an entry
//! whose counts do not hold any more is dropped when its turn comes.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use ahash::{AHashMap, AHashSet};

use super::symbols::Symbols;
use super::word::Word;
use super::{Counts, Pair};

/// Entries of the past that may wait in the queue besides those that hold.
const SPARE: usize = 1 << 16;

pub struct Scored {
    /// Pairs that are met less often are not queued.
    least: i64,
    pairs: AHashMap<Pair, Met>,
    /// The pairs that a symbol is in.
    of_symbol: AHashMap<u32, AHashSet<Pair>>,
    queue: BinaryHeap<Entry>,
    /// The pair that is being merged: nothing is left of it afterwards.
    winner: Option<Pair>,
}

/// Where a pair is met: its count, and the words that have or had it.
#[derive(Default)]
struct Met {
    count: i64,
    words: Vec<u32>,
}

#[derive(PartialEq, Eq)]
struct Entry {
    counts: Counts,
    pair: Pair,
}

/// By score; of equal scores the more frequent pair, and then the one with the smaller ids, is first. The fractions are
/// compared as they are: no rounding decides.
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        let crossed = |a: &Counts, b: &Counts| u128::from(a.pair) * (u128::from(b.left) * u128::from(b.right));
        crossed(&self.counts, &other.counts)
            .cmp(&crossed(&other.counts, &self.counts))
            .then_with(|| self.counts.pair.cmp(&other.counts.pair))
            .then_with(|| Reverse(self.pair).cmp(&Reverse(other.pair)))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Scored {
    pub fn new(least: u64) -> Self {
        Self {
            least: least.max(1) as i64,
            pairs: AHashMap::new(),
            of_symbol: AHashMap::new(),
            queue: BinaryHeap::new(),
            winner: None,
        }
    }

    /// Counts the pairs of a word; after the last one they are queued.
    pub fn count(&mut self, (at, word): (u32, &Word), symbols: &Symbols, is_last: bool) {
        for pair in word.pairs() {
            self.change(pair, word.count as i64, at);
        }
        if is_last {
            self.queue_all(symbols);
        }
    }

    pub fn counts_of(&self, pair: Pair, symbols: &Symbols) -> Counts {
        let count = self.pairs.get(&pair).map_or(0, |met| met.count.max(0) as u64);
        Counts { pair: count, left: symbols.uses(pair.0), right: symbols.uses(pair.1) }
    }

    /// The best pair, and the words that have it.
    pub fn pop(&mut self, symbols: &Symbols) -> Option<(Pair, Vec<u32>)> {
        let pair = self.pop_entry(symbols)?.pair;
        self.winner = Some(pair);
        Some((pair, self.pairs[&pair].words.clone()))
    }

    /// The pairs that come next, which stay in the queue.
    pub fn next_pairs(&mut self, symbols: &Symbols, most: usize) -> Vec<Pair> {
        let (mut seen, mut pairs) = (Vec::new(), Vec::new());
        while pairs.len() < most
            && let Some(entry) = self.pop_entry(symbols)
        {
            // A pair whose counts came back to what they were can be there twice.
            if self.winner != Some(entry.pair) && !pairs.contains(&entry.pair) {
                pairs.push(entry.pair);
                seen.push(entry);
            }
        }
        self.queue.extend(seen);
        pairs
    }

    pub fn change(&mut self, pair: Pair, change: i64, at: u32) {
        if self.winner == Some(pair) {
            return;
        }
        let met = self.pairs.entry(pair).or_default();
        met.count += change;
        if change > 0 {
            if met.words.last() != Some(&at) {
                met.words.push(at);
            }
            self.of_symbol.entry(pair.0).or_default().insert(pair);
            self.of_symbol.entry(pair.1).or_default().insert(pair);
        }
    }

    /// After the merge: queues every pair whose score may be another one now, and says how many there are.
    pub fn queue_changed(&mut self, (left, right): Pair, token: u32, symbols: &Symbols) -> usize {
        if let Some(winner) = self.winner.take() {
            self.forget(winner);
        }
        let touched: AHashSet<Pair> =
            [left, right, token].iter().filter_map(|symbol| self.of_symbol.get(symbol)).flatten().copied().collect();
        for pair in &touched {
            match self.pairs[pair].count {
                ..=0 => self.forget(*pair),
                count if count >= self.least => self.queue(*pair, symbols),
                _ => {}
            }
        }
        if self.queue.len() > SPARE + 3 * self.pairs.len() {
            self.queue_all(symbols);
        }
        touched.len()
    }

    fn queue_all(&mut self, symbols: &Symbols) {
        let frequent = self.pairs.iter().filter(|(_, met)| met.count >= self.least).map(|(pair, _)| *pair);
        let entries = frequent.map(|pair| Entry { counts: self.counts_of(pair, symbols), pair });
        self.queue = entries.collect::<Vec<_>>().into();
    }

    fn queue(&mut self, pair: Pair, symbols: &Symbols) {
        self.queue.push(Entry { counts: self.counts_of(pair, symbols), pair });
    }

    fn forget(&mut self, pair: Pair) {
        self.pairs.remove(&pair);
        for symbol in [pair.0, pair.1] {
            if let Some(pairs) = self.of_symbol.get_mut(&symbol) {
                pairs.remove(&pair);
            }
        }
    }

    /// The first entry whose counts still hold; others are of the past.
    fn pop_entry(&mut self, symbols: &Symbols) -> Option<Entry> {
        loop {
            let entry = self.queue.pop()?;
            if self.counts_of(entry.pair, symbols) == entry.counts {
                return Some(entry);
            }
        }
    }
}
