// The whole way, as a student goes it: from a text to written text, on the browser's software adapter.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { callsBetween } from "./hooks.mjs";
import { browserTest } from "./harness.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SHAKESPEARE = join(ROOT, "../shared/data/tinyshakespeare.txt");
const LONG = { timeout: 150_000 };

const button = (page, name) => page.getByRole("button", { name, exact: true });
const station = (page, name) => page.getByRole("navigation").getByRole("link", { name }).first().click();

/** Waits until the figures of the Train station say that this many steps are done. */
async function trained(page, steps) {
  await page.getByText(new RegExp(`(Finished|Paused|Stopped) after (step )?${steps}`)).first().waitFor(LONG);
}

browserTest("first visit: one button grows a GPT and lets it write", async ({ open }) => {
  const visit = await open({ device: "gpu" });
  const { page } = visit;
  await button(page, "Grow a GPT").click();
  for (const title of ["Cut the text into tokens", "Shape the model", "Train it"]) {
    await page.getByRole("heading", { level: 1, name: title }).waitFor(LONG);
  }
  // A software adapter takes minutes for what a graphics card does in seconds: this visitor wants to see it write now.
  await page.locator(".moment").nth(1).waitFor(LONG);
  await button(page, "Stop here and let it write").click();
  await page.getByRole("heading", { level: 1, name: "Let it write" }).waitFor(LONG);
  await page.waitForFunction(() => document.querySelector(".written")?.textContent.length >= 100, null, LONG);
  await page.getByText("That was the whole way").waitFor(LONG);
  await visit.screenshot("first-visit-end");
  const long = visit.seen.longTasks.filter(({ start }) => start > 3000);
  console.log(`tasks over 50 ms on the page's thread after the start: ${long.map(({ duration }) => Math.round(duration)).join(", ") || "none"}`);
});

browserTest("own file, BPE, pause, resume, one step, write, and a reload of the link", async ({ open }) => {
  const visit = await open({ device: "gpu", counted: true, hash: "#n_layer=1&n_embd=32&n_head=2&batch_size=4&block_size=32&steps=4000&eval_every=10000&sample_every=10000&method=bpe&vocab_size=320" });
  const { page } = visit;
  await page.locator("input[type=file]:not([webkitdirectory])").setInputFiles(join(ROOT, "LICENSE-APACHE"));
  await page.locator(".excerpt:visible", { hasText: "Apache License" }).first().waitFor();
  await station(page, "Tokens");
  await page.getByText("320", { exact: true }).first().waitFor(LONG);
  await station(page, "Train");
  await button(page, "Start training").click();
  await page.locator(".moment").first().waitFor(LONG);

  // A steady stretch of training makes nothing: it writes token ids, submits, and reads the losses now and then.
  const before = await visit.gpuCalls();
  await page.waitForTimeout(3000);
  const calls = callsBetween(before, await visit.gpuCalls());
  console.log(`calls in three seconds of training: ${JSON.stringify(calls)}`);
  assert(calls.submit > 0 && calls.dispatchWorkgroups > calls.submit, "it trains");
  for (const making of ["createBuffer", "createBindGroup", "createComputePipeline", "createShaderModule"]) {
    assert.equal(calls[making], undefined, `${making} in a steady stretch`);
  }

  await button(page, "Pause").click();
  const paused = await page.getByText(/Paused after step \d+/).first().textContent();
  const step = Number(paused.match(/step (\d+)/)[1]);
  assert(step > 0, paused);
  await button(page, "One step").click();
  await page.getByText(`Paused after step ${step + 1}`).first().waitFor(LONG);
  await button(page, "Resume").click();
  await page.getByText(/reads, guesses/).first().waitFor();
  await button(page, "Stop").click();
  await page.getByText(/Stopped after step/).first().waitFor(LONG);

  await station(page, "Write");
  await page.getByLabel("Begin a text").fill("the License");
  await button(page, "Write").click();
  await page.waitForFunction(() => document.querySelector(".written")?.textContent.length >= 40, null, LONG);

  await page.reload();
  await visit.started();
  await station(page, "Model");
  assert.match(page.url(), /n_embd=32/);
  assert.match(page.url(), /method=bpe/);
});

browserTest("a long text of one's own trains by characters", async ({ open }) => {
  const { page } = await open({ hash: "#n_layer=1&n_embd=32&n_head=2&batch_size=4&block_size=32&steps=30&eval_every=30" });
  const long = existsSync(SHAKESPEARE) ? readFileSync(SHAKESPEARE) : Buffer.from(readFileSync(join(ROOT, "LICENSE-APACHE"), "utf8").repeat(90));
  await page.locator("input[type=file]:not([webkitdirectory])").setInputFiles({ name: "long.txt", mimeType: "text/plain", buffer: long });
  await page.getByRole("heading", { name: /long.txt/ }).waitFor(LONG);
  await station(page, "Train");
  await button(page, "Start training").click();
  await trained(page, 30);
});

browserTest("the same link trains to the same losses", async ({ open }) => {
  const hash = "#n_layer=1&n_embd=16&n_head=2&batch_size=4&block_size=16&steps=20&eval_every=20&station=train";
  const loss = (figures) => figures.match(/Training loss([\d.]+)Validation loss([\d.]+)/).slice(1);
  for (const device of ["gpu", "cpu"]) {
    const losses = [];
    for (let run = 0; run < 2; run += 1) {
      const { page } = await open({ hash, device });
      await button(page, "Start training").click();
      await trained(page, 20);
      losses.push(loss(await page.locator(".figures").first().textContent()));
    }
    assert.deepEqual(losses[0], losses[1], device);
  }
});
