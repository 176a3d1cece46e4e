// Prints what the built site weighs, brotli at its best, and fails where it is over budget or a part holds what it must not.
// Usage: node scripts/sizes.mjs FOLDER

import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync } from "node:zlib";

const KILOBYTE = 1000;
// What a first visit needs before anything is shown (html, css, scripts, the main module, one language), what its engine is made
// of, and how much a part may weigh.
const BUDGETS = { "first view": 330, engine: 1040, part: 100 };
// What a program must not hold: neither the page the engine's graphics nor the engine the page.
const STRANGERS = { app: "wgpu", worker: "yew" };

const dist = process.argv[2] ?? "dist";
const files = readdirSync(dist, { recursive: true }).filter((file) => /\.(html|css|js|wasm|json)$/.test(file)).map(weighed);
const parts = files.filter(({ name }) => /^(split|chunk)_.*\.wasm$/.test(name));
const languages = files.filter(({ name }) => name.endsWith(".json"));
const rest = files.filter(({ name }) => /^rest\.css$|-rest\.json$/.test(name));
const engine = files.filter((file) => file.program === "worker" && !parts.includes(file));
const first = files.filter((file) => file.program !== "worker" && ![...parts, ...languages, ...rest].includes(file));
const language = Math.max(...languages.filter((file) => !rest.includes(file)).map(({ size }) => size));

table("first view", first, `and one language ${kilobytes(language)}`);
table("languages, and what comes behind the first view", [...new Set([...languages, ...rest])]);
table("parts of the page", parts.filter(({ program }) => program === "app"));
table("engine", engine);
table("parts of the engine", parts.filter(({ program }) => program === "worker"));

const faults = [];
judge("first view", sum(first) + language);
judge("engine", sum(engine));
for (const { file, size } of parts) if (size > BUDGETS.part * KILOBYTE) faults.push(`${file} is ${kilobytes(size)}, and a part may be ${BUDGETS.part} kB`);
for (const { file, program, content } of files) {
  const stranger = file.endsWith(".wasm") && STRANGERS[program];
  if (stranger && content.includes(`/${stranger}-`)) faults.push(`${file} holds ${stranger}`);
}
for (const fault of faults) console.error(`gptling: ${fault}`);
process.exit(faults.length === 0 ? 0 : 1);

function weighed(file) {
  const content = readFileSync(join(dist, file));
  const program = file.match(/^(app|worker)-/)?.[1];
  return { file, name: basename(file), program, content, size: brotliCompressSync(content).length };
}

function table(title, rows, more = "") {
  if (rows.length === 0) return;
  console.log(`\n${title}: ${kilobytes(sum(rows))} ${more}`);
  for (const { name, size } of rows.toSorted((a, b) => b.size - a.size)) console.log(`${kilobytes(size).padStart(12)}  ${name}`);
}

function judge(what, size) {
  const budget = BUDGETS[what];
  console.log(`\n${what}: ${kilobytes(size)} of ${budget} kB`);
  if (size > budget * KILOBYTE) faults.push(`${what} is over its budget`);
}

function sum(rows) {
  return rows.reduce((all, { size }) => all + size, 0);
}

function kilobytes(bytes) {
  return `${(bytes / KILOBYTE).toFixed(1)} kB`;
}
