// When things go wrong: a sentence that names the thing and the way out, and nothing lost.

import assert from "node:assert/strict";
import { browserTest } from "./harness.mjs";

const button = (page, name) => page.getByRole("button", { name, exact: true });
const station = (page, name) => page.getByRole("navigation").getByRole("link", { name }).first().click();
const LONG = { timeout: 60_000 };

const RUN = "#n_layer=1&n_embd=16&n_head=2&batch_size=4&block_size=16&steps=100000&station=train";
const ALPHABET = "The quick brown fox jumps over the lazy dog. ";

browserTest("a text over 64 MB is refused", async ({ open }) => {
  const { page } = await open();
  await page.evaluate(() => {
    const file = new File([new Uint8Array(65 * 1024 * 1024).fill(97)], "huge.txt", { type: "text/plain" });
    const transfer = new DataTransfer();
    transfer.items.add(file);
    const input = document.querySelector("input[type=file]");
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await page.getByText(/“huge\.txt” is .*at most/).first().waitFor(LONG);
});

browserTest("a text shorter than one block says how much is missing", async ({ open }) => {
  const { page } = await open({ hash: "#station=text" });
  await page.getByLabel("Or paste a text").fill(ALPHABET);
  await button(page, "Use this text").click();
  await page.getByRole("heading", { name: /Pasted text/ }).waitFor(LONG);
  await station(page, "Train");
  await button(page, "Start training").click();
  await page.getByText(/The text is too short for/).first().waitFor(LONG);
});

browserTest("a vocabulary that the text does not support says how large it can be", async ({ open }) => {
  const { page } = await open({ hash: "#method=bpe&vocab_size=16000&station=text" });
  await page.getByLabel("Or paste a text").fill(ALPHABET.repeat(20));
  await button(page, "Use this text").click();
  await station(page, "Tokens");
  await page.getByText(/A vocabulary of 16,?000 is more than this text supports: only/).first().waitFor(LONG);
});

browserTest("a model that the adapter refuses is refused before anything is built", async ({ open }) => {
  const { page } = await open({ device: "gpu", hash: "#n_layer=24&n_embd=1024&n_head=16&block_size=1024&batch_size=128&station=model" });
  await page.getByText(/does not fit on this computer/).first().waitFor(LONG);
});

browserTest("a loss that is no number pauses the run where all was well, and a button goes on from there", async ({ open }) => {
  const visit = await open({ device: "gpu", hash: RUN });
  const { page } = visit;
  const worker = await visit.worker();
  await worker.evaluate(() => {
    const { createBuffer } = GPUDevice.prototype;
    GPUDevice.prototype.createBuffer = function (descriptor) {
      const buffer = createBuffer.call(this, descriptor);
      if (descriptor.label === "parameters") globalThis.poison = () => this.queue.writeBuffer(buffer, 0, new Float32Array([NaN]));
      return buffer;
    };
  });
  await button(page, "Start training").click();
  await page.getByText(/reads, guesses/).first().waitFor(LONG);
  await worker.evaluate(() => globalThis.poison());
  await page.getByText(/At step \d+ the loss stopped being a number/).first().waitFor(LONG);
  await page.getByText(/Paused after step \d+/).first().waitFor(LONG);
  await page.getByRole("button", { name: /^Learning rate .* instead of/ }).click();
  await page.getByText(/reads, guesses/).first().waitFor(LONG);
});

/** The step that the page shows. */
async function step(page) {
  return Number((await page.locator(".figures").first().textContent()).match(/Step([\d,]+)/)[1].replaceAll(",", ""));
}

/** Waits until training has gone further than `before`. */
async function goesOn(page, before) {
  const further = (before) => Number(document.querySelector(".figures").textContent.match(/Step([\d,]+)/)[1].replaceAll(",", "")) > before;
  await page.waitForFunction(further, before, LONG);
}

/** A visit that trains on the graphics card, and the step that it has reached. */
async function training(open) {
  const visit = await open({ device: "gpu", hash: RUN });
  visit.expect("consoleErrors", /./);
  await button(visit.page, "Start training").click();
  await visit.page.getByText(/reads, guesses/).first().waitFor(LONG);
  await goesOn(visit.page, 60);
  return { visit, page: visit.page, before: await step(visit.page) };
}

browserTest("after a lost device the training goes on", async ({ open }) => {
  const { visit, page, before } = await training(open);
  await visit.loseDevice();
  await goesOn(page, before + 60);
});

browserTest("a graphics card that is gone for good leaves the training to the processor", async ({ open }) => {
  const { visit, page, before } = await training(open);
  await (await visit.worker()).evaluate(() => (GPU.prototype.requestAdapter = async () => null));
  await visit.loseDevice();
  await page.getByText(/Computes on the processor/).waitFor(LONG);
  await goesOn(page, before + 60);
});
