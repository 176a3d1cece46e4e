// Subgroups, which wgpu cannot ask for in a browser: asked for, used, and done without.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { browserTest } from "./harness.mjs";
import { hideSubgroups, narrowSubgroups, refuseKernels, refuseSubgroups, watchSubgroups } from "./hooks.mjs";

const STEPS = 30;
const RUN = `#n_layer=1&n_embd=32&n_head=2&batch_size=4&block_size=32&characters=10000&steps=${STEPS}&eval_every=${STEPS}&station=train`;
const LONG = { timeout: 120_000 };
/** Relative, of losses whose sums were made in another order, over all steps. */
const TOLERANCE = 1e-4;
const [PLAIN, SUBGROUPS] = ["lanes", "subgroups"];
/** Invocations that must share a subgroup. */
const NEIGHBOURS = 8;

const trainingWith = (hooks) => ({ device: "gpu", hash: RUN, worker: [...hooks, watchSubgroups] });

/** Trains, and returns the loss of each step. */
async function losses({ page }) {
  await page.locator("[data-order=start]:not([aria-disabled])").click(LONG);
  await page.getByText(`Finished after ${STEPS} steps`).waitFor(LONG);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "CSV", exact: true }).click()]);
  const [heading, ...lines] = readFileSync(await download.path(), "utf8").trim().split("\n");
  assert.match(heading, /^step,training_loss,/);
  const found = lines.map((line) => line.split(",").map(Number)).filter(([step]) => step > 0);
  assert(found.length === STEPS && found.every(([, loss]) => Number.isFinite(loss) && loss > 0), String(found));
  return found.map(([, loss]) => loss);
}

/** Whether each device was asked for subgroups, and the kernels of the worker that use them, each once: `[name, complaints]`. */
async function seen(visit) {
  const { asked, kernels } = await (await visit.worker()).evaluate(async () => ({ asked, kernels: await Promise.all(usesSubgroups) }));
  const complaints = new Map(kernels.map(({ name, messages }) => [name, messages]));
  return { asked: asked.map((features) => features.includes("subgroups")), kernels: [...complaints].sort() };
}

/** The same on another visit, with kernels of this way wherever they are offered. */
async function lossesWith(visit, way) {
  await visit.page.reload();
  await visit.started();
  // The menu lists the ways of matrix products alone; these are one entry more.
  await visit.page.locator(".kernels select").evaluate((menu, way) => {
    menu.add(new Option(way, way, false, true));
    menu.dispatchEvent(new Event("change", { bubbles: true }));
  }, way);
  return losses(visit);
}

const widths = (page) =>
  page.evaluate(async () => {
    const { features, info } = await navigator.gpu.requestAdapter();
    return features.has("subgroups") ? info.subgroupMinSize : 0;
  });

const largest = (numbers, others) => Math.max(...numbers.map((number, index) => Math.abs(others[index] / number - 1)));

browserTest("subgroups are asked for and used where the adapter has them, and only the order of sums changes", async ({ open }) => {
  const asking = await open(trainingWith([]));
  const width = await widths(asking.page);
  assert(width > 0, "this browser's adapter has no subgroups: nothing can be tested");
  await lossesWith(asking, SUBGROUPS);
  const { asked, kernels } = await seen(asking);
  assert.deepEqual(asked, [true]);
  assert.equal(kernels.length > 1, width >= NEIGHBOURS, `subgroups of ${width}: ${kernels.map(([name]) => name)}`);
  for (const [name, complaints] of kernels) assert.deepEqual(complaints, [], name);

  const using = width < NEIGHBOURS ? await open(trainingWith([narrowSubgroups])) : asking;
  const subgroups = await lossesWith(using, SUBGROUPS);
  const used = (await seen(using)).kernels;
  assert.deepEqual(used, ["cross_entropy.forward", "embedding.forward_norm", "lanes.forward", "layer_norm.d_input", "layer_norm.forward"].map((name) => [name, []]));
  const plain = await lossesWith(using, PLAIN);
  assert.deepEqual((await seen(using)).kernels, [["lanes.forward", []]]);
  const difference = largest(plain, subgroups);
  console.log(`subgroups of ${width}: losses differ by ${difference.toExponential(1)} at most`);
  assert(difference < TOLERANCE);

  const without = await open(trainingWith([hideSubgroups]));
  assert(largest(plain, await lossesWith(without, SUBGROUPS)) < TOLERANCE);
  assert.deepEqual(await seen(without), { asked: [false], kernels: [] });
});

browserTest("a browser that takes back what it offers trains without subgroups", async ({ open }) => {
  const refused = await open(trainingWith([refuseSubgroups]));
  await losses(refused);
  assert.deepEqual(await seen(refused), { asked: [true, false], kernels: [] });

  const mute = await open(trainingWith([refuseKernels]));
  await losses(mute);
  const { asked, kernels } = await seen(mute);
  assert.deepEqual(asked, [true], "the device is opened once");
  assert.deepEqual(kernels.map(([name]) => name), ["lanes.forward"]);
  assert.match(kernels[0][1].join(), /expected extension/);
});
