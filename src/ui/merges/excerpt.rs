//! The beginning of the text, cut as it was after any number of merges.

use crate::protocol::tokens::{Trace, TracedMerge};

/// A boundary that no merge takes away.
const NEVER: u32 = u32::MAX;

/// Words with the merge after which each of their inner boundaries is gone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Excerpt {
    words: Vec<Word>,
    /// The tokens that the merges made, by the number of the merge, from 1.
    made: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq)]
struct Word {
    symbols: Vec<u32>,
    /// One fewer than symbols.
    gone: Vec<u32>,
}

/// A token of the excerpt at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub token: u32,
    /// Symbols before it in the excerpt: its name through all moments.
    pub place: usize,
    /// The merge that made it; 0 for one of the alphabet.
    pub born: usize,
}

impl Excerpt {
    /// Follows the merges through the words of the excerpt, each of them everywhere, one after the other.
    pub fn new(trace: &Trace) -> Self {
        let mut words: Vec<Growing> = trace.excerpt.iter().map(|symbols| Growing::new(symbols)).collect();
        let most = trace.merges.iter().map(|merge| merge.token).chain([trace.alphabet.len() as u32]).max();
        let mut present = vec![0u32; most.unwrap_or(0) as usize + 1];
        words.iter().flat_map(|word| &word.now).for_each(|(token, _)| present[*token as usize] += 1);
        for (merge, at) in trace.merges.iter().zip(1..) {
            let pair = merge.pair;
            if present[pair.left as usize] > 0 && present[pair.right as usize] > 0 {
                let times: u32 = words.iter_mut().map(|word| word.join(merge, at)).sum();
                present[pair.left as usize] -= times;
                present[pair.right as usize] -= times;
                present[merge.token as usize] += times;
            }
        }
        Self {
            words: words.into_iter().map(|word| Word { symbols: word.symbols, gone: word.gone }).collect(),
            made: trace.merges.iter().map(|merge| merge.token).collect(),
        }
    }

    pub fn symbols(&self) -> impl Iterator<Item = u32> {
        self.words.iter().flat_map(|word| word.symbols.iter().copied())
    }

    /// The words at a moment, in tokens.
    pub fn at(&self, moment: usize) -> Vec<Vec<Cell>> {
        let mut place = 0;
        let cut = |word: &Word| {
            let cells = self.cells(word, moment, place);
            place += word.symbols.len();
            cells
        };
        self.words.iter().map(cut).collect()
    }

    /// The first merge after a moment that changes the excerpt.
    pub fn next_change(&self, moment: usize) -> Option<usize> {
        let gone = self.words.iter().flat_map(|word| &word.gone).map(|gone| *gone as usize);
        gone.filter(|gone| *gone > moment && *gone != NEVER as usize).min()
    }

    fn cells(&self, word: &Word, moment: usize, place: usize) -> Vec<Cell> {
        let mut cells: Vec<Cell> = Vec::new();
        for (at, symbol) in word.symbols.iter().enumerate() {
            let joined = at.checked_sub(1).map(|before| word.gone[before] as usize).filter(|gone| *gone <= moment);
            match (joined, cells.last_mut()) {
                (Some(gone), Some(cell)) if gone > cell.born => (cell.born, cell.token) = (gone, self.made[gone - 1]),
                (Some(_), Some(_)) => {}
                _ => cells.push(Cell { token: *symbol, place: place + at, born: 0 }),
            }
        }
        cells
    }
}

/// A word while its merges are followed.
struct Growing {
    symbols: Vec<u32>,
    gone: Vec<u32>,
    /// Its tokens by now, each with the symbol that it begins with.
    now: Vec<(u32, usize)>,
}

impl Growing {
    fn new(symbols: &[u32]) -> Self {
        let now = symbols.iter().copied().zip(0..).collect();
        Self { symbols: symbols.to_vec(), gone: vec![NEVER; symbols.len().saturating_sub(1)], now }
    }

    /// Joins the pair wherever it stands, from the left, and says how often.
    fn join(&mut self, merge: &TracedMerge, number: u32) -> u32 {
        let (mut read, mut write) = (0, 0);
        while read < self.now.len() {
            let (token, begin) = self.now[read];
            let after = self.now.get(read + 1).filter(|after| (token, after.0) == (merge.pair.left, merge.pair.right));
            self.now[write] = match after.copied() {
                Some((_, boundary)) => {
                    self.gone[boundary - 1] = number;
                    read += 1;
                    (merge.token, begin)
                }
                None => (token, begin),
            };
            (read, write) = (read + 1, write + 1);
        }
        self.now.truncate(write);
        (read - write) as u32
    }
}
