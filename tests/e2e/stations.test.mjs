// What the stations Model, Train and Write offer beyond the way through: by keyboard, as tables, as files.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { browserTest } from "./harness.mjs";

const TINY = "n_layer=1&n_embd=16&n_head=2&block_size=16&batch_size=4&characters=10000";
const LONG = { timeout: 120_000 };

const button = (page, name) => page.getByRole("button", { name, exact: true });
const reading = (page) => page.getByRole("slider", { name: "Loss by step" }).getAttribute("aria-valuetext");

async function saved(page, kind) {
  const [download] = await Promise.all([page.waitForEvent("download"), button(page, kind).click()]);
  return readFileSync(await download.path());
}

browserTest("the network changes with its sizes, and is a table as well", async ({ open }) => {
  const { page } = await open({ hash: "#station=model" });
  const blocks = page.locator(".mark-net-times");
  await page.getByText("Sprout", { exact: true }).click();
  assert(await page.getByRole("radio", { name: /Sprout/ }).isChecked());
  await blocks.getByText("× 4 blocks").waitFor();
  assert.equal(await page.locator(".mark-net-head").count(), 4);

  await page.getByRole("group", { name: "Heads that divide the width:" }).getByRole("button", { name: "8" }).click();
  assert.equal(await page.locator(".mark-net-head").count(), 8);
  await page.getByText("128 ÷ 8 = 16").waitFor();

  await page.getByText("The network as a table").click();
  const table = page.getByRole("table", { name: /Layers of the network/ });
  const weights = (await table.locator("[data-sum=weights]").textContent()).replace(/\D/g, "");
  const counted = (await page.locator(".cost .figures dd span").first().textContent()).replace(/\D/g, "");
  assert.equal(weights, counted);
  assert.match((await saved(page, "SVG")).toString(), /^<svg .*<title>Your network<\/title>/s);
});

browserTest("a model that no adapter can hold is refused with its reason, before it is built", async ({ open }) => {
  const largest = "n_layer=24&n_head=16&n_embd=1024&block_size=1024&batch_size=128";
  const { page } = await open({ hash: `#station=model&${largest}` });
  await page.getByText(/does not fit on this computer/).first().waitFor(LONG);
  assert(Number((await page.locator(".cost .figures dd span").first().textContent()).replace(/\D/g, "")) > 3e8);
});

browserTest("the loss is read by keys and as a table, and kept as files", async ({ open }) => {
  const visit = await open({ hash: `#station=train&steps=40&eval_every=10&sample_every=20&${TINY}` });
  const { page } = visit;
  await page.locator("[data-order=start]:not([aria-disabled])").click();
  await page.getByText("Finished after 40 steps").waitFor(LONG);

  await page.getByRole("slider", { name: "Loss by step" }).focus();
  await page.keyboard.press("End");
  assert.match(await reading(page), /^Step 40: training \d\.\d\d, smoothed \d\.\d\d, validation \d\.\d\d$/);
  await page.keyboard.press("ArrowLeft");
  assert.match(await reading(page), /^Step 39:/);
  await page.keyboard.press("Home");
  assert.match(await reading(page), /^Step 1:/);

  await page.getByText("As a table", { exact: true }).click();
  await page.getByRole("table", { name: "Loss by step" }).getByRole("row").nth(10).waitFor();
  const lines = (await saved(page, "CSV")).toString().trim().split("\n");
  assert.equal(lines.length, 42, "a heading, step 0, and forty steps");
  assert.match((await saved(page, "SVG")).toString(), /blind guessing/);
  assert.deepEqual([...(await saved(page, "PNG")).subarray(1, 4)], [...Buffer.from("PNG")]);
  await page.locator(".moment").nth(1).waitFor();

  await button(page, "Forget model").click();
  await page.getByText("Finished after 40 steps").waitFor();
  await button(page, "Press again: the model will be lost").click();
  await page.getByText("Ready. The model still knows nothing.").waitFor();
});

browserTest("a run that bursts goes back, says so and offers three ways on", async ({ open }) => {
  const wild = "learning_rate=1&clip=0&warmup=0&beta1=0.999&beta2=0&weight_decay=0&n_layer=4&n_embd=32&n_head=2";
  const visit = await open({ hash: `#station=train&${wild}&block_size=16&batch_size=4&characters=10000` });
  const { page } = visit;
  await page.locator("[data-order=start]:not([aria-disabled])").click();
  await page.getByText(/the loss (stopped being a number|exploded)/).first().waitFor(LONG);
  await page.getByText(/^Paused after step/).first().waitFor(LONG);
  assert.equal(await page.locator(".remedies button").count(), 3);
  assert.deepEqual(await visit.accessibility(), []);
  await button(page, "Gradients clipped at 1").click();
  await page.getByText(/^Paused after step/).first().waitFor({ state: "hidden", ...LONG });
});

browserTest("every written token tells how likely it was, by keyboard too", async ({ open }) => {
  const visit = await open({ width: 390, height: 844, hash: `#station=train&steps=20&length=40&${TINY}` });
  const { page } = visit;
  await page.locator("[data-order=step]:not([aria-disabled])").click();
  await page.getByText("Paused after step 1.").waitFor(LONG);
  await page.locator(".step-link").nth(4).click();
  await page.getByLabel("Begin a text").fill("There");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => document.querySelectorAll(".word[data-index]").length === 40, null, LONG);
  await page.getByText(/the model no longer saw the beginning/).waitFor(LONG);

  await page.locator('.word[tabindex="0"]').focus();
  await page.keyboard.press("ArrowRight");
  await page.getByText(/^Token 2 of the text/).waitFor();
  assert.equal(await page.locator(".likelihood-row").count(), 6);
  await page.keyboard.press("End");
  await page.getByText(/^Token 40 of the text/).waitFor();
  const word = await page.locator('.word[data-index="39"]').boundingBox();
  const card = await page.locator(".likelihood-card").boundingBox();
  assert(word.y + word.height <= card.y, "the card does not cover the token");
  assert.deepEqual(await visit.accessibility(), []);
  await button(page, "Put away").click();
  assert.equal(await page.locator(".likelihood-row").count(), 0);
});
