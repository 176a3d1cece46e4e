//! A generator of its own, so that strings stay as they are whatever becomes of the project's.

pub struct Dice(pub u64);

impl Dice {
    /// A number below `bound` (Marsaglia's xorshift, 2003).
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % bound
    }
}
