//! A word as symbols.

use super::Pair;

pub struct Word {
    symbols: Vec<u32>,
    /// How often the text has it.
    pub count: u64,
}

impl Word {
    pub fn new(symbols: Vec<u32>, count: u64) -> Self {
        Self { symbols, count }
    }

    pub fn len(&self) -> usize {
        self.symbols.len()
    }

    pub fn symbols(&self) -> &[u32] {
        &self.symbols
    }

    pub fn pairs(&self) -> impl Iterator<Item = Pair> {
        self.symbols.windows(2).map(|pair| (pair[0], pair[1]))
    }

    /// Joins the pair wherever it stands, from the left, and says how often. `changed` hears of the pairs at both sides,
    /// the old ones lost and the new ones won; of the joined pair itself it does not.
    pub fn merge(&mut self, pair: Pair, token: u32, mut changed: impl FnMut(Pair, i64)) -> usize {
        let symbols = &mut self.symbols;
        let (mut read, mut write) = (0, 0);
        while read < symbols.len() {
            if symbols[read] != pair.0 || symbols.get(read + 1) != Some(&pair.1) {
                symbols[write] = symbols[read];
                (read, write) = (read + 1, write + 1);
                continue;
            }
            if let Some(before) = write.checked_sub(1).map(|before| symbols[before]) {
                changed((before, pair.0), -1);
                changed((before, token), 1);
            }
            if let Some(after) = symbols.get(read + 2).copied() {
                changed((pair.1, after), -1);
                changed((token, after), 1);
            }
            symbols[write] = token;
            (read, write) = (read + 2, write + 1);
        }
        let merged = read - write;
        symbols.truncate(write);
        merged
    }
}
