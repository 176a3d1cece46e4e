// The page as a whole: it starts wherever it is put, talks to no one, and keeps its own policy.

import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "../../scripts/serve.mjs";
import { browserTest, siteUrl } from "./harness.mjs";

browserTest("the page starts under a sub-path", async ({ open }) => {
  const { page } = await open();
  assert.match(await page.title(), /Gptling/);
  assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
});

browserTest("the page starts without an adapter", async ({ open }) => {
  const { page } = await open({ webgpu: "null" });
  assert.equal(await page.evaluate(() => navigator.gpu.requestAdapter()), null);
  await page.getByText("this browser offers no graphics card").waitFor();
});

browserTest("the page starts in a frame of another site", async ({ open }) => {
  const lesson = mkdtempSync(join(tmpdir(), "lesson-"));
  const frame = `<iframe src="${await siteUrl()}"></iframe>`;
  writeFileSync(join(lesson, "index.html"), `<!DOCTYPE html><link rel="icon" href="data:,"><title>Lesson</title>${frame}`);
  const other = await serve(lesson);
  try {
    const visit = await open({ address: other.url.replace("localhost", "127.0.0.1") });
    visit.expect("foreignRequests", /^http:\/\/127\.0\.0\.1:/);
    const page = visit.page.frameLocator("iframe");
    await page.locator("#boot-status").waitFor({ state: "detached" });
    await page.getByRole("heading", { level: 1 }).waitFor();
  } finally {
    other.close();
  }
});

browserTest("the policy refuses inline scripts, HTML from strings and other sites' workers", async ({ open }) => {
  const visit = await open();
  visit.expect("violations", /^require-trusted-types-for/);
  visit.expect("consoleErrors", /This document requires 'Trusted/);
  const refused = await visit.page.evaluate(() => {
    const attempts = {
      script: () => (document.createElement("script").textContent = "1"),
      html: () => (document.createElement("p").innerHTML = "<b>x</b>"),
      worker: () => new Worker("https://elsewhere.example/worker.js"),
    };
    return Object.keys(attempts).filter((name) => {
      try {
        attempts[name]();
        return false;
      } catch {
        return true;
      }
    });
  });
  assert.deepEqual(refused, ["script", "html", "worker"]);
  await visit.settle();
  assert(visit.seen.violations.length > 0, "the browser reported no violation, so no other test would see one");
});

browserTest("the page has no accessibility breach that axe can find", async ({ open }) => {
  for (const theme of ["light", "dark"]) {
    for (const width of [390, 1280]) {
      const visit = await open({ theme, width });
      assert.deepEqual(await visit.accessibility(), []);
      await visit.screenshot(`start-${theme}-${width}`);
    }
  }
});
