// Serves a folder of the built site on this machine. Usage: node serve.mjs FOLDER [PORT]
// The end-to-end tests import `serve` and mount the site under a sub-path.

import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { basename, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
};

/**
 * Serves `folder` under `base`; resolves to `{ url, close }`. A port that is taken gives way to any free one.
 * `rewrite(name, text)` may change a script on its way.
 */
export function serve(folder, { base = "/", port = 0, rewrite } = {}) {
  const server = createServer((request, response) => answer({ folder, base, rewrite }, request, response));
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      if (error.code !== "EADDRINUSE") return reject(error);
      server.listen(0, "127.0.0.1");
    });
    server.once("listening", () => {
      const url = `http://localhost:${server.address().port}${base}`;
      resolve({ url, close: () => server.close() && server.closeAllConnections() });
    });
    server.listen(port, "127.0.0.1");
  });
}

function answer({ folder, base, rewrite }, request, response) {
  const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  const file = path.startsWith(base) && fileAt(folder, path.slice(base.length));
  if (!file) {
    response.writeHead(404, { "content-type": "text/plain" });
    return response.end("not found\n");
  }
  response.writeHead(200, {
    "content-type": TYPES[extname(file)] ?? "application/octet-stream",
    "cache-control": cacheControl(path.slice(base.length)),
  });
  const content = readFileSync(file);
  response.end(rewrite && extname(file) === ".js" ? rewrite(basename(file), content.toString()) : content);
}

/** A file or folder with a hash in its name never changes its content; every other file is asked for again. */
export function cacheControl(path) {
  return /-[0-9a-f]{16}(_bg)?(\.\w+$|\/)/.test(path) ? "max-age=31536000, immutable" : "no-cache";
}

function fileAt(folder, path) {
  const file = join(folder, normalize(`/${path}`));
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return fileAt(file, "index.html");
  return stat && file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2];
  if (!folder || !statSync(folder, { throwIfNoEntry: false })) {
    console.error("gptling: say which folder to serve: node serve.mjs FOLDER [PORT]");
    process.exit(1);
  }
  const { url } = await serve(folder, { port: Number(process.argv[3] ?? 8080) });
  console.log(`Gptling is at ${url}  (stop with Ctrl+C)`);
}
