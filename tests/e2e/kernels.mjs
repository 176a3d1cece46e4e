// The text of every kernel, as the native tests have written it down, and what a browser has to say about it.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const LIST = join(fileURLToPath(new URL("../..", import.meta.url)), "target/kernels.json");

/** All of them: `{ name, entry, text }`. */
export function listed() {
  assert(existsSync(LIST), `${LIST} is missing: the native tests write it, run 'make check'`);
  return JSON.parse(readFileSync(LIST, "utf8"));
}

/** One that no browser may compile, so that a silent one is noticed. */
export const BROKEN = { name: "broken", entry: "main", text: "@compute @workgroup_size(1) fn main() { let x: u32 = 1.5; }" };

/**
 * Compiles these kernels in the page in which it is evaluated, where the adapter has what they need: how many, how many of them
 * with f16, and the complaints, which are none where all is well.
 */
export async function compile(kernels) {
  const adapter = await navigator.gpu.requestAdapter();
  const needs = { "enable subgroups;": "subgroups", "enable f16;": "shader-f16" };
  const device = await adapter.requestDevice({ requiredFeatures: Object.values(needs).filter((name) => adapter.features.has(name)) });
  const needed = ({ text }) => needs[text.split("\n")[0]];
  const possible = kernels.filter((kernel) => !needed(kernel) || device.features.has(needed(kernel)));
  const complaints = [];
  const judge = async ({ name, entry, text }) => {
    const module = device.createShaderModule({ code: text });
    const { messages } = await module.getCompilationInfo();
    complaints.push(...messages.map(({ type, lineNum, message }) => `${name}: ${type} in line ${lineNum}: ${message}`));
    const compute = { module, entryPoint: entry };
    await device.createComputePipelineAsync({ layout: "auto", compute }).catch((error) => complaints.push(`${name}: ${error.message}`));
  };
  // A few at a time, for browsers that compile with more than one thread.
  for (let first = 0; first < possible.length; first += 8) await Promise.all(possible.slice(first, first + 8).map(judge));
  return { compiled: possible.length, halves: possible.filter((kernel) => needed(kernel) === "shader-f16").length, complaints };
}
