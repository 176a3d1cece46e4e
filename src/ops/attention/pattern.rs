//! Who attends to whom, and where on the CPU it lies.

use std::ops::Range;

use super::SOFTMAX;
use crate::graph::{Float, Shape};

/// Who attends to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// H
    pub heads: usize,
    /// Heads that share their keys and values: H / G.
    pub group: usize,
    /// Positions that a query sees, its own among them.
    pub window: usize,
    /// Scores become lower with the distance, in each head by another factor.
    pub alibi: bool,
}

impl Pattern {
    /// Every head has keys and values of its own and sees everything before it.
    pub const fn full(heads: usize) -> Self {
        Self { heads, group: 1, window: usize::MAX, alibi: false }
    }

    /// G
    pub fn kv_heads(&self) -> usize {
        self.heads / self.group
    }

    /// D, of (.., (H + 2G) D) numbers side by side.
    ///
    /// # Panics
    /// If they are no heads.
    pub fn head_size(&self, qkv: Shape) -> usize {
        let parts = self.heads + 2 * self.kv_heads();
        let fits = self.window > 0 && self.heads.is_multiple_of(self.group) && qkv.columns().is_multiple_of(parts);
        assert!(fits, "attention: {qkv:?} for {self:?}");
        qkv.columns() / parts
    }

    /// Heads of queries and keys in a row, and numbers in each.
    pub fn queries_and_keys(&self, qkv: Shape) -> [usize; 2] {
        [self.heads + self.kv_heads(), self.head_size(qkv)]
    }

    /// What a score loses for each step of distance: a geometric sequence over the heads, which ends at 2^-8.
    pub fn slope(&self, head: usize) -> f64 {
        if self.alibi { (-8.0 * (head + 1) as f64 / self.heads as f64).exp2() } else { 0.0 }
    }
}

/// The sizes of an attention: B, T, D, and the window, which is T at most.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pattern: Pattern,
    pub batch: usize,
    pub time: usize,
    pub heads: usize,
    pub head_size: usize,
    pub window: usize,
}

/// Queries that the CPU takes at a time: all of them times the keys up to the last one's is a matrix product, of which
/// the part above the diagonal is wasted.
const BLOCK: usize = 32;

/// On the CPU: the queries `first..first + rows` of one head of one sequence, and the keys from `start` on that one of them
/// sees.
#[derive(Clone, Copy)]
pub(super) struct Block {
    /// Index of the head among the B H of the batch.
    pub head: usize,
    pub first: usize,
    pub rows: usize,
    pub start: usize,
    pub keys: usize,
}

impl Sizes {
    pub fn new(pattern: Pattern, qkv: Shape) -> Self {
        let &[batch, time, _] = qkv.dims() else { panic!("attention: {qkv:?}") };
        let (heads, head_size) = (pattern.heads, pattern.head_size(qkv));
        Self { pattern, batch, time, heads, head_size, window: pattern.window.min(time) }
    }

    /// B H T
    pub fn queries(&self) -> usize {
        self.batch * self.heads * self.time
    }

    /// H D
    pub fn columns(&self) -> usize {
        self.heads * self.head_size
    }

    /// What the fastest kernel depends on.
    pub fn key(&self) -> String {
        let Sizes { batch, time, heads, head_size, window, .. } = *self;
        let window = if window < time { format!(" of {window}") } else { String::new() };
        let group = if self.pattern.group > 1 { format!(" by {}", self.pattern.group) } else { String::new() };
        format!("{batch} x {heads}{group} x {time}{window} x {head_size}")
    }

    /// Operations of `products` products of two heads of this size, and of a softmax, for every pair.
    pub fn operations(&self, products: u64, head_size: usize, span: usize) -> u64 {
        self.pairs(span) as u64 * (2 * products * head_size as u64 + SOFTMAX)
    }

    /// Pairs of a query and a key that it sees, over all heads; with what `span` neighbours see who go together.
    fn pairs(&self, span: usize) -> usize {
        let seen = |first: usize| span * (first + span - self.first_key(first));
        self.batch * self.heads * (0..self.time).step_by(span).map(seen).sum::<usize>()
    }

    /// The first key that a query sees.
    fn first_key(&self, time: usize) -> usize {
        (time + 1).saturating_sub(self.window)
    }

    pub fn blocks(self) -> impl Iterator<Item = Block> {
        let block = move |(head, first): (usize, usize)| {
            let (rows, start) = (BLOCK.min(self.time - first), self.first_key(first));
            Block { head, first, rows, start, keys: first + rows - start }
        };
        let heads = 0..self.batch * self.heads;
        heads.flat_map(move |head| (0..self.time).step_by(BLOCK).map(move |first| (head, first))).map(block)
    }

    /// Index of a query of a block among the B H T.
    pub fn query(&self, block: &Block, row: usize) -> usize {
        block.head * self.time + block.first + row
    }

    /// Which of a block's keys this query sees.
    pub fn seen(&self, block: &Block, row: usize) -> Range<usize> {
        let time = block.first + row;
        self.first_key(time) - block.start..time + 1 - block.start
    }

    /// Lowers the scores of one query, of which the last is its own, by their distance; they are still to be scaled.
    pub fn lean<F: Float>(&self, head: usize, scores: &mut [F]) {
        if self.pattern.alibi {
            let slope = F::of(self.pattern.slope(head % self.heads)) / self.scale();
            for (distance, score) in scores.iter_mut().rev().enumerate() {
                *score -= slope * F::of(distance as f64);
            }
        }
    }

    /// Word of the first query (part 0), key (1) or value (2) of one head.
    pub fn part(&self, head: usize, part: usize) -> usize {
        let (batch, h) = (head / self.heads, head % self.heads);
        let (shared, kv_heads) = (h / self.pattern.group, self.pattern.kv_heads());
        let place = [h, self.heads + shared, self.heads + kv_heads + shared][part];
        batch * self.time * self.part_stride() + place * self.head_size
    }

    pub fn part_stride(&self) -> usize {
        ((self.heads + 2 * self.pattern.kv_heads()) * self.head_size).next_multiple_of(4)
    }

    /// Word of the first result of one head, in rows of H D.
    pub fn result(&self, head: usize) -> usize {
        let (batch, h) = (head / self.heads, head % self.heads);
        batch * self.time * self.result_stride() + h * self.head_size
    }

    pub fn result_stride(&self) -> usize {
        self.columns().next_multiple_of(4)
    }

    pub fn scale<F: Float>(&self) -> F {
        F::of(self.head_size as f64).sqrt().recip()
    }

    /// Words for the scores of one block.
    pub fn scores(&self) -> usize {
        BLOCK.min(self.time) * self.time
    }
}
