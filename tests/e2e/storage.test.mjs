// Nothing is ever lost: reloads, crashed tabs, torn writes, no room, two tabs, a project taken to another machine.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browserTest } from "./harness.mjs";
import { hurryClock } from "./hooks.mjs";

const LONG = { timeout: 60_000 };
const TINY = "n_layer=1&n_embd=16&n_head=2&batch_size=4&block_size=16&dropout=0.1&characters=20000&eval_every=100&sample_every=400";
const button = (page, name) => page.getByRole("button", { name, exact: true });
const train = (steps) => `#${TINY}&steps=${steps}&station=train`;

/** What lies in the folder of the site, read as the page itself could: `{ name: bytes as a Latin-1 string }`. */
function folder(page) {
  return page.evaluate(async () => {
    const files = {};
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("gptling", { create: true });
    for await (const [name, handle] of folder.entries()) {
      const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
      let text = "";
      for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      files[name] = text;
    }
    return files;
  });
}

/** The newest whole content of each file in slots, by its name, without its seal. */
function contents(files) {
  const newest = {};
  for (const [name, text] of Object.entries(files)) {
    const bytes = Buffer.from(text, "latin1");
    if (!/\.[ab]$/.test(name) || bytes.length < 32) continue;
    const [file, generation, length] = [name.slice(0, -2), bytes.readBigUInt64LE(8), Number(bytes.readBigUInt64LE(16))];
    if (bytes.length - 32 < length || (newest[file]?.generation ?? -1n) > generation) continue;
    newest[file] = { generation, content: bytes.subarray(32, 32 + length) };
  }
  return Object.fromEntries(Object.entries(newest).map(([name, { content }]) => [name, content]));
}

/** Curve, evaluations and weights of the run that began last. */
async function keptRun(page) {
  const files = contents(await folder(page));
  const records = Object.entries(files).filter(([name]) => name.endsWith(".record"));
  const [name, json] = records.sort().at(-1);
  const { record } = JSON.parse(json);
  const weights = files[name.replace(/record$/, "weights")];
  return { record, weights, losses: record.points.map(({ step, loss, grad_norm }) => [step, loss, grad_norm]) };
}

async function pausedStep(page) {
  const text = await page.getByText(/Paused after step [\d,]+/).first().textContent(LONG);
  return Number(text.match(/step ([\d,]+)/)[1].replaceAll(",", ""));
}

/** Presses the offer to continue, and gives the step it names. */
async function goOn(page) {
  const offer = page.getByRole("button", { name: /^Continue Run \d+ at step/ });
  await offer.waitFor(LONG);
  const step = Number((await offer.textContent()).match(/step ([\d,]+)/)[1].replaceAll(",", ""));
  await offer.click();
  return step;
}

/** Everything that a run without any interruption gives. */
async function neverInterrupted(open, options) {
  const { page } = await open(options);
  await button(page, "Start training").click();
  await saved(page, options.steps);
  return keptRun(page);
}

/** Waits until the run is kept up to this step. */
async function saved(page, step) {
  await page.getByText(`Kept in this browser up to step ${step}.`).waitFor(LONG);
}

/** Both runs have the same curve, the same evaluations and samples, and the same weights, moments and counters. */
function assertIdentical(one, other) {
  assert.deepEqual(one.losses, other.losses);
  assert.deepEqual(one.record.evaluations, other.record.evaluations);
  assert.deepEqual(one.record.samples, other.record.samples);
  assert(one.weights.equals(other.weights), "the weights differ");
}

for (const device of ["cpu", "gpu"]) {
  const reloads = device === "cpu" ? 15 : 5;
  browserTest(`${reloads} reloads on the ${device}: every run is offered, goes on, and is identical in the end`, async ({ open }) => {
    // Far more than are trained until somebody presses pause, so that the run is never over before its reloads are.
    const steps = 500 * (reloads + 1);
    const options = { device, hash: train(steps), steps };
    const whole = await neverInterrupted(open, options);
    const visit = await open(options);
    const { page } = visit;
    await button(page, "Start training").click();
    const at = [];
    for (let reload = 0; reload < reloads; reload++) {
      await page.getByText(/reads, guesses/).first().waitFor(LONG);
      await page.waitForTimeout(60 + 30 * (reload % 5));
      await button(page, "Pause").click();
      const paused = await pausedStep(page);
      await saved(page, paused);
      await page.reload();
      await visit.started();
      const offered = await goOn(page);
      assert.equal(offered, paused);
      at.push(offered);
    }
    await saved(page, steps);
    assertIdentical(await keptRun(page), whole);
    console.log(`${reloads} of ${reloads} reloads on the ${device}: offered at steps ${at.join(", ")}; bit-identical after ${steps}`);
  });
}

browserTest("5 crashed tabs: every run is offered at its last half minute, goes on, and is identical", async ({ open }) => {
  const steps = 4000;
  const options = { device: "cpu", hash: train(steps), steps, worker: [hurryClock] };
  const whole = await neverInterrupted(open, options);
  const visit = await open(options);
  let { page } = visit;
  await button(page, "Start training").click();
  const offers = [];
  for (let crash = 0; crash < 5; crash++) {
    // The worker's clock runs fast, so that a half minute of training is soon over.
    await page.getByText(/Kept in this browser up to step [\d,]+/).waitFor(LONG);
    await page.waitForTimeout(150);
    await crashTab(visit, page);
    page = await visit.context.newPage();
    await page.goto(visit.url);
    await page.waitForSelector("#boot-status", { state: "detached", ...LONG });
    offers.push(await goOn(page));
    await page.getByText(/reads, guesses/).first().waitFor(LONG);
  }
  await saved(page, steps);
  assertIdentical(await keptRun(page), whole);
  console.log(`5 of 5 crashed tabs: offered at steps ${offers.join(", ")}; bit-identical after ${steps}`);
});

/** Kills the tab's process. */
async function crashTab(visit, page) {
  const crashed = page.waitForEvent("crash");
  await page.goto("chrome://crash").catch(() => {});
  await crashed.catch(() => {});
  await page.close();
}

browserTest("torn writes: with the newest slot cut anywhere, the one before is offered", async ({ open }) => {
  const visit = await open({ device: "cpu", hash: train(2000) });
  const { page } = visit;
  await button(page, "Start training").click();
  const steps = [];
  for (let pause = 0; pause < 2; pause++) {
    await page.getByText(/reads, guesses/).first().waitFor(LONG);
    await page.waitForTimeout(100);
    await button(page, "Pause").click();
    steps.push(await pausedStep(page));
    await saved(page, steps[pause]);
    if (pause === 0) await button(page, "Resume").click();
  }
  const whole = await folder(page);
  const newest = ["a", "b"].map((end) => Object.keys(whole).find((name) => name.endsWith(`.weights.${end}`)))
    .sort((one, other) => generation(whole[one]) - generation(whole[other])).at(-1);
  const length = whole[newest].length;
  const cuts = [0, 8, 31, 32, 100, length >> 1, length - 1, "flipped", "zeros"];
  for (const cut of cuts) {
    await page.evaluate(async ({ name, text, cut }) => {
      const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
      if (cut === "flipped") bytes[bytes.length >> 1] ^= 1;
      if (cut === "zeros") bytes.fill(0, bytes.length >> 2);
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("gptling");
      const writer = await (await folder.getFileHandle(name)).createWritable();
      await writer.write(typeof cut === "number" ? bytes.subarray(0, cut) : bytes);
      await writer.close();
    }, { name: newest, text: whole[newest], cut });
    await page.reload();
    await visit.started();
    const offer = page.getByRole("button", { name: /^Continue Run 1 at step/ });
    await offer.waitFor(LONG);
    assert.match(await offer.textContent(), new RegExp(`step ${steps[0]}$`), String(cut));
  }
  console.log(`${cuts.length} of ${cuts.length} torn slots: offered at step ${steps[0]}, the one before ${steps[1]}`);
});

function generation(text) {
  return Number(Buffer.from(text.slice(0, 32), "latin1").readBigUInt64LE(8));
}

// To Chromium a quota of 0 is no quota at all: a single byte is as little room as it can be told to leave.
for (const [room, bytes] of [["1 byte", 1], ["1 MiB", 1 << 20], ["8 MiB", 8 << 20]]) {
  browserTest(`a quota of ${room}: training goes on, and the page says so once and offers a file`, async ({ open }) => {
    const visit = await open({
      device: "cpu",
      hash: train(400).replace("n_embd=16", "n_embd=256").replace("n_layer=1", "n_layer=2"),
      before: async (page, visit) => {
        const session = await visit.context.newCDPSession(page);
        await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(visit.site).origin, quotaSize: bytes });
      },
    });
    const { page } = visit;
    await button(page, "Start training").click();
    await page.getByText(/reads, guesses/).first().waitFor(LONG);
    for (let pause = 0; pause < 3; pause++) {
      await button(page, "Pause").click();
      await pausedStep(page);
      await page.waitForTimeout(300);
      await button(page, "Resume").click();
      await page.getByText(/reads, guesses/).first().waitFor(LONG);
    }
    await button(page, "Pause").click();
    await pausedStep(page);
    const told = page.getByText(/no room left|keeps nothing for this page/);
    await told.waitFor(LONG);
    assert.equal(await told.count(), 1);
    console.log(`${room}: ${await told.textContent()}`);
    if (room === "1 MiB") {
      assert.deepEqual(await visit.accessibility(), []);
      await visit.screenshot("storage-full");
    }
    const download = page.waitForEvent("download");
    await button(page, "Save to a file").click();
    assert.match((await download).suggestedFilename(), /\.zip$/);
    await page.locator(".notice", { has: told }).getByRole("button", { name: "Put this message away" }).click();
    await button(page, "One step").click();
    await page.waitForTimeout(300);
    assert.equal(await told.count(), 0);
    assert.match(await page.locator(".storage-line").textContent(), /Not kept/);
  });
}

browserTest("two tabs: the second keeps nothing until it takes over, and gets it when the first is closed", async ({ open }) => {
  const visit = await open({ device: "cpu", hash: train(50_000) });
  const first = visit.page;
  await button(first, "Start training").click();
  await first.getByText(/reads, guesses/).first().waitFor(LONG);
  const second = await visit.context.newPage();
  await second.goto(visit.url);
  const elsewhere = (page) => page.getByText(/open in another tab/);
  await elsewhere(second).waitFor(LONG);
  assert.equal(await elsewhere(first).count(), 0);
  await button(second, "Keep it in this tab instead").click();
  await elsewhere(second).waitFor({ state: "detached", ...LONG });
  await elsewhere(first).waitFor(LONG);
  await visit.screenshot("storage-elsewhere");
  assert.deepEqual(await visit.accessibility(), []);
  await second.close();
  await elsewhere(first).waitFor({ state: "detached", ...LONG });
  await button(first, "Pause").click();
  await saved(first, await pausedStep(first));
});

browserTest("a project is taken to another machine and goes on there, bit for bit", async ({ open }) => {
  const steps = 600;
  const options = { device: "cpu", hash: train(steps), steps };
  const whole = await neverInterrupted(open, options);
  const { page } = await open(options);
  await button(page, "Start training").click();
  await page.getByText(/reads, guesses/).first().waitFor(LONG);
  await button(page, "Pause").click();
  const paused = await pausedStep(page);
  const file = await saveProject(page);

  // Another context is another browser: it has nothing of the first.
  const elsewhere = await open();
  await openProject(elsewhere.page, file);
  assert.equal(await goOn(elsewhere.page), paused);
  await saved(elsewhere.page, steps);
  assertIdentical(await keptRun(elsewhere.page), whole);
  console.log(`a project of ${(readFileSync(file).length / 1000).toFixed(0)} kB: saved at step ${paused}, opened in another browser, bit-identical after ${steps}`);
});

async function saveProject(page) {
  const download = page.waitForEvent("download");
  await button(page, "Save project").first().click();
  const file = join(tmpdir(), `gptling-${process.pid}-${Math.random().toString(36).slice(2)}.zip`);
  await (await download).saveAs(file);
  return file;
}

async function openProject(page, file) {
  await page.locator("[popovertarget=project-menu]").click();
  const chooser = page.waitForEvent("filechooser");
  await page.locator("#project-menu").getByRole("button", { name: "Open project" }).click();
  await (await chooser).setFiles(file);
  await page.keyboard.press("Escape");
}

browserTest("hostile project files are refused by the name of the entry, and change nothing", async ({ open }) => {
  const visit = await open({ device: "cpu", hash: train(200) });
  const { page } = visit;
  await button(page, "Start training").click();
  await saved(page, 200);
  const file = await saveProject(page);
  const sound = readFileSync(file);
  const before = await folder(page);
  const tensor = sound.indexOf("model.safetensors") + "model.safetensors".length;
  const changed = (change) => {
    const bytes = Buffer.from(sound);
    change(bytes);
    return bytes;
  };
  const hostile = {
    "no zip file": [Buffer.from("a letter"), /is no project of Gptling/],
    "an empty file": [Buffer.alloc(0), /is no project of Gptling/],
    "cut in the middle": [sound.subarray(0, sound.length >> 1), /is no project of Gptling/],
    "a header of exabytes": [changed((bytes) => bytes.fill(0xff, tensor, tensor + 8)), /its entry “model\.safetensors/],
    "a changed weight": [changed((bytes) => (bytes[tensor + 4000] ^= 0x40)), /its entry “model\.safetensors/],
  };
  for (const [what, [bytes, sentence]] of Object.entries(hostile)) {
    writeFileSync(file, bytes);
    await openProject(page, file);
    const told = page.locator(".notice[role=alert]").filter({ hasText: sentence });
    await told.waitFor(LONG);
    console.log(`${what}: ${(await told.locator("p").first().textContent()).trim()}`);
    await told.getByRole("button", { name: "Put this message away" }).click();
  }
  assert.deepEqual(await folder(page), before);
});

browserTest("what is told of keeping is calm in both languages, light and dark, wide and narrow", async ({ open }) => {
  for (const [lang, theme, width] of [["en", "light", 1280], ["zh-CN", "dark", 390], ["en", "dark", 1280], ["zh-CN", "light", 390]]) {
    const visit = await open({ lang, theme, width, device: "cpu", hash: train(100_000) });
    const { page } = visit;
    await page.locator("[data-order=start]").click();
    await page.locator("[data-order=pause]:not([aria-disabled])").waitFor(LONG);
    await page.waitForTimeout(200);
    await page.locator("[data-order=pause]").click();
    await page.getByText(/Kept in this browser up to|直到第/).waitFor(LONG);
    await visit.screenshot(`storage-line-${lang}-${theme}-${width}`, { fullPage: false });
    await page.reload();
    await visit.started();
    await page.getByRole("button", { name: /^Continue|继续“/ }).waitFor(LONG);
    await page.locator("[popovertarget=project-menu]").click();
    assert.deepEqual(await visit.accessibility(), []);
    await visit.screenshot(`storage-offer-${lang}-${theme}-${width}`, { fullPage: false });
  }
});
