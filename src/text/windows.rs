//! Where windows begin: numbered, never listed. A sliding window over 64 MB of text is a few numbers a document.

use crate::rng::{Stream, bits};

/// A row of a batch: the tokens from `begin` on are its inputs, the one after each is that one's target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub begin: usize,
    /// Inputs that have a target; what is missing to T is padding.
    pub length: usize,
}

/// A window that slides over each part of a text, and over none of their boundaries.
#[derive(Clone, Debug, PartialEq)]
pub struct Sliding {
    /// T.
    time: usize,
    stride: usize,
    /// Where each part begins, and where the last one ends.
    begins: Vec<u32>,
    /// The number of each part's first window, and how many windows there are.
    firsts: Vec<u32>,
}

impl Sliding {
    /// Windows of `time` tokens that begin at the beginning of each part and every `stride` tokens from there, until
    /// every token of the part but its first was a target.
    pub fn over(begins: impl IntoIterator<Item = u32>, end: usize, time: usize, stride: usize) -> Self {
        assert!((1..=time).contains(&stride), "a window of {time} tokens that slides by {stride}");
        let begins: Vec<u32> = begins.into_iter().chain([end as u32]).collect();
        let counts = begins.windows(2).map(|part| windows((part[1] - part[0]) as usize, time, stride) as u32);
        let sums = counts.scan(0, |sum, count| {
            *sum += count;
            Some(*sum)
        });
        let firsts = [0].into_iter().chain(sums).collect();
        Self { time, stride, begins, firsts }
    }

    /// T.
    pub fn time(&self) -> usize {
        self.time
    }

    pub fn stride(&self) -> usize {
        self.stride
    }

    /// How many windows there are.
    pub fn count(&self) -> usize {
        self.firsts[self.firsts.len() - 1] as usize
    }

    /// The window with this number.
    pub fn window(&self, number: usize) -> Window {
        assert!(number < self.count(), "window {number} of {}", self.count());
        let part = self.firsts.partition_point(|first| *first as usize <= number) - 1;
        let begin = self.begins[part] as usize + (number - self.firsts[part] as usize) * self.stride;
        Window { begin, length: self.time.min(self.begins[part + 1] as usize - 1 - begin) }
    }

    /// Targets of all windows together; a token counts as often as windows show it.
    pub fn targets(&self) -> u64 {
        let full = self.count() as u64 * self.time as u64;
        let missing = |part: usize| {
            let windows = (self.firsts[part + 1] - self.firsts[part]) as usize;
            let length = (self.begins[part + 1] - self.begins[part]) as usize;
            (windows.saturating_sub(1) * self.stride + self.time).saturating_sub(length.saturating_sub(1)) as u64
                * u64::from(windows > 0)
        };
        full - (0..self.begins.len() - 1).map(missing).sum::<u64>()
    }

    /// Whether some windows are filled up with padding.
    pub fn pads(&self) -> bool {
        self.targets() < self.count() as u64 * self.time as u64
    }
}

/// Windows over a part of `length` tokens: none where no token has one after it.
fn windows(length: usize, time: usize, stride: usize) -> usize {
    if length < 2 { 0 } else { (length - 1).saturating_sub(time).div_ceil(stride) + 1 }
}

/// An order of `0..count` that is computed for each place alone: a Feistel network over the next power of four, walked on
/// until it comes back into the range (Black & Rogaway, 2002).
#[derive(Clone, Copy, Debug)]
pub struct Shuffle {
    count: usize,
    half: u32,
    seed: u32,
    epoch: u32,
}

const ROUNDS: u32 = 4;

impl Shuffle {
    pub fn new(count: usize, seed: u32, epoch: u32) -> Self {
        let bits = usize::BITS - count.saturating_sub(1).leading_zeros();
        Self { count, half: bits.div_ceil(2).max(1), seed, epoch }
    }

    /// What stands at this place.
    pub fn at(&self, place: usize) -> usize {
        assert!(place < self.count, "place {place} of {}", self.count);
        let mut number = self.scrambled(place);
        while number >= self.count {
            number = self.scrambled(number);
        }
        number
    }

    fn scrambled(&self, number: usize) -> usize {
        let mask = (1u32 << self.half) - 1;
        let (mut left, mut right) = ((number >> self.half) as u32, number as u32 & mask);
        for round in 0..ROUNDS {
            let key = self.epoch.wrapping_mul(ROUNDS).wrapping_add(round);
            (left, right) = (right, left ^ bits(self.seed, Stream::Epochs as u32, key, right) & mask);
        }
        (left as usize) << self.half | right as usize
    }
}
