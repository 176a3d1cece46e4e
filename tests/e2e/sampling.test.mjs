// Part Sample: each of the ten methods on documents with labels, sources and weights, the same picture for all, and the
// sample as the text of the next stations.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { browserTest } from "./harness.mjs";

const LONG = { timeout: 60_000 };
const button = (page, name) => page.getByRole("button", { name, exact: true });
const number = (text) => Number(text.replace(/[^\d.]/g, ""));

/** 300 documents of three classes whose lengths differ; ten sources; weights from 1 to 5. */
function table() {
  const words = {
    weather: "sun rain wind snow cloud storm warm cold sky fog".split(" "),
    sport: "goal team match player win ball run score coach race".split(" "),
    food: "bread soup salt rice apple cook fry sweet spoon plate".split(" "),
  };
  const common = "the a of and in we they with for it on at all new".split(" ");
  const classes = ["weather", "sport", "weather", "food", "weather", "sport", "weather", "sport", "weather", "weather"];
  let state = 7;
  const below = (n) => (state = (state * 1103515245 + 12345) % 2147483648) % n;
  const rows = Array.from({ length: 300 }, (_, at) => {
    const label = classes[at % 10];
    const length = { weather: 6, sport: 14, food: 30 }[label] + below(5);
    const text = Array.from({ length }, () => (below(3) ? common[below(14)] : words[label][below(10)])).join(" ");
    return `${text},${label},author ${below(10)},${1 + (at % 5)}`;
  });
  return ["text,label,source,weight", ...rows].join("\n");
}

const PLAIN = Array.from({ length: 60 }, (_, at) => `line ${at} ${"word ".repeat(1 + (at % 7))}`).join("\n\n");

async function bring(page, name, text) {
  await page.locator("input[type=file]").first().setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
}

/** Part Sample over these documents. */
async function sampleOf(open, options = {}, name = "news.csv", text = table()) {
  const visit = await open({ hash: "#station=text", ...options });
  const { page } = visit;
  await bring(page, name, text);
  await page.getByText(name).first().waitFor(LONG);
  await page.locator("[data-part=sample]").click();
  await page.locator(".dots-plot .mark-dot-ground").waitFor({ state: "attached", ...LONG });
  return visit;
}

async function choose(page, method) {
  await page.locator(`input[value=${method}]`).check();
  await settled(page);
}

/** Until nothing on the page waits for the engine. */
async function settled(page) {
  await page.waitForFunction(() => !document.querySelector(".station [aria-busy=true]"), undefined, LONG);
}

const counted = async (page) => (await page.locator(".sample-counted").textContent()).match(/[\d,]+/g).map((text) => number(text));
/** How many marks a path has. */
const marks = (page, kind) =>
  page.locator(".dots-plot .picture").evaluate(
    (picture, kind) => [...picture.querySelectorAll(`[class^="mark-${kind}"]`)].reduce((sum, path) => sum + (path.getAttribute("d") ?? "").split("M").length - 1, 0),
    kind,
  );

async function saved(page, within, kind) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator(within).getByRole("button", { name: kind, exact: true }).first().click(),
  ]);
  return readFileSync(await download.path());
}

browserTest("each of the ten methods is drawn in the same picture", async ({ open }) => {
  const { page } = await sampleOf(open);
  // Class marks in the legend are filled too.
  const drawn = async () => (await marks(page, "dot-in")) - 3;
  const shares = async () => {
    await page.locator(".shares-plot").waitFor();
    return page.locator(".shares-plot .mark-tick").allTextContents();
  };
  for (const [method, draws] of [
    ["simple-random", 60],
    ["stratified", 60],
    ["systematic", 60],
    ["stratified-random", 60],
    ["importance", 60],
    ["stratified-importance", 60],
    ["bootstrap", 300],
    ["balanced", 540],
  ]) {
    await choose(page, method);
    assert.equal((await counted(page))[0], draws, method);
    const distinct = (await counted(page))[2] ?? draws;
    assert.equal(await drawn(), distinct, method);
    await page.locator(".sample-verdict").waitFor();
    await page.locator(".spreads-plot .mark-spread-truth").waitFor({ state: "attached" });
  }
  // 540 draws of 300 documents: a third of each class.
  assert.equal((await shares()).filter((share) => share === "33%").length, 3);

  await choose(page, "bootstrap");
  const [, , different] = await counted(page);
  assert(Math.abs(different / 300 - 0.632) < 0.09, `${different} of 300 in a bootstrap`);

  await choose(page, "stratified");
  await page.getByText(/^Stratified: error [\d.]+ characters, simple random [\d.]+ characters: \d+% less\.$/).waitFor();

  await choose(page, "cluster");
  await page.getByText("words (k-means)").click();
  await settled(page);
  assert.equal(await marks(page, "dot-hull"), 8);
  const clusters = page.locator(".sample-parts tbody tr");
  assert.equal(await clusters.count(), 8);
  assert.equal(await page.locator(".sample-parts tr[data-drawn=true]").count(), 2);

  await choose(page, "synthetic");
  assert.deepEqual(await counted(page), [240, 300], "120 and 90 points fill sport and food up to 180");
  assert.equal(await marks(page, "dot-line"), 240);
  assert.equal(await button(page, "Use this sample").count(), 0);
  await page.getByText(/Synthetic points are vectors/).waitFor();
});

browserTest("a sample becomes the text, is told in part Bring, and is taken back", async ({ open }) => {
  const { page } = await sampleOf(open);
  const all = () => page.locator(".sample-in-use").count();
  await choose(page, "stratified");
  await button(page, "Use this sample").click();
  await page.getByText("The text is a sample: Stratified, 20%.").waitFor();
  await page.waitForFunction(() => /sampling=stratified/.test(location.hash));
  await page.locator("[data-part=bring]").click();
  await page.getByText("The text is a sample: Stratified, 20%.").waitFor(LONG);
  const size = async () => number(await page.locator("section[data-tour=shown] .figures dd").nth(1).textContent());
  await page.locator("section[data-tour=shown][aria-busy=false]").waitFor(LONG);
  const few = await size();
  // The next station cuts the sample.
  await page.locator(".step-link").nth(1).click();
  await page.locator("section[data-tour=shown][aria-busy=false] .figures").waitFor(LONG);
  await page.locator(".step-link").nth(0).click();
  await button(page, "Use all documents").click();
  await page.waitForFunction(() => !/sampling=/.test(location.hash));
  await page.locator("section[data-tour=shown][aria-busy=false]").waitFor(LONG);
  await page.waitForFunction((few) => {
    const text = document.querySelectorAll("section[data-tour=shown] .figures dd")[1].textContent;
    return Number(text.replace(/\D/g, "")) > 3 * few;
  }, few, LONG);
  assert.equal(await all(), 0);
});

browserTest("dots are pointed at, walked through by keys, read as a table and kept as files", async ({ open }) => {
  const { page } = await sampleOf(open);
  await choose(page, "importance");
  const plot = page.locator(".dots-plot");
  await plot.focus();
  await page.keyboard.press("Home");
  await page.locator('.dots-plot[aria-valuenow="1"]').waitFor();
  const first = await plot.getAttribute("aria-valuetext");
  assert.match(first, /Document \d+ · (weather|sport|food) · \d+ characters · drawn \d+ times · chance .* · weight [\d.]+/);
  await page.keyboard.press("ArrowRight");
  await page.locator('.dots-plot[aria-valuenow="2"]').waitFor();
  assert.notEqual(await plot.getAttribute("aria-valuetext"), first);
  await page.locator(".mark-dot-cursor").waitFor({ state: "attached" });
  await page.keyboard.press("Escape");
  await page.locator(".mark-dot-cursor").waitFor({ state: "detached" });
  const box = await plot.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);

  await page.locator(".sample-picture .as-table summary").click();
  const rows = page.locator(".sample-picture tbody tr");
  await rows.nth(49).waitFor();
  assert.equal(await rows.count(), 50);

  const lines = (await saved(page, ".sample-picture", "CSV")).toString().trim().split("\n");
  assert.equal(lines.length, 301);
  const times = lines.slice(1).map((line) => Number(line.split(",")[6]));
  assert.equal(times.reduce((sum, times) => sum + times, 0), 60);
  assert.match((await saved(page, ".sample-picture", "SVG")).toString(), /^<svg .*<title>The documents as dots<\/title>/s);
  assert.deepEqual([...(await saved(page, ".sample-picture", "PNG")).subarray(1, 4)], [...Buffer.from("PNG")]);
  const estimates = "[aria-labelledby=sample-estimates]";
  assert.equal((await saved(page, estimates, "CSV")).toString().trim().split("\n").length, 201);
  assert.match((await saved(page, estimates, "SVG")).toString(), /truth/);
  assert.equal((await saved(page, "[aria-labelledby=sample-shares]", "CSV")).toString().trim().split("\n").length, 4);
});

browserTest("drawing again changes the sample, not the truth; a statistic can be chosen", async ({ open }) => {
  const { page } = await sampleOf(open);
  await choose(page, "simple-random");
  const picture = () => page.locator(".dots-plot [class^=mark-dot-in]").evaluateAll((paths) => paths.map((path) => path.getAttribute("d")).join());
  const truth = () => page.locator(".mark-spread-truth-name").textContent();
  const [before, told] = [await picture(), await truth()];
  await button(page, "Draw again").click();
  await settled(page);
  assert.notEqual(await picture(), before);
  assert.equal(await truth(), told);
  assert.equal((await counted(page))[0], 60);
  await page.getByLabel("Estimate", { exact: true }).selectOption({ label: "share of “food”" });
  await page.getByText("truth 10%").waitFor();
  // Strata by label know the class shares beforehand.
  await choose(page, "stratified");
  await page.getByText(/^Stratified: no error at all/).waitFor();
});

browserTest("where a method has nothing to do it says why and what helps", async ({ open }) => {
  const { page } = await sampleOf(open, {}, "lines.txt", PLAIN);
  await page.locator("input[value=stratified]").check();
  await page.getByText("These documents have no labels, and this method needs classes.").waitFor();
  await button(page, "Strata by length").click();
  await settled(page);
  assert.equal((await counted(page))[0], 12);
  await page.locator("input[value=cluster]").check();
  await page.getByText(/come from one source/).waitFor();
  await button(page, "Clusters by words (k-means)").click();
  await settled(page);
  assert((await counted(page))[0] > 0);
  await page.locator("input[value=balanced]").check();
  await button(page, "Take a text with labels or sources").click();
  await page.locator("[data-part=bring][aria-current]").waitFor();
});

browserTest("a link opens a sample of labelled built-in documents", async ({ open }) => {
  const visit = await open({ hash: "#station=text&part=sample&source=headlines&sampling=stratified-random&allocation=equal" });
  const { page } = visit;
  await page.locator(".dots-plot .mark-dot-ground").waitFor({ state: "attached", ...LONG });
  await settled(page);
  assert(await page.locator("input[value=stratified-random]").isChecked());
  await page.getByText("The text is a sample: Stratified random, 20%.").waitFor();
  const drawn = await page.locator(".sample-parts tbody td:last-child").allTextContents();
  const draws = drawn.map((text) => number(text.split("/")[0]));
  assert(draws.length > 2 && Math.max(...draws) - Math.min(...draws) <= 1, `equally many of each: ${draws}`);
  await visit.screenshot("sample-headlines");
});

for (const lang of ["en", "zh-CN"]) {
  for (const theme of ["light", "dark"]) {
    for (const width of [1280, 390]) {
      browserTest(`part Sample: axe finds nothing: ${lang}, ${theme}, ${width} px`, async ({ open }) => {
        const visit = await sampleOf(open, { lang, theme, width });
        const { page } = visit;
        for (const method of ["stratified", "cluster", "importance", "synthetic"]) {
          await choose(page, method);
          if (method === "cluster") {
            await page.locator("input[value=k-means]").check();
            await settled(page);
          }
          assert.deepEqual(await visit.accessibility(), [], method);
          const { scroll, client } = await page.evaluate(() => ({
            scroll: document.documentElement.scrollWidth,
            client: document.documentElement.clientWidth,
          }));
          assert(scroll <= client, `${method} is ${scroll} wide in ${client}`);
          await visit.screenshot(`sample-${method}-${lang}-${theme}-${width}`);
        }
      });
    }
  }
}
