// Trains and writes with ours and with each rival, one after the other, each in a fresh browser; writes
// target/bench/peers.json and prints the table. Usage: node benches/peers.mjs [CONTENDER...]; named ones (gptling, nanogpt,
// jax, tfjs) are measured anew, the others' rows stay as they are.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inWorker } from "./browser.mjs";
import { SHAPE, batches } from "./peers/shape.mjs";
import { peersTable } from "./tables.mjs";

const OUT = join(fileURLToPath(new URL("..", import.meta.url)), "target/bench");

const WARMUP = 1;
/** Measured of the slowest, whose steps take ten seconds and more; everybody's last loss is the one after so many. */
const STEPS = 4;

// Ours comes first: the others are compared with it.
const CONTENDERS = [
  { name: "Gptling", module: "gptling", device: "gpu", steps: 12 },
  { name: "Gptling, CPU path", module: "gptling", device: "cpu", steps: 12 },
  { name: "@genai-fi/nanogpt 1.3.0", module: "nanogpt", steps: STEPS },
  { name: "GPT-2 in @jax-js/jax 0.1.25", module: "jax", steps: 12 },
  { name: "GPT-2 in @tensorflow/tfjs 4.22.0 (WebGPU)", module: "tfjs", steps: STEPS },
];
const TOKENS = 256;

/** What the table says of one kind of work: medians over `samples`, each of `units` steps or tokens. */
function row({ name, adapter, parameters, losses }, task, samples, units) {
  const median = (of) => samples.map(of).sort((a, b) => a - b)[Math.floor(samples.length / 2)] / units;
  const calls = (...names) => median(({ calls }) => names.reduce((sum, name) => sum + (calls[name] ?? 0), 0));
  const pipelines = ["createComputePipeline", "createComputePipelineAsync"];
  return {
    name,
    task,
    adapter,
    parameters,
    dispatches_per_step: calls("dispatchWorkgroups", "dispatchWorkgroupsIndirect"),
    submits_per_step: calls("submit"),
    bind_groups_per_step: calls("createBindGroup"),
    buffers_per_step: calls("createBuffer"),
    objects_per_step: calls("createBindGroup", "createBuffer", ...pipelines),
    readbacks_per_step: calls("mapAsync"),
    ms: median(({ ms }) => ms),
    first_loss: losses[0],
    last_loss: losses[WARMUP + STEPS - 1],
  };
}

async function measured({ name, module, device, steps }) {
  console.error(`\n${name}`);
  const job = { do: "peer", peer: module, shape: { ...SHAPE, device }, batches: batches(WARMUP + steps, SHAPE), warmup: WARMUP, prompt: [1], tokens: TOKENS };
  const result = await inWorker(job, ({ progress }) => console.error(`  ${progress}`));
  console.error(`  losses ${result.losses.map((loss) => loss.toFixed(4)).join(" ")}; ${result.distinct} different tokens written`);
  if (!(result.losses.at(-1) < result.losses[0] - 0.02)) throw new Error(`${name} does not learn: ${result.losses}`);
  const told = { ...result, name };
  return [row(told, "train", result.train, 1), row(told, "generate", result.generate, TOKENS)];
}

const file = join(OUT, "peers.json");
const wanted = process.argv.slice(2);
const known = wanted.length && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
const rows = [];
for (const contender of CONTENDERS) {
  const before = known.filter(({ name }) => name === contender.name);
  const anew = !wanted.length || wanted.includes(contender.module);
  rows.push(...(anew ? await measured(contender) : before));
}
for (const row of rows) {
  const ours = rows.find(({ name, task }) => name === "Gptling" && task === row.task);
  row.ratio_to_gptling = ours ? row.ms / ours.ms : null;
}
mkdirSync(OUT, { recursive: true });
writeFileSync(file, JSON.stringify(rows, null, 1));
console.log(peersTable(rows));
