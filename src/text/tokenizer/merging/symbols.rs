//! The symbols: their spelling, their ids, and how often the text has each.

use std::collections::BTreeSet;

use ahash::AHashMap;

use super::word::Word;
use super::{Pair, Rule};

/// What a symbol begins with that continues a word.
pub const CONTINUES: &str = "##";

pub struct Symbols {
    rule: Rule,
    ids: AHashMap<Box<str>, u32>,
    tokens: Vec<Box<str>>,
    uses: Vec<u64>,
}

impl Symbols {
    /// Ids for the reserved tokens and for every character, in the order of the code points; behind them for the
    /// characters as they continue a word, all of them, so that one that was met at the beginning alone is known.
    pub fn new(rule: Rule, reserved: &[&str], characters: impl Iterator<Item = char>) -> Self {
        let mut symbols = Self { rule, ids: AHashMap::new(), tokens: Vec::new(), uses: Vec::new() };
        for token in reserved {
            symbols.id_of((*token).into());
        }
        let characters: BTreeSet<char> = characters.collect();
        for character in &characters {
            symbols.id_of(character.to_string());
        }
        if rule == Rule::Score {
            for character in characters {
                symbols.id_of(format!("{CONTINUES}{character}"));
            }
        }
        symbols
    }

    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The symbols of a word, all of which are in the alphabet.
    pub fn spell(&self, word: &str) -> Vec<u32> {
        spelled(self.rule, word, |symbol| self.ids.get(symbol).copied()).expect("every character is in the alphabet")
    }

    pub fn count(&mut self, word: &Word) {
        for symbol in word.symbols() {
            self.uses[*symbol as usize] += word.count;
        }
    }

    pub fn uses(&self, symbol: u32) -> u64 {
        self.uses[symbol as usize]
    }

    /// The id of what two symbols make together.
    pub fn join(&mut self, (left, right): Pair) -> u32 {
        let (left, right) = (&self.tokens[left as usize], &self.tokens[right as usize]);
        let rest = match self.rule {
            Rule::Frequency => right,
            Rule::Score => right.strip_prefix(CONTINUES).unwrap_or(right),
        };
        self.id_of(format!("{left}{rest}"))
    }

    /// A pair became a token so many times.
    pub fn merged(&mut self, (left, right): Pair, token: u32, times: u64) {
        self.uses[left as usize] -= times;
        self.uses[right as usize] -= times;
        self.uses[token as usize] += times;
    }

    pub fn into_tokens(self) -> Vec<Box<str>> {
        self.tokens
    }

    fn id_of(&mut self, token: String) -> u32 {
        if let Some(id) = self.ids.get(&*token) {
            return *id;
        }
        let id = self.tokens.len() as u32;
        self.tokens.push(token.clone().into());
        self.uses.push(0);
        self.ids.insert(token.into(), id);
        id
    }
}

/// The ids of a word's symbols; nothing if one of them has no id.
pub fn spelled(rule: Rule, word: &str, id_of: impl Fn(&str) -> Option<u32>) -> Option<Vec<u32>> {
    let mut symbol = String::new();
    let ids = word.char_indices().map(|(at, character)| {
        symbol.clear();
        if at > 0 && rule == Rule::Score {
            symbol.push_str(CONTINUES);
        }
        symbol.push(character);
        id_of(&symbol)
    });
    ids.collect()
}
