// Finds and starts the browser, for the end-to-end tests and for the benches.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { executable } from "./executables.mjs";

const QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
// The software adapter, asked for by name, and allowed to come back as often as a test kills it.
const WEBGPU = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-gpu-process-crash-limit",
  "--disable-domain-blocking-for-3d-apis",
];

/** Headless, with the software WebGPU adapter or with none (`navigator.gpu` is there, and its adapter is null). */
export function launch({ webgpu = true, more = [] } = {}) {
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const args = [...QUIET, ...root, ...(webgpu ? WEBGPU : []), ...more];
  return chromium.launch({ executablePath: findChromium(), args });
}

function findChromium() {
  const found = executable(
    process.env.CHROMIUM,
    ...["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"],
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  );
  assert(found, "no Chromium on the PATH: install one, or say where it is in CHROMIUM");
  return found;
}
