/** A loaded network with one input. Port: the CPU adapter is `onnx-runtime.ts`. */
export interface Network {
  /**
   * Runs the network. `input` is read before the promise settles and stays the caller's; each output is a fresh array
   * the caller owns.
   */
  run(input: Float32Array, dims: readonly number[]): Promise<ReadonlyMap<string, Float32Array>>;
  close(): Promise<void>;
}

/** Loads networks from the bytes of ONNX files. */
export interface InferenceRuntime {
  /** `model` belongs to the runtime afterwards: it may change or drop it. */
  load(model: Uint8Array): Promise<Network>;
}
