// A first visit to the built site. How long until its first station is shown and until its engine is ready, on two imitated lines
// (the median of five visits with nothing cached); how long from the interactive page to the first training step of the seedling
// preset, and how many pipelines are compiled for it. Writes target/bench/cold.json. With SITE=folder another build is measured.

import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "../scripts/serve.mjs";
import { launch } from "../tests/e2e/chromium.mjs";
import { countGpuCalls } from "../tests/e2e/hooks.mjs";
import { serveSlowly } from "./network.mjs";
import { coldLine } from "./tables.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SITE = resolve(ROOT, process.env.SITE ?? "dist");
const LINES = [
  { megabits: 10, delay: 40 },
  { megabits: 1.6, delay: 150 },
];
const STARTS = 5;
const VISITS = 3;
const LONG = { timeout: 120_000 };

/** One visit in a fresh browser, which has nothing cached: neither files nor compiled shaders. */
async function visit() {
  const counted = (name, text) => (/^worker_loader/.test(name) ? `(${countGpuCalls})();\n${text}` : text);
  const site = await serve(SITE, { rewrite: counted });
  const browser = await launch();
  try {
    const page = await (await browser.newContext({ locale: "en" })).newPage();
    await page.goto(`${site.url}#station=train`);
    await page.waitForSelector("#boot-status", { state: "detached", ...LONG });
    const interactive = Date.now();
    await page.locator("[data-order=start]:not([aria-disabled])").click(LONG);
    await page.waitForFunction(() => parseInt(document.querySelector(".run-figures dd")?.textContent) >= 1, null, { polling: 10, ...LONG });
    const seconds_to_first_step = (Date.now() - interactive) / 1000;
    const device = await page.locator("[data-device] > p").textContent();
    const calls = await page.workers()[0].evaluate(() => globalThis.gpuCalls);
    return { device, seconds_to_first_step, pipelines: (calls.createComputePipeline ?? 0) + (calls.createComputePipelineAsync ?? 0) };
  } finally {
    await browser.close();
    site.close();
  }
}

/** The milliseconds of a first visit until the station's title is there and until the engine has said its first word. */
async function start(line) {
  const site = await serveSlowly(SITE, line);
  const browser = await launch();
  try {
    const page = await (await browser.newContext({ locale: "en" })).newPage();
    await page.addInitScript(watchStart);
    await page.goto(site.url, { waitUntil: "commit", ...LONG });
    await page.waitForFunction(() => globalThis.shown && globalThis.ready, null, { polling: 50, ...LONG });
    return page.evaluate(() => ({ shown: globalThis.shown, ready: globalThis.ready }));
  } finally {
    await browser.close();
    site.close();
  }
}

/** Runs in the page before anything else. */
function watchStart() {
  const seen = new MutationObserver(() => {
    if (!document.getElementById("station-title")) return;
    globalThis.shown = performance.now();
    seen.disconnect();
  });
  seen.observe(document, { childList: true, subtree: true });
  globalThis.Worker = class extends Worker {
    constructor(...args) {
      super(...args);
      this.addEventListener("message", () => (globalThis.ready = performance.now()), { once: true });
    }
  };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

const starts = [];
for (const line of LINES) {
  const visits = [];
  // What comes before the first visit compresses the files, which takes seconds.
  for (let number = 0; number <= STARTS; number += 1) visits.push(await start(line));
  const [, ...measured] = visits;
  const shown_ms = Math.round(median(measured.map(({ shown }) => shown)));
  const ready_ms = Math.round(median(measured.map(({ ready }) => ready)));
  starts.push({ ...line, shown_ms, ready_ms });
  console.log(`${line.megabits} Mbit/s, ${line.delay} ms: station shown after ${shown_ms} ms, engine ready after ${ready_ms} ms`);
}
if (process.env.ONLY !== "starts") {
  const visits = [];
  for (let number = 0; number < VISITS; number += 1) visits.push(await visit());
  const [, middle] = visits.sort((a, b) => a.seconds_to_first_step - b.seconds_to_first_step);
  const cold = { name: "cold start", adapter: "SwiftShader in Chromium", ...middle, starts };
  mkdirSync(resolve(ROOT, "target/bench"), { recursive: true });
  writeFileSync(resolve(ROOT, "target/bench/cold.json"), JSON.stringify(cold, null, 1));
  console.log(coldLine(cold));
}
