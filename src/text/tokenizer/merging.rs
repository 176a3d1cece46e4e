//! Learning a vocabulary by merging neighbours, one merge at a time: byte-pair encoding (Sennrich et al., 2016) and
//! WordPiece (Schuster & Nakajima, 2012).
//!
//! Both begin with single characters, join the best pair of neighbours wherever it stands, and do so again. They differ
//! in what is best: the pair that is met most often, or the one that is met most often for how common its parts are.
//! Every step is kept, so that training can be looked at afterwards; it is the training itself, not a likeness of it.

mod frequent;
mod scored;
mod symbols;
mod word;

use std::collections::VecDeque;

use ahash::AHashMap;
use frequent::Frequent;
use scored::Scored;
pub use symbols::CONTINUES;
use symbols::Symbols;
use word::Word;

/// Ids of two neighbours.
pub type Pair = (u32, u32);

/// Symbols that one [`Merging::advance`] looks at: some tens of milliseconds.
const PIECE: usize = 1 << 20;
/// Pairs that came next after the best one, kept at each step.
const RUNNERS_UP: usize = 3;
/// Counting pairs as a share of the whole work; the rest is merging.
const COUNTING: f32 = 0.1;

/// Which pair is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The most frequent one: byte-pair encoding.
    Frequency,
    /// The one with the highest `count(ab) / (count(a) count(b))`: WordPiece. Symbols within a word begin with `##`.
    Score,
}

/// How often two neighbours stand together, and each of them at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub pair: u64,
    pub left: u64,
    pub right: u64,
}

/// A pair that was not the best one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunnerUp {
    pub pair: Pair,
    pub counts: Counts,
}

/// One merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub pair: Pair,
    /// The id of what they became.
    pub token: u32,
    /// Before the merge.
    pub counts: Counts,
    /// Tokens of the whole text after it.
    pub tokens: u64,
    pub runners_up: Vec<RunnerUp>,
}

/// Everything that was learned.
#[derive(Clone, Debug, Default)]
pub struct Merges {
    /// The reserved tokens, the alphabet, and then one token for each new id, in the order of the ids.
    pub tokens: Vec<Box<str>>,
    /// Tokens that were there before the first merge, the reserved ones among them.
    pub alphabet: usize,
    pub steps: Vec<Step>,
    /// Tokens of the whole text before the first merge.
    pub first: u64,
}

impl Merges {
    /// Words in tokens of the alphabet, without those that it cannot spell.
    pub fn spell<'a>(&self, rule: Rule, words: impl IntoIterator<Item = &'a str>) -> Vec<Vec<u32>> {
        let alphabet = self.tokens[..self.alphabet].iter().map(|token| &**token);
        let ids: AHashMap<&str, u32> = alphabet.zip(0..).collect();
        words.into_iter().filter_map(|word| symbols::spelled(rule, word, |symbol| ids.get(symbol).copied())).collect()
    }
}

/// What is learned from, and for how long.
pub struct Lesson {
    pub rule: Rule,
    /// Tokens wanted, the reserved ones and those of the alphabet among them.
    pub vocab_size: usize,
    /// Pairs that are met less often are not worth a token.
    pub least: u64,
    /// Tokens that come first and are never merged: `<unk>`, special tokens.
    pub reserved: Vec<&'static str>,
    /// Characters that get a token even if no word has them.
    pub alphabet: Vec<char>,
    /// Words with how often they occur, all different. Nothing is merged across their ends.
    pub words: Vec<(String, u64)>,
}

/// Merges neighbours: [`Merging::advance`] until it gives 1, then [`Merging::finish`].
pub struct Merging {
    vocab_size: usize,
    least: u64,
    symbols: Symbols,
    words: Vec<Word>,
    /// Words whose pairs are not counted yet.
    uncounted: VecDeque<u32>,
    best: Best,
    merges: Merges,
    /// Tokens of the whole text by now.
    now: u64,
}

enum Best {
    Frequent(Frequent),
    Scored(Scored),
}

impl Merging {
    pub fn new(lesson: Lesson) -> Self {
        let Lesson { rule, vocab_size, least, reserved, alphabet, words } = lesson;
        let characters = words.iter().flat_map(|(word, _)| word.chars()).chain(alphabet);
        let mut symbols = Symbols::new(rule, &reserved, characters);
        let words: Vec<Word> = words.iter().map(|(word, count)| Word::new(symbols.spell(word), *count)).collect();
        for word in &words {
            symbols.count(word);
        }
        let now = words.iter().map(|word| word.len() as u64 * word.count).sum();
        let best = match rule {
            Rule::Frequency => Best::Frequent(Frequent::default()),
            Rule::Score => Best::Scored(Scored::new(least)),
        };
        let merges = Merges { first: now, alphabet: symbols.len(), ..Merges::default() };
        let uncounted = (0..words.len() as u32).collect();
        Self { vocab_size, least, symbols, words, uncounted, best, merges, now }
    }

    /// Does one piece and says which share of the work is done: 1 is all of it.
    pub fn advance(&mut self) -> f32 {
        let mut left = PIECE as isize;
        while left > 0
            && let Some(word) = self.uncounted.pop_front()
        {
            left -= 1 + self.words[word as usize].len() as isize;
            self.count(word);
        }
        while left > 0 {
            match self.merge() {
                Some(looked_at) => left -= looked_at as isize,
                None => return 1.0,
            }
        }
        self.done()
    }

    /// What was learned by now.
    pub fn finish(mut self) -> Merges {
        self.merges.tokens = self.symbols.into_tokens();
        self.merges
    }

    /// Merges and pairs take the same time; which of them there will be is known for merges alone.
    fn done(&self) -> f32 {
        let share = |part: usize, whole: usize| part as f32 / whole.max(1) as f32;
        if self.uncounted.is_empty() {
            let wanted = self.vocab_size.saturating_sub(self.merges.alphabet);
            return COUNTING + (1.0 - COUNTING) * share(self.merges.steps.len(), wanted).min(0.999);
        }
        COUNTING * (1.0 - share(self.uncounted.len(), self.words.len()))
    }

    fn count(&mut self, word: u32) {
        let (word, is_last) = ((word, &self.words[word as usize]), self.uncounted.is_empty());
        match &mut self.best {
            Best::Frequent(best) => best.count(word, is_last),
            Best::Scored(best) => best.count(word, &self.symbols, is_last),
        }
    }

    /// Makes one merge and says how many symbols it looked at; nothing if there is none left to make.
    fn merge(&mut self) -> Option<usize> {
        if self.symbols.len() >= self.vocab_size {
            return None;
        }
        let (pair, words) = match &mut self.best {
            Best::Frequent(best) => best.pop(),
            Best::Scored(best) => best.pop(&self.symbols),
        }?;
        let counts = self.counts(pair);
        if counts.pair < self.least.max(1) {
            return None;
        }
        let runners_up = self.runners_up(pair);
        let token = self.symbols.join(pair);
        let looked_at = self.apply(pair, token, &words);
        self.merges.steps.push(Step { pair, token, counts, tokens: self.now, runners_up });
        Some(looked_at)
    }

    fn counts(&self, pair: Pair) -> Counts {
        match &self.best {
            Best::Frequent(best) => best.counts_of(pair, &self.symbols),
            Best::Scored(best) => best.counts_of(pair, &self.symbols),
        }
    }

    fn runners_up(&mut self, winner: Pair) -> Vec<RunnerUp> {
        let pairs = match &mut self.best {
            Best::Frequent(best) => best.next_pairs(winner, RUNNERS_UP),
            Best::Scored(best) => best.next_pairs(&self.symbols, RUNNERS_UP),
        };
        let runners_up = pairs.into_iter().map(|pair| RunnerUp { pair, counts: self.counts(pair) });
        runners_up.filter(|runner_up| runner_up.counts.pair >= self.least).collect()
    }

    fn apply(&mut self, pair: Pair, token: u32, words: &[u32]) -> usize {
        let (mut looked_at, mut merged) = (1, 0);
        for at in words {
            let word = &mut self.words[*at as usize];
            looked_at += word.len();
            let (count, best) = (word.count, &mut self.best);
            let times = word.merge(pair, token, |pair, change| match best {
                Best::Frequent(best) => best.change(pair, change * count as i64, *at),
                Best::Scored(best) => best.change(pair, change * count as i64, *at),
            });
            merged += count * times as u64;
        }
        self.symbols.merged(pair, token, merged);
        self.now -= merged;
        match &mut self.best {
            Best::Frequent(best) => best.queue_changed(),
            Best::Scored(best) => looked_at += best.queue_changed(pair, token, &self.symbols),
        }
        looked_at
    }
}
