// The worker in which everything is measured: it counts the WebGPU calls of this thread, and does what it is told.
//
// { do: "rows", device }: every shape of the bench, one message `{ row }` each.
// { do: "peer", peer, options }: trains and writes with one contender, see `measure` below.
// The last message is `{ done }` or `{ error }`.

import { callsBetween, countGpuCalls } from "./hooks.mjs";

countGpuCalls();

const JOBS = { rows, peer };

addEventListener("message", async ({ data }) => {
  try {
    postMessage({ done: await JOBS[data.do](data) });
  } catch (error) {
    postMessage({ error: String(error?.stack ?? error) });
  }
});

async function rows({ device }) {
  await import("./subgroups.js");
  const bench = await import("./bench.js");
  await bench.default();
  // The engine sees no name where a browser gives its adapters none but a description.
  const name = device === "gpu" ? await adapter() : undefined;
  await bench.rows(device, (json) => {
    const row = JSON.parse(json);
    postMessage({ row: { ...row, adapter: name ?? row.adapter } });
  });
}

/** Trains on the batches and writes; resolves to `{ adapter, parameters, losses, train, generate }`. */
async function peer({ peer, shape, batches, warmup, prompt, tokens }) {
  const contender = await (await import(`./${peer}.mjs`)).open(shape);
  const train = [];
  let losses = [];
  for (const [step, { inputs, targets }] of batches.entries()) {
    const loss = await measure(train, () => contender.train(inputs, targets));
    losses.push(loss);
    postMessage({ progress: `step ${step + 1}: ${Math.round(train.at(-1).ms)} ms` });
  }
  losses = contender.losses ? await contender.losses() : losses;

  const generate = [];
  await contender.write(prompt, shape.block_size / 2);
  postMessage({ progress: "warm for writing" });
  const written = await measure(generate, () => contender.write(prompt, tokens));
  if (written.length !== tokens) throw new Error(`${peer} wrote ${written.length} tokens, not ${tokens}`);
  const distinct = new Set(written).size;
  if (written.some((id) => !(id >= 0 && id < shape.vocab_size))) throw new Error(`${peer} wrote a token that is none`);
  return { adapter: shape.device === "cpu" ? contender.adapter : await adapter(), parameters: contender.parameters, losses, train: train.slice(warmup), generate, distinct };
}

async function adapter() {
  const { info } = await navigator.gpu.requestAdapter();
  return info.description || info.device || info.architecture || info.vendor;
}

/** Appends `{ ms, calls }` of one piece of work to `list`. */
async function measure(list, work) {
  const [before, began] = [{ ...globalThis.gpuCalls }, performance.now()];
  const result = await work();
  list.push({ ms: performance.now() - began, calls: callsBetween(before, globalThis.gpuCalls) });
  return result;
}
