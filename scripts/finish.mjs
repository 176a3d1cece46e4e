// Finishes what Trunk built, before it is moved into place: gives the worker's files and the boot script names that change with
// their content (so that no cache mixes two versions), and writes those names into the page.

import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const dist = process.env.TRUNK_STAGING_DIR;

const workerWasm = hashed("worker_bg.wasm");
const workerScript = hashed("worker.js");
rmSync(join(dist, "worker_loader.js"));
// A failed start is thrown again outside the promise: only so does the page's `onerror` hear of it.
const workerLoader = write(
  "worker_loader.js",
  `${readFileSync("scripts/subgroups.js", "utf8")}
importScripts("./${workerScript}");
wasm_bindgen({ module_or_path: "./${workerWasm}" }).catch((error) => setTimeout(() => { throw error; }));
`,
);

let page = readFileSync(join(dist, "index.html"), "utf8");
const tag = find(/<script[^>]*src="?\.\/boot\.js"?[^>]*><\/script>/);
const [, js] = tag.match(/data-app="?([^\s">]+)/);
const [, wasm] = tag.match(/data-wasm="?([^\s">]+)/);
const boot = readFileSync("scripts/boot.js", "utf8").replace("{js}", js).replace("{wasm}", wasm);
page = page
  .replace(tag, `<script type="module" src="./${write("boot.js", boot)}"></script>`)
  .replace(find(/<meta name="?worker"?[^>]*>/), `<meta name="worker" content="./${workerLoader}">`);
writeFileSync(join(dist, "index.html"), page);

function hashed(name) {
  const content = readFileSync(join(dist, name));
  renameSync(join(dist, name), join(dist, withHash(name, content)));
  return withHash(name, content);
}

function write(name, content) {
  writeFileSync(join(dist, withHash(name, content)), content);
  return withHash(name, content);
}

function withHash(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 16);
  return name.replace(/(_bg)?\.(\w+)$/, `-${hash}$&`);
}

function find(pattern) {
  const found = page.match(pattern);
  if (!found) throw new Error(`index.html has no ${pattern}`);
  return found[0];
}
