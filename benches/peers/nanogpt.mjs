// `@genai-fi/nanogpt`: its own model nearest to GPT-2 (GELU; but rotary positions, RMS norms, no biases), its training step,
// and its writer with its cache.

import { TeachableLLM } from "@genai-fi/nanogpt";
// What its training job and its responses call for each step and each token, without the job's dataset and timers.
import Generator from "./node_modules/@genai-fi/nanogpt/dist/inference/Generator.js";
import createModel from "./node_modules/@genai-fi/nanogpt/dist/models/factory.js";
import CharTokeniser from "./node_modules/@genai-fi/nanogpt/dist/tokeniser/CharTokeniser.js";
import BasicTrainer from "./node_modules/@genai-fi/nanogpt/dist/training/BasicTrainer.js";
// `tensor2d` of the TensorFlow.js inside the package: the name is that of this one version.
import { I as tensor2d } from "./node_modules/@genai-fi/nanogpt/dist/dist-Da20xy8E.js";

export async function open(shape) {
  await TeachableLLM.selectBackend("webgpu");
  const model = createModel({
    modelType: "GenAI_NanoGPT_v1",
    useRope: true,
    vocabSize: shape.vocab_size,
    blockSize: shape.block_size,
    nLayer: shape.n_layer,
    nHead: shape.n_head,
    nEmbed: shape.n_embd,
    mlpFactor: 4,
  });
  const tokeniser = new CharTokeniser(Array.from({ length: shape.vocab_size }, (_, id) => String.fromCharCode(0x100 + id)));
  const trainer = new BasicTrainer(model, tokeniser, {
    learningRate: shape.learning_rate,
    minLearningRate: shape.learning_rate,
    warmupSteps: 0,
    beta1: shape.beta1,
    beta2: shape.beta2,
    epsilon: shape.epsilon,
    weightDecay: shape.weight_decay,
  });
  await trainer.dummyPass();
  const tensor = (ids) => tensor2d(ids, [shape.batch_size, shape.block_size], "int32");
  return {
    parameters: model.getNumParams(),
    async train(inputs, targets) {
      const batch = { xs: tensor(inputs), ys: tensor(targets) };
      const loss = trainer.trainStep({}, batch);
      const [value] = await loss.data();
      for (const used of [loss, batch.xs, batch.ys]) used.dispose();
      return value;
    },
    async write(_, count) {
      const generator = new Generator(model, tokeniser);
      // With top-p it draws by itself; without, TensorFlow.js draws the same token again and again.
      await generator.generate({ maxLength: count, nonConversational: true, allowSpecial: true, temperature: 1, topP: 1 });
      const ids = generator.getRawOutput().map(({ token }) => token);
      generator.dispose();
      return ids;
    },
  };
}
