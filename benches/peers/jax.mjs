// GPT-2 in jax-js on WebGPU: the whole step (value, gradients, AdamW) under one `jit`, and writing under another with keys
// and values in fixed-size arrays.

import { defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { count, pick, random, weights } from "./shape.mjs";

export async function open(shape) {
  await init("webgpu");
  defaultDevice("webgpu");
  const first = weights(shape);
  const array = ({ shape, values }) => np.array(values).reshape(shape);
  let parameters = Object.fromEntries(Object.entries(first).map(([name, weight]) => [name, array(weight)]));
  const zeros = () => Object.fromEntries(Object.entries(first).map(([name, { shape }]) => [name, np.zeros(shape)]));
  let [means, squares] = [zeros(), zeros()];
  const step = jit(training(shape));
  const ids = (list) => np.array(Int32Array.from(list)).reshape([shape.batch_size, shape.block_size]);
  let done = 0;
  return {
    parameters: count(first),
    async train(inputs, targets) {
      done += 1;
      const corrections = np.array([1 - shape.beta1 ** done, 1 - shape.beta2 ** done]);
      const result = step(parameters, means, squares, ids(inputs), ids(targets), corrections);
      ({ parameters, means, squares } = result);
      const [loss] = await result.loss.data();
      return loss;
    },
    write: (prompt, tokens) => write(shape, parameters, prompt, tokens),
  };
}

/** AdamW on the gradients of the loss; arrays are used up unless `.ref` says otherwise. */
function training(shape) {
  const { learning_rate, beta1, beta2, epsilon, weight_decay } = shape;
  const loss = (parameters, inputs, targets) => {
    const logits = forward(shape, parameters, inputs);
    const chosen = nn.oneHot(targets, shape.vocab_size);
    return nn.logSoftmax(logits, -1).mul(chosen).sum(-1).mean().neg();
  };
  return (parameters, means, squares, inputs, targets, corrections) => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(parameters), inputs, targets);
    const [first, second] = np.split(corrections, 2);
    const next = { loss: value, parameters: {}, means: {}, squares: {} };
    for (const name of Object.keys(parameters)) {
      const [w, d] = [parameters[name], gradients[name]];
      const mean = means[name].mul(beta1).add(d.ref.mul(1 - beta1));
      const square = squares[name].mul(beta2).add(d.ref.mul(d).mul(1 - beta2));
      const update = mean.ref.div(first.ref).div(np.sqrt(square.ref.div(second.ref)).add(epsilon));
      const kept = w.ndim > 1 ? w.mul(1 - learning_rate * weight_decay) : w;
      next.parameters[name] = kept.sub(update.mul(learning_rate));
      next.means[name] = mean;
      next.squares[name] = square;
    }
    first.dispose();
    second.dispose();
    return next;
  };
}

/** Layer normalization of the last axis. */
const norm = (x, w, name) => nn.standardize(x, -1).mul(w[`${name}.weight`]).add(w[`${name}.bias`]);
const linear = (x, w, name) => np.matmul(x, w[`${name}.weight`]).add(w[`${name}.bias`]);

/** (B, T) ids -> (B, T, V) logits. Uses up the parameters. */
function forward({ n_layer, n_head, n_embd, vocab_size }, w, ids) {
  const [B, T] = ids.shape;
  let x = np.matmul(nn.oneHot(ids, vocab_size), w["wte.weight"].ref).add(w["wpe.weight"]);
  for (let layer = 0; layer < n_layer; layer += 1) {
    const h = `h.${layer}`;
    const qkv = linear(norm(x.ref, w, `${h}.ln_1`), w, `${h}.attn.c_attn`).reshape([B, T, 3, n_head, n_embd / n_head]);
    const [q, k, v] = np.split(qkv, 3, 2).map((part) => part.reshape([B, T, n_head, n_embd / n_head]));
    const y = nn.dotProductAttention(q, k, v, { isCausal: true }).reshape([B, T, n_embd]);
    x = x.add(linear(y, w, `${h}.attn.c_proj`));
    x = x.ref.add(linear(nn.gelu(linear(norm(x, w, `${h}.ln_2`), w, `${h}.mlp.c_fc`)), w, `${h}.mlp.c_proj`));
  }
  return np.matmul(norm(x, w, "ln_f"), np.transpose(w["wte.weight"]));
}

/** Reads `T` new ids at `position`: `{ probabilities, keys, values }`, of the last id. Keys and values are (L, S, H, D). */
function reading({ n_layer, n_head, n_embd, block_size: S, vocab_size }, T) {
  const D = n_embd / n_head;
  return (w, keys, values, ids, position) => {
    // (T, S): which place each new id takes, and which places it sees.
    const own = np.arange(T).reshape([T, 1]).add(position);
    const places = np.arange(S).reshape([1, S]);
    const seen = np.lessEqual(places.ref, own.ref);
    const takes = np.equal(places, own).astype(np.float32);
    const free = takes.ref.sum(0).mul(-1).add(1).reshape([S, 1]);
    const [old_keys, old_values] = [np.split(keys, n_layer, 0), np.split(values, n_layer, 0)];
    const into = (old, rows) => old.reshape([S, n_embd]).mul(free.ref).add(np.matmul(np.transpose(takes.ref), rows));
    const next = { keys: [], values: [] };
    let x = np.matmul(nn.oneHot(ids, vocab_size), w["wte.weight"].ref).add(np.matmul(takes.ref, w["wpe.weight"]));
    for (let layer = 0; layer < n_layer; layer += 1) {
      const h = `h.${layer}`;
      const [q, k, v] = np.split(linear(norm(x.ref, w, `${h}.ln_1`), w, `${h}.attn.c_attn`), 3, 1);
      const [all_k, all_v] = [into(old_keys[layer], k), into(old_values[layer], v)];
      next.keys.push(all_k.ref);
      next.values.push(all_v.ref);
      const heads = (rows) => rows.reshape([-1, n_head, D]);
      const y = nn.dotProductAttention(heads(q), heads(all_k), heads(all_v), { mask: seen.ref }).reshape([T, n_embd]);
      x = x.add(linear(y, w, `${h}.attn.c_proj`));
      x = x.ref.add(linear(nn.gelu(linear(norm(x, w, `${h}.ln_2`), w, `${h}.mlp.c_fc`)), w, `${h}.mlp.c_proj`));
    }
    for (const used of [seen, takes, free]) used.dispose();
    const last = np.split(norm(x, w, "ln_f"), T, 0).map((row, index) => (index < T - 1 ? row.dispose() : row)).at(-1);
    const probabilities = nn.softmax(np.matmul(last, np.transpose(w["wte.weight"])), -1).reshape([vocab_size]);
    return { probabilities, keys: np.stack(next.keys), values: np.stack(next.values) };
  };
}

const readers = new Map();

/** The compiled reader of so many new ids at once. */
function reader(shape, T) {
  if (!readers.has(T)) readers.set(T, jit(reading(shape, T)));
  return readers.get(T);
}

/** Continues `prompt`. A full window keeps its later half, which is read again at its new positions. */
async function write(shape, parameters, prompt, tokens) {
  const { n_layer, n_embd, block_size } = shape;
  const draw = random(1);
  const ids = [...prompt];
  const none = () => np.zeros([n_layer, block_size, n_embd]);
  let [keys, values, position, unread] = [none(), none(), 0, ids];
  while (ids.length < prompt.length + tokens) {
    if (position + unread.length > block_size) [position, unread] = [0, ids.slice(-block_size / 2)];
    const read = reader(shape, unread.length);
    const result = read(tree.ref(parameters), keys, values, np.array(Int32Array.from(unread)), np.array(position));
    ({ keys, values } = result);
    position += unread.length;
    const id = pick(await result.probabilities.data(), draw());
    ids.push(id);
    unread = [id];
  }
  tree.dispose({ keys, values });
  return ids.slice(prompt.length);
}
