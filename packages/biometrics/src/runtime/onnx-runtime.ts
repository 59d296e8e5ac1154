import { InferenceSession, Tensor } from 'onnxruntime-node';
import { flushTinyWeights } from '../onnx/flush-tiny-weights.ts';
import type { InferenceRuntime, Network } from './inference-runtime.ts';

/** One thread per session: the worker pool is what uses the cores. */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
};

const toNetwork = (session: InferenceSession): Network => {
  const inputName = session.inputNames[0];
  return {
    run: async (input, dims) => {
      const results = await session.run({ [inputName]: new Tensor('float32', input, dims) });
      const outputs = new Map<string, Float32Array>();
      for (const name of session.outputNames) outputs.set(name, results[name].data as Float32Array);
      return outputs;
    },
    close: () => session.release(),
  };
};

/** onnxruntime on the CPU; weights too small to matter are flushed before the session is made. */
export const createOnnxRuntime = (): InferenceRuntime => ({
  load: async (model) => {
    flushTinyWeights(model);
    return toNetwork(await InferenceSession.create(model, SESSION_OPTIONS));
  },
});
