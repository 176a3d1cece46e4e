// What changes a thread before it starts. The harness puts these functions in front of a page's or the worker's own script, so they
// may use nothing from outside themselves.

/** Makes `globalThis.gpuCalls` the number of calls of each method so far. */
export function countGpuCalls() {
  const METHODS = {
    GPUAdapter: ["requestDevice"],
    GPUDevice: [
      "createBindGroup",
      "createBindGroupLayout",
      "createBuffer",
      "createCommandEncoder",
      "createComputePipeline",
      "createComputePipelineAsync",
      "createPipelineLayout",
      "createQuerySet",
      "createShaderModule",
    ],
    GPUQueue: ["submit", "writeBuffer", "onSubmittedWorkDone"],
    GPUBuffer: ["mapAsync", "destroy"],
    GPUCommandEncoder: ["beginComputePass", "clearBuffer", "copyBufferToBuffer"],
    GPUComputePassEncoder: ["dispatchWorkgroups", "dispatchWorkgroupsIndirect", "setBindGroup", "setPipeline"],
  };
  const calls = (globalThis.gpuCalls = {});
  for (const [type, names] of Object.entries(METHODS)) {
    const prototype = globalThis[type]?.prototype;
    for (const name of names.filter((name) => prototype?.[name])) {
      const original = prototype[name];
      calls[name] = 0;
      prototype[name] = function (...args) {
        calls[name] += 1;
        return original.apply(this, args);
      };
    }
  }
}

/** Makes this thread one of a browser without WebGPU. */
export function forgetWebGpu() {
  delete Object.getPrototypeOf(navigator).gpu;
  for (const name of Object.getOwnPropertyNames(globalThis)) if (/^GPU[A-Z]/.test(name)) delete globalThis[name];
}

/**
 * Makes `globalThis.asked` the features that each device was asked for, and `globalThis.usesSubgroups` the kernels that ask for
 * subgroups, each with what the browser has to say about it.
 */
export function watchSubgroups() {
  const [asked, usesSubgroups] = [(globalThis.asked = []), (globalThis.usesSubgroups = [])];
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = function (descriptor) {
    asked.push([...descriptor.requiredFeatures]);
    return requestDevice.call(this, descriptor);
  };
  const { createShaderModule } = GPUDevice.prototype;
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    const module = createShaderModule.call(this, descriptor);
    if (descriptor.code.startsWith("enable subgroups;")) {
      const told = module.getCompilationInfo().then(({ messages }) => messages.map(({ message }) => message));
      usesSubgroups.push(told.then((messages) => ({ name: descriptor.label, messages })));
    }
    return module;
  };
}

/**
 * Makes the kernels of this thread fit subgroups of four, which is what the software adapter has: four lanes a row instead of
 * eight, and one exchange less. The probe, which asks for eight, is told what it wants to hear.
 */
export function narrowSubgroups() {
  const { createShaderModule } = GPUDevice.prototype;
  const narrowed = (text) =>
    text
      .replace("const LANES = 8u;", "const LANES = 4u;")
      .replace("value + subgroupShuffleXor(value, 4u)", "value")
      .replace("max(value, subgroupShuffleXor(value, 4u))", "value")
      .replace("select(0xffffffffu, lane, sums)", "local");
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    const code = descriptor.code.startsWith("enable subgroups;") ? narrowed(descriptor.code) : descriptor.code;
    return createShaderModule.call(this, { ...descriptor, code });
  };
}

/** Makes every adapter of this thread one without subgroups. */
export function hideSubgroups() {
  const { has } = GPUSupportedFeatures.prototype;
  GPUSupportedFeatures.prototype.has = function (name) {
    return name !== "subgroups" && has.call(this, name);
  };
}

/** Makes this thread's browser one that refuses subgroups, though it offers them. */
export function refuseSubgroups() {
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    if ([...descriptor.requiredFeatures].includes("subgroups")) throw new TypeError("no subgroups today");
    return requestDevice.call(this, descriptor);
  };
}

/** Makes this thread's browser one that gives subgroups, and compiles no kernel that uses them. */
export function refuseKernels() {
  const { createShaderModule } = GPUDevice.prototype;
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    const code = descriptor.code.replace(/^enable subgroups;/, "enable what_nobody_knows;");
    return createShaderModule.call(this, { ...descriptor, code });
  };
}

/**
 * Makes `globalThis.memory()` what this thread holds: buffers of graphics cards and their bytes, and the bytes of its own heap.
 * `poison()` makes the first weight of the newest model no number.
 */
export function watchMemory() {
  const held = new Map();
  let heap;
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    held.set(buffer, descriptor.size);
    if (descriptor.label === "parameters") globalThis.poison = () => this.queue.writeBuffer(buffer, 0, new Float32Array([NaN]));
    return buffer;
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    held.delete(this);
    return destroy.call(this);
  };
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const made = await original(...args);
      heap ??= (made.instance ?? made).exports.memory;
      return made;
    };
  }
  globalThis.memory = () => ({
    buffers: held.size,
    bytes: [...held.values()].reduce((sum, size) => sum + size, 0),
    heap: heap.buffer.byteLength,
  });
}

/** Makes every graphics card of this thread one whose memory is full while `globalThis.isFull` is true. */
export function fillMemory() {
  const scopes = [];
  const { pushErrorScope, popErrorScope } = GPUDevice.prototype;
  GPUDevice.prototype.pushErrorScope = function (filter) {
    scopes.push(filter);
    return pushErrorScope.call(this, filter);
  };
  GPUDevice.prototype.popErrorScope = async function () {
    const filter = scopes.pop();
    const error = await popErrorScope.call(this);
    return filter === "out-of-memory" && globalThis.isFull ? new GPUOutOfMemoryError("full") : error;
  };
}

/** Makes this thread one whose own code never begins. */
export function hang() {
  WebAssembly.instantiate = WebAssembly.instantiateStreaming = () => new Promise(() => {});
}

/** Makes this thread's driver one that never says whether there is a graphics card. */
export function neverAnswer() {
  GPU.prototype.requestAdapter = () => new Promise(() => {});
}

/** Makes this page one whose visitor has chosen what to compute on, unless that was changed since. */
export function chooseDevice(device) {
  if (globalThis.origin !== "null") localStorage.getItem("gptling.device") ?? localStorage.setItem("gptling.device", device);
}

/**
 * Counts the dispatches of this thread whose kernels compute with numbers of 16 bits, by the kernels' names. Whoever asks on the
 * channel "halves" is told.
 */
export function countHalves() {
  const [counts, names] = [{}, new WeakMap()];
  const { createShaderModule } = GPUDevice.prototype;
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    const module = createShaderModule.call(this, descriptor);
    if (descriptor.code.startsWith("enable f16;")) names.set(module, descriptor.label);
    return module;
  };
  const { createComputePipeline } = GPUDevice.prototype;
  GPUDevice.prototype.createComputePipeline = function (descriptor) {
    const pipeline = createComputePipeline.call(this, descriptor);
    names.set(pipeline, names.get(descriptor.compute.module));
    return pipeline;
  };
  const { setPipeline, dispatchWorkgroups } = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.setPipeline = function (pipeline) {
    names.set(this, names.get(pipeline));
    return setPipeline.call(this, pipeline);
  };
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...size) {
    const name = names.get(this);
    if (name) counts[name] = (counts[name] ?? 0) + 1;
    return dispatchWorkgroups.apply(this, size);
  };
  const channel = new BroadcastChannel("halves");
  channel.onmessage = () => channel.postMessage(counts);
}

/** Makes every adapter of this thread one without numbers of 16 bits. */
export function hideHalves() {
  const { has } = GPUSupportedFeatures.prototype;
  GPUSupportedFeatures.prototype.has = function (name) {
    return name !== "shader-f16" && has.call(this, name);
  };
}

/** Makes `globalThis.faults` what this page reports: errors, breaches of its policy, and what is written to the console as an error. */
export function noteFaults() {
  const faults = (globalThis.faults = []);
  // A picture that was measured again within one frame hears of its size in the next: no fault, though browsers report it as one.
  const isFault = (message) => !/^ResizeObserver loop/.test(message);
  addEventListener("error", ({ message, error }) => isFault(message) && faults.push(String(error?.stack ?? message)));
  addEventListener("unhandledrejection", ({ reason }) => faults.push(String(reason?.stack ?? reason)));
  addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => faults.push(`${effectiveDirective}: ${blockedURI}`));
  const { error } = console;
  console.error = (...args) => {
    faults.push(args.map(String).join(" "));
    error.apply(console, args);
  };
}

/** Makes `globalThis.exported` the texts that this page gives its visitor as files, which go nowhere else. */
export function keepExports() {
  const exported = (globalThis.exported = []);
  const { createObjectURL } = URL;
  URL.createObjectURL = (blob) => {
    blob.text().then((text) => exported.push(text));
    return createObjectURL.call(URL, blob);
  };
  const { click } = HTMLElement.prototype;
  HTMLAnchorElement.prototype.click = function () {
    if (!this.download) click.call(this);
  };
}

/** What was called between two counts: only methods that were called at all. */
export function callsBetween(before, after) {
  return Object.fromEntries(Object.keys(after).flatMap((name) => (after[name] > (before[name] ?? 0) ? [[name, after[name] - (before[name] ?? 0)]] : [])));
}

/** Makes this thread's browser one that keeps nothing for this site, as where "third-party data" or "all site data" is switched off. */
export function refuseStorage() {
  const refuse = () => {
    throw new DOMException("storage is switched off", "SecurityError");
  };
  const refuseLater = async () => refuse();
  StorageManager.prototype.getDirectory = refuseLater;
  LockManager.prototype.request = refuseLater;
  for (const name of ["localStorage", "sessionStorage"]) {
    if (name in globalThis) Object.defineProperty(globalThis, name, { get: refuse });
  }
}

/** Makes this thread's clock run a hundred times as fast. */
export function hurryClock() {
  const now = performance.now.bind(performance);
  Performance.prototype.now = () => 100 * now();
}
