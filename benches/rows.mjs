// Takes the native program's rows from target/bench/native.jsonl, runs the same program in a headless browser, writes
// target/bench/bench.json and prints the table.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inWorker } from "./browser.mjs";
import { benchTable } from "./tables.mjs";

const OUT = join(fileURLToPath(new URL("..", import.meta.url)), "target/bench");

const native = readFileSync(join(OUT, "native.jsonl"), "utf8").split("\n").filter((line) => line.startsWith("{"));
const rows = native.map((line) => JSON.parse(line)).map((row) => ({ ...row, adapter: `${row.adapter}, native` }));
for (const device of ["gpu", "cpu"]) {
  await inWorker({ do: "rows", device }, ({ row }) => {
    rows.push({ ...row, adapter: `${row.adapter}, Chromium` });
    console.error(`  ${row.adapter}, ${row.name}: ${Math.round(row.ms_per_step)} ms a step`);
  });
}
writeFileSync(join(OUT, "bench.json"), JSON.stringify(rows, null, 1));
console.log(benchTable(rows));
