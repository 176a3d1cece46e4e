// Station Tokens, part Compare: tokenizers side by side, and models with different vocabularies.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { browserTest } from "./harness.mjs";

const LONG = { timeout: 120_000 };
const TINY = "n_layer=1&n_embd=16&n_head=2&block_size=16&batch_size=4&characters=10000&steps=20&eval_every=10";
const COMPARE = "#station=tokens&part=compare&characters=60000";

const compared = (page) => page.getByRole("heading", { name: "The beginning of the text" }).waitFor(LONG);

async function saved(page, section, kind) {
  const button = page.getByRole("region", { name: section }).getByRole("button", { name: kind, exact: true });
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return readFileSync(await download.path());
}

browserTest("four tokenizers cut the same text, and are counted", async ({ open }) => {
  const { page } = await open({ hash: COMPARE });
  await compared(page);
  assert.equal(await page.locator(".compare-cut").count(), 4);
  const texts = await page.locator(".compare-strip").evaluateAll((strips) =>
    strips.map((strip) => [...strip.querySelectorAll(".token")].map((token) => token.textContent).join("")));
  assert.equal(texts[0], texts[1], "characters and bytes give the same text");
  await page.getByLabel("Show all ids").check();
  assert.match(await page.locator(".compare-strip").nth(1).locator(".token-id").first().textContent(), /^\d+$/);

  const figures = page.getByRole("region", { name: "In figures" }).getByRole("table");
  assert.equal(await figures.getByRole("row").count(), 7);
  const unknown = await figures.getByRole("row", { name: /Unknown tokens/ }).getByRole("cell").allTextContents();
  assert.equal(unknown[1], "0%", "nothing is unknown to bytes");
  const probes = page.getByRole("region", { name: "Rare, wrong, foreign" }).getByRole("table");
  assert((await probes.getByRole("row").count()) >= 9);

  const csv = (await saved(page, "In figures", "CSV")).toString().trim().split("\n");
  assert.equal(csv.length, 5);
  const zipf = "Few tokens are frequent, most are rare";
  assert.match((await saved(page, zipf, "SVG")).toString(), /stroke-dasharray.*WordPiece/s);
  assert.deepEqual([...(await saved(page, zipf, "PNG")).subarray(1, 4)], [...Buffer.from("PNG")]);
  assert((await saved(page, zipf, "CSV")).toString().split("\n").length > 100);
  await page.getByText("As a table").click();
  assert.equal(await page.getByRole("table", { name: zipf }).getByRole("row").count(), 9);
});

browserTest("tokenizers are chosen, added and removed", async ({ open }) => {
  const { page } = await open({ hash: COMPARE });
  await compared(page);
  await page.getByRole("button", { name: "Remove tokenizer 4" }).click();
  await page.getByText("Below is the comparison from before.").waitFor();
  await page.getByLabel("Tokenizer 3", { exact: true }).selectOption("bytes");
  // What is being typed stays, whatever else changes meanwhile.
  await page.getByLabel("Vocabulary of tokenizer 2").fill("400");
  await page.evaluate(() => (location.hash += "&theme=dark"));
  await page.locator("html[data-theme=dark]").waitFor();
  assert.equal(await page.getByLabel("Vocabulary of tokenizer 2").inputValue(), "400");
  await page.getByLabel("Vocabulary of tokenizer 2").blur();
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await page.waitForFunction(() => document.querySelectorAll(".compare-cut").length === 3, null, LONG);
  await page.locator(".compare-name").nth(1).filter({ hasText: "· 400" }).waitFor(LONG);
  await page.getByRole("button", { name: "Add a tokenizer" }).click();
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await page.waitForFunction(() => document.querySelectorAll(".compare-cut").length === 4, null, LONG);
  await page.locator(".compare-name").nth(3).filter({ hasText: /^The project's tokenizer/ }).waitFor(LONG);
});

browserTest("runs with different vocabularies are compared by bits per byte", async ({ open }) => {
  const { page } = await open({ hash: `#station=train&method=characters&${TINY}` });
  await page.locator("[data-order=start]:not([aria-disabled])").click();
  await page.getByText("Finished after 20 steps").waitFor(LONG);
  await page.getByRole("link", { name: /Tokens/ }).click();
  await page.getByRole("link", { name: "Side by side" }).click();
  const runs = page.getByRole("region", { name: "Which model is better?" });
  const cells = await runs.getByRole("row").last().getByRole("cell").allTextContents();
  assert.match(cells[0], /^Characters · \d+/);
  assert.match(cells[3], /^\d\.\d{3} \(best\)$/);
  const csv = (await saved(page, "Which model is better?", "CSV")).toString();
  assert.match(csv, /^Run 1,characters,\d+,\d+,20,\d\.\d+,\d\.\d+$/m);
});

for (const [lang, theme, width] of [["en", "light", 1280], ["zh-CN", "dark", 1280], ["en", "dark", 390], ["zh-CN", "light", 390]]) {
  browserTest(`the part Compare is accessible: ${lang}, ${theme}, ${width}`, async ({ open }) => {
    const visit = await open({ lang, theme, width, hash: `${COMPARE}&lang=${lang}` });
    await visit.page.locator(".zipf svg").waitFor(LONG);
    assert.deepEqual(await visit.accessibility(), []);
    const wide = await visit.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert(wide <= 0, `${wide} px too wide`);
    await visit.screenshot(`compare-${lang}-${theme}-${width}`);
  });
}
