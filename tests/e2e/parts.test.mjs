// Parts that load on demand: what is fetched and when, what is said where one does not come, and that no two versions mix.

import assert from "node:assert/strict";
import { browserTest } from "./harness.mjs";

const LONG = { timeout: 60_000 };
const button = (page, name) => page.getByRole("button", { name, exact: true });
const go = (page, name) => page.getByRole("navigation", { name: "Stations" }).getByRole("link", { name }).click();

/** A visit and the names of the files that it has asked for, with their folders. */
async function watched(open, options = {}) {
  const asked = [];
  const before = async (page, visit) => {
    page.context().on("request", (request) => asked.push(new URL(request.url()).pathname));
    await options.before?.(page, visit);
  };
  const visit = await open({ ...options, before });
  return { visit, page: visit.page, asked, has: (pattern) => asked.some((path) => pattern.test(path)) };
}

/** Answers what matches so, until it is told otherwise. */
async function breaking(page, pattern, answer) {
  const state = { broken: true };
  await page.context().route(pattern, (route) => (state.broken ? answer(route) : route.continue()));
  return state;
}

const refused = (route) => route.abort("connectionfailed");
const gone = (route) => route.fulfill({ status: 404, body: "not found" });

browserTest("a first visit asks for its own station and language alone, under its own path", async ({ open }) => {
  const { visit, page, asked, has } = await watched(open);
  await page.getByRole("heading", { level: 1 }).waitFor(LONG);
  assert(has(/\/app-[0-9a-f]{16}\/en\.json$/), "the visitor's language");
  assert(!has(/zh-CN\.json/), "no other language");
  assert(!has(/split_(text|tokens|train)_/), "no part of a station that nobody has opened");
  const base = new URL(visit.site).pathname;
  assert.deepEqual(asked.filter((path) => !path.startsWith(base)), []);
});

browserTest("a link to a station fetches the station at once", async ({ open }) => {
  const { page, has } = await watched(open, { hash: "#station=train&part=evaluate" });
  await page.locator("#station-title").waitFor(LONG);
  assert(has(/split_train\.wasm$/) && has(/split_train_evaluate\.wasm$/));
});

browserTest("pointing at a tab fetches its part, and opening it waits for nothing", async ({ open }) => {
  const { page, has } = await watched(open);
  const fetched = page.waitForResponse(/split_text_clean\.wasm$/, LONG);
  await page.getByRole("link", { name: "Clean" }).hover();
  await fetched;
  assert(has(/split_text_clean\.wasm$/));
  await page.getByRole("link", { name: "Clean" }).click();
  await page.locator("a[data-part=clean][aria-current=page]").waitFor(LONG);
  assert.equal(await page.getByText("Loading this part").count(), 0);
});

browserTest("a station that does not come says so, and comes at the second try with the focus at its title", async ({ open }) => {
  let line;
  const { visit, page } = await watched(open, { before: async (page) => (line = await breaking(page, /split_model\.wasm/, refused)) });
  visit.expect("consoleErrors", /Failed to load|TypeError/);
  await page.getByLabel("Or paste a text").fill("What was typed stays.");
  await go(page, "Model");
  await page.getByText("This part could not be loaded.").waitFor(LONG);
  assert.deepEqual(await visit.accessibility("main"), []);
  line.broken = false;
  await button(page, "Try again").click();
  await page.getByRole("heading", { level: 1, name: "Model" }).waitFor(LONG);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "station-title");
});

browserTest("while a station is on its way the page says so, and the focus waits for it", async ({ open }) => {
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  const { page } = await watched(open, {
    before: (page) => page.context().route(/split_write\.wasm/, async (route) => (await held, route.continue())),
  });
  await go(page, "Write");
  await page.locator("[role=status]", { hasText: "Loading this part" }).waitFor(LONG);
  assert.notEqual(await page.evaluate(() => document.activeElement?.id), "station-title");
  letGo();
  await page.getByRole("heading", { level: 1, name: "Write" }).waitFor(LONG);
  await page.waitForFunction(() => document.activeElement?.id === "station-title", null, LONG);
});

browserTest("another language is fetched when it is chosen; where that fails the page stays as it is and says so", async ({ open }) => {
  let line;
  const { visit, page, has } = await watched(open, { before: async (page) => (line = await breaking(page, /zh-CN\.json/, refused)) });
  visit.expect("consoleErrors", /Failed to load/);
  await page.getByLabel("Language").selectOption("zh-CN");
  await page.getByText("This part could not be loaded.").waitFor(LONG);
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  line.broken = false;
  await button(page, "Try again").click();
  await page.locator("html[lang=zh-CN]").waitFor(LONG);
  assert(has(/zh-CN\.json/));
  const keys = await page.evaluate(() => document.body.innerText.match(/\b[a-z_]+\.[a-z_]+(\.[a-z_]+)*\b/g) ?? []);
  assert.deepEqual(keys.filter((key) => !/\.(txt|csv|tsv|json|jsonl|html|md)$/.test(key)), [], "no sentence shows as its key");
});

browserTest("a page of an older version says that there is a newer one, and reloading keeps the experiment", async ({ open }) => {
  let [part, index] = [];
  const { visit, page } = await watched(open, {
    hash: "#seed=77",
    before: async (page, visit) => {
      part = await breaking(page, /split_model\.wasm/, gone);
      // What a new deployment serves at the page's own address: a page of other folders.
      index = await breaking(page, (url) => url.href === visit.site, async (route) => {
        if (route.request().resourceType() === "document") return route.continue();
        const answer = await route.fetch();
        await route.fulfill({ response: answer, body: (await answer.text()).replaceAll(/app-[0-9a-f]{16}/g, "app-0123456789abcdef") });
      });
    },
  });
  visit.expect("consoleErrors", /Failed to load|TypeError|404|CompileError/);
  await go(page, "Model");
  await page.getByText("There is a newer version of this page.").waitFor(LONG);
  part.broken = index.broken = false;
  await button(page, "Reload").click();
  await page.getByRole("heading", { level: 1, name: "Model" }).waitFor(LONG);
  assert.match(page.url(), /seed=77/);
});
