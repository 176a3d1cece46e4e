// Real faults, again and again: the training goes on, and each test prints its figure.

import assert from "node:assert/strict";
import { fillMemory, hang, neverAnswer, watchMemory } from "./hooks.mjs";
import { browserTest } from "./harness.mjs";

const LONG = { timeout: 60_000 };
/** Each kill means a new GPU process and every kernel compiled again, which takes longer the busier the machine is. */
const SLOW = { timeout: 400_000 };
const RUN = "#n_layer=1&n_embd=16&n_head=2&batch_size=4&block_size=16&steps=100000&eval_every=10000&sample_every=10000&station=train";

const button = (page, name) => page.getByRole("button", { name, exact: true });
const number = (text) => Number(text.replaceAll(",", ""));
const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** The step that the page shows. */
async function step(page) {
  return number((await page.locator(".figures").first().textContent()).match(/Step([\d,]+)/)[1]);
}

/** Waits until training has gone further than `before`. */
async function goesOn(page, before, timeout = 60_000) {
  // A run that is still being built shows no figures yet.
  const further = (before) => Number(document.querySelector(".figures")?.textContent.match(/Step([\d,]+)/)?.[1].replaceAll(",", "")) > before;
  await page.waitForFunction(further, before, { timeout, polling: 50 });
}

/** A visit that trains on the graphics card. */
async function training(open, { hash = RUN, ...options } = {}) {
  const visit = await open({ device: "gpu", hash, ...options });
  visit.expect("consoleErrors", /./);
  await button(visit.page, "Start training").click();
  await visit.page.getByText(/reads, guesses/).first().waitFor(LONG);
  await goesOn(visit.page, 20);
  return { visit, page: visit.page, worker: await visit.worker() };
}

browserTest("20 GPU processes killed while it trains", async ({ open }) => {
  const { visit, page } = await training(open);
  const [lost, seconds, own] = [[], [], []];
  for (let kill = 1; kill <= 20; kill++) {
    await goesOn(page, (await step(page)) + 10);
    const began = Date.now();
    await visit.loseDevice();
    // One that was told before is told among the earlier ones.
    if (kill > 1) await page.getByText(`What happened before (${kill - 1})`).waitFor(LONG);
    const told = await page.getByText(/went away at step/).first().textContent(LONG);
    seconds.push((Date.now() - began) / 1000);
    const [, at, resumed, took] = told.match(/step ([\d,]+)\. Training went on from step ([\d,]+) after ([\d.]+) s/);
    lost.push(number(at) - number(resumed));
    own.push(Number(took));
    assert(number(resumed) <= number(at), told);
    await goesOn(page, number(at));
  }
  const safe = await page.getByText(/goes on from step [\d,]+\. Being ready/).textContent();
  console.log(`20 of 20 killed GPU processes: steps lost ${lost.join(" ")} (median ${middle(lost)})`);
  console.log(`  seconds from the kill until it trained again ${seconds.map((s) => s.toFixed(1)).join(" ")} (median ${middle(seconds).toFixed(1)})`);
  console.log(`  of them in the engine ${own.join(" ")}; ${safe}`);
  assert.deepEqual(await visit.accessibility(".run-card"), []);
  await visit.screenshot("faults-lost");
}, SLOW);

browserTest("no adapter after a loss: on to the processor and back, 5 times", async ({ open }) => {
  const { visit, page, worker } = await training(open, { hash: RUN.replace("n_embd=16", "n_embd=64") });
  const away = [];
  await worker.evaluate(() => (globalThis.requestAdapter = GPU.prototype.requestAdapter));
  for (let time = 1; time <= 5; time++) {
    await worker.evaluate(() => (GPU.prototype.requestAdapter = async () => null));
    await visit.loseDevice();
    await page.getByText(/Computes on the processor: the graphics card went away/).waitFor(LONG);
    await goesOn(page, (await step(page)) + 5);
    if (time === 1) await visit.screenshot("faults-away");
    const began = Date.now();
    await worker.evaluate(() => (GPU.prototype.requestAdapter = globalThis.requestAdapter));
    await page.getByText(/Computes on .*, as you chose/).filter({ hasNotText: "processor" }).waitFor(LONG);
    away.push((Date.now() - began) / 1000);
    await goesOn(page, (await step(page)) + 5);
  }
  console.log(`5 of 5 times on the processor and back; seconds until it was back ${away.map((s) => s.toFixed(1)).join(" ")}`);
});

browserTest("no number among the weights, 10 times: rolled back, and on from there", async ({ open }) => {
  const { visit, page, worker } = await training(open, { worker: [watchMemory] });
  const back = [];
  for (let time = 1; time <= 10; time++) {
    await goesOn(page, (await step(page)) + 10);
    await worker.evaluate(() => globalThis.poison());
    const told = await page.locator(".run-card [role=alert]").textContent(LONG);
    await page.getByText(/Paused after step/).first().waitFor(LONG);
    const [, from, to] = told.match(/At step ([\d,]+) the loss stopped being a number.*back at step ([\d,]+)/).map(number);
    assert(to < from, told);
    back.push(from - to);
    const choices = page.locator(".remedies button");
    assert.equal(await choices.count(), 3);
    if (time === 1) {
      assert.deepEqual(await visit.accessibility(".run-card"), []);
      await visit.screenshot("faults-astray");
    }
    await (time % 4 ? choices.nth((time % 4) - 1) : button(page, "Resume")).click();
    await page.getByText(/reads, guesses/).first().waitFor(LONG);
    await goesOn(page, to + 5);
  }
  console.log(`10 of 10 rolled back, by so many steps: ${back.join(" ")}`);
});

browserTest("what went wrong is told on a small dark screen in Chinese as well", async ({ open }) => {
  const visit = await open({ lang: "zh-CN", theme: "dark", width: 390, device: "gpu", hash: RUN, worker: [watchMemory] });
  const { page } = visit;
  await page.locator(".run-controls [data-order=start]").click();
  await page.locator(".recoveries .note").waitFor(LONG);
  await (await visit.worker()).evaluate(() => globalThis.poison());
  await page.locator(".run-card [role=alert]").waitFor(LONG);
  assert.equal(await page.locator(".remedies button").count(), 3);
  assert.deepEqual(await visit.accessibility(), []);
  await page.locator(".run-card").scrollIntoViewIfNeeded();
  await visit.screenshot("faults-astray-zh-CN-dark-390", { fullPage: false });
  await page.locator(".remedies button").first().click();
  await page.locator(".run-card [role=alert]").waitFor({ state: "detached", ...LONG });
});

browserTest("a graphics card whose memory is full is explained, with what to lower", async ({ open }) => {
  const visit = await open({ device: "gpu", hash: RUN, worker: [fillMemory] });
  const { page } = visit;
  const worker = await visit.worker();
  await page.getByText(/Computes on .*, as you chose/).waitFor(LONG);
  await worker.evaluate(() => (globalThis.isFull = true));
  await button(page, "Start training").click();
  await page.getByText(/not enough free memory for this model/).first().waitFor(LONG);
  await visit.screenshot("faults-full");
  await page.getByRole("button", { name: "Batch of 2 instead of 4" }).click();
  await worker.evaluate(() => (globalThis.isFull = false));
  await button(page, "Train a new one").click();
  await page.getByText(/reads, guesses/).first().waitFor(LONG);
  await goesOn(page, 10);
});

browserTest("20 models grown and forgotten leave nothing behind", async ({ open }) => {
  const { page, worker } = await training(open, { worker: [watchMemory] });
  const measured = [];
  for (let cycle = 1; cycle <= 20; cycle++) {
    await goesOn(page, 5);
    const during = await worker.evaluate(() => globalThis.memory());
    assert(during.buffers > 10, JSON.stringify(during));
    await button(page, "Stop").click();
    await page.getByText(/Stopped after step/).first().waitFor(LONG);
    await button(page, "Forget model").click();
    await button(page, "Press again: the model will be lost").click();
    await page.getByText("The model still knows nothing").first().waitFor(LONG);
    await button(page, "Start training").waitFor(LONG);
    await page.waitForTimeout(100);
    measured.push(await worker.evaluate(() => globalThis.memory()));
    if (cycle < 20) await button(page, "Start training").click();
    if (cycle < 20) await page.getByText(/reads, guesses/).first().waitFor(LONG);
  }
  const growth = measured.at(-1).heap / measured[1].heap - 1;
  console.log(`20 cycles: ${measured.at(-1).buffers} buffers left; heap ${measured[1].heap} bytes after 2, ${measured.at(-1).heap} after 20 (${(100 * growth).toFixed(1)} %)`);
  assert(measured.every(({ buffers, bytes }) => buffers === 0 && bytes === 0), JSON.stringify(measured));
  assert(growth < 0.02, JSON.stringify(measured.map(({ heap }) => heap)));
});

browserTest("2,000 steps, the last half of them in a hidden tab: memory and pace stay", async ({ open }) => {
  const { visit, page, worker } = await training(open, { worker: [watchMemory] });
  const [memory, pace] = [[], []];
  for (let mark = 500; mark <= 2000; mark += 500) {
    if (mark === 1500) await hide(visit);
    const [first, began] = [await step(page), Date.now()];
    await goesOn(page, mark, 120_000);
    pace.push((Date.now() - began) / ((await step(page)) - first));
    memory.push(await worker.evaluate(() => globalThis.memory()));
  }
  console.log(`2,000 steps: ms per step by quarter ${pace.map((ms) => ms.toFixed(1)).join(" ")}; buffers ${memory.map((it) => it.buffers).join(" ")}; heap ${memory.map((it) => it.heap).join(" ")}`);
  assert.equal(await page.evaluate(() => document.hidden), true);
  assert.deepEqual(new Set(memory.map((it) => `${it.buffers} ${it.bytes}`)).size, 1, JSON.stringify(memory));
  assert(memory.at(-1).heap <= 1.02 * memory[0].heap, JSON.stringify(memory));
});

/** Makes the page what a browser makes of one that nobody sees: hidden, and without frames to draw. */
async function hide({ page }) {
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { get: () => true });
    Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
    globalThis.requestAnimationFrame = () => 0;
    document.dispatchEvent(new Event("visibilitychange"));
  });
}

browserTest("an engine that says nothing is told, and can be started again", async ({ open }) => {
  const visit = await open({ hash: RUN, worker: [hang], before: (page) => page.clock.install() });
  const { page } = visit;
  await page.clock.fastForward(25_000);
  await page.getByRole("heading", { name: "The engine is late" }).waitFor(LONG);
  assert.deepEqual(await visit.accessibility(), []);
  await visit.screenshot("faults-late");
  await button(page, "Start the engine again").click();
  await page.getByRole("heading", { name: "The engine is late" }).waitFor({ state: "detached" });
});

browserTest("a driver that never answers leaves the work to the processor", async ({ open }) => {
  const { page } = await open({ hash: RUN, worker: [neverAnswer] });
  await page.getByText(/Computes on the processor/).waitFor(LONG);
  await button(page, "Start training").click();
  await goesOn(page, 10);
});
