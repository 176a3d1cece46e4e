// axe finds nothing: every station, both themes, both languages, both widths.

import assert from "node:assert/strict";
import { browserTest } from "./harness.mjs";

const SMALL = "n_layer=1&n_embd=16&n_head=2&batch_size=4&block_size=16&steps=10&eval_every=5&sample_every=5";

for (const lang of ["en", "zh-CN"]) {
  for (const theme of ["light", "dark"]) {
    for (const width of [1280, 390]) {
      browserTest(`axe: ${lang}, ${theme}, ${width} px`, async ({ open }) => {
        const visit = await open({ lang, theme, width, hash: `#${SMALL}&station=train` });
        const { page } = visit;
        await page.locator("[data-order=start]").click();
        await page.locator("[data-order=again]").waitFor({ timeout: 60_000 });
        for (const station of ["text", "tokens", "model", "train", "write"]) {
          await page.evaluate((station) => (location.hash = location.hash.replace(/station=\w+/, `station=${station}`)), station);
          await page.waitForTimeout(300);
          assert.deepEqual(await visit.accessibility(), [], station);
          const { scroll, client } = await page.evaluate(() => ({
            scroll: document.documentElement.scrollWidth,
            client: document.documentElement.clientWidth,
          }));
          assert(scroll <= client, `${station} is ${scroll} wide in ${client}`);
          await visit.screenshot(`${station}-${lang}-${theme}-${width}`);
        }
      });
    }
  }
}
