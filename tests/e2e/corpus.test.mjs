// Station Text, parts Bring and Clean: texts of one's own from everywhere, what they are, and cleaning them.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browserTest } from "./harness.mjs";

const LONG = { timeout: 60_000 };
const STORY = "The fox and the owl walked home. They sang a song about the moon.\n\nThe moon was round and bright.\n\n";

const button = (page, name) => page.getByRole("button", { name, exact: true });
const files = (page) => page.locator("input[type=file]").first();
const now = (page) => page.locator("#text-now");
const rows = (page) => page.locator(".corpus-text");

/** Opens the row of a text and gives it. */
async function row(page, name) {
  const found = rows(page).filter({ hasText: name });
  await found.locator("summary").waitFor(LONG);
  if (!(await found.locator("details").evaluate((details) => details.open))) await found.locator("summary").click();
  return found;
}

browserTest("pasted, then several files, then one removed", async ({ open }) => {
  const visit = await open();
  const { page } = visit;
  await page.getByLabel("Or paste a text").fill(STORY);
  await button(page, "Use this text").click();
  await now(page).getByText("Pasted text").waitFor(LONG);
  await files(page).setInputFiles([
    { name: "one.txt", mimeType: "text/plain", buffer: Buffer.from("A first text of several lines.\nHere is another.\n") },
    { name: "two.md", mimeType: "text/markdown", buffer: Buffer.from("# A title\n\nAnd a second text.\n") },
  ]);
  await now(page).getByText("Pasted text and 2 more").waitFor(LONG);
  await page.getByText(/UTF-8 · plain text · documents between empty lines/).nth(2).waitFor(LONG);
  await visit.screenshot("corpus-several");
  await button(page, "Remove “one.txt”").click();
  await now(page).getByText("Pasted text and 1 more").waitFor(LONG);
  assert.deepEqual(await visit.accessibility(), []);

  await page.reload();
  await visit.started();
  await now(page).getByText("Pasted text and 1 more").waitFor(LONG);
});
