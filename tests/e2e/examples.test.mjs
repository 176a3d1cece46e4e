// Station Tokens, part Examples: inputs beside targets, batches in three orders, padding and weights, and what leaks.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { browserTest } from "./harness.mjs";

const TINY = "n_layer=1&n_embd=16&n_head=2&block_size=16&batch_size=4&characters=20000";
const HERE = `#station=tokens&part=examples&${TINY}`;
const LONG = { timeout: 90_000 };

const button = (page, name) => page.getByRole("button", { name, exact: true });
const choose = (page, name) => page.getByText(name, { exact: true }).click();

/** The pairs of the row that is looked at: what is read, what is to be said. */
const pairs = (page) =>
  page.locator(".pair").evaluateAll((pairs) =>
    pairs.map((pair) => ({
      state: pair.dataset.state,
      read: pair.querySelector(".token").textContent,
      said: pair.querySelectorAll(".token")[1].textContent,
    })),
  );

/** Every row of the batch as text, and what is told of it. */
const rows = (page) =>
  page.locator(".batch-row").evaluateAll((rows) =>
    rows.map((row) => ({
      text: row.querySelector(".batch-tokens").textContent,
      facts: row.querySelector(".batch-facts").textContent,
      padding: row.querySelectorAll("[data-padding]").length,
    })),
  );

const beginnings = (rows) => rows.map(({ facts }) => Number(/token ([\d,]+)/.exec(facts)[1].replace(/,/g, "")));

/** What the page shows once a batch has arrived. */
async function batch(page) {
  await page.locator("[aria-labelledby=examples-title][aria-busy=false] .batch-row").first().waitFor(LONG);
  return rows(page);
}

async function saved(page, kind) {
  const [download] = await Promise.all([page.waitForEvent("download"), button(page, kind).click()]);
  return readFileSync(await download.path(), "utf8");
}

browserTest("below stands what comes next: the row once more, one token on", async ({ open }) => {
  const { page } = await open({ hash: HERE });
  await batch(page);
  const shown = await pairs(page);
  assert.equal(shown.length, 16);
  shown.slice(1).forEach(({ read }, place) => assert.equal(read, shown[place].said, `place ${place}`));

  const line = page.locator("#exercise-line");
  await page.locator(".pairs").focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  const written = (read, said) => `after “${read}” the model shall say “${said}”`;
  assert.match(await line.textContent(), /^Exercise 2: /);
  assert((await line.textContent()).includes(written(shown[0].read + shown[1].read, shown[1].said)), await line.textContent());
  assert.deepEqual((await pairs(page)).slice(0, 4).map(({ state }) => state), ["read", "here", "next", "unread"]);
  await page.locator(".pair").nth(5).hover();
  assert.match(await line.textContent(), /^Exercise 6: /);
  await page.getByText("So a full row is 16 exercises, and the 4 rows of this batch are 64 in all.").waitFor();
  assert.equal(await page.locator(".exercise").count(), 6, "five written out, and the one that is looked at");

  await page.locator(".batch-row").nth(2).click();
  assert.equal(await page.locator(".batch-row").nth(2).getAttribute("aria-pressed"), "true");
  assert.notDeepEqual(await pairs(page), shown);
});

browserTest("a batch is a function of its step, and of how its rows are taken", async ({ open }) => {
  const { page } = await open({ hash: HERE });
  const first = await batch(page);
  await button(page, "Draw the next batch").click();
  await page.getByRole("heading", { name: "The batch of step 2" }).waitFor();
  assert.notDeepEqual(await batch(page), first);
  await button(page, "Step before").click();
  await page.getByRole("heading", { name: "The batch of step 1" }).waitFor();
  assert.deepEqual(await batch(page), first);

  await choose(page, "in order");
  await page.waitForFunction(() => document.querySelector(".batch-facts").textContent.startsWith("from token 1"));
  assert.deepEqual(beginnings(await batch(page)), [1, 17, 33, 49]);
  await page.getByRole("slider", { name: "Stride" }).fill("4");
  await page.getByText("The window moves on by 4 of 16 tokens: neighbours share 12.").waitFor();
  await page.waitForFunction(() => document.querySelectorAll(".batch-facts")[1].textContent.startsWith("from token 5"));
  assert.deepEqual(beginnings(await batch(page)), [1, 5, 9, 13]);
  await page.waitForURL(/order=in-order&stride=4/);
  assert((await page.locator(".mark-window-overlap").count()) >= 4, "overlaps are drawn");

  await page.getByRole("textbox", { name: "Step" }).fill("100");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "The batch of step 100" }).waitFor();
  assert.deepEqual(beginnings(await batch(page)), [1585, 1589, 1593, 1597]);
});

browserTest("by document rows end where documents end, and the picture is a file and a table as well", async ({ open }) => {
  const visit = await open({ hash: `${HERE}&order=by-document&batch_size=12` });
  const { page } = visit;
  let shown = await batch(page);
  for (let step = 2; step < 20 && shown.every(({ padding }) => padding === 0); step++) {
    await button(page, "Draw the next batch").click();
    await page.getByRole("heading", { name: `The batch of step ${step}` }).waitFor();
    shown = await batch(page);
  }
  const padded = shown.findIndex(({ padding }) => padding > 0);
  assert(padded >= 0, "some document ends within a row");
  assert.match(shown[padded].facts, /· \d+ padding$/);
  await page.locator(".batch-row").nth(padded).click();
  await page.locator(".pairs").focus();
  await page.keyboard.press("End");
  await page.getByText("Padding: the document has ended").waitFor();
  const states = (await pairs(page)).map(({ state }) => state);
  assert.equal(states.filter((state) => state === "padding").length, shown[padded].padding);
  await visit.screenshot("examples-padding");

  assert.match(await saved(page, "SVG"), /^<svg .*<title>12 rows on the [\d,]+ training tokens/s);
  const csv = (await saved(page, "CSV")).trim().split("\n");
  assert.equal(csv[0], "row,place,text_position,input_id,input,target_id,target,weight");
  const places = csv.filter((line) => line.startsWith(`${padded + 1},`) && line.endsWith(",0"));
  assert.equal(places.length, shown[padded].padding);
  await page.getByText("As a table", { exact: true }).click();
  assert.equal(await page.locator("#examples-origin").locator("..").getByRole("row").count(), 13);
});

const SETTINGS = {
  random: "order=random",
  "in order": "order=in-order",
  "by document": "order=by-document",
  "random within documents": "order=random&boundaries=keep",
  "weights of an importance sample": "sampling=importance&sample_share=1",
};
for (const [name, settings] of Object.entries(SETTINGS)) {
  browserTest(`twenty steps, ${name}: the loss falls`, async ({ open }) => {
    const visit = await open({ hash: `${HERE}&${settings}&steps=20&eval_every=20&sample_every=20&learning_rate=0.01&warmup=2` });
    const { page } = visit;
    await batch(page);
    if (name.startsWith("weights")) {
      assert((await rows(page)).some(({ facts }) => /weight ×/.test(facts)), "weights are seen");
      assert((await page.locator(".pair-weight").count()) > 0);
      await visit.screenshot("examples-weights");
    }
    await page.evaluate(() => (location.hash = location.hash.replace(/station=tokens&part=examples/, "station=train")));
    await page.locator("[data-order=start]:not([aria-disabled])").click();
    await page.locator("[data-order=again]").waitFor(LONG);
    const slider = page.getByRole("slider", { name: "Loss by step" });
    const losses = [];
    await slider.focus();
    for (const key of ["Home", "End"]) {
      await page.keyboard.press(key);
      losses.push(Number(/training ([\d.]+)/.exec(await slider.getAttribute("aria-valuetext"))[1]));
    }
    assert(losses[1] < losses[0] - 0.2, `${name}: from ${losses[0]} to ${losses[1]}`);
  });
}

browserTest("what is held out and was seen is told where the split is set", async ({ open }) => {
  const visit = await open({ hash: "#station=text" });
  const { page } = visit;
  await page.locator(".leaks-line[data-state=clean]").waitFor(LONG);
  const story = (n) => `Story ${n}. ` + Array.from({ length: 12 }, (_, k) => `word${(n * 37 + k * k * 11) % 251}`).join(" ");
  const texts = Array.from({ length: 40 }, (_, n) => story(n));
  texts[38] = texts[2];
  texts[39] = texts[4].replace("Story", "story");
  await page.getByLabel("Or paste a text").fill(texts.join("\n\n"));
  await button(page, "Use this text").click();
  const line = page.locator(".leaks-line[data-state=leaking]");
  await line.waitFor(LONG);
  assert.match(await line.textContent(), /50% of the 4 documents held out .* Word for word: 1\. Nearly the same: 1\./);
  await page.getByText("What is in both parts").click();
  await page.getByRole("cell", { name: /^Story 2\. / }).first().waitFor();
  assert.deepEqual(await visit.accessibility(".leaks"), []);
  await visit.screenshot("examples-leaks");

  // Drawn by document, equal ones stay together; the one that is nearly the same may still be on the other side.
  await page.getByText("documents drawn at random", { exact: true }).click();
  await page.getByRole("textbox", { name: "Seed of the split" }).waitFor();
  await page.waitForFunction(() => /Word for word: 0|^No leak/.test(document.querySelector(".leaks-line")?.textContent ?? ""), null, LONG);
});

for (const lang of ["en", "zh-CN"]) {
  for (const theme of ["light", "dark"]) {
    for (const width of [1280, 390]) {
      browserTest(`examples: ${lang}, ${theme}, ${width} px`, async ({ open }) => {
        const hash = `#station=tokens&part=examples&order=by-document&stride=24&source=${lang === "en" ? "stories" : "stories-zh"}`;
        const visit = await open({ lang, theme, width, hash });
        const { page } = visit;
        await batch(page);
        await page.locator(".leaks-line").waitFor(LONG);
        assert.deepEqual(await visit.accessibility(), []);
        const { scroll, client } = await page.evaluate(() => ({
          scroll: document.documentElement.scrollWidth,
          client: document.documentElement.clientWidth,
        }));
        assert(scroll <= client, `${scroll} wide in ${client}`);
        await visit.screenshot(`examples-${lang}-${theme}-${width}`);
      });
    }
  }
}
