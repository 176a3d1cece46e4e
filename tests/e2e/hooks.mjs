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
}

/** Makes this page one whose visitor has chosen what to compute on, unless that was changed since. */
export function chooseDevice(device) {
  if (globalThis.origin !== "null") localStorage.getItem("gptling.device") ?? localStorage.setItem("gptling.device", device);
}

/** What was called between two counts: only methods that were called at all. */
export function callsBetween(before, after) {
  return Object.fromEntries(Object.keys(after).flatMap((name) => (after[name] > before[name] ? [[name, after[name] - before[name]]] : [])));
}
