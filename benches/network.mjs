// A site behind a line of a given speed. The delay is imitated in the server, for the browser's own emulation does not reach the
// requests of workers: every answer begins after it, and all answers share one line, which sends them in turns.

import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { TYPES, cacheControl } from "../scripts/serve.mjs";

/** How much goes over the line at once. */
const PACKET = 4096;

/** Serves `folder`, compressed as a good server does; resolves to `{ url, close }`. */
export function serveSlowly(folder, { megabits, delay }) {
  const line = new Line((megabits * 1e6) / 8000);
  const server = createServer((request, response) => setTimeout(() => answer(folder, line, request, response), delay));
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const close = () => server.close() && server.closeAllConnections();
      resolve({ url: `http://localhost:${server.address().port}/`, close });
    });
  });
}

function answer(folder, line, request, response) {
  const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  const file = join(folder, normalize(path.endsWith("/") ? `${path}index.html` : path));
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    response.writeHead(404);
    return response.end();
  }
  const content = compressed(file);
  response.writeHead(200, {
    "content-type": TYPES[extname(file)] ?? "application/octet-stream",
    "content-encoding": "br",
    "content-length": content.length,
    "cache-control": cacheControl(path.slice(1)),
  });
  line.send(content, response);
}

const known = new Map();

/** What is sent for a file; compressing the engine takes seconds, so it is done once. */
export function compressed(file) {
  if (!known.has(file)) known.set(file, brotliCompressSync(readFileSync(file)));
  return known.get(file);
}

/** Sends packets in turns, `bytes` a millisecond. */
class Line {
  #waiting = [];
  #freeAt = 0;
  #bytes;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  send(content, response) {
    this.#waiting.push({ content, response, at: 0 });
    if (this.#waiting.length === 1) this.#go();
  }

  #go() {
    const now = performance.now();
    this.#freeAt = Math.max(this.#freeAt, now);
    // A timer is no finer than a millisecond: what is due by then goes at once.
    while (this.#waiting.length > 0 && this.#freeAt <= now + 1) {
      const turn = this.#waiting.shift();
      const packet = turn.content.subarray(turn.at, turn.at + PACKET);
      turn.at += packet.length;
      this.#freeAt += packet.length / this.#bytes;
      turn.response.write(packet);
      if (turn.at >= turn.content.length) turn.response.end();
      else this.#waiting.push(turn);
    }
    if (this.#waiting.length > 0) setTimeout(() => this.#go(), this.#freeAt - performance.now());
  }
}
