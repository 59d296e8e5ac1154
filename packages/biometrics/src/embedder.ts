import { type AlignmentTemplate, ARCFACE_112, DLIB_150 } from './aligner.ts';
import { type ChannelOrder, FACE_API_MEAN, toPlanes } from './image/pixels.ts';
import type { Network } from './runtime/inference-runtime.ts';

/** An embedding of unit length. Biometric data: whoever holds it wipes it. */
export type Embedding = Float32Array;

export interface Embedder {
  /** The upright face it wants. */
  readonly template: AlignmentTemplate;
  /**
   * Embeds an aligned face (`3 * side * side`, interleaved RGB, 0..255), which stays the caller's. The result is the
   * caller's, too.
   */
  embed(aligned: Float32Array): Promise<Embedding>;
}

export interface EmbedderOptions {
  readonly template: AlignmentTemplate;
  readonly order: ChannelOrder;
  readonly mean: readonly [number, number, number];
  readonly scale: readonly [number, number, number];
}

/** Preprocessing `arcface-112-bgr`. */
export const ARCFACE_112_BGR: EmbedderOptions = {
  template: ARCFACE_112,
  order: 'BGR',
  mean: [127, 127, 127],
  scale: [1 / 128, 1 / 128, 1 / 128],
};

/** Preprocessing `dlib-150`. */
export const DLIB_150_RGB: EmbedderOptions = {
  template: DLIB_150,
  order: 'RGB',
  mean: FACE_API_MEAN,
  scale: [1 / 255, 1 / 255, 1 / 255],
};

/** Scales to unit length, in place. */
export const normalize = (vector: Float32Array): Float32Array => {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i] * vector[i];
  const factor = 1 / Math.sqrt(sum);
  for (let i = 0; i < vector.length; i++) vector[i] *= factor;
  return vector;
};

/** Embedder over a network with one NCHW input and one output vector. */
export const createEmbedder = (network: Network, options: EmbedderOptions): Embedder => {
  const { side } = options.template;
  const input = new Float32Array(3 * side * side);
  return {
    template: options.template,
    embed: async (aligned) => {
      toPlanes(aligned, options.order, options.mean, options.scale, input);
      const outputs = await network.run(input, [1, 3, side, side]);
      input.fill(0);
      return normalize(outputs.values().next().value!);
    },
  };
};
