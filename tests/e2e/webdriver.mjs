// A browser driven as the standard says: WebDriver, plain HTTP to a driver that is started here.

import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const STARTING_MS = 20_000;

/** One session with a driver: one window. */
export class WebDriver {
  #process;
  #address;

  /**
   * Starts `command --port=N` and asks it for a browser with these capabilities.
   * Throws what the driver says where it has none to give.
   */
  static async start(command, { env = process.env, capabilities = {} } = {}) {
    const driver = new WebDriver();
    const port = await freePort();
    driver.#process = spawn(command, [`--port=${port}`], { env, stdio: "ignore" });
    driver.#address = `http://127.0.0.1:${port}`;
    try {
      await driver.#answers();
      const { sessionId } = await driver.#ask("POST", "/session", { capabilities: { alwaysMatch: capabilities } });
      driver.#address += `/session/${sessionId}`;
      await driver.#ask("POST", "/timeouts", { script: 60_000, pageLoad: 60_000 });
    } catch (error) {
      driver.#process.kill();
      throw error;
    }
    return driver;
  }

  async goto(url) {
    await this.#ask("POST", "/url", { url });
  }

  /** What `body` returns or resolves to in the page; it may use nothing from outside itself. */
  async evaluate(body, ...args) {
    const script = `const [args, done] = arguments;
      Promise.resolve().then(() => (${body})(...args)).then((value) => done({ value }), (error) => done({ error: String(error.stack ?? error) }));`;
    const { value, error } = await this.#ask("POST", "/execute/async", { script, args: [args] });
    if (error) throw new Error(error);
    return value;
  }

  /** Presses the first element that matches, where it is seen. */
  async click(selector) {
    const found = await this.#ask("POST", "/element", { using: "css selector", value: selector });
    await this.#ask("POST", `/element/${found[ELEMENT]}/click`, {});
  }

  async close() {
    await this.#ask("DELETE", "").catch(() => {});
    this.#process.kill();
  }

  async #answers() {
    for (const started = Date.now(); ; await delay(100)) {
      if (this.#process.exitCode !== null) throw new Error(`the driver has ended with ${this.#process.exitCode}`);
      const { ready } = await this.#ask("GET", "/status").catch(() => ({}));
      if (ready) return;
      if (Date.now() - started > STARTING_MS) throw new Error("the driver does not answer");
    }
  }

  async #ask(method, path, body) {
    const answer = await fetch(this.#address + path, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
