//! One seeded counter-based generator, the same numbers here and in `shaders/lib/random.wgsl`.
//!
//! A number is a pure function of (seed, stream, step, index), so a dropout mask need not be stored: the backward pass
//! computes it again, and a resumed run meets the same masks as one that was never interrupted.

/// What a number is for, so that two uses of one seed never share a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Stream {
    Initialization = 1,
    Batches = 2,
    Sampling = 3,
    Corpus = 4,
    Split = 5,
    /// Which documents of a corpus are chosen.
    Documents = 6,
    /// The same choice again, to see how much chance there is in it.
    Redraws = 7,
    /// Where k-means begins.
    Clusters = 8,
    /// The order of windows in each epoch.
    Epochs = 9,
    /// Dropout uses one stream per place in the network: `Dropout as u32 + place`.
    Dropout = 1024,
}

/// 32 random bits. `pcg4d` of Jarzynski and Olano, "Hash Functions for GPU Rendering", JCGT 9(3), 2020.
pub fn bits(seed: u32, stream: u32, step: u32, index: u32) -> u32 {
    let mut v = [seed, stream, step, index].map(|word| word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    mix(&mut v);
    v = v.map(|word| word ^ (word >> 16));
    mix(&mut v);
    v[0]
}

fn mix(v: &mut [u32; 4]) {
    v[0] = v[0].wrapping_add(v[1].wrapping_mul(v[3]));
    v[1] = v[1].wrapping_add(v[2].wrapping_mul(v[0]));
    v[2] = v[2].wrapping_add(v[0].wrapping_mul(v[1]));
    v[3] = v[3].wrapping_add(v[1].wrapping_mul(v[2]));
}

/// The upper 24 bits as a number in [0, 1): exact in `f32`.
pub fn unit(bits: u32) -> f32 {
    (bits >> 8) as f32 / 16_777_216.0
}

/// A sequence drawn from the generator, for the host side.
#[derive(Clone, Debug)]
pub struct Rng {
    seed: u32,
    stream: u32,
    step: u32,
    index: u32,
}

impl Rng {
    pub fn new(seed: u32, stream: Stream) -> Self {
        Self::at_step(seed, stream, 0)
    }

    /// The sequence that belongs to one step: any step can be drawn without drawing those before it.
    pub fn at_step(seed: u32, stream: Stream, step: u32) -> Self {
        Self { seed, stream: stream as u32, step, index: 0 }
    }

    pub fn next_u32(&mut self) -> u32 {
        let value = bits(self.seed, self.stream, self.step, self.index);
        self.index = self.index.wrapping_add(1);
        value
    }

    /// Uniform in [0, 1).
    pub fn uniform(&mut self) -> f32 {
        unit(self.next_u32())
    }

    /// Uniform in 0..count (Lemire's multiplication, 2019; the bias is below count / 2^32).
    pub fn below(&mut self, count: usize) -> usize {
        assert!(count > 0, "below: nothing to draw from");
        ((u64::from(self.next_u32()) * count as u64) >> 32) as usize
    }

    /// Standard normal (Box and Muller, 1958).
    pub fn normal(&mut self) -> f32 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f32::consts::TAU * self.uniform()).cos()
    }
}

/// The distributions of `rand` and `rand_distr` draw with it too.
impl rand::RngCore for Rng {
    fn next_u32(&mut self) -> u32 {
        Rng::next_u32(self)
    }

    fn next_u64(&mut self) -> u64 {
        u64::from(Rng::next_u32(self)) | u64::from(Rng::next_u32(self)) << 32
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(4) {
            chunk.copy_from_slice(&Rng::next_u32(self).to_le_bytes()[..chunk.len()]);
        }
    }
}
