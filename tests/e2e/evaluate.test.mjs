// Station Train, part Evaluate: figures and pictures of a model, two models side by side, and what was learned by heart.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { browserTest } from "./harness.mjs";

const LONG = { timeout: 150_000 };
const TINY =
  "n_layer=1&n_embd=32&n_head=2&block_size=32&batch_size=8&characters=20000&method=characters" +
  "&steps=40&eval_every=20&sample_every=10000&length=60&learning_rate=0.01";
const EVALUATE = `#station=train&part=evaluate&${TINY}`;

const order = (page, name) => page.locator(`[data-order=${name}]`);

/** Trains the run of the link to its end, and opens the part that measures it. */
async function trained(page) {
  await page.locator("[data-part=live]").click();
  await page.getByRole("button", { name: /^(Start training|开始训练)$/ }).click();
  await page.getByText(/Finished after (step )?40|40 步全部完成/).first().waitFor(LONG);
  await page.locator("[data-part=evaluate]").click();
}

async function saved(page, section, kind) {
  const button = page.getByRole("region", { name: section }).getByRole("button", { name: kind, exact: true });
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return readFileSync(await download.path()).toString();
}

const measured = (page, models) => page.locator(`[data-measured="${models}"][aria-busy=false]`).waitFor(LONG);

browserTest("a model is measured: alone, beside an earlier one, and on a pasted text", async ({ open }) => {
  const visit = await open({ device: "cpu", hash: EVALUATE });
  const { page } = visit;
  await page.getByText("There is no model yet").waitFor(LONG);
  await trained(page);
  await order(page, "measure").click();
  await measured(page, 1);

  const figures = page.getByRole("region", { name: "Figures" });
  const values = await figures.getByRole("cell").allTextContents();
  assert.equal(values.length, 6);
  const [loss, perplexity] = values.map(Number.parseFloat);
  assert(Math.abs(Math.exp(loss) / perplexity - 1) < 0.01, `perplexity ${perplexity} for a loss of ${loss}`);
  assert.match(await figures.textContent(), /Measured on all [\d,]+ tokens of the part held out/);
  assert.match(await figures.textContent(), /which only counts rows of \d tokens/);
  await page.getByRole("img", { name: "Does it know how sure to be?" }).waitFor();
  assert((await page.locator(".miss").count()) >= 8);
  const reliability = await saved(page, "Does it know how sure to be?", "CSV");
  assert.match(reliability, /^model,targets,confidence,accuracy\n1,/);
  assert.match(await saved(page, "What does context bring?", "SVG"), /^<svg/);

  // The same run before it had learned anything.
  await page.locator("[data-choice=beside]").selectOption({ label: "after step 0" });
  await order(page, "measure").click();
  await measured(page, 2);
  const both = (await figures.getByRole("row", { name: /Loss/ }).getByRole("cell").allTextContents()).map(Number);
  assert(both[0] < both[1] - 0.3, `what was learned is seen: ${both}`);
  assert.deepEqual(await visit.accessibility(), []);
  await visit.screenshot("evaluate");

  await page.getByLabel("a text of your own").check();
  await page.locator("[data-choice=own]").fill("x");
  await order(page, "measure").click();
  await page.getByText("The pasted text gives 1 token").waitFor(LONG);
  await page.locator("[data-choice=own]").fill("Once there was a little fox. It sat by the river and waited for the moon.");
  await order(page, "measure").click();
  await page.getByText(/Measured on all 7\d tokens of your text/).waitFor(LONG);
});

browserTest("two models write side by side, and what was learned by heart is marked", async ({ open }) => {
  const visit = await open({ device: "cpu", hash: EVALUATE });
  const { page } = visit;
  await trained(page);
  await page.locator("[data-choice=beside]").selectOption({ label: "after step 0" });
  await page.locator("[data-choice=prompt]").fill("Once");
  await order(page, "write-beside").click();
  await page.locator("[data-side='1']").waitFor(LONG);
  const [late, early] = await Promise.all([0, 1].map((side) => page.locator(`[data-side='${side}']`).textContent()));
  assert(late.startsWith("Once") && early.startsWith("Once") && late !== early, `${late} and ${early}`);

  await page.getByRole("button", { name: "Write a text", exact: true }).click();
  await page.locator(".by-heart").waitFor(LONG);
  const longest = Number(await page.locator(".by-heart").getAttribute("data-longest"));
  const sentence = await page.locator(".by-heart > p").first().textContent();
  assert(longest > 0 && sentence.includes(`is ${longest} of`), sentence);
  console.log(`by heart: ${sentence}`);
  assert.deepEqual(await visit.accessibility(), []);

  await page.getByRole("navigation").getByRole("link", { name: "Write" }).first().click();
  await page.getByRole("heading", { name: "What did it learn by heart?" }).waitFor();
  await page.locator(".by-heart").waitFor();
  await visit.screenshot("by-heart");
  assert.deepEqual(await visit.accessibility(), []);
});

browserTest("in Chinese, dark and on a phone everything fits", async ({ open }) => {
  const visit = await open({ device: "cpu", lang: "zh-CN", theme: "dark", width: 390, hash: EVALUATE });
  const { page } = visit;
  await trained(page);
  await page.locator("[data-choice=beside]").selectOption({ index: 3 });
  await order(page, "measure").click();
  await measured(page, 2);
  await page.getByRole("button", { name: "写一段文本" }).click();
  await page.locator(".by-heart").waitFor(LONG);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert(!wide, "nothing is wider than the window");
  assert.deepEqual(await visit.accessibility(), []);
  await visit.screenshot("evaluate-phone");
});
