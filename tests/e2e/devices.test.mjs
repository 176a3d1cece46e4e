// What is computed on: measured, chosen, changed on the way, and a whole first visit without any WebGPU.

import assert from "node:assert/strict";
import { browserTest } from "./harness.mjs";

const LONG = { timeout: 150_000 };
const RUN = "#n_layer=1&n_embd=32&n_head=2&batch_size=4&block_size=32&steps=100000&eval_every=10000&sample_every=10000&station=train";

const button = (page, name) => page.getByRole("button", { name, exact: true });
const menu = (page) => page.getByRole("combobox", { name: "Compute on" });

async function paused(page) {
  const text = await page.getByText(/Paused after step \d+/).first().textContent(LONG);
  return Number(text.match(/step (\d+)/)[1]);
}

browserTest("first visit without WebGPU: from a text to written text on the processor", async ({ open }) => {
  const visit = await open({ webgpu: "absent" });
  const { page } = visit;
  assert.equal(await page.evaluate(() => "gpu" in navigator), false);
  assert.equal(await (await visit.worker()).evaluate(() => "gpu" in navigator), false);
  await page.getByText("Computes on the processor: this browser offers no graphics card.").waitFor(LONG);
  await button(page, "Grow a GPT").click();
  for (const title of ["Cut the text into tokens", "Shape the model", "Train it", "Let it write"]) {
    await page.getByRole("heading", { level: 1, name: title }).waitFor(LONG);
  }
  await page.waitForFunction(() => document.querySelector(".written")?.textContent.length >= 100, null, LONG);
  await page.getByText("That was the whole way").waitFor(LONG);
  assert.deepEqual(await visit.accessibility(), []);
});

browserTest("on a software adapter the measurement takes the processor, and says by how much", async ({ open }) => {
  const { page } = await open();
  const line = page.getByText(/the graphics card here is only software, [\d.]+ times slower/);
  await line.waitFor(LONG);
  console.log(await line.textContent());
  assert.equal(await menu(page).inputValue(), "automatic");
});

browserTest("a run that changes its device keeps its steps, and the choice outlives the visit", async ({ open }) => {
  const visit = await open({ device: "cpu", hash: RUN });
  const { page } = visit;
  await page.getByText("Computes on the processor, as you chose.").waitFor(LONG);
  await button(page, "Start training").click();
  await page.getByText(/reads, guesses/).first().waitFor(LONG);
  await page.waitForTimeout(1000);
  await button(page, "Pause").click();
  const before = await paused(page);
  assert(before > 0);

  await menu(page).selectOption("gpu");
  await page.getByText(/Computes on .*, as you chose/).filter({ hasNotText: "processor" }).waitFor(LONG);
  assert.equal(await paused(page), before);
  await button(page, "One step").click();
  await page.getByText(`Paused after step ${before + 1}`).first().waitFor(LONG);
  await button(page, "Resume").click();
  await page.getByText(/reads, guesses/).first().waitFor(LONG);

  // While it trains, by keyboard: from the graphics card up to automatic would be two keys.
  await menu(page).focus();
  await page.keyboard.press("ArrowDown");
  await page.getByText("Computes on the processor, as you chose.").waitFor(LONG);
  await page.waitForTimeout(1000);
  await button(page, "Pause").click();
  assert((await paused(page)) > before + 1);

  await page.reload();
  await visit.started();
  await page.getByText("Computes on the processor, as you chose.").waitFor(LONG);
  assert.equal(await menu(page).inputValue(), "cpu");
});

browserTest("the line on the device is calm everywhere", async ({ open }) => {
  for (const lang of ["en", "zh-CN"]) {
    for (const theme of ["light", "dark"]) {
      for (const width of [1280, 390]) {
        const visit = await open({ lang, theme, width, webgpu: theme === "dark" ? "null" : "software" });
        const { page } = visit;
        await page.locator(".engine").waitFor(LONG);
        await page.getByText(/GFLOP|within a second|offers no graphics card|一秒|没有提供显卡/).first().waitFor(LONG);
        if (await page.locator(".engine summary").count()) await page.locator(".engine summary").click();
        assert.deepEqual(await visit.accessibility(), []);
        await page.locator(".bottom").scrollIntoViewIfNeeded();
        await visit.screenshot(`device-${lang}-${theme}-${width}`, { fullPage: false });
      }
    }
  }
});
