// The Markdown tables of the benches. Usage: node benches/tables.mjs [README]: prints them, or puts them into a file between
// its lines `<!-- NAME -->` and `<!-- /NAME -->`.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const OUT = join(fileURLToPath(new URL("..", import.meta.url)), "target/bench");

/** Times as fast that we want to be: the classroom rival, and the best of the others. */
const GOALS = { nanogpt: 10, others: 3 };

const digits = (number, count = 3) => (Number.isFinite(number) ? String(Number(number.toPrecision(count))) : "-");
const grouped = (number, count) => digits(number, count).replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));
const table = (head, rows) =>
  [head, head.map((_, column) => (column ? "--:" : "---")), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** Our rows, adapter by adapter. */
export function benchTable(rows) {
  const head = ["adapter, shape", "dispatches", "submits", "objects", "readbacks", "FLOPs / ideal", "bytes / ideal", "peak MB", "ms a step", "tokens/s", "GFLOP/s", "floor's GFLOP/s", "share of the floor", "ms a token"];
  const line = (row) => [
    `${row.adapter}: ${row.name}`,
    digits(row.dispatches_per_step),
    digits(row.submits_per_step, 2),
    digits(row.objects_per_step),
    digits(row.readbacks_per_step),
    digits(row.flops_over_ideal),
    digits(row.bytes_over_ideal),
    digits(row.peak_bytes / 1e6),
    grouped(row.ms_per_step),
    grouped(row.tokens_per_second),
    digits(row.gflops),
    digits(row.floor_gflops),
    digits(row.floor_share, 2),
    digits(row.ms_per_token),
  ];
  return table(head, rows.map(line));
}

/** Everybody's rows, task by task, and in words where we are less ahead than we want to be. */
export function peersTable(rows) {
  const names = { train: "one training step", generate: "one written token" };
  const of = (wanted) => rows.filter(({ task }) => task === wanted);
  const head = (task) => [`${names[task]} (${rows[0].adapter}, Chromium)`, "dispatches", "submits", "bind groups", "buffers", "readbacks", "ms", "times ours"];
  const line = (row) => [
    row.name,
    ...["dispatches", "submits", "bind_groups", "buffers", "readbacks"].map((what) => digits(row[`${what}_per_step`])),
    grouped(row.ms),
    digits(row.ratio_to_gptling, 2),
  ];
  const tables = Object.keys(names).map((task) => table(head(task), of(task).map(line)));
  const losses = of("train").map(({ name, parameters, first_loss, last_loss }) => [name, grouped(parameters, 6), first_loss.toFixed(4), last_loss.toFixed(4)]);
  tables.push(table(["do they learn?", "parameters", "first loss", "last loss"], losses));
  return [...tables, verdicts(rows).join("\n")].join("\n\n");
}

/** One sentence per goal: reached or not, by how much. */
export function verdicts(rows) {
  const tasks = { train: "training", generate: "writing" };
  return Object.entries(tasks).flatMap(([task, word]) => {
    const ratios = rows.filter((row) => row.task === task && !row.name.startsWith("Gptling") && row.ratio_to_gptling);
    const classroom = ratios.find(({ name }) => name.includes("nanogpt"));
    const best = ratios.filter((row) => row !== classroom).sort((a, b) => a.ms - b.ms)[0];
    const sentence = (rival, goal) => {
      if (!rival) return [];
      const ratio = rival.ratio_to_gptling;
      const [pace, times] = ratio >= 1 ? ["faster", ratio] : ["slower", 1 / ratio];
      const met = ratio >= goal ? `the goal of ${goal} is met` : `the goal of ${goal} is NOT met`;
      return [`* In ${word} Gptling is ${digits(times, 2)} times ${pace} than ${rival.name}: ${met}.`];
    };
    const own = rows.find((row) => row.task === task && row.name.startsWith("Gptling, CPU"));
    const chosen = best && own ? [`* Where there is only a software adapter the page takes the CPU path: in ${word} ${digits(best.ms / own.ms, 2)} times as fast as ${best.name}.`] : [];
    return [...sentence(classroom, GOALS.nanogpt), ...sentence(best, GOALS.others), ...chosen];
  });
}

/** One line. */
export function coldLine({ adapter, device, seconds_to_first_step, pipelines, starts = [] }) {
  const visits = starts.map(({ megabits, delay, shown_ms, ready_ms }) => `at ${megabits} Mbit/s and ${delay} ms the first station is shown after ${digits(shown_ms / 1000)} s and the engine ready after ${digits(ready_ms / 1000)} s`);
  const first = visits.length > 0 ? ` A first visit, imitated: ${visits.join("; ")}.` : "";
  return `Cold start (${adapter}, seedling; the page says: "${device}"): ${digits(seconds_to_first_step)} s from the interactive page to the first training step (at most 3), ${pipelines} pipeline${pipelines === 1 ? "" : "s"} compiled for it (at most 40).${first}`;
}

/** The named tables, as far as they were measured. */
function tables() {
  const read = (name) => {
    try {
      return JSON.parse(readFileSync(join(OUT, name), "utf8"));
    } catch {
      return null;
    }
  };
  const [bench, peers, cold] = ["bench.json", "peers.json", "cold.json"].map(read);
  return { bench: bench && benchTable(bench), peers: peers && peersTable(peers), cold: cold && coldLine(cold) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = process.argv[2];
  let text = file && readFileSync(file, "utf8");
  for (const [name, content] of Object.entries(tables()).filter(([, content]) => content)) {
    if (!file) console.log(`${content}\n`);
    else text = text.replace(new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`), (_, open, close) => `${open}${content}\n${close}`);
  }
  if (file) writeFileSync(file, text);
}
