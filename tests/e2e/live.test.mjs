// Station Train, part Live: the schedule before and during a run, what goes on inside, learning rates that are tried.

import assert from "node:assert/strict";
import { browserTest } from "./harness.mjs";

const LONG = { timeout: 120_000 };
const SMALL = "#station=train&n_layer=1&n_embd=32&n_head=2&batch_size=4&block_size=32&steps=4000&eval_every=1000&sample_every=1000&characters=20000";

const button = (page, name) => page.getByRole("button", { name, exact: true });

browserTest("a rate is found on a copy, taken, and the run is watched", async ({ open }) => {
  const visit = await open({ hash: SMALL });
  const { page } = visit;
  await page.getByText("Learning rate over the run").waitFor();
  const before = await page.locator(".schedule path").first().getAttribute("d");
  await page.getByText("straight down", { exact: true }).click();
  await page.waitForFunction((d) => document.querySelector(".schedule .mark-train")?.getAttribute("d") !== d, before);
  await visit.screenshot("live-before");

  await page.locator(".finder .button:not([disabled])", { hasText: "Find a learning rate" }).click(LONG);
  const take = page.getByRole("button", { name: /^Take / });
  await take.waitFor(LONG);
  await visit.screenshot("live-finder");
  const suggested = Number((await take.textContent()).replace("Take", ""));
  assert(suggested > 1e-5 && suggested < 1, `${suggested} is suggested`);
  await take.click();
  const field = page.locator("#field-learning_rate-input");
  const taken = Number(await field.inputValue());
  assert(Math.abs(taken / suggested - 1) < 0.06, `${taken} is taken for ${suggested}`);
  console.log(`suggested and taken: ${taken}`);

  await button(page, "Start training").click();
  await page.getByRole("heading", { name: "What goes on inside" }).waitFor(LONG);
  await page.getByText(/How far each layer moves, step \d+/).waitFor(LONG);
  await page.getByText(/Gradient norm \d/).first().waitFor();
  await page.getByText("Memory for training").waitFor();
  await page.getByText("How this is estimated").click();
  await page.getByText(/15 W × .* m?Wh/).waitFor();
  await page.getByText("150 W, desktop").click();
  await page.getByText(/150 W × .* Wh/).waitFor();

  await button(page, "Look at the numbers").click();
  await page.getByText(/Weights of wte\.weight after step \d+/).waitFor(LONG);
  await page.getByText("Gradients", { exact: true }).click();
  await page.getByText(/Gradients of wte\.weight after step \d+/).waitFor(LONG);
  await button(page, "Pause").click();
  await page.getByText(/Paused after step/).first().waitFor(LONG);
  await visit.screenshot("live-running");

  // Every small picture is a table and a file as well, folded up below it.
  const norm = page.getByRole("figure").filter({ hasText: /Gradient norm \d/ });
  await norm.getByText("Table and files").click();
  await norm.getByRole("columnheader", { name: "Gradient norm" }).waitFor();
  const csv = norm.getByRole("button", { name: "CSV", exact: true });
  const [download] = await Promise.all([page.waitForEvent("download"), csv.click()]);
  assert.equal(download.suggestedFilename(), "gptling-gradient-norm.csv");
  assert.deepEqual(await visit.accessibility(), []);
});

browserTest("every optimizer trains, and shows the settings that it reads", async ({ open }) => {
  const { page } = await open({ hash: `${SMALL}&steps=20&optimizer=muon&accumulation=2` });
  await page.getByText("More settings").click();
  await page.locator("[data-key=momentum]").waitFor();
  await button(page, "Start training").click();
  await page.getByText(/Finished after 20 steps/).first().waitFor(LONG);
  for (const name of ["SGD with momentum", "Lion"]) {
    await page.getByText(name, { exact: true }).first().click();
    await button(page, "Train a new one").click();
    const again = page.getByRole("button", { name: "Press again: the model will be lost" });
    if (await again.isVisible()) await again.click();
    await page.getByText(/Finished after 20 steps/).first().waitFor(LONG);
  }
  await page.getByText("SGD with momentum", { exact: true }).first().click();
  assert.equal(await page.locator("[data-key=beta1]").count(), 0, "SGD has no betas");
});

browserTest("in Chinese, narrow and dark", async ({ open }) => {
  const visit = await open({ lang: "zh-CN", theme: "dark", width: 390, hash: `${SMALL}&lang=zh-CN` });
  const { page } = visit;
  await button(page, "开始训练").click();
  await page.getByText(/步，每一层移动了多远/).waitFor(LONG);
  await button(page, "看看这些数字").click();
  await page.getByText(/步之后 wte\.weight/).waitFor(LONG);
  await visit.screenshot("live-zh-dark");
  assert.deepEqual(await visit.accessibility(), []);
});
