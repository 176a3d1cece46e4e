// The three engines that browsers are made of, behind one small face, for what must be the same in all of them:
//
//   const window = await ENGINES.firefox.open();      // throws `Missing` with a sentence where there is no such browser
//   await window.goto(url); await window.evaluate(() => 1 + 1); await window.click("button"); await window.close();
//
// Everything else is tested in Chromium alone, by harness.mjs.

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { launch } from "./chromium.mjs";
import { executable } from "./executables.mjs";
import { WebDriver } from "./webdriver.mjs";

const IS_MAC = process.platform === "darwin";
const IS_ROOT = process.getuid?.() === 0;
const DRIVERS_OF_VULKAN = "/usr/share/vulkan/icd.d";

/** There is no such browser on this machine, or it may not be driven. */
export class Missing extends Error {}

export const ENGINES = {
  chromium: { open: chromium },
  firefox: { open: firefox },
  webkit: { open: IS_MAC ? safari : webkitGtk },
};

async function chromium() {
  const browser = await launch({ webgpu: false });
  const page = await browser.newPage();
  return {
    goto: (url) => page.goto(url),
    // Playwright's own takes one argument.
    evaluate: (body, ...args) => page.evaluate(`(${body})(...${JSON.stringify(args)})`),
    click: (selector) => page.click(selector),
    close: () => browser.close(),
  };
}

/** With WebGPU where it is asked for, on Vulkan's software driver where there is one. */
async function firefox({ webgpu = false } = {}) {
  const executablePath = executable(process.env.FIREFOX, "firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox");
  if (!executablePath) throw new Missing("there is no Firefox on the PATH: install one, or say where it is in FIREFOX");
  const preferences = ["enabled", "workers.enabled"].map((name) => [`dom.webgpu.${name}`, webgpu]);
  const willing = ["ignore-blocklist", "force-enabled"].map((name) => [`gfx.webgpu.${name}`, webgpu]);
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath,
    headless: true,
    env: { ...process.env, ...softwareVulkan() },
    extraPrefsFirefox: Object.fromEntries([...preferences, ...willing]),
  });
  const page = await browser.newPage();
  return {
    goto: (url) => page.goto(url),
    evaluate: (body, ...args) => page.evaluate(body, ...args),
    click: (selector) => page.click(selector),
    close: () => browser.close(),
  };
}

function softwareVulkan() {
  if (process.env.VK_DRIVER_FILES || process.platform !== "linux") return {};
  const [file] = filesIn(DRIVERS_OF_VULKAN).filter((name) => /^lvp_icd.*\.json$/.test(name));
  return file ? { VK_DRIVER_FILES: join(DRIVERS_OF_VULKAN, file) } : {};
}

/** WebKitGTK's own small browser, on a screen that nobody sees. */
async function webkitGtk() {
  const [driver, screen, browser] = [executable("WebKitWebDriver"), executable("Xvfb"), miniBrowser()];
  if (!driver || !screen || !browser) {
    throw new Missing("there is no WebKitGTK to drive: on Debian and Ubuntu the packages are webkit2gtk-driver and xvfb");
  }
  const display = await Display.start(screen);
  const env = { ...process.env, DISPLAY: display.name, ...(IS_ROOT ? { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" } : {}) };
  const capabilities = { "webkitgtk:browserOptions": { binary: browser, args: ["--automation"] } };
  try {
    const window = await WebDriver.start(driver, { env, capabilities });
    return withEnd(window, () => display.close());
  } catch (error) {
    display.close();
    throw error;
  }
}

async function safari() {
  const driver = executable("safaridriver");
  if (!driver) throw new Missing("there is no safaridriver on the PATH");
  return WebDriver.start(driver, { capabilities: { browserName: "safari" } }).catch((error) => {
    throw new Missing(`Safari may not be driven here: run 'safaridriver --enable' once (${error.message})`);
  });
}

/** A screen in memory. */
class Display {
  static async start(command) {
    const display = new Display();
    display.process = spawn(command, ["-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], {
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    });
    const number = await new Promise((resolve, reject) => {
      display.process.stdio[3].once("data", (data) => resolve(String(data).trim()));
      display.process.once("exit", (code) => reject(new Error(`Xvfb has ended with ${code}`)));
    });
    display.name = `:${number}`;
    return display;
  }

  close() {
    this.process.kill();
  }
}

function withEnd(window, end) {
  const close = async () => {
    await window.close();
    end();
  };
  return {
    goto: (url) => window.goto(url),
    evaluate: (body, ...args) => window.evaluate(body, ...args),
    click: (selector) => window.click(selector),
    close,
  };
}

/** Debian's place has the processor's name in it, Fedora's has none. */
function miniBrowser() {
  const libraries = ["/usr/lib", "/usr/lib64", "/usr/libexec"];
  const nested = filesIn("/usr/lib").filter((name) => name.endsWith("-linux-gnu")).map((name) => join("/usr/lib", name));
  const folders = [...nested, ...libraries].flatMap((folder) => ["webkit2gtk-4.1", "webkitgtk-6.0"].map((name) => join(folder, name)));
  return executable(...folders.map((folder) => join(folder, "MiniBrowser")));
}

function filesIn(folder) {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
