// Starts the page. scripts/finish.mjs fills in the names and gives this file a name of its own.

const APP = "./{app}/";
const WORKER = "./{worker}/";
// Which files a station or a part of one is made of, beyond what every visit needs.
const PARTS = {};
// The same of the engine.
const ENGINE = {};

// Under the page's policy a script's address must pass here: only this site's own files do, and no HTML at all.
globalThis.trustedTypes?.createPolicy("default", {
  createScriptURL(address) {
    if (new URL(address, document.baseURI).origin === location.origin) return address;
    throw new TypeError(`not a script of this site: ${address}`);
  },
});

// The page says here what the visitor turns to, so that the engine's half is there when it is asked.
globalThis.engineAhead = (part) => ENGINE[part]?.forEach((file) => ahead(`${WORKER}${file}`, "low"));

const link = new URLSearchParams(location.hash.slice(1));
const language = [link.get("lang"), ...navigator.languages].map(spoken).find(Boolean) ?? "en";

try {
  const sentences = text(`${APP}${language}.json`);
  for (const file of [link.get("station"), link.get("part")].flatMap((name) => PARTS[name] ?? [])) ahead(`${APP}${file}`, "auto");
  // The page starts the engine as soon as it runs; by then its largest file is on the way.
  ahead(`${WORKER}worker_bg.wasm`, "low");
  const { default: init, start } = await import(`${APP}app.js`);
  await init();
  start(language, await sentences);
} catch (error) {
  const status = document.getElementById("boot-status");
  if (status) {
    status.textContent =
      "This page could not start. Reload it, or open it in a newer browser. / 页面无法启动，请刷新或使用更新的浏览器。";
  }
  throw error;
}

/** The name of the file with this language's sentences, where we have them. */
function spoken(tag) {
  return { en: "en", zh: "zh-CN" }[tag?.slice(0, 2).toLowerCase()];
}

async function text(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.text();
}

/** Puts a file into the browser's cache. Whoever needs it asks for it again, and says what is wrong with it. */
function ahead(address, priority) {
  fetch(address, { priority }).then((answer) => answer.arrayBuffer()).catch(() => {});
}
