// What every contender is given: one architecture, one optimizer, the same batches.

/** The GPT-2 of the comparison, and its AdamW: a constant learning rate, no clipping, decoupled decay of matrices. */
export const SHAPE = {
  n_layer: 4,
  n_head: 4,
  n_embd: 128,
  block_size: 64,
  vocab_size: 64,
  batch_size: 8,
  learning_rate: 1e-3,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weight_decay: 0.1,
};

/** Numbers in [0, 1) from a seed: mulberry32. */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Normally distributed numbers: Box and Muller. */
export function normal(next, count, deviation) {
  return Float32Array.from({ length: count }, () => deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()));
}

/** `count` batches of ids, `{ inputs, targets }` with B T each: a sequence in which small ids are frequent, so that there is something to learn. */
export function batches(count, { batch_size, block_size, vocab_size }, seed = 1) {
  const next = random(seed);
  const draw = () => Math.floor(vocab_size * next() ** 3);
  return Array.from({ length: count }, () => {
    const rows = Array.from({ length: batch_size }, () => Array.from({ length: block_size + 1 }, draw));
    return { inputs: rows.flatMap((row) => row.slice(0, -1)), targets: rows.flatMap((row) => row.slice(1)) };
  });
}

/** GPT-2's weights by name with their shapes and first values, dense: what a contender written here begins with. */
export function weights({ n_layer, n_embd: C, block_size, vocab_size }, seed = 1) {
  const next = random(seed);
  const list = {};
  const matrix = (name, rows, columns, deviation = 0.02) => (list[name] = { shape: [rows, columns], values: normal(next, rows * columns, deviation) });
  const vector = (name, size, value) => (list[name] = { shape: [size], values: new Float32Array(size).fill(value) });
  const norm = (name) => (vector(`${name}.weight`, C, 1), vector(`${name}.bias`, C, 0));
  const linear = (name, rows, columns, deviation) => (matrix(`${name}.weight`, rows, columns, deviation), vector(`${name}.bias`, columns, 0));
  const onto_residual = 0.02 / Math.sqrt(2 * n_layer);
  matrix("wte.weight", vocab_size, C);
  matrix("wpe.weight", block_size, C);
  for (let layer = 0; layer < n_layer; layer += 1) {
    const h = `h.${layer}`;
    norm(`${h}.ln_1`);
    linear(`${h}.attn.c_attn`, C, 3 * C);
    linear(`${h}.attn.c_proj`, C, C, onto_residual);
    norm(`${h}.ln_2`);
    linear(`${h}.mlp.c_fc`, C, 4 * C);
    linear(`${h}.mlp.c_proj`, 4 * C, C, onto_residual);
  }
  norm("ln_f");
  return list;
}

export function count(list) {
  return Object.values(list).reduce((sum, { values }) => sum + values.length, 0);
}

/** The id that a random number picks under these probabilities. */
export function pick(probabilities, number) {
  let left = number;
  const id = probabilities.findIndex((probability) => (left -= probability) < 0);
  return id < 0 ? probabilities.length - 1 : id;
}
