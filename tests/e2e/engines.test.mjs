// The same visit in the three engines that browsers are made of, on the processor: the same numbers and the same text, exactly.

import assert from "node:assert/strict";
import { ENGINES } from "./engines.mjs";
import { engineTest } from "./walk.mjs";

const STEPS = 60;
// The first visit's own 300 steps would take WebKitGTK most of a minute.
const VISIT = `#characters=20000&n_layer=2&n_embd=32&n_head=2&batch_size=8&block_size=32&steps=${STEPS}&eval_every=20&sample_every=1000&seed=7&write_seed=11`;
const results = new Map();

for (const engine of Object.keys(ENGINES)) {
  engineTest(engine, "from a text to the same written text as in every engine, on the processor", async ({ open }) => {
    const started = Date.now();
    const walk = await open({ hash: VISIT });
    await walk.done("text");
    await walk.station("tokens");
    await walk.done("tokens");
    await walk.station("model");
    const losses = await walk.train();
    const text = await walk.write();
    assert.equal(losses.split("\n").filter((line) => /^[1-9]/.test(line)).length, STEPS, losses);
    assert(text.length >= 200, text);
    console.log(`${engine}: ${((Date.now() - started) / 1000).toFixed(1)} s, wrote ${JSON.stringify(text.slice(0, 60))}`);
    for (const [other, { losses: theirs, text: written }] of results) {
      assert.equal(text, written, `the text in ${engine} and in ${other}`);
      assert.equal(losses, theirs, `the losses in ${engine} and in ${other}`);
    }
    results.set(engine, { losses, text });
  });
}
