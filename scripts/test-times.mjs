// A reporter for Node's test runner: the seconds that each test file took, longest first, and their sum.

import { relative } from "node:path";

export default async function* times(events) {
  const seconds = new Map();
  for await (const { type, data } of events) {
    if (!["test:pass", "test:fail"].includes(type) || data.nesting !== 0 || !data.file) continue;
    const file = relative(process.cwd(), data.file);
    seconds.set(file, (seconds.get(file) ?? 0) + data.details.duration_ms / 1000);
  }
  let sum = 0;
  for (const [file, took] of [...seconds].sort(([, one], [, other]) => other - one)) {
    sum += took;
    yield `${took.toFixed(1).padStart(8)} s  ${file}\n`;
  }
  yield `${sum.toFixed(1).padStart(8)} s  in all\n`;
}
