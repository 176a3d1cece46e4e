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
const begins = (page) => page.locator(".excerpt[aria-labelledby=text-begins]");
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

const CSV = `id,comment,mood,stars
1,"A lovely lamp, it makes the room warm",good,5
2,"The lamp broke after a week",bad,1
3,"It is a lamp",neither,3
`;

browserTest("a table with its columns chosen", async ({ open }) => {
  const visit = await open();
  const { page } = visit;
  await files(page).setInputFiles({ name: "lamps.csv", mimeType: "text/csv", buffer: Buffer.from(CSV) });
  await now(page).getByText("lamps.csv").waitFor(LONG);
  const text = await row(page, "lamps.csv");
  await text.getByText("UTF-8 · table (CSV)").waitFor(LONG);
  await text.getByRole("cell", { name: "The lamp broke after a week" }).waitFor();
  assert.equal(await text.getByLabel("Text", { exact: true }).locator("option:checked").textContent(), "comment");
  await text.getByLabel("Label").selectOption("mood");
  await text.getByLabel("Weight").selectOption("stars");
  await page.getByText("3 documents").waitFor(LONG);
  await page.getByText("What it is made of").click();
  await page.getByRole("row", { name: /neither 1 33%/ }).waitFor(LONG);
  await visit.screenshot("corpus-table");
  assert.deepEqual(await visit.accessibility(), []);
  // A column without numbers cannot be weights: that is told, and the text stays.
  await text.getByLabel("Weight").selectOption("mood");
  await page.getByText(/Document 1 has the weight “good”/).waitFor(LONG);
  await now(page).getByText("lamps.csv").waitFor();
  assert.equal(await text.getByLabel("Weight").locator("option:checked").textContent(), "stars");
});

// 从前有一只小狐狸住在山里。 in GB 18030, by Python's codec.
const GB18030 = Buffer.from("b4d3c7b0d3d0d2bbd6bbd0a1bafcc0ead7a1d4dac9bdc0efa1a3", "hex");

browserTest("files in GB 18030 and UTF-16, and one whose encoding is corrected", async ({ open }) => {
  const visit = await open({ lang: "zh-CN" });
  const { page } = visit;
  await files(page).setInputFiles([
    { name: "gb.txt", mimeType: "text/plain", buffer: GB18030 },
    { name: "utf16.txt", mimeType: "text/plain", buffer: Buffer.from("\ufeff从前有一只猫头鹰。\n\n他很聪明。\n", "utf16le") },
  ]);
  await now(page).getByText("gb.txt 等（另有 1 个）").waitFor(LONG);
  await page.getByText(/GB 18030 · 纯文本/).waitFor(LONG);
  await page.getByText(/UTF-16 LE · 纯文本/).waitFor(LONG);
  await begins(page).getByText("从前有一只小狐狸住在山里。").waitFor();
  // Half a surrogate pair is no UTF-16, though it may be read as Latin-1.
  const broken = Buffer.from([0xff, 0xfe, 0x61, 0x00, 0x00, 0xd8, 0x62, 0x00]);
  await files(page).setInputFiles({ name: "broken.txt", mimeType: "text/plain", buffer: broken });
  // The row of a text that is refused stands open.
  const refused = rows(page).filter({ hasText: "broken.txt" });
  await refused.getByText("“broken.txt”无法按 UTF-16 LE 读取：第 4 字节").waitFor(LONG);
  await now(page).getByText("gb.txt 等（另有 1 个）").waitFor();
  await visit.screenshot("corpus-encodings-zh");
  await refused.getByLabel("编码").selectOption("UTF-8");
  await refused.getByText("“broken.txt”无法按 UTF-8 读取").waitFor(LONG);
  assert.deepEqual(await visit.accessibility(), []);
});

browserTest("a whole folder: its texts are taken and the rest is left out", async ({ open }) => {
  const { page } = await open();
  const folder = mkdtempSync(join(tmpdir(), "texts-"));
  mkdirSync(join(folder, "inner"));
  writeFileSync(join(folder, "a.txt"), STORY);
  writeFileSync(join(folder, "inner", "b.md"), STORY);
  writeFileSync(join(folder, "picture.png"), Buffer.from([0x89, 0x50, 0, 0]));
  await page.locator("input[webkitdirectory]").setInputFiles(folder);
  await page.getByRole("heading", { name: "Your texts (2)" }).waitFor(LONG);
  await rows(page).getByText(/\/inner\/b\.md$/).waitFor();
  await page.getByText("1 files were left out").waitFor();
});

/** A server of another origin that allows pages to read `/open`, and forbids everything else. */
async function elsewhere() {
  const server = createServer((request, response) => {
    if (request.url === "/missing.txt") {
      response.writeHead(404, { "access-control-allow-origin": "*" });
      return response.end();
    }
    const allowed = request.url === "/open.txt" ? { "access-control-allow-origin": "*" } : {};
    response.writeHead(200, { "content-type": "text/plain", ...allowed });
    response.end("A text from elsewhere.\n\nIt has two documents.\n");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() && server.closeAllConnections() };
}

browserTest("a text from an address, and addresses that give none", async ({ open }) => {
  const server = await elsewhere();
  try {
    const visit = await open();
    visit.expect("foreignRequests", new RegExp(`^${server.url}/`));
    visit.expect("foreignRequests", /^http:\/\/127\.0\.0\.1:9\//);
    visit.expect("consoleErrors", /blocked by CORS policy|Failed to load resource|ERR_UNSAFE_PORT|ERR_FAILED/);
    const { page } = visit;
    await page.getByText("From an address on the web").click();
    const fetch = async (address) => {
      await page.getByLabel("Address of a text").fill(address);
      await button(page, "Fetch").click();
    };
    assert.deepEqual(visit.seen.foreignRequests, [], "nothing is asked of anybody before the student asks");
    await fetch(`${server.url}/open.txt`);
    await now(page).getByText("open.txt").waitFor(LONG);
    await begins(page).getByText("A text from elsewhere.").waitFor();
    await page.getByText(/UTF-8 · plain text/).waitFor(LONG);
    assert.equal(visit.seen.foreignRequests.length, 1, "one request, however often the text is read");
    for (const [address, sentence] of [
      [`${server.url}/closed.txt`, /does not allow pages of other sites to read it/],
      [`${server.url}/missing.txt`, /answers with 404/],
      ["http://127.0.0.1:9/nothing.txt", /Nothing answers at/],
      ["ftp://example.org/a.txt", /is not an address of the web/],
    ]) {
      await fetch(address);
      await page.getByText(sentence).first().waitFor(LONG);
      await now(page).getByText("open.txt").waitFor();
    }
    await visit.screenshot("corpus-address");
    assert.deepEqual(await visit.accessibility(), []);
  } finally {
    server.close();
  }
});

browserTest("cleaning: a preview, applied, and undone more than one step back", async ({ open }) => {
  const visit = await open();
  const { page } = visit;
  const dirty = "<p>Once  upon a time</p>\n\n<p>Once  upon a time</p>\n\nA fox lived in the wood.\n\nx\n";
  await page.getByLabel("Or paste a text").fill(dirty);
  await button(page, "Use this text").click();
  await now(page).getByText("Pasted text").waitFor(LONG);
  await page.getByRole("link", { name: "Clean" }).click();
  assert(await button(page, "Apply").isDisabled());
  await page.getByLabel("Take out markup").check();
  await page.getByLabel("Drop exact copies").check();
  await page.getByText("This is a plan").waitFor();
  await page.getByRole("row", { name: "markup taken out 2" }).waitFor(LONG);
  await page.getByRole("row", { name: "the same as one before 1" }).waitFor();
  await page.getByText("4 → 3").waitFor();
  assert.equal(await page.locator(".corpus-change del").first().textContent(), "<p>");
  await visit.screenshot("corpus-clean");
  assert.deepEqual(await visit.accessibility(), []);
  await button(page, "Apply").click();
  await page.getByText("This cleaning is applied").waitFor(LONG);
  assert.match(page.url() + (await page.evaluate(() => new Promise((done) => setTimeout(() => done(location.href), 500)))), /clean_html=on/);
  await page.getByRole("heading", { name: "The documents after cleaning" }).waitFor(LONG);
  await page.getByText("3 documents").waitFor(LONG);

  await page.getByRole("textbox", { name: "Shortest document" }).fill("5");
  await page.getByRole("textbox", { name: "Shortest document" }).press("Tab");
  await page.getByRole("row", { name: "too short 1" }).waitFor(LONG);
  await button(page, "Apply").click();
  await page.getByText("2 documents").waitFor(LONG);
  const head = async () => {
    await page.getByRole("link", { name: "Bring" }).click();
    const text = await begins(page).textContent();
    await page.getByRole("link", { name: "Clean" }).click();
    return text;
  };
  assert.equal((await head()).trim(), "Once  upon a time\n\n\nA fox lived in the wood.");
  await button(page, "Undo").click();
  await page.getByText("3 documents").waitFor(LONG);
  await button(page, "Undo").click();
  await page.getByText("Nothing is cleaned").waitFor(LONG);
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"), null, LONG);
  assert.match(await head(), /^<p>Once {2}upon/);
  assert(await button(page, "Undo").isDisabled());

  // A cleaning that leaves nothing is refused, and the text stays.
  await page.getByRole("textbox", { name: "Shortest document" }).fill("50000");
  await page.getByRole("textbox", { name: "Shortest document" }).press("Tab");
  await page.getByText("4 → 0").waitFor(LONG);
  await button(page, "Apply").click();
  await page.getByText(/This cleaning leaves no document of “Pasted text”/).waitFor(LONG);
  assert.match(await head(), /^<p>Once/);
});

browserTest("labelled texts in both languages", async ({ open }) => {
  for (const [lang, fold, kind, first, words] of [
    ["en", "More texts, with labels", "Messages, English", "spam", "What it is made of"],
    ["zh-CN", "更多带标签的文本", "中文评论", "好评", "文本的组成"],
  ]) {
    const visit = await open({ lang });
    const { page } = visit;
    await page.getByText(fold).click();
    await visit.screenshot(`corpus-kinds-${lang}`);
    await button(page, kind).click();
    await page.locator(".corpus-kind [aria-pressed=true]").waitFor(LONG);
    await page.locator(".fold").getByText(words).click();
    await page.getByRole("rowheader", { name: first }).waitFor(LONG).catch(async () => {
      console.log(await page.locator(".corpus-bars").allTextContents());
      throw new Error(`no class ${first}`);
    });
    await visit.screenshot(`corpus-card-${lang}`);
    assert.deepEqual(await visit.accessibility(), []);
  }
});

browserTest("20 MB are read and described while the page stays free", async ({ open }) => {
  const visit = await open();
  const { page } = visit;
  await page.getByText("What it is made of").waitFor(LONG);
  const folder = mkdtempSync(join(tmpdir(), "large-"));
  const words = "the fox and the owl walked home in the evening and sang of the moon ".split(" ");
  let text = "";
  for (let at = 0; text.length < 20e6; at += 1) text += `${words[at % 14]} ${words[(at * 7) % 13]} word${at % 5003}${at % 17 ? " " : ".\n\n"}`;
  writeFileSync(join(folder, "large.txt"), text);
  const before = visit.seen.longTasks.length;
  await files(page).setInputFiles(join(folder, "large.txt"));
  await now(page).getByText("large.txt").waitFor(LONG);
  await page.getByText(/[\d,]+ documents, [\d,]{9,} words/).waitFor(LONG);
  await visit.settle();
  assert.deepEqual(await visit.tasksTooLong(before), [], "long tasks on the page's thread");
});
