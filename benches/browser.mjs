// Runs a job of worker.mjs in a fresh headless browser.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "../scripts/serve.mjs";
import { launch } from "../tests/e2e/chromium.mjs";

const SITE = join(fileURLToPath(new URL("..", import.meta.url)), "target/bench/site");

/** Resolves to what the job returns; `{ row }` and `{ progress }` messages go to `tell` meanwhile. */
export async function inWorker(job, tell = () => {}) {
  const site = await serve(SITE);
  // A step of a large model on a software adapter may take longer than a browser's watchdog likes.
  const browser = await launch({ more: ["--disable-gpu-watchdog"] });
  try {
    const page = await browser.newPage();
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && console.error(`  ${message.text().slice(0, 400)}`));
    await page.exposeFunction("__tell", tell);
    await page.goto(`${site.url}index.html`);
    return await page.evaluate(work, job);
  } finally {
    await browser.close();
    site.close();
  }
}

function work(job) {
  return new Promise((resolve, reject) => {
    const worker = new Worker("./worker.mjs", { type: "module" });
    worker.onerror = (event) => reject(new Error(event.message ?? "the worker did not start"));
    worker.onmessage = ({ data }) => {
      if ("done" in data) resolve(data.done);
      else if ("error" in data) reject(new Error(data.error));
      else __tell(data);
    };
    worker.postMessage(job);
  });
}
