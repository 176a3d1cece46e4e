// Finishes what Trunk built, before it is moved into place. Page and worker get a folder each, named after its content, so that no
// cache and no new deployment mixes two versions: the main module with its script, the parts that load on demand, the sentences.
// Then the names are written into the page.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

// The sentences of the first view, by area and by key. The rest comes right behind it, and before any other station is shown.
const FIRST_AREAS = ["page", "text", "corpus", "storage", "errors"];
const FIRST_KEYS = /^(part|work)\.|^field\.(source|characters|corpus_seed)\b|^sample\.use\b/;
// Style sheets that come with the rest.
const LATER_STYLES = /^(sample|tokenizer|merges|examples|model|train|runs|evaluate)-/;

const dist = process.env.TRUNK_STAGING_DIR;
const parts = process.env.GPTLING_PARTS;
const isRelease = process.env.TRUNK_PROFILE === "release";

let page = readFileSync(join(dist, "index.html"), "utf8");
const tag = find(/<script[^>]*src="?\.\/boot\.js"?[^>]*><\/script>/);
const [, script] = tag.match(/data-app="?([^\s">]+)/);
const [, wasm] = tag.match(/data-wasm="?([^\s">]+)/);

const styles = sheets();
const together = (isLater) => Buffer.concat(styles.filter((sheet) => sheet.isLater === isLater).map((sheet) => sheet.content));
const app = await folder("app", {
  ...built(script, "app.js"),
  ...built(wasm, "app_bg.wasm"),
  ...Object.assign({}, ...readdirSync("static/locales").map(sentences)),
  "rest.css": together(true),
});
// A failed start is thrown again outside the promise: only so does the page's `onerror` hear of it.
const loader = `${readFileSync("scripts/subgroups.js", "utf8")}
import init from "./worker.js";
init().catch((error) => setTimeout(() => { throw error; }));
`;
const worker = await folder("worker", {
  ...built("worker.js", "worker.js"),
  ...built("worker_bg.wasm", "worker_bg.wasm"),
  "worker_loader.js": loader,
});

const boot = readFileSync("scripts/boot.js", "utf8")
  .replace("{app}", app)
  .replace("{worker}", worker)
  .replace("ENGINE = {}", `ENGINE = ${JSON.stringify(filesOfParts(join(dist, worker)))}`)
  .replace("PARTS = {}", `PARTS = ${JSON.stringify(filesOfParts(join(dist, app)))}`);
page = page
  .replace(tag, `<script type="module" src="./${write("boot.js", boot)}"></script>`)
  .replace(find(/<meta name="?worker"?[^>]*>/), `<meta name="worker" content="./${worker}/worker_loader.js">`)
  .replace(find(/<meta name="?locales"?[^>]*>/), `<meta name="locales" content="./${app}/">`)
  .replace("</head>", `<link rel="stylesheet" href="./${write("style.css", together(false))}">${preloads(app)}</head>`);
writeFileSync(join(dist, "index.html"), page);

/** Takes a file of Trunk's out of the way: `{ name: content }`. */
function built(file, name) {
  const content = readFileSync(join(dist, file));
  rmSync(join(dist, file));
  return { [name]: content };
}

/** The sentences of a language in two files. */
function sentences(language) {
  const folder = join("static/locales", language);
  const [first, rest] = [{}, {}];
  for (const area of FIRST_AREAS) if (!existsSync(join(folder, `${area}.json`))) throw new Error(`there are no sentences of ${area}`);
  for (const file of readdirSync(folder).sort()) {
    const isFirst = (key) => FIRST_AREAS.includes(file.replace(".json", "")) || FIRST_KEYS.test(key);
    for (const [key, sentence] of Object.entries(JSON.parse(readFileSync(join(folder, file), "utf8")))) {
      (isFirst(key) ? first : rest)[key] = sentence;
    }
  }
  return { [`${language}.json`]: JSON.stringify(first), [`${language}-rest.json`]: JSON.stringify(rest) };
}

/** The style sheets in the order of the page, which forgets them. */
function sheets() {
  const links = [...page.matchAll(/<link rel="?stylesheet"? href="?\.\/([^"> ]+)"?[^>]*>\s*/g)];
  for (const [link] of links) page = page.replace(link, "");
  return links.map(([, file]) => ({ isLater: LATER_STYLES.test(file), content: built(file, "content").content }));
}

/** Writes these files and the parts of `name` into a folder that is called after what they hold, and tells its name. */
async function folder(name, files) {
  const cut = join(parts, name);
  const whole = existsSync(cut) ? readdirSync(cut).filter((file) => file !== `${name}.wasm`) : [];
  await optimised(whole.filter((file) => file.endsWith(".wasm")).map((file) => join(cut, file)));
  for (const file of whole) files[file] = readFileSync(join(cut, file));
  const hash = createHash("sha256");
  for (const file of Object.keys(files).sort()) hash.update(`${file}\n`).update(files[file]);
  const called = `${name}-${hash.digest("hex").slice(0, 16)}`;
  mkdirSync(join(dist, called));
  for (const [file, content] of Object.entries(files)) writeFileSync(join(dist, called, file), content);
  return called;
}

/** Trunk optimises the main modules; the parts come by here. */
async function optimised(files) {
  if (!isRelease) return;
  const flags = readFileSync("index.html", "utf8").match(/data-wasm-opt-params="([^"]+)"/)[1].split(" ");
  const optimise = (file) => promisify(execFile)("wasm-opt", [...flags, "--strip-debug", "--strip-producers", file, "-o", file]);
  for (let first = 0; first < files.length; first += 2) await Promise.all(files.slice(first, first + 2).map(optimise));
}

/** Which files each part is loaded from, as the splitter's script says: `{ train: ["split_train.wasm", "chunk_1.wasm"] }`. */
function filesOfParts(folder) {
  const text = existsSync(join(folder, "__wasm_split.js")) ? readFileSync(join(folder, "__wasm_split.js"), "utf8") : "";
  const chunks = Object.fromEntries([...text.matchAll(/const (__chunk_\d+) = makeLoad\(.*?"\.\/([^"]+)"/gs)].map(([, name, file]) => [name, file]));
  const loaders = text.matchAll(/__wasm_split_load_(\w+) = wrapAsyncCb\(makeLoad\((.*?), \[([^\]]*)\]\)\)/gs);
  return Object.fromEntries([...loaders].map(([, part, fetcher, needed]) => {
    const own = fetcher.match(/"\.\/([^"]+)"/)?.[1];
    return [part.split("_").pop(), [own, ...needed.split(", ").map((chunk) => chunks[chunk])].filter(Boolean)];
  }));
}

/** What every visit needs, asked for before any script runs. */
function preloads(app) {
  const scripts = ["app.js", "__wasm_split.js"].filter((file) => existsSync(join(dist, app, file)));
  return [
    ...scripts.map((file) => `<link rel="modulepreload" href="./${app}/${file}" crossorigin="anonymous">`),
    `<link rel="preload" href="./${app}/app_bg.wasm" crossorigin="anonymous" as="fetch" type="application/wasm">`,
  ].join("");
}

function write(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 16);
  const called = name.replace(/\.\w+$/, `-${hash}$&`);
  writeFileSync(join(dist, called), content);
  return called;
}

function find(pattern) {
  const found = page.match(pattern);
  if (!found) throw new Error(`index.html has no ${pattern}`);
  return found[0];
}
