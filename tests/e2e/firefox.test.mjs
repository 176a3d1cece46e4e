// WebGPU in Firefox, which is another implementation than Chromium's, on Vulkan's software driver: the one browser here in which
// numbers of 16 bits can be computed with.

import assert from "node:assert/strict";
import { Missing } from "./engines.mjs";
import { callsBetween, countHalves, hideHalves } from "./hooks.mjs";
import { BROKEN, compile, listed } from "./kernels.mjs";
import { engineTest } from "./walk.mjs";

const STEPS = 30;
const VISIT = `#characters=10000&n_layer=1&n_embd=32&n_head=2&batch_size=4&block_size=32&steps=${STEPS}&eval_every=${STEPS}&sample_every=1000&seed=7&write_seed=11&length=60`;
/** Relative, of the losses of two devices, whose sums are made in another order, over all steps. */
const TOLERANCE = 1e-4;
/** Characters of the text that are the same with weights of 16 bits as with 32. */
const CERTAIN = 20;

/** The losses of all steps, from the picture's numbers. */
function perStep(csv) {
  const [heading, ...lines] = csv.trim().split("\n");
  assert.match(heading, /^step,training_loss,/);
  const losses = lines.map((line) => line.split(",").map(Number)).filter(([step]) => step > 0).map(([, loss]) => loss);
  assert(losses.length === STEPS && losses.every((loss) => Number.isFinite(loss) && loss > 0), csv);
  return losses;
}

/** A visit in a browser whose WebGPU has what this is about. */
async function onCard(open, options = {}) {
  const walk = await open({ browser: { webgpu: true }, device: "gpu", ...options });
  const features = await walk.evaluate(async () => [...((await navigator.gpu?.requestAdapter())?.features ?? [])]);
  if (!features.includes("shader-f16")) throw new Missing("Firefox has no WebGPU with f16 here: on Debian and Ubuntu the package is mesa-vulkan-drivers");
  return walk;
}

/** The largest difference of a loss to the other's, relative. */
const largest = (losses, others) => Math.max(...losses.map((loss, step) => Math.abs(others[step] / loss - 1)));

/** What countHalves has counted in the worker. */
function counted() {
  const channel = new BroadcastChannel("halves");
  return new Promise((resolve) => {
    channel.onmessage = ({ data }) => resolve(data);
    channel.postMessage("how many?");
  }).finally(() => channel.close());
}

engineTest("firefox", "every kernel compiles, those with f16 too", async ({ open }) => {
  const walk = await onCard(open);
  const { compiled, halves, complaints } = await walk.evaluate(compile, listed());
  assert.deepEqual(complaints, []);
  assert(halves > 0, `${compiled} compiled`);
  assert.notDeepEqual((await walk.evaluate(compile, [BROKEN])).complaints, []);
  console.log(`${compiled} kernels compiled, ${halves} with f16`);
});

engineTest("firefox", "trains on the graphics card as on the processor, and writes with weights of 16 bits", async ({ open }) => {
  const card = await onCard(open, { hash: VISIT, worker: [countHalves] });
  const losses = perStep(await card.train());
  const before = await card.evaluate(counted);
  const text = await card.write();
  const halves = callsBetween(before, await card.evaluate(counted));
  assert(halves["cast_f16.forward"] > 0, "weights are copied with 16 bits");
  assert(Object.keys(halves).some((name) => name.startsWith("linear.")), "and products read the copies");

  const whole = await onCard(open, { hash: VISIT, worker: [hideHalves, countHalves] });
  assert(largest(perStep(await whole.train()), losses) < TOLERANCE);
  const other = await whole.write();
  assert.deepEqual(await whole.evaluate(counted), {});

  const processor = await open({ hash: VISIT });
  const difference = largest(perStep(await processor.train()), losses);
  console.log(`losses differ by ${difference.toExponential(1)} at most; dispatches with f16: ${JSON.stringify(halves)}`);
  assert(difference < TOLERANCE);
  // Only chance could make another token of weights that were rounded, and the chances are drawn from the same seed.
  assert.equal(text.slice(0, CERTAIN), other.slice(0, CERTAIN));
});
