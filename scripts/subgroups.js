// Asks for subgroups with every device that this thread opens on an adapter that has them: wgpu has no name for them in a
// browser, so it can neither ask for them nor see whether a device has them. `hasSubgroups` says so of the device opened last.
// scripts/finish.mjs puts this in front of the engine's worker.

{
  const adapters = globalThis.GPUAdapter?.prototype;
  const requestDevice = adapters?.requestDevice;
  if (requestDevice) {
    adapters.requestDevice = async function (descriptor) {
      const open = (descriptor) => requestDevice.call(this, descriptor);
      const requiredFeatures = [...(descriptor?.requiredFeatures ?? []), "subgroups"];
      const device = this.features.has("subgroups")
        ? await open({ ...descriptor, requiredFeatures }).catch(() => open(descriptor))
        : await open(descriptor);
      globalThis.hasSubgroups = device.features.has("subgroups");
      return device;
    };
  }
}
