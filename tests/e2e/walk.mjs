// A visit in any of the three engines. What is looked for is found by what it is, not by what it says, so that every language will do.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { ENGINES, Missing } from "./engines.mjs";
import { siteWith } from "./harness.mjs";
import { chooseDevice, keepExports, noteFaults } from "./hooks.mjs";

const LONG_MS = 60_000;

/** A test in this engine: skipped where there is none, failed where there has to be one. */
export function engineTest(engine, name, body, { timeout = 120_000 } = {}) {
  test(`${engine}: ${name}`, { timeout }, async (context) => {
    const walks = [];
    const open = async (options) => {
      const walk = await Walk.open(engine, options);
      walks.push(walk);
      return walk;
    };
    try {
      await body({ open, context });
      for (const walk of walks) await walk.check();
    } catch (error) {
      if (!(error instanceof Missing) || process.env.CI) throw error;
      context.skip(error.message);
    } finally {
      for (const walk of walks) await walk.close();
    }
  });
}

export class Walk {
  /** `worker`: hooks; `device`: "cpu" or "gpu"; `hash`: the link; `browser`: what the engine is told (engines.mjs). */
  static async open(engine, { hash = "", device = "cpu", worker = [], browser = {} } = {}) {
    const walk = new Walk();
    walk.window = await ENGINES[engine].open(browser);
    try {
      walk.site = await siteWith({ page: [noteFaults, keepExports, [chooseDevice, device]], worker });
      await walk.window.goto(walk.site + hash);
      await walk.until(() => !document.getElementById("boot-status"));
    } catch (error) {
      await walk.close();
      throw error;
    }
    return walk;
  }

  evaluate(body, ...args) {
    return this.window.evaluate(body, ...args);
  }

  /** What `body` returns in the page as soon as that is something. */
  async until(body, ...args) {
    for (const started = Date.now(); ; await delay(150)) {
      const found = await this.evaluate(body, ...args);
      if (found) return found;
      assert(Date.now() - started < LONG_MS, `waited in vain for ${body} ${JSON.stringify(args)}`);
    }
  }

  /** Presses what matches and says exactly this, once it is seen and can be pressed. */
  async press(selector, text) {
    await this.until(aim, selector, text);
    await this.window.click("[data-aim]");
  }

  async station(name) {
    await this.press(`a[data-station=${name}]`);
    await this.until((name) => document.querySelector(`a[data-station=${name}][aria-current=step]`) !== null, name);
  }

  /** Waits for what a station does by itself or was told to do. */
  async done(station) {
    await this.until((name) => document.querySelector(`a[data-station=${name}]`)?.dataset.status === "done", station);
  }

  /** Trains to the end, and returns the numbers of the picture of losses as they are saved: CSV. */
  async train() {
    await this.station("train");
    await this.press("[data-order=start]");
    await this.done("train");
    await this.press(".saves button", "CSV");
    return this.until(() => globalThis.exported.at(-1));
  }

  /** Writes, and returns the whole text. */
  async write() {
    await this.station("write");
    await this.press("[data-order=write]");
    await this.done("write");
    return this.until(() => document.querySelector(".written:not([data-writing])")?.textContent);
  }

  /** Fails where the page reported anything, or asked for something of another site. */
  async check() {
    const [faults, foreign] = await this.evaluate(() => {
      const asked = performance.getEntriesByType("resource").map(({ name }) => name);
      return [globalThis.faults, asked.filter((address) => !/^(data|blob):/.test(address) && new URL(address).origin !== location.origin)];
    });
    assert.deepEqual(faults, []);
    assert.deepEqual(foreign, []);
  }

  async close() {
    await this.window?.close();
    this.window = undefined;
  }
}

/** Marks the first such element that is seen and can be pressed. */
function aim(selector, text) {
  for (const old of document.querySelectorAll("[data-aim]")) old.removeAttribute("data-aim");
  const fits = (element) =>
    element.getClientRects().length > 0 &&
    element.getAttribute("aria-disabled") !== "true" &&
    (text == null || element.textContent.trim() === text);
  const target = [...document.querySelectorAll(selector)].find(fits);
  target?.setAttribute("data-aim", "");
  target?.scrollIntoView({ block: "center" });
  return target !== undefined;
}
