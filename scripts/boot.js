// Starts the page. scripts/finish.mjs fills in the two names and gives this file a name of its own.

// Under the page's policy a script's address must pass here: only this site's own files do, and no HTML at all.
globalThis.trustedTypes?.createPolicy("default", {
  createScriptURL(address) {
    if (new URL(address, document.baseURI).origin === location.origin) return address;
    throw new TypeError(`not a script of this site: ${address}`);
  },
});

try {
  const { default: init } = await import("./{js}");
  await init({ module_or_path: "./{wasm}" });
} catch (error) {
  const status = document.getElementById("boot-status");
  if (status) {
    status.textContent =
      "This page could not start. Reload it, or open it in a newer browser. / 页面无法启动，请刷新或使用更新的浏览器。";
  }
  throw error;
}
