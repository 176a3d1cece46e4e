// A first visit to the built site: how long from the interactive page to the first training step of the seedling preset, and
// how many pipelines are compiled for it. Writes target/bench/cold.json.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "../scripts/serve.mjs";
import { launch } from "../tests/e2e/chromium.mjs";
import { countGpuCalls } from "../tests/e2e/hooks.mjs";
import { coldLine } from "./tables.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SITE = join(ROOT, process.env.SITE ?? "dist");
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

const visits = [];
for (let number = 0; number < VISITS; number += 1) visits.push(await visit());
const [, median] = visits.sort((a, b) => a.seconds_to_first_step - b.seconds_to_first_step);
const cold = { name: "cold start", adapter: "SwiftShader in Chromium", ...median };
mkdirSync(join(ROOT, "target/bench"), { recursive: true });
writeFileSync(join(ROOT, "target/bench/cold.json"), JSON.stringify(cold, null, 1));
console.log(coldLine(cold));
