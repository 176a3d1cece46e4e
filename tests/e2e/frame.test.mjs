// The frame of the page and its first two stations, in a real browser with the real engine.

import assert from "node:assert/strict";
import { browserTest } from "./harness.mjs";

const SLOW = { timeout: 60_000 };
const WORDS = "The gardener waters the small green plants every morning before the sun is high. ".repeat(60);

const station = (page, name) => page.locator(`.step-link[data-station=${name}]`);
const untilDone = (page, name) => page.locator(`.step-link[data-station=${name}][data-status=done]`).waitFor(SLOW);

async function paste(page, text) {
  await page.getByLabel("Or paste a text").fill(text);
  await page.getByRole("button", { name: "Use this text" }).click();
}

browserTest("the station Text is never empty, and every built-in text can be read", async ({ open }) => {
  const { page } = await open();
  await page.getByText("How it begins").waitFor(SLOW);
  for (const name of ["Chinese stories", "Arithmetic", "Stories"]) {
    const card = page.getByRole("button", { name: new RegExp(`^${name}`) });
    await card.click();
    await untilDone(page, "text");
    assert.equal(await card.getAttribute("aria-pressed"), "true");
  }
});

browserTest("a link with unknown keys and impossible values is named and mended", async ({ open }) => {
  const { page } = await open({ hash: "#station=tokens&n_layer=999&bogus=1&method=words" });
  await page.getByText("“bogus”").waitFor();
  await page.getByText("“Layers” cannot be “999”: it goes from 1 to 24. The page uses 24.").waitFor();
  await page.getByText("“Method” cannot be “words”").waitFor();
  await page.waitForFunction(() => location.hash === "#station=tokens&n_layer=24");
  const dismiss = page.getByRole("button", { name: "Put this message away" });
  while (await dismiss.count()) await dismiss.first().click();
});

browserTest("back and forward go through the stations, and a reload stays", async ({ open }) => {
  const { page } = await open();
  await station(page, "tokens").click();
  await station(page, "model").click();
  await page.goBack();
  await page.waitForFunction(() => document.querySelector("[aria-current=step]").dataset.station === "tokens");
  await page.goForward();
  await page.waitForFunction(() => document.querySelector("[aria-current=step]").dataset.station === "model");
  await page.reload();
  await page.waitForFunction(() => document.querySelector("[aria-current=step]")?.dataset.station === "model");
});

browserTest("a pasted text is cut into tokens, and is still there after a reload", async ({ open }) => {
  const { page } = await open();
  await paste(page, WORDS);
  await untilDone(page, "tokens");
  await station(page, "tokens").click();
  await page.getByLabel("Type anything").fill("small sun");
  await page.getByText("Tokens: 9 · Bytes: 9").waitFor(SLOW);
  const ids = await page.locator(".ids").textContent();
  await page.getByLabel("Type ids").fill(ids);
  await page.locator("pre", { hasText: "small sun" }).waitFor(SLOW);
  await page.reload();
  await page.locator(".strip").first().waitFor(SLOW);
  assert.match(await page.locator(".strip").first().textContent(), /^The␣gardener/);
});

browserTest("byte-level BPE is trained in the worker and cuts anything", async ({ open }) => {
  const { page } = await open({ hash: "#station=tokens&method=bpe&vocab_size=320" });
  await untilDone(page, "tokens");
  await page.getByLabel("Type anything").fill("猫 was here");
  await page.locator(".token[data-partial=true]").first().waitFor(SLOW);
  await page.getByRole("textbox", { name: "Vocabulary size" }).fill("400");
  await page.getByRole("textbox", { name: "Vocabulary size" }).press("Enter");
  await page.getByText("The settings have changed").waitFor();
  await page.getByRole("button", { name: "Train the tokenizer" }).click();
  await page.locator("dd", { hasText: /^400$/ }).waitFor(SLOW);
});

browserTest("files that are no text are refused in words, and the text before stays", async ({ open }) => {
  const { page } = await open();
  await untilDone(page, "text");
  const bring = (name, buffer) => page.locator("input[type=file]:not([webkitdirectory])").setInputFiles({ name, mimeType: "text/plain", buffer });
  await bring("picture.txt", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]));
  await page.getByText("“picture.txt” is not", { exact: false }).waitFor(SLOW);
  const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from("caf\xe9 au lait ".repeat(200), "latin1")]);
  await bring("marked.txt", marked);
  await page.getByText("“marked.txt” cannot be read as UTF-8: byte 6").waitFor(SLOW);
  await bring("empty.txt", Buffer.from("  \n "));
  await page.getByText("“empty.txt” is empty").waitFor(SLOW);
  assert.match(await page.locator(".excerpt").first().textContent(), /There once was/);
});

browserTest("without an adapter the page says so, what helps, and works all the same", async ({ open }) => {
  const { page } = await open({ webgpu: "null" });
  await page.getByText("this browser offers no graphics card").waitFor(SLOW);
  await page.getByText("How to get a graphics card").click();
  await page.getByText(/Switch on “Use graphics acceleration”/).waitFor(SLOW);
  assert.equal(await page.getByRole("button", { name: "Grow a GPT" }).count(), 1);
  await untilDone(page, "tokens");
  await station(page, "tokens").click();
  await page.locator(".strip .token").first().waitFor(SLOW);
});

browserTest("a worker that does not start is told, and can be started again", async ({ open }) => {
  let broken = true;
  const before = (page) =>
    page.context().route(/worker_loader/, (route) => (broken ? route.fulfill({ status: 404, body: "" }) : route.continue()));
  const visit = await open({ before });
  visit.expect("consoleErrors", /404|Failed to load|MIME/);
  visit.expect("pageErrors", /./);
  await visit.page.getByRole("heading", { name: "The engine has stopped" }).waitFor(SLOW);
  broken = false;
  await visit.page.getByRole("button", { name: "Start the engine again" }).click();
  await untilDone(visit.page, "text");
});

browserTest("language and appearance can be switched and are kept in the address", async ({ open }) => {
  const { page } = await open({ lang: "zh-CN" });
  await page.getByRole("button", { name: "种一个 GPT" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
  await page.getByLabel("语言").selectOption("en");
  await page.getByRole("button", { name: "Grow a GPT" }).waitFor();
  await page.getByRole("button", { name: "Appearance: as the system" }).click();
  await page.getByRole("button", { name: "Appearance: light" }).click();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  await page.waitForFunction(() => location.hash.includes("lang=en") && location.hash.includes("theme=dark"));
});

browserTest("the tour can be left by the keyboard, and the work goes on", async ({ open }) => {
  const { page } = await open();
  await page.getByRole("button", { name: "Grow a GPT" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "Guided tour" }).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter"); // "Go on"
  await page.waitForFunction(() => document.querySelector("[aria-current=step]").dataset.station === "tokens", null, SLOW);
  await page.keyboard.press("Escape");
  await page.getByRole("region", { name: "Guided tour" }).waitFor({ state: "detached" });
  await untilDone(page, "tokens");
});

for (const name of ["text", "tokens"]) {
  browserTest(`axe finds nothing on the station ${name}, in both themes, languages and widths`, async ({ open }) => {
    for (const theme of ["light", "dark"]) {
      for (const lang of ["en", "zh-CN"]) {
        for (const width of [390, 1280]) {
          const visit = await open({ theme, lang, width, hash: `#station=${name}` });
          await untilDone(visit.page, "tokens");
          assert.deepEqual(await visit.accessibility(), []);
          const overflow = await visit.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert(overflow <= 0, `${name} is ${overflow} px too wide at ${width}`);
          await visit.screenshot(`${name}-${width}-${theme}-${lang}`);
          await visit.close();
        }
      }
    }
  });
}
