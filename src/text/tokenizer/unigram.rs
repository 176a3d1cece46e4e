//! Learning the pieces of a unigram model (Kudo, 2018): begin with far too many, estimate how likely each is, and throw away
//! those that the text misses least, until as many are left as are wanted.
//!
//! The crate's own trainer is one long call, which a page could neither show nor stop, and it gives characters that it has
//! to add in an order that changes from run to run. This one works in pieces and always comes out the same; the model that
//! it gives is the crate's.

use ahash::AHashMap;

/// Characters of a piece at most.
const MAX_PIECE_LENGTH: usize = 16;
/// Words are cut to so many characters while learning: probabilities of longer ones tell nothing new.
const MAX_WORD_LENGTH: usize = 64;
/// Characters of different words that are learned from, the most frequent words first.
const MAX_CHARACTERS: usize = 1_000_000;
/// Pieces to begin with, for each that is wanted.
const SEEDS: usize = 8;
/// Share of the pieces that one round leaves.
const SHRINKING: f64 = 0.75;
/// More pieces than wanted are estimated in the last round, as many times.
const MARGIN: f64 = 1.1;
/// Estimations between two rounds of throwing away.
const ESTIMATIONS: usize = 2;
/// Expected occurrences below which a piece is thrown away at once.
const MIN_EXPECTED: f64 = 0.5;
/// Decimals of a logarithm in the end: few enough that every reader of the file gets the same number.
const DECIMALS: f64 = 1e6;
/// Characters of words that one [`Learning::advance`] works through.
const SUBMIT_SIZE: usize = 100_000;
const NONE: u32 = u32::MAX;

/// Pieces in the making: [`Learning::advance`] until it gives 1, then [`Learning::finish`].
pub struct Learning {
    words: Vec<(Vec<char>, f64)>,
    wanted: usize,
    /// Pieces of one character come first and are never thrown away.
    pieces: Vec<Piece>,
    characters: usize,
    trie: Trie,
    stage: Stage,
    /// The next word to be worked through.
    at: usize,
    /// What the words worked through so far say of each piece.
    expected: Vec<f64>,
    rounds: usize,
    rounds_done: usize,
}

#[derive(Clone, Debug)]
struct Piece {
    text: Vec<char>,
    /// Natural logarithm of its probability.
    score: f64,
}

enum Stage {
    /// Substrings of this length are counted: nodes of the trie of substrings by the place where they begin.
    Seeding {
        length: usize,
        nodes: Vec<u32>,
        trie: Substrings,
    },
    Estimating {
        left: usize,
    },
    /// The best cut of every word is counted.
    Cutting,
    Done,
}

impl Learning {
    /// Learns at most `wanted` pieces, characters included, that occur at least `least` times in words with their counts.
    /// Pieces of the alphabet are there whether they occur or not.
    pub fn new(words: &[(String, u64)], alphabet: impl IntoIterator<Item = char>, wanted: usize, least: u64) -> Self {
        let words = shortened(words);
        let mut counts: std::collections::BTreeMap<char, f64> =
            alphabet.into_iter().map(|character| (character, 0.0)).collect();
        for (word, count) in &words {
            word.iter().for_each(|character| *counts.entry(*character).or_default() += count);
        }
        let pieces: Vec<Piece> =
            counts.into_iter().map(|(character, count)| Piece { text: vec![character], score: count }).collect();
        let places = words.iter().map(|(word, _)| word.len()).sum();
        let trie = Substrings { children: AHashMap::new(), counts: vec![0.0], least: least.max(2) as f64 };
        Self {
            words,
            wanted: wanted.max(pieces.len()),
            characters: pieces.len(),
            pieces,
            trie: Trie::default(),
            stage: Stage::Seeding { length: 1, nodes: vec![0; places], trie },
            at: 0,
            expected: Vec::new(),
            rounds: 1,
            rounds_done: 0,
        }
    }

    /// Does one piece of work and says which share is done.
    pub fn advance(&mut self) -> f32 {
        match &self.stage {
            Stage::Seeding { length, .. } => {
                let done = (*length - 1) as f32 / MAX_PIECE_LENGTH as f32;
                self.seed();
                0.3 * done
            }
            Stage::Estimating { .. } | Stage::Cutting => {
                let word = self.at as f32 / self.words.len().max(1) as f32;
                let round = (self.rounds_done as f32 + word) / (self.rounds * (ESTIMATIONS + 1)) as f32;
                self.work();
                0.3 + 0.69 * round.min(1.0)
            }
            Stage::Done => 1.0,
        }
    }

    /// The pieces with the logarithms of their probabilities, likeliest first.
    pub fn finish(self) -> Vec<(String, f64)> {
        assert!(matches!(self.stage, Stage::Done), "pieces were asked for before they were learned");
        let rounded = |score: f64| (score * DECIMALS).round() / DECIMALS;
        let pieces = self.pieces.into_iter().map(|piece| (piece.text.into_iter().collect(), rounded(piece.score)));
        let mut pieces: Vec<(String, f64)> = pieces.collect();
        pieces.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        pieces
    }

    /// Counts the substrings of one length: only those whose two shorter parts are frequent can be so themselves.
    fn seed(&mut self) {
        let Stage::Seeding { length, nodes, trie } = &mut self.stage else { return };
        let mut place = 0;
        for (word, count) in &self.words {
            for at in 0..word.len() {
                let next_is_frequent = *length == 1 || at + 1 < word.len() && nodes[place + 1] != NONE;
                let end = word.get(at + *length - 1);
                nodes[place] = match (nodes[place], end) {
                    (NONE, _) | (_, None) => NONE,
                    (node, Some(end)) if next_is_frequent => trie.count(node, *end, *count),
                    _ => NONE,
                };
                place += 1;
            }
        }
        let rare = |node: u32| node != NONE && trie.counts[node as usize] < trie.least;
        nodes.iter_mut().filter(|node| rare(**node)).for_each(|node| *node = NONE);
        *length += 1;
        if *length > MAX_PIECE_LENGTH || nodes.iter().all(|node| *node == NONE) {
            let seeds = trie.frequent();
            self.plant(seeds);
        }
    }

    /// Begins with the substrings that cover most of the text.
    fn plant(&mut self, mut seeds: Vec<(Vec<char>, f64)>) {
        let covers = |(text, count): &(Vec<char>, f64)| *count * text.len() as f64;
        seeds.sort_by(|a, b| covers(b).total_cmp(&covers(a)).then_with(|| a.0.cmp(&b.0)));
        seeds.truncate(self.wanted * SEEDS);
        let seeds = seeds.into_iter().map(|seed| Piece { score: covers(&seed), text: seed.0 });
        self.pieces.extend(seeds);
        let all: f64 = self.pieces.iter().map(|piece| piece.score).sum();
        self.pieces.iter_mut().for_each(|piece| piece.score = (piece.score.max(MIN_EXPECTED) / all.max(1.0)).ln());
        let shrinks = (self.target() as f64 / self.pieces.len() as f64).ln() / SHRINKING.ln();
        self.rounds = shrinks.max(0.0).ceil() as usize + 1;
        self.begin(Stage::Estimating { left: ESTIMATIONS });
    }

    fn begin(&mut self, stage: Stage) {
        self.trie = Trie::of(&self.pieces);
        self.expected = vec![0.0; self.pieces.len()];
        self.at = 0;
        self.stage = stage;
    }

    fn work(&mut self) {
        let mut left = SUBMIT_SIZE;
        while left > 0 && self.at < self.words.len() {
            let (word, count) = &self.words[self.at];
            match self.stage {
                Stage::Estimating { .. } => self.trie.expect(&self.pieces, word, *count, &mut self.expected),
                _ => {
                    for piece in self.trie.best(&self.pieces, word, None) {
                        self.expected[piece] += count;
                    }
                }
            }
            left = left.saturating_sub(word.len());
            self.at += 1;
        }
        if self.at == self.words.len() {
            self.end_of_words();
        }
    }

    fn end_of_words(&mut self) {
        self.rounds_done += 1;
        match self.stage {
            Stage::Estimating { left } => {
                self.estimate();
                match left {
                    2.. => self.begin(Stage::Estimating { left: left - 1 }),
                    _ if self.pieces.len() <= self.target() => self.end(),
                    _ => self.begin(Stage::Cutting),
                }
            }
            _ => {
                self.throw_away();
                self.begin(Stage::Estimating { left: ESTIMATIONS });
            }
        }
    }

    fn target(&self) -> usize {
        (self.wanted as f64 * MARGIN) as usize
    }

    /// New probabilities from what was expected, with the sparse prior of the original.
    fn estimate(&mut self) {
        let expected = std::mem::take(&mut self.expected);
        let characters = self.characters;
        let mut at = 0;
        let kept: Vec<f64> = expected
            .iter()
            .copied()
            .enumerate()
            .filter_map(|(id, it)| (id < characters || it >= MIN_EXPECTED).then_some(it.max(MIN_EXPECTED)))
            .collect();
        self.pieces.retain(|_| {
            at += 1;
            at <= characters || expected[at - 1] >= MIN_EXPECTED
        });
        let all = digamma(kept.iter().sum());
        for (piece, expected) in self.pieces.iter_mut().zip(kept) {
            piece.score = digamma(expected) - all;
        }
    }

    /// Keeps the pieces without which the text would become unlikeliest.
    fn throw_away(&mut self) {
        let all: f64 = self.expected.iter().sum();
        let mut losses: Vec<(f64, usize)> =
            (self.characters..self.pieces.len()).map(|id| (self.loss(id, all), id)).collect();
        losses.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let size = ((self.pieces.len() as f64 * SHRINKING) as usize).max(self.target());
        let mut keep = vec![false; self.pieces.len()];
        keep[..self.characters].fill(true);
        losses.iter().take(size - self.characters).for_each(|(_, id)| keep[*id] = true);
        let mut keep = keep.into_iter();
        self.pieces.retain(|_| keep.next().expect("one for each piece"));
    }

    /// How much likelihood goes if this piece is cut into its second-best pieces wherever it stands.
    fn loss(&self, id: usize, all: f64) -> f64 {
        let frequency = self.expected[id];
        if frequency == 0.0 {
            return 0.0;
        }
        let others = self.trie.best(&self.pieces, &self.pieces[id].text, Some(id));
        let all_then = (all + frequency * (others.len() as f64 - 1.0)).ln();
        let instead: f64 = others.iter().map(|other| (self.expected[*other] + frequency).ln() - all_then).sum();
        frequency / all * (frequency.ln() - all.ln() - instead)
    }

    fn end(&mut self) {
        let mut others = self.pieces.split_off(self.characters);
        others.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.text.cmp(&b.text)));
        others.truncate(self.wanted - self.characters);
        self.pieces.extend(others);
        self.stage = Stage::Done;
    }
}

fn shortened(words: &[(String, u64)]) -> Vec<(Vec<char>, f64)> {
    let mut left = MAX_CHARACTERS;
    let mut shortened = Vec::new();
    for (word, count) in words {
        let characters: Vec<char> = word.chars().take(left).collect();
        left -= characters.len();
        shortened.extend(characters.chunks(MAX_WORD_LENGTH).map(|part| (part.to_vec(), *count as f64)));
    }
    shortened
}

/// Substrings by their last character behind their beginning.
struct Substrings {
    children: AHashMap<(u32, char), u32>,
    counts: Vec<f64>,
    least: f64,
}

impl Substrings {
    fn count(&mut self, node: u32, end: char, count: f64) -> u32 {
        let next = self.counts.len() as u32;
        let child = *self.children.entry((node, end)).or_insert(next);
        if child == next {
            self.counts.push(0.0);
        }
        self.counts[child as usize] += count;
        child
    }

    /// Frequent substrings of two characters and more.
    fn frequent(&self) -> Vec<(Vec<char>, f64)> {
        let mut parents = vec![(0, ' '); self.counts.len()];
        self.children.iter().for_each(|((parent, end), child)| parents[*child as usize] = (*parent, *end));
        let text = |mut node: u32| {
            let mut text = Vec::new();
            while node != 0 {
                text.push(parents[node as usize].1);
                node = parents[node as usize].0;
            }
            text.reverse();
            text
        };
        let frequent = (1..self.counts.len() as u32).filter(|node| self.counts[*node as usize] >= self.least);
        frequent.map(|node| (text(node), self.counts[node as usize])).filter(|(text, _)| text.len() > 1).collect()
    }
}

/// Pieces by their characters.
#[derive(Default)]
struct Trie {
    children: AHashMap<(u32, char), u32>,
    /// The piece that ends at a node.
    ends: Vec<u32>,
}

impl Trie {
    fn of(pieces: &[Piece]) -> Self {
        let mut trie = Self { children: AHashMap::new(), ends: vec![NONE] };
        for (id, piece) in (0u32..).zip(pieces) {
            let mut node = 0;
            for character in &piece.text {
                let next = trie.ends.len() as u32;
                node = *trie.children.entry((node, *character)).or_insert(next);
                if node == next {
                    trie.ends.push(NONE);
                }
            }
            trie.ends[node as usize] = id;
        }
        trie
    }

    /// The pieces that begin a text, with their lengths.
    fn prefixes<'a>(&'a self, text: &'a [char]) -> impl Iterator<Item = (usize, usize)> + 'a {
        let mut node = 0;
        let walk = text.iter().map_while(move |character| {
            node = *self.children.get(&(node, *character))?;
            Some(self.ends[node as usize])
        });
        walk.enumerate().filter(|(_, piece)| *piece != NONE).map(|(at, piece)| (piece as usize, at + 1))
    }

    /// Adds how often each piece is expected in a word, over all its cuts.
    fn expect(&self, pieces: &[Piece], word: &[char], count: f64, expected: &mut [f64]) {
        let edges: Vec<(usize, usize, usize)> = (0..word.len())
            .flat_map(|begin| self.prefixes(&word[begin..]).map(move |(piece, length)| (begin, begin + length, piece)))
            .collect();
        let (mut forward, mut backward) =
            (vec![f64::NEG_INFINITY; word.len() + 1], vec![f64::NEG_INFINITY; word.len() + 1]);
        forward[0] = 0.0;
        backward[word.len()] = 0.0;
        for (begin, end, piece) in &edges {
            forward[*end] = log_add(forward[*end], forward[*begin] + pieces[*piece].score);
        }
        for (begin, end, piece) in edges.iter().rev() {
            backward[*begin] = log_add(backward[*begin], backward[*end] + pieces[*piece].score);
        }
        for (begin, end, piece) in edges {
            let share = forward[begin] + pieces[piece].score + backward[end] - backward[0];
            expected[piece] += count * share.exp();
        }
    }

    /// The likeliest cut of a text, without one of the pieces.
    fn best(&self, pieces: &[Piece], text: &[char], without: Option<usize>) -> Vec<usize> {
        let mut best = vec![(f64::NEG_INFINITY, 0, 0); text.len() + 1];
        best[0].0 = 0.0;
        for begin in 0..text.len() {
            for (piece, length) in self.prefixes(&text[begin..]).filter(|(piece, _)| Some(*piece) != without) {
                let score = best[begin].0 + pieces[piece].score;
                if score > best[begin + length].0 {
                    best[begin + length] = (score, begin, piece);
                }
            }
        }
        let mut cut = Vec::new();
        let mut end = text.len();
        while end > 0 {
            cut.push(best[end].2);
            end = best[end].1;
        }
        cut
    }
}

/// `ln(exp(a) + exp(b))`
fn log_add(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if low == f64::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
}

/// The derivative of the logarithm of the gamma function: its asymptotic series, from where that is exact enough.
fn digamma(x: f64) -> f64 {
    let (mut x, mut below) = (x, 0.0);
    while x < 7.0 {
        below -= 1.0 / x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    below + x.ln() - 0.5 / x - square * (1.0 / 12.0 - square * (1.0 / 120.0 - square / 252.0))
}
