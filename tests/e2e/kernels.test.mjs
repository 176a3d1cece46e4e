// Every kernel compiles in the browser too, whose compiler is stricter than the native one.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { browserTest } from "./harness.mjs";

const LIST = join(fileURLToPath(new URL("../..", import.meta.url)), "target/kernels.json");

/** What the browser has to say about each kernel: nothing, where all is well. */
async function compile(kernels) {
  const adapter = await navigator.gpu.requestAdapter();
  const features = { "enable subgroups;": "subgroups", "enable f16;": "shader-f16" };
  const device = await adapter.requestDevice({ requiredFeatures: Object.values(features).filter((name) => adapter.features.has(name)) });
  const complaints = [];
  for (const { name, entry, text } of kernels) {
    const needed = features[text.split("\n")[0]];
    if (needed && !device.features.has(needed)) continue;
    const module = device.createShaderModule({ code: text });
    const { messages } = await module.getCompilationInfo();
    complaints.push(...messages.map(({ type, lineNum, message }) => `${name}: ${type} in line ${lineNum}: ${message}`));
    await device
      .createComputePipelineAsync({ layout: "auto", compute: { module, entryPoint: entry } })
      .catch((error) => complaints.push(`${name}: ${error.message}`));
  }
  return complaints;
}

browserTest("every kernel compiles in the browser", async ({ open }) => {
  assert(existsSync(LIST), `${LIST} is missing: the native tests write it, run 'make check'`);
  const kernels = JSON.parse(readFileSync(LIST, "utf8"));
  const visit = await open({});
  assert.deepEqual(await visit.page.evaluate(compile, kernels), []);
  const broken = [{ name: "broken", entry: "main", text: "@compute @workgroup_size(1) fn main() { let x: u32 = 1.5; }" }];
  assert.notDeepEqual(await visit.page.evaluate(compile, broken), []);
  console.log(`${kernels.length} kernels compiled`);
});
