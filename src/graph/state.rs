//! The words of state memory, the same in `shaders/lib/state.wgsl`. All are `f32`; counters stay exact below 2^24.

/// Batches done: steps, where each is of one batch. Kernels read the batch in slot `step % slots`.
pub const STEP: usize = 0;
pub const LEARNING_RATE: usize = 1;
/// 1 - beta1^t and 1 - beta2^t: the bias corrections of Adam.
pub const CORRECTION_1: usize = 2;
pub const CORRECTION_2: usize = 3;
/// Gradients are multiplied by this before they are used.
pub const CLIP_SCALE: usize = 4;
/// 0, or the first step whose loss or gradient was not finite; from then on no weight changes.
pub const NOT_FINITE: usize = 5;
/// Mean losses of the batches since the last update, added up, where several make one step.
pub const LOSSES: usize = 6;

/// Settings of the sampler.
pub const TEMPERATURE: usize = 8;
pub const TOP_K: usize = 9;
pub const TOP_P: usize = 10;
/// The seed in two halves of 16 bits.
pub const SEED_LOW: usize = 11;
pub const SEED_HIGH: usize = 12;
/// Tokens in the window, and tokens that have left it.
pub const POSITION: usize = 13;
pub const EVICTED: usize = 14;

/// The last [`RING`] records, four words each: loss, learning rate, gradient norm, step.
pub const RECORDS: usize = 16;
pub const RING: usize = 256;
pub const RECORD: usize = 4;

/// The last measurement of how far weights move: its step, then the lengths of update and weights of up to [`LAYERS`] layers.
pub const MOVES: usize = 1040;
pub const LAYERS: usize = 32;

/// Words in all.
pub const WORDS: usize = MOVES + 4 + 2 * LAYERS;
