// Every kernel compiles in the browser too, whose compiler is stricter than the native one.

import assert from "node:assert/strict";
import { browserTest } from "./harness.mjs";
import { BROKEN, compile, listed } from "./kernels.mjs";

browserTest("every kernel compiles in the browser", async ({ open }) => {
  const visit = await open({});
  const { compiled, complaints } = await visit.page.evaluate(compile, listed());
  assert.deepEqual(complaints, []);
  assert(compiled > 0);
  assert.notDeepEqual((await visit.page.evaluate(compile, [BROKEN])).complaints, []);
  console.log(`${compiled} kernels compiled`);
});
