// Station Tokens: every method trains and cuts, tokenizers come from files and go into them, the whole vocabulary is looked through.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { browserTest } from "./harness.mjs";

const LONG = { timeout: 120_000 };
const METHODS = ["whitespace", "rules", "characters", "bytes", "bpe", "bpe-characters", "wordpiece", "unigram"];

const button = (page, name) => page.getByRole("button", { name, exact: true });
const cut = (page) => page.locator('.cutting-text[aria-busy="false"] .strip .token').first();
const figure = (page, at) => page.locator(".cutting-text .figures dd").nth(at).textContent();

async function saved(page, press) {
  const [download] = await Promise.all([page.waitForEvent("download"), press()]);
  return readFileSync(await download.path(), "utf8");
}

browserTest("every method trains, cuts, and says what it loses", async ({ open }) => {
  const visit = await open({ hash: "#station=tokens&characters=30000&vocab_size=400" });
  const { page } = visit;
  for (const method of METHODS) {
    await page.locator(`input[name=method][value=${method}]`).check({ force: true });
    const train = button(page, "Train the tokenizer");
    if ((await train.count()) && (await train.isEnabled())) await train.click();
    await cut(page).waitFor(LONG);
    const size = Number((await figure(page, 0)).replace(/\D/g, ""));
    assert(size > 20 && size <= 400, `${method} has ${size} tokens`);
    await page.getByLabel("Type anything").fill("The  fox\nran.");
    const lossless = ["bytes", "bpe", "characters", "bpe-characters", "unigram"].includes(method);
    await page.getByText(lossless ? /Nothing is lost/ : /Not everything comes back/).waitFor(LONG);
  }
  assert.deepEqual(await visit.accessibility(), []);
});

browserTest("Chinese by white space is told to be whole sentences, in Chinese too", async ({ open }) => {
  const hash = "#station=tokens&source=stories-zh&characters=30000&method=whitespace&lang=zh-CN";
  const visit = await open({ hash, width: 390, height: 844, theme: "dark" });
  await visit.page.getByText(/词与词之间没有空格.*最长的有 \d+ 个字符/).waitFor(LONG);
  assert.deepEqual(await visit.accessibility(), []);
  await visit.screenshot("tokens-zh-dark");
});

browserTest("a tokenizer is saved, brought again, and refused where it is broken", async ({ open }) => {
  const visit = await open({ hash: "#station=tokens&characters=30000&method=bpe&vocab_size=400" });
  const { page } = visit;
  await cut(page).waitFor(LONG);
  const json = await saved(page, () => button(page, "Save tokenizer.json").click());
  const model = JSON.parse(json).model;
  assert.deepEqual([model.type, Object.keys(model.vocab).length], ["BPE", 400]);

  const bring = (...files) =>
    page.locator('.tok-files input[type="file"]').setInputFiles(
      files.map(([name, text]) => ({ name, mimeType: "application/json", buffer: Buffer.from(text) })),
    );
  await bring(["mine.json", json]);
  await page.getByText("The text is cut by the tokenizer of “mine.json”.").waitFor(LONG);
  await cut(page).waitFor(LONG);
  await bring(["broken.json", json.slice(0, 500)]);
  await page.getByText(/“broken.json” cannot be read from line \d+, column \d+ on/).waitFor(LONG);
  const merges = model.merges.map((pair) => pair.join(" ")).join("\n");
  await bring(["merges.txt", `#version: 0.2\n${merges}\n`], ["vocab.json", JSON.stringify(model.vocab)]);
  await page.getByText("The text is cut by the tokenizer of “vocab.json”.").waitFor(LONG);
  await cut(page).waitFor(LONG);
  assert.equal(await figure(page, 0), "400");
  await button(page, "Use the settings instead").click();
  await page.getByLabel("Vocabulary size").first().waitFor();
  assert.deepEqual(await visit.accessibility(), []);
});

browserTest("the whole vocabulary is searched, sorted, looked into and saved", async ({ open }) => {
  const visit = await open({ hash: "#station=tokens&part=vocabulary&characters=30000&method=bpe&vocab_size=500" });
  const { page } = visit;
  const rows = page.locator(".vocabulary tbody tr");
  await rows.nth(49).waitFor(LONG);
  await page.getByText("1 to 50 of 500").waitFor();
  await button(page, "Next").click();
  await page.getByText("51 to 100 of 500").waitFor();
  await page.locator(".vocabulary thead button").nth(3).click();
  await page.locator('.vocabulary th[aria-sort="descending"]').waitFor();
  await page.getByLabel("Find a token by a part of it, or by its id").fill("␣the");
  await rows.first().locator(".token", { hasText: "␣the" }).waitFor();
  await rows.first().locator("button").focus();
  await page.keyboard.press("Enter");
  await page.locator(".tok-places mark").first().waitFor();
  assert((await page.locator(".tok-details .tok-token").count()) >= 2, "it was merged from two");
  await visit.screenshot("vocabulary");
  assert.deepEqual(await visit.accessibility(), []);
  const csv = await saved(page, () => button(page, "CSV").click());
  assert.match(csv, /^id,token,bytes,count\n\d+, the/);
});

/** A megabyte of made-up words, as frequent as words are: the word of rank r is drawn in proportion to 1 / r. */
function megabyte() {
  let state = 1;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const syllables = [..."bcdfghklmnprstvwz"].flatMap((first) => [..."aeiou"].map((vowel) => first + vowel));
  const some = (count) => Array.from({ length: count }, () => syllables[Math.floor(random() * syllables.length)]).join("");
  const words = Array.from({ length: 20_000 }, () => some(1 + Math.floor(random() * 4)));
  const drawn = [];
  for (let length = 0; length < 1_000_000; ) {
    const word = words[Math.floor(Math.exp(random() * Math.log(words.length))) - 1];
    drawn.push(word, drawn.length % 24 === 22 ? ".\n" : " ");
    length += word.length + 1;
  }
  return drawn.join("");
}

for (const [method, size] of [["bpe", 1256], ["wordpiece", 1100], ["unigram", 1000]]) {
  browserTest(`${method} is trained on a megabyte, up to ${size} tokens`, async ({ open }) => {
    const { page } = await open({ hash: `#station=text&method=${method}&vocab_size=${size}` });
    const text = megabyte();
    await page.locator("input[type=file]:not([webkitdirectory])").setInputFiles({ name: "words.txt", mimeType: "text/plain", buffer: Buffer.from(text) });
    await page.locator("#text-now", { hasText: "words.txt" }).waitFor(LONG);
    await page.locator(".step-link[data-station=tokens]").click();
    const train = page.locator("button:enabled", { hasText: "Train the tokenizer" });
    await train.waitFor(LONG);
    const began = Date.now();
    await train.click();
    await page.locator(".cutting-text .figures dd").first().filter({ hasText: size.toLocaleString("en") }).waitFor(LONG);
    await cut(page).waitFor(LONG);
    console.log(`    ${method}: ${text.length} bytes, ${size} tokens: learned and the text cut in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  });
}
