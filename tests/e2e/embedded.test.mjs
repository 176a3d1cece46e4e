// Where a browser keeps nothing for the page, as in frames of other sites: the page works, and says what it must.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { browserTest, siteUrl } from "./harness.mjs";
import { refuseStorage } from "./hooks.mjs";

const LONG = { timeout: 60_000 };
const RUN = "#n_layer=1&n_embd=16&n_head=2&batch_size=4&block_size=16&characters=20000&eval_every=1000&sample_every=1000&steps=60&length=40&station=train";
const button = (scope, name) => scope.getByRole("button", { name, exact: true });

/** Trains, is told once that nothing is kept, writes, and saves the project to a file. */
async function trainsAndWrites(page, scope) {
  await button(scope, "Start training").click(LONG);
  await scope.getByText("Finished after 60 steps").first().waitFor(LONG);
  const told = scope.getByText(/keeps nothing for this page/);
  await told.waitFor(LONG);
  assert.equal(await told.count(), 1);
  await scope.getByText("Not kept: save the project to a file.").waitFor(LONG);
  const download = page.waitForEvent("download");
  await button(scope, "Save to a file").click();
  assert.match((await download).suggestedFilename(), /\.zip$/);
  await scope.locator(".step-link[data-station=write]").click();
  await button(scope, "Write").click(LONG);
  await scope.locator(".step-link[data-station=write][data-status=done]").waitFor(LONG);
  assert((await scope.locator(".written").textContent()).length >= 40);
}

browserTest("where all storage is refused the page says so once, trains, writes and saves to a file", async ({ open }) => {
  const before = (page) => page.addInitScript(refuseStorage);
  const { page } = await open({ hash: RUN, webgpu: "null", worker: [refuseStorage], before });
  await trainsAndWrites(page, page);
});

/** A page of another site with ours in a frame. */
async function host(address) {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<!doctype html><title>A class</title><link rel="icon" href="data:,"><iframe src="${address}" width="1200" height="760"></iframe>`);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() && server.closeAllConnections() };
}

browserTest("in a frame of another site, where this browser keeps nothing, it says so, trains and writes", async ({ open }) => {
  const site = await siteUrl();
  const outside = await host(site + RUN);
  try {
    const visit = await open({ webgpu: "null", address: outside.url });
    visit.expect("foreignRequests", new RegExp(`^${outside.url}$`));
    await trainsAndWrites(visit.page, visit.page.frameLocator("iframe"));
  } finally {
    outside.close();
  }
});
