// Ours, by the same interface as the rivals: on the adapter, and on the CPU.

import { weights } from "./shape.mjs";

export async function open(shape) {
  await import("./subgroups.js");
  const bench = await import("./bench.js");
  await bench.default();
  const first = weights(shape);
  const values = Object.values(first).flatMap(({ values }) => [...values]);
  const { device, learning_rate, beta1, beta2, weight_decay } = shape;
  const contender = await bench.Contender.open(device, learning_rate, beta1, beta2, weight_decay, Object.keys(first), Float32Array.from(values));
  return {
    adapter: contender.adapter(),
    parameters: contender.parameters(),
    train: (inputs, targets) => contender.train(Uint32Array.from(inputs), Uint32Array.from(targets)),
    losses: async () => [...(await contender.losses())],
    write: async (prompt, count) => [...(await contender.write(Uint32Array.from(prompt), count))],
  };
}
