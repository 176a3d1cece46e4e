// Station Tokens, part Merges: training by merges, played, stepped and scrubbed through.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { browserTest } from "./harness.mjs";

const LONG = { timeout: 60_000 };
const TWO_THOUSAND = "#station=tokens&part=merges&method=bpe&vocab_size=2256&min_frequency=1&characters=10000";

const slider = (page) => page.getByRole("slider", { name: "Merge" });
const number = async (page) => (await page.locator(".merge-number").textContent()).trim();
const shown = (page) => page.locator(".recut .token").count();
const figure = async (page, at) => (await page.locator(".figures dd").nth(at).textContent()).replace(/\D/g, "");

/** Words that never end to differ: enough for thousands of merges. */
function manyWords() {
  let state = 1;
  const draw = (below) => (state = (state * 48271) % 2147483647) % below;
  const syllable = () => "bcdfghklmnprst"[draw(14)] + "aeiou"[draw(5)];
  return Array.from({ length: 2_600 }, () => Array.from({ length: 2 + draw(3) }, syllable).join("")).join(" ");
}

async function saved(page, kind) {
  const button = page.getByRole("button", { name: kind, exact: true });
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return readFileSync(await download.path());
}

browserTest("two thousand merges are stepped and scrubbed through without a pause", async ({ open }) => {
  const visit = await open({ hash: TWO_THOUSAND });
  const { page } = visit;
  await page.getByText("Words I type").click();
  await page.getByLabel(/Type a few words/).fill(manyWords());
  await page.waitForFunction(() => document.querySelector(".merge-slider")?.max === "2000", null, LONG);
  assert.match(await number(page), /^Before the first merge/);
  assert.equal(await figure(page, 2), "256");
  const letters = await shown(page);

  await page.getByRole("button", { name: "One merge forward" }).click();
  assert.equal(await number(page), "Merge 1");
  assert.equal(await figure(page, 2), "257");
  await page.getByRole("button", { name: "To the next change here" }).click();
  await page.locator(".recut .token[data-fresh]").first().waitFor();
  await page.getByRole("button", { name: "One merge back" }).click();

  const last = Number(await slider(page).getAttribute("max"));
  const before = visit.seen.longTasks.length;
  await slider(page).focus();
  await page.keyboard.press("End");
  assert.equal(await number(page), `Merge ${last.toLocaleString("en")}`);
  await page.keyboard.press("Home");
  for (let at = 0; at <= last; at += 37) await slider(page).fill(String(at));
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await number(page), `Merge ${(last - 1).toLocaleString("en")}`);
  assert.deepEqual(await visit.tasksTooLong(before), [], "no long task while scrubbing");
  assert((await shown(page)) < letters / 2, "the text has become much shorter");
  assert.equal(await page.locator(".growth > li").count(), 40);

  await page.getByRole("spinbutton", { name: /^Merge/ }).fill("7");
  await page.keyboard.press("Enter");
  assert.equal(await number(page), "Merge 7");
  await page.locator(".growth-row").last().click();
  assert.equal(await number(page), "Merge 1");
});

browserTest("the player plays by itself, and not where less motion is preferred", async ({ open }) => {
  const { page } = await open({ hash: "#station=tokens&part=merges&method=bpe", reducedMotion: "no-preference" });
  await page.locator(".merge-number", { hasText: /^Merge [2-9]/ }).waitFor(LONG);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByLabel("Speed").selectOption("racing");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  const last = Number(await slider(page).getAttribute("max"));
  await page.locator(".merge-number", { hasText: `Merge ${last.toLocaleString("en")}` }).waitFor(LONG);
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();

  const calm = await open({ hash: "#station=tokens&part=merges&method=bpe" });
  await calm.page.getByRole("button", { name: "Play", exact: true }).waitFor(LONG);
  assert.match(await number(calm.page), /^Before the first merge/);
});

browserTest("WordPiece chooses by score, and a method that does not merge says what it does", async ({ open }) => {
  const { page } = await open({ hash: "#station=tokens&part=merges&method=characters&characters=60000" });
  await page.getByText(/Your project takes every character as a token/).waitFor(LONG);
  await page.getByText("WordPiece", { exact: true }).click();
  await slider(page).waitFor(LONG);
  await slider(page).fill("30");
  const reason = await page.locator(".merge-stage > p:not(.merge-number, .merge-pair)").first().textContent();
  const [, pair, left, right, score] = reason.replaceAll(",", "").match(/^(\d+) ÷ \((\d+) × (\d+)\) = ([\d.]+)\./);
  assert(Math.abs(pair / (left * right) - score) < 0.01 * score, reason);
  const scores = (await page.locator(".rival-number").allTextContents()).map(Number);
  assert(scores.length > 1 && scores.every((other) => other <= scores[0]), scores.join());
});

browserTest("words that are typed are learned from, in the project's place", async ({ open }) => {
  const { page } = await open({ hash: "#station=tokens&part=merges&method=bpe" });
  await page.getByText("Words I type").click();
  await page.getByLabel(/Type a few words/).fill("low lower lowest");
  await page.locator(".growth").waitFor(LONG);
  await page.waitForFunction(() => document.querySelectorAll(".recut .token").length === 16);
  await slider(page).focus();
  await page.keyboard.press("End");
  assert.deepEqual(await page.locator(".recut .token").allTextContents(), ["low", "␣lowe", "r", "␣lowe", "s", "t"]);
  await page.getByLabel(/Type a few words/).fill("");
  await page.getByText("Nothing to merge yet").waitFor(LONG);
});

browserTest("the training is kept as pictures, as numbers and as a table", async ({ open }) => {
  const { page } = await open({ hash: "#station=tokens&part=merges&method=bpe&vocab_size=400" });
  await slider(page).waitFor(LONG);
  const merges = Number(await slider(page).getAttribute("max"));
  const csv = (await saved(page, "CSV")).toString();
  assert.equal(csv.match(/^\d+,"/gm).length, merges, "one row a merge; a new line may stand within a token");
  assert.match(csv, /^1,".*",".*",".*",\d+,\d+,\d+,/m);
  assert.match((await saved(page, "SVG")).toString(), /<title>The text shrinks, the vocabulary grows<\/title>/);
  assert.deepEqual([...(await saved(page, "PNG")).subarray(1, 4)], [...Buffer.from("PNG")]);
  await page.getByText("As a table").click();
  assert.equal(await page.getByRole("table").getByRole("row").count(), 41);
});

for (const [lang, theme, width] of [["en", "light", 1280], ["zh-CN", "dark", 1280], ["en", "dark", 390], ["zh-CN", "light", 390]]) {
  browserTest(`the part Merges is accessible: ${lang}, ${theme}, ${width}`, async ({ open }) => {
    const visit = await open({ lang, theme, width, hash: `#station=tokens&part=merges&method=bpe&lang=${lang}` });
    await visit.page.locator(".merge-slider").waitFor(LONG);
    await visit.page.locator(".merge-slider").fill("60");
    assert.deepEqual(await visit.accessibility(), []);
    const page = await visit.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert(page <= 0, `${page} px too wide`);
  });
}
