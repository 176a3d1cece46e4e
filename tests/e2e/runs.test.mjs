// Station Train, parts Runs and Sweep: runs are listed, drawn side by side and compared in words; settings are swept.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { browserTest } from "./harness.mjs";

const LONG = { timeout: 120_000 };
const TINY = "n_layer=1&n_embd=16&n_head=2&block_size=16&batch_size=4&characters=10000&steps=20&eval_every=5&method=characters";

const part = (page, name) => page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
const region = (page, name) => page.getByRole("region", { name, exact: true });
const table = (page) => page.getByRole("table").first();
const row = (page, name) => page.getByRole("row", { name: new RegExp(name) });

/** Trains a run to its end with what the address says beside the tiny settings. The model before is given up. */
async function train(page, settings = "") {
  await page.evaluate((hash) => (location.hash = hash), `station=train&${TINY}&${settings}`);
  const reset = page.locator("[data-order=reset]:not([aria-disabled])");
  if (await reset.count()) {
    await reset.click();
    await reset.click();
  }
  await page.locator("[data-order=start]:not([aria-disabled])").click();
  await page.locator(".run-state[data-state=finished]").waitFor(LONG);
}

async function saved(page, section, kind) {
  const button = region(page, section).getByRole("button", { name: kind, exact: true });
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return readFileSync(await download.path());
}

browserTest("runs are listed, compared in words, drawn and saved", async ({ open }) => {
  const visit = await open({ hash: `#station=train&${TINY}` });
  const { page } = visit;
  await train(page);
  await train(page, "learning_rate=0.002&n_layer=2");
  await part(page, "Runs");
  await row(page, "Run 2").waitFor();
  assert.equal(await table(page).getByRole("row").count(), 3);
  const hashes = await page.locator(".runs-hash").allTextContents();
  assert.match(hashes[0], /^[0-9a-f]{8}$/);
  assert.equal(hashes[0], hashes[1], "the same text has the same hash");

  const words = region(page, "What sets them apart");
  await words.getByText("Learning rate: 0.002 instead of 0.004 (÷ 2).").waitFor();
  await words.getByText("Layers: 2 instead of 1 (× 2).").waitFor();
  await words.getByText(/It has [\d,]+ weights instead of [\d,]+/).waitFor();
  await words.getByLabel("Compared with").selectOption("Run 2");
  await words.getByText("Learning rate: 0.004 instead of 0.002 (× 2).").waitFor();

  const chart = region(page, "Losses side by side");
  assert.equal(await chart.locator("svg .mark-run-0[d], svg .mark-run-1[d]").count(), 4, "each line and its piece before the name");
  await chart.getByLabel("By", { exact: true }).selectOption("seconds of training");
  await chart.getByLabel("Scale").selectOption("logarithmic");
  await chart.getByLabel("Curve").selectOption("Training loss, smoothed");
  await chart.getByText("training loss (nats per token)").first().waitFor();
  await chart.getByRole("slider").press("ArrowLeft");
  // One of them took longer, and stands there alone.
  assert.match(await chart.getByRole("slider").getAttribute("aria-valuetext"), /Run 1: (\d\.\d\d, Run 2: (\d|–)|–, Run 2: \d\.\d\d)/);
  assert.match((await saved(page, "Losses side by side", "SVG")).toString(), /stroke-dasharray="9 5".*Run 2/s);
  assert.match((await saved(page, "Losses side by side", "CSV")).toString(), /^run,time,loss\nRun 1,/);

  const csv = (await saved(page, "Your runs", "CSV")).toString().trim().split("\n");
  assert.equal(csv.length, 3);
  assert(csv[0].startsWith("run,key,begun,state,text,text_hash") && csv[0].includes(",learning_rate,"));
  assert.match(csv[1], /^Run 1,\d+,\d{4}-\d\d-\d\dT[\d:.]+Z,finished,/);
  const json = JSON.parse((await saved(page, "Your runs", "JSON")).toString());
  assert.deepEqual(json.map(({ settings }) => settings.learning_rate), [0.004, 0.002]);
  assert.equal(json[0].steps.rows.length, 20);
  await visit.screenshot("runs-compared");
});

browserTest("a run is renamed, duplicated, deleted and brought back", async ({ open }) => {
  const { page } = await open({ hash: `#station=train&${TINY}` });
  await train(page, "learning_rate=0.003");
  await part(page, "Runs");
  await page.getByRole("button", { name: "Rename Run 1" }).click();
  await page.keyboard.press("Escape");
  await row(page, "Run 1").waitFor();
  await page.getByRole("button", { name: "Rename Run 1" }).press("Enter");
  await page.getByRole("textbox", { name: "Rename Run 1" }).fill("the careful one");
  await page.keyboard.press("Enter");
  await row(page, "the careful one").waitFor();

  await page.getByRole("button", { name: "Delete the careful one" }).click();
  await page.getByText("“the careful one” was deleted.").waitFor();
  await page.getByText("No model has been trained yet.").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await row(page, "the careful one").waitFor();
  assert.equal(await page.getByRole("button", { name: "Undo" }).count(), 0);

  await page.evaluate(() => (location.hash = location.hash.replace("learning_rate=0.003", "learning_rate=0.1")));
  await page.getByRole("button", { name: "Take over the settings of the careful one for a new run" }).click();
  await page.waitForURL(/part=live&.*learning_rate=0\.003/);

  await page.reload();
  await part(page, "Runs");
  await row(page, "the careful one").waitFor(LONG);
});

browserTest("a sweep tries every combination, and its runs are in the table", async ({ open }) => {
  const visit = await open({ hash: `#station=train&part=sweep&${TINY}&steps=10` });
  const { page } = visit;
  await page.getByLabel("Values of Learning rate").fill("0.001, 0.01");
  await page.getByRole("button", { name: "Add a setting" }).click();
  await page.getByLabel("Setting 2").selectOption("Width");
  await page.getByLabel("Values of Width").fill("16 32 5000");
  await page.getByText("“Width” cannot be “5000”: it goes from 8 to 1024.").waitFor();
  assert(await page.getByRole("button", { name: "Start the sweep" }).isDisabled());
  await page.getByLabel("Values of Width").fill("16 32");
  await page.getByText("Runs: 4, each of 10 steps.").waitFor();
  await page.locator("[data-order], .sweep-fields").first().waitFor();
  await page.getByRole("button", { name: "Start the sweep" }).click();
  await page.getByText(/All 4 runs are done/).waitFor(LONG);
  await page.getByText(/Best so far: Learning rate 0\.\d+, Width \d+, with a validation loss of \d\.\d\d/).waitFor();
  assert.equal(await page.locator(".sweep-picture rect.mark-heat-best").count(), 1);
  const losses = await page.locator(".sweep-picture :is(.mark-heat-loss, .mark-heat-best-loss)").allTextContents();
  assert.equal(losses.filter((loss) => /^\d\.\d\d$/.test(loss)).length, 4);
  const csv = (await saved(page, "What came of it", "CSV")).toString().trim().split("\n");
  assert.equal(csv[0], "learning_rate,n_embd,outcome,validation_loss,bits_per_byte,run");
  assert.equal(csv.filter((line) => line.includes(",finished,")).length, 4);
  assert.match((await saved(page, "What came of it", "SVG")).toString(), /#a5d9ad/);
  await visit.screenshot("sweep-two");

  await part(page, "Runs");
  await row(page, "Learning rate 0.001 · Width 16").waitFor();
  assert.equal(await table(page).getByRole("row").count(), 5);
  assert.match(page.url(), /n_embd=16/);
});

browserTest("a sweep whose time is up says what it left out", async ({ open }) => {
  const { page } = await open({ hash: `#station=train&part=sweep&${TINY}&steps=100000&eval_every=1000&sample_every=10000` });
  await page.getByLabel("Time for all of it, in minutes").fill("0.1");
  await page.getByLabel("Time for all of it, in minutes").blur();
  await page.getByLabel("Values of Learning rate").fill("0.001, 0.002, 0.004");
  await page.getByRole("button", { name: "Start the sweep" }).click();
  await page.getByText(/The time of 6 s is up: 2 of 3 combinations were left out\./).waitFor(LONG);
  await page.getByText("As a table").click();
  const outcomes = await region(page, "What came of it").getByRole("row").allTextContents();
  assert.equal(outcomes.filter((text) => text.includes("left out")).length, 2);
  assert.equal(outcomes.filter((text) => /stopped at step \d+, not to be compared/.test(text)).length, 1);
});

for (const [lang, theme, width] of [["en", "light", 1280], ["zh-CN", "dark", 1280], ["en", "dark", 390], ["zh-CN", "light", 390]]) {
  browserTest(`parts Runs and Sweep are accessible: ${lang}, ${theme}, ${width}`, async ({ open }) => {
    const visit = await open({ lang, theme, width, hash: `#station=train&${TINY}&steps=10&lang=${lang}` });
    const { page } = visit;
    const check = async (name) => {
      assert.deepEqual(await visit.accessibility(), []);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert(wide <= 0, `${wide} px too wide`);
      await visit.screenshot(`${name}-${lang}-${theme}-${width}`);
    };
    await page.locator("[data-part=runs]").click();
    await check("runs-none");
    for (const settings of ["", "learning_rate=0.02&optimizer=lion"]) await train(page, `steps=10&lang=${lang}&${settings}`);
    await page.locator("[data-part=runs]").click();
    await page.locator(".loss-chart svg.picture").waitFor(LONG);
    await check("runs");
    await page.locator("[data-part=sweep]").click();
    for (let at = 1; at < 3; at += 1) await page.locator(".sweep-add").click();
    await page.locator("#sweep-values-0").fill("0.002 0.02");
    await page.locator("#sweep-field-1").selectOption({ index: 0 });
    await check("sweep");
  });
}
