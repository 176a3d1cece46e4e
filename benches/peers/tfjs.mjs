// GPT-2 in TensorFlow.js on its WebGPU backend, as its documentation would have it: everything inside `tidy`, fused products
// with bias, the library's own Adam, and a cache of keys and values for writing.

import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { count, pick, random, weights } from "./shape.mjs";

export async function open(shape) {
  await tf.setBackend("webgpu");
  await tf.ready();
  const first = weights(shape);
  const variables = Object.fromEntries(
    Object.entries(first).map(([name, { shape, values }]) => [name, tf.variable(tf.tensor(values, shape), true, name)]),
  );
  const gpt = model(shape, variables);
  // Adam as the library has it; decay is decoupled, as AdamW has it, and for matrices only.
  const adam = tf.train.adam(shape.learning_rate, shape.beta1, shape.beta2, shape.epsilon);
  const matrices = Object.values(variables).filter(({ rank }) => rank === 2);
  const keep = tf.scalar(1 - shape.learning_rate * shape.weight_decay);
  const tensor = (ids) => tf.tensor2d(ids, [shape.batch_size, shape.block_size], "int32");
  return {
    parameters: count(first),
    async train(inputs, targets) {
      const loss = tf.tidy(() => {
        const [xs, ys] = [tensor(inputs), tf.oneHot(tensor(targets), shape.vocab_size)];
        const { value, grads } = tf.variableGrads(() => {
          const { logits } = gpt(xs);
          return tf.losses.softmaxCrossEntropy(ys, logits);
        });
        for (const matrix of matrices) matrix.assign(matrix.mul(keep));
        adam.applyGradients(grads);
        return value;
      });
      const [value] = await loss.data();
      loss.dispose();
      return value;
    },
    write: (prompt, tokens) => write(gpt, shape, prompt, tokens),
  };
}

/** (B, T) ids -> `{ logits, past }`: (B, T, V), and per layer keys and values (B, H, S, D), those of `past` included. */
function model({ n_layer, n_head, n_embd, block_size }, w) {
  const head_size = n_embd / n_head;
  const mask = tf.keep(tf.tidy(() => tf.linalg.bandPart(tf.ones([block_size, block_size]), -1, 0).sub(1).mul(1e9)));
  const norm = (x, name) => {
    const { mean, variance } = tf.moments(x, -1, true);
    return x.sub(mean).mul(variance.add(1e-5).rsqrt()).mul(w[`${name}.weight`]).add(w[`${name}.bias`]);
  };
  const linear = (x, name) => {
    const [rows, columns] = [x.size / x.shape.at(-1), w[`${name}.bias`].size];
    const y = tf.fused.matMul({ a: x.reshape([rows, x.shape.at(-1)]), b: w[`${name}.weight`], bias: w[`${name}.bias`] });
    return y.reshape([...x.shape.slice(0, -1), columns]);
  };
  const gelu = (x) => x.mul(0.5).mul(tf.tanh(x.add(x.mul(x).mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI))).add(1));
  const attention = (x, h, past) => {
    const [B, T] = x.shape;
    const heads = tf.split(linear(x, `${h}.attn.c_attn`), 3, -1).map((part) => part.reshape([B, T, n_head, head_size]).transpose([0, 2, 1, 3]));
    const q = heads[0];
    const [k, v] = past ? [tf.concat([past.k, heads[1]], 2), tf.concat([past.v, heads[2]], 2)] : [heads[1], heads[2]];
    const S = k.shape[2];
    let scores = tf.matMul(q, k, false, true).mul(1 / Math.sqrt(head_size));
    // A single new token sees everything there is.
    if (T > 1) scores = scores.add(S === block_size && T === S ? mask : mask.slice([S - T, 0], [T, S]));
    const y = tf.matMul(tf.softmax(scores), v).transpose([0, 2, 1, 3]).reshape([B, T, n_embd]);
    return { y: linear(y, `${h}.attn.c_proj`), k, v };
  };
  return (ids, past) => {
    const [seen, T] = [past ? past[0].k.shape[2] : 0, ids.shape[1]];
    let x = tf.gather(w["wte.weight"], ids).add(w["wpe.weight"].slice([seen, 0], [T, n_embd]));
    const kept = [];
    for (let layer = 0; layer < n_layer; layer += 1) {
      const h = `h.${layer}`;
      const { y, k, v } = attention(norm(x, `${h}.ln_1`), h, past?.[layer]);
      kept.push({ k, v });
      x = x.add(y);
      x = x.add(linear(gelu(linear(norm(x, `${h}.ln_2`), `${h}.mlp.c_fc`)), `${h}.mlp.c_proj`));
    }
    const logits = tf.matMul(norm(x, "ln_f").reshape([ids.size, n_embd]), w["wte.weight"], false, true);
    return { logits: logits.reshape([...ids.shape, -1]), past: kept };
  };
}

/** Continues `prompt`. A full window keeps its later half, which is read again at its new positions. */
async function write(gpt, { block_size, vocab_size }, prompt, tokens) {
  const draw = random(1);
  const ids = [...prompt];
  let past = null;
  let unread = ids;
  while (ids.length < prompt.length + tokens) {
    if (past && past[0].k.shape[2] + unread.length > block_size) {
      tf.dispose(past);
      past = null;
      unread = ids.slice(-block_size / 2);
    }
    const before = past;
    const { probabilities, kept } = tf.tidy(() => {
      const { logits, past: kept } = gpt(tf.tensor2d(unread, [1, unread.length], "int32"), before);
      const last = logits.slice([0, unread.length - 1, 0], [1, 1, vocab_size]).reshape([vocab_size]);
      return { probabilities: tf.softmax(last), kept };
    });
    tf.dispose(before ?? []);
    past = kept;
    const id = pick(await probabilities.data(), draw());
    probabilities.dispose();
    ids.push(id);
    unread = [id];
  }
  tf.dispose(past);
  return ids.slice(prompt.length);
}
