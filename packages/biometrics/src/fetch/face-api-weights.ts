/** A weight tensor of a TensorFlow.js model, in its own layout (convolutions: height, width, in, out). */
export interface TfjsTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

interface TfjsWeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly quantization?: { readonly dtype: 'uint8'; readonly scale: number; readonly min: number };
}

const readEntry = (entry: TfjsWeightEntry, bin: Uint8Array, at: number): Float32Array => {
  const count = entry.shape.reduce((product, dim) => product * dim, 1);
  if (entry.quantization === undefined) {
    // A copy, as the floats need not lie on a multiple of four.
    return new Float32Array(new Uint8Array(bin.subarray(at, at + 4 * count)).buffer);
  }
  const { scale, min } = entry.quantization;
  return Float32Array.from(bin.subarray(at, at + count), (level) => level * scale + min);
};

/** Weights by name from a TensorFlow.js weights manifest and its one binary, 8-bit levels turned back into floats. */
export const readTfjsWeights = (manifest: Uint8Array, bin: Uint8Array): Map<string, TfjsTensor> => {
  const [group] = JSON.parse(new TextDecoder().decode(manifest)) as [{ weights: TfjsWeightEntry[] }];
  const tensors = new Map<string, TfjsTensor>();
  let at = 0;
  for (const entry of group.weights) {
    const values = readEntry(entry, bin, at);
    at += values.length * (entry.quantization ? 1 : 4);
    tensors.set(entry.name, { shape: entry.shape, values });
  }
  if (at !== bin.length) throw new RangeError('weights manifest and binary differ in length');
  return tensors;
};
