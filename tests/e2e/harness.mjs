// Drives the built site in a real browser. A test is `browserTest(name, async ({ open }) => { ... })`:
//
//   const visit = await open({ lang: "zh-CN", theme: "dark", width: 390, hash: "#/train", webgpu: "null" });
//   // What is computed on is measured, and on a software adapter that is the processor: `device: "gpu"` chooses.
//   await visit.page.getByRole("button", { name: "Grow" }).click();      // visit.page is Playwright's page
//   assert.deepEqual(await visit.accessibility(), []);
//   await visit.screenshot("train-dark");                                // target/screenshots/train-dark.png
//
// Whatever goes wrong unnoticed fails the test at its end: an error on the console or in the page, a breach of the content
// security policy, a request to another origin. A test that provokes one says so: `visit.expect("consoleErrors", /404/)`.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { serve } from "../../scripts/serve.mjs";
import { launch } from "./chromium.mjs";
import { chooseDevice, countGpuCalls, forgetWebGpu } from "./hooks.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SITE = join(ROOT, process.env.SITE ?? "dist");
const SCREENSHOTS = join(ROOT, "target/screenshots");
const SUB_PATH = `/class-${Math.random().toString(36).slice(2, 8)}/gptling/`;

const running = new Map();
after(async () => {
  for (const thing of running.values()) await (await thing).close();
});

/** A test with a browser; every visit it opens is checked and closed at its end. */
export function browserTest(name, body, { timeout = 180_000 } = {}) {
  test(name, { timeout }, async () => {
    const visits = [];
    const open = async (options) => {
      const visit = await Visit.open(options);
      visits.push(visit);
      return visit;
    };
    try {
      await body({ open });
      for (const visit of visits) await visit.check();
    } finally {
      for (const visit of visits) await visit.close();
    }
  });
}

/** The address of the site, with these functions called first in its worker. */
export function siteUrl(...hooks) {
  return siteWith({ worker: hooks });
}

/** The same with functions that are called first in its page too. A function with arguments stands in a list with them. */
export async function siteWith({ page = [], worker = [] }) {
  assert(statSync(SITE, { throwIfNoEntry: false }), `${SITE} is missing: run 'make build'`);
  const [inPage, inWorker] = [page, worker].map((hooks) => hooks.map(called).join(""));
  const first = (name) => (/^worker_loader/.test(name) ? inWorker : /^boot/.test(name) ? inPage : "");
  const rewrite = (name, text) => first(name) + text;
  const site = await once(`site ${inPage} ${inWorker}`, () => serve(SITE, { base: SUB_PATH, rewrite }));
  return site.url;
}

function called(hook) {
  const [body, ...args] = [hook].flat();
  return `(${body})(...${JSON.stringify(args)});\n`;
}

/** The browser, with the software WebGPU adapter or with none (`navigator.gpu` is there, and its adapter is null). */
export function browser({ webgpu = "software" } = {}) {
  return once(`browser ${webgpu === "software"}`, () => launch({ webgpu: webgpu === "software" }));
}

/** One page in a context of its own, with everything written down that a student would not see. */
export class Visit {
  /** What went wrong so far. A long task is one of 50 ms or more on the page's thread: `{ start, duration }`. */
  seen = { consoleErrors: [], pageErrors: [], violations: [], foreignRequests: [], longTasks: [] };
  #expected = [];

  static async open({
    lang = "en",
    theme = "light",
    width = 1280,
    height = 800,
    hash = "",
    webgpu = "software", // or "null": no adapter; or "absent": a browser that has never heard of it
    device = undefined, // "automatic", "gpu" or "cpu": what an earlier visit chose to compute on
    counted = false, // the worker's WebGPU calls
    worker = [], // functions of hooks.mjs that change the worker before it starts
    reducedMotion = "reduce",
    before = undefined, // async (page, visit) => ...: routes and init scripts, before the page is loaded
    address = undefined, // another page than the site's own, which `before` then has to provide
  } = {}) {
    const visit = new Visit();
    visit.site = await siteUrl(...(webgpu === "absent" ? [forgetWebGpu] : counted ? [countGpuCalls] : []), ...worker);
    visit.url = address ?? visit.site + hash;
    visit.browser = await browser({ webgpu });
    visit.context = await visit.browser.newContext({
      locale: lang,
      colorScheme: theme,
      viewport: { width, height },
      reducedMotion,
      acceptDownloads: true,
    });
    await visit.#watch();
    if (webgpu === "absent") await visit.context.addInitScript(forgetWebGpu);
    if (device) await visit.context.addInitScript(chooseDevice, device);
    visit.page = await visit.context.newPage();
    await before?.(visit.page, visit);
    await visit.page.goto(visit.url);
    await visit.started();
    return visit;
  }

  async #watch() {
    const { seen, context } = this;
    const origin = new URL(this.site).origin;
    await context.exposeBinding("__seen", (_, kind, what) => void seen[kind].push(what));
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        __seen("violations", `${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`);
      });
      new PerformanceObserver((list) => {
        for (const { startTime, duration } of list.getEntries()) __seen("longTasks", { start: startTime, duration });
      }).observe({ type: "longtask", buffered: true });
    });
    context.on("console", (message) => message.type() === "error" && seen.consoleErrors.push(message.text()));
    context.on("weberror", (error) => seen.pageErrors.push(String(error.error().stack ?? error.error())));
    context.on("request", (request) => {
      const url = new URL(request.url());
      if (url.origin !== origin && !["data:", "blob:"].includes(url.protocol)) seen.foreignRequests.push(url.href);
    });
  }

  /** Resolves when the page has replaced what is shown while it loads. */
  async started() {
    await this.page.waitForSelector("#boot-status", { state: "detached", timeout: 30_000 });
  }

  /** The engine's worker, once it runs. `await (await visit.worker()).evaluate(() => ...)` runs code in it. */
  async worker() {
    return this.page.workers()[0] ?? this.page.waitForEvent("worker");
  }

  /** How often the worker has called each WebGPU method; needs `open({ counted: true })`. */
  async gpuCalls() {
    return (await this.worker()).evaluate(() => ({ ...globalThis.gpuCalls }));
  }

  /**
   * Tasks on the page's thread since `before` (a length of `seen.longTasks`) that took longer than this very browser takes
   * now, at worst, for twice a fixed piece of computing: 50 ms on two idle cores, more on a busy machine.
   */
  async tasksTooLong(before) {
    const tasks = this.seen.longTasks.slice(before);
    const paces = [];
    for (let time = 0; time < 6; time += 1) paces.push(await this.page.evaluate(fixedWork));
    // The first ones are run before the browser has compiled them.
    const limit = Math.max(50, 2 * Math.max(...paces.slice(3)));
    const told = tasks.map(({ duration }) => Math.round(duration)).join(", ") || "none";
    console.log(`    tasks of 50 ms and more: ${told} (limit ${Math.round(limit)} ms)`);
    return tasks.filter(({ duration }) => duration > limit);
  }

  /** The WCAG 2.2 AA breaches that axe finds, each as one readable line. */
  async accessibility(selector = "html") {
    await this.page.evaluate(axeSource());
    return this.page.evaluate(async (selector) => {
      const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
      const { violations } = await axe.run(selector, { runOnly: tags });
      return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id} at ${target.join(" ")}: ${help}`));
    }, selector);
  }

  /** Saves what is seen now (the whole page, if it is longer than the window) for a person to look at. */
  async screenshot(name, options = {}) {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true, ...options });
  }

  /** Kills the browser's GPU process, which is a real lost device. */
  async loseDevice() {
    const session = await this.browser.newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    const gpu = processInfo.find(({ type }) => type.toLowerCase() === "gpu");
    assert(gpu, "the browser has no GPU process");
    process.kill(gpu.id, "SIGKILL");
  }

  /** Allows the test to provoke this: entries of `kind` that match are no failure. */
  expect(kind, pattern) {
    this.#expected.push([kind, pattern]);
  }

  /** Lets reports that are on their way arrive. */
  async settle() {
    await this.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
  }

  /** Fails if anything went wrong that the test did not expect. */
  async check() {
    if (!this.page.isClosed()) await this.settle();
    for (const kind of ["pageErrors", "violations", "foreignRequests", "consoleErrors"]) {
      const expected = this.#expected.filter(([of]) => of === kind).map(([, pattern]) => pattern);
      const unexpected = this.seen[kind].filter((what) => !expected.some((pattern) => pattern.test(what)));
      assert.deepEqual(unexpected, [], `${kind} at ${this.url}`);
    }
  }

  async close() {
    await this.context.close();
  }
}

function axeSource() {
  return readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
}

function once(key, start) {
  if (!running.has(key)) running.set(key, start());
  return running.get(key);
}

/** Milliseconds of a computation that takes about 20 ms on an idle core. Runs in the page. */
function fixedWork() {
  const began = performance.now();
  let state = 1;
  for (let turn = 0; turn < 8_000_000; turn += 1) state = (Math.imul(state, 1664525) + turn) | 0;
  return performance.now() - began + (state === 0 ? 1 : 0);
}
