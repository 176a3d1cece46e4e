// Station Model: the picture of the network is its editor. Boxes are pressed by mouse and by key, settings change what is
// drawn, and what a change did is told in figures.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { browserTest } from "./harness.mjs";

const LONG = { timeout: 60_000 };
const HASH = "#station=model&n_layer=2&n_embd=48&n_head=6&block_size=32&batch_size=4&characters=10000";

const box = (page, spot) => page.locator(`.net-spot[data-spot=${spot}]`);
const panel = (page) => page.locator(".shape-panel");
const change = (page) => page.locator(".shape-change");
const digits = async (locator) => Number((await locator.textContent()).replace(/\D/g, ""));
const weights = (page) => digits(page.locator(".cost .figures dd span").first());

/** Chooses among the settings that are open. */
async function choose(page, name) {
  await panel(page).getByText(name, { exact: true }).click();
}

/** Opens what is finer. */
async function finer(page) {
  await panel(page).getByText("Finer settings").click();
}

browserTest("a pressed box opens its settings, and what they change is seen and told", async ({ open }) => {
  const visit = await open({ hash: HASH });
  const { page } = visit;
  await page.getByRole("button", { name: /^Attention: looks back, .*% of all weights$/ }).click();
  await panel(page).getByRole("heading", { name: "Attention" }).waitFor();
  assert.equal(await box(page, "mixer").getAttribute("aria-pressed"), "true");
  assert.equal(await page.locator(".mark-net-kv").count(), 6);

  assert.equal(await page.locator(".mark-net-before").count(), 0);
  const before = await weights(page);
  await choose(page, "one for all heads (multi-query)");
  await panel(page).getByText("All heads share one set of keys and values").waitFor();
  assert.equal(await page.locator(".mark-net-head").count(), 6);
  assert.equal(await page.locator(".mark-net-kv").count(), 1);
  await change(page).getByText(/fewer weights, .* calculations, .* memory\.$/).waitFor(LONG);
  await page.getByText("where the bar ended before the last change").waitFor();
  assert((await page.locator(".network-picture .mark-net-before").count()) > 0, "the attention's bar has moved");
  assert((await weights(page)) < before, "shared keys and values have fewer weights");

  await finer(page);
  await choose(page, "rotary (RoPE)");
  await page.locator(".mark-net-label-text").getByText("RoPE").waitFor();
  assert.equal(await box(page, "positions").count(), 0, "nothing is added to the vectors any more");
  await choose(page, "sinusoidal");
  await box(page, "positions").waitFor();

  await choose(page, "convolution");
  await panel(page).getByRole("heading", { name: "Convolution" }).waitFor();
  assert.equal(await page.locator(".mark-net-head").count(), 0);
  await page.getByText("sums 32 tokens").waitFor();
  await visit.screenshot("network-convolution");
});

browserTest("norms, lanes, cap and head are drawn as they are", async ({ open }) => {
  const { page } = await open({ hash: HASH });
  await box(page, "norm_1").click();
  await choose(page, "RMSNorm");
  await choose(page, "after each part");
  const order = await page.locator(".net-spot").evaluateAll((spots) => spots.map((spot) => spot.dataset.spot));
  assert.equal(order.join(" "), "tokens positions embedding blocks mixer norm_1 mlp norm_2 head scores");
  await page.locator(".mark-net-title").getByText("RMSNorm").first().waitFor();

  await box(page, "mlp").click();
  await choose(page, "SwiGLU");
  await page.getByText("48 → 2 × 128 → 48").waitFor();
  await panel(page).getByText("What is inside").click();
  await panel(page).getByRole("row", { name: /^gate 48 × 128/ }).waitFor();

  await box(page, "head").click();
  await panel(page).getByLabel("Tied head").uncheck();
  assert.equal(await page.locator(".mark-net-tie").count(), 0);
  await panel(page).getByLabel("Logit soft-cap", { exact: true }).first().fill("30");
  await page.keyboard.press("Tab");
  await box(page, "softcap").waitFor();
  await page.getByText("none beyond ±30").waitFor();
});

browserTest("a known model is chosen by name, at any size", async ({ open }) => {
  const visit = await open({ hash: HASH });
  const { page } = visit;
  await page.getByText("Llama", { exact: true }).click();
  await page.getByText(/What most open models of today look like/).waitFor();
  await change(page).getByText("GPT-2 → Llama").waitFor();
  await page.waitForFunction(() => /positions=rope/.test(location.hash));
  await page.getByText("Sprout", { exact: true }).click();
  assert(await page.getByRole("radio", { name: "Llama" }).isChecked(), "the parts stay");
  await page.locator(".mark-net-times").getByText("× 4 blocks").waitFor();
  await page.getByText("Without attention", { exact: true }).click();
  await page.getByText("sums 8 tokens").waitFor();
  await page.getByText("GPT-2", { exact: true }).click();
  await page.getByText("Sprout", { exact: true }).click();
  await box(page, "blocks").click();
  await panel(page).getByText("after each part", { exact: true }).click();
  await page.getByText("A mix of your own").waitFor();
});

browserTest("a slider tells what it did since it was touched", async ({ open }) => {
  const { page } = await open({ hash: HASH });
  const layers = page.getByRole("slider", { name: "Layers" });
  await layers.focus();
  for (let step = 0; step < 3; step++) await page.keyboard.press("ArrowRight");
  await change(page).getByText("Layers: 2 → 5.").waitFor();
  await change(page).getByText(/thinks more often.*times the calculations/).waitFor(LONG);
  const moved = await page.locator(".cost small").allTextContents();
  assert.equal(moved.length, 3);
  for (const figure of moved) assert.match(figure, /^before: [\d.,]+ ?\w*$/);
});

browserTest("everything is done by keyboard", async ({ open }) => {
  const { page } = await open({ hash: HASH });
  await box(page, "mlp").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.id === "network-panel-title");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.dataset.spot === "mlp");
  assert.equal(await box(page, "mlp").getAttribute("aria-pressed"), "false");
  await page.keyboard.press(" ");
  await page.waitForFunction(() => document.activeElement?.id === "network-panel-title");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await panel(page).getByRole("heading", { name: "The whole network" }).waitFor();
});

browserTest("the picture is kept as files and read as a table", async ({ open }) => {
  const { page } = await open({ hash: `${HASH}&positions=rope&heads=grouped-query&activation=swiglu&dropout=0.1` });
  const saved = async (kind) => {
    const click = page.getByRole("button", { name: kind, exact: true }).click();
    const [download] = await Promise.all([page.waitForEvent("download"), click]);
    return readFileSync(await download.path());
  };
  assert.match((await saved("SVG")).toString(), /RoPE.*SwiGLU.*dropout 10%/s);
  assert.deepEqual([...(await saved("PNG")).subarray(1, 4)], [...Buffer.from("PNG")]);
  await page.getByText("The network as a table").click();
  await page.locator("[data-sum=weights]").waitFor();
  assert.equal(await digits(page.locator("[data-sum=weights]")), await weights(page));
  await page.getByRole("button", { name: "calculations" }).click();
  assert.equal(await page.locator(".mark-net-share").count(), 8, "the head and the scores calculate too");
});

for (const [lang, theme, width] of [["en", "light", 1280], ["zh-CN", "dark", 1280], ["en", "dark", 390], ["zh-CN", "light", 390]]) {
  browserTest(`the editor in ${lang}, ${theme}, at ${width} px`, async ({ open }) => {
    const visit = await open({ lang, theme, width, height: 800, hash: `${HASH}&positions=alibi&qk_norm=on&window=8&softcap=30&dropout=0.1` });
    const { page } = visit;
    await page.locator(".memory-row").first().waitFor(LONG);
    await visit.screenshot(`network-whole-${lang}-${theme}-${width}`);
    for (const spot of ["mixer", "mlp", "head", "embedding"]) {
      await box(page, spot).click();
      await page.locator(`.shape-panel[data-open=${spot}]`).waitFor();
      assert.deepEqual(await visit.accessibility(), [], spot);
      const { scroll, client } = await page.evaluate(() => ({
        scroll: document.documentElement.scrollWidth,
        client: document.documentElement.clientWidth,
      }));
      assert(scroll <= client, `${spot} is ${scroll} wide in ${client}`);
      if (spot === "mixer") await page.locator(".shape-panel label.choice").nth(3).click();
      await page.waitForTimeout(200);
      await visit.screenshot(`network-${spot}-${lang}-${theme}-${width}`);
      await visit.screenshot(`network-${spot}-seen-${lang}-${theme}-${width}`, { fullPage: false });
    }
  });
}
