import { describe, expect, it } from 'vitest';
import { createOnnxRuntime } from '../runtime/onnx-runtime.ts';
import { flushTinyWeights } from './flush-tiny-weights.ts';
import { OnnxWriter } from './onnx-writer.ts';
import { protobufFields } from './protobuf-reader.ts';

/** y = x W, with the given weights. */
const matrixModel = (weights: readonly number[]): Uint8Array => {
  const onnx = new OnnxWriter();
  const output = onnx.node('MatMul', ['input', onnx.floats([2, 2], Float32Array.from(weights))]);
  return onnx.model([1, 2], output, [1, 2]);
};

const only = (outputs: ReadonlyMap<string, Float32Array>): number[] => [...outputs.values().next().value!];

describe('OnnxWriter', () => {
  it('writes a model the runtime computes with', async () => {
    const network = await createOnnxRuntime().load(matrixModel([1, 2, 3, 4]));
    expect(only(await network.run(Float32Array.of(10, 1), [1, 2]))).toEqual([13, 24]);
    await network.close();
  });

  it('writes attributes and integer constants', async () => {
    const onnx = new OnnxWriter();
    const pooled = onnx.node('MaxPool', ['input'], { kernel_shape: [2, 2], strides: [2, 2] });
    const padded = onnx.node('Pad', [pooled, onnx.integers([0, 0, 0, 0, 0, 0, 0, 1])]);
    const network = await createOnnxRuntime().load(onnx.model([1, 1, 2, 4], padded, [1, 1, 1, 3]));
    const outputs = await network.run(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 300), [1, 1, 2, 4]);
    expect(only(outputs)).toEqual([6, 300, 0]);
    await network.close();
  });
});

describe('flushTinyWeights', () => {
  it('sets denormal and tiny weights to zero and leaves all others alone', async () => {
    const model = matrixModel([1e-40, 2 ** -48, -1e-16, -4]);
    const before = Uint8Array.from(model);
    expect(flushTinyWeights(model)).toBe(2);
    expect(flushTinyWeights(model)).toBe(0);
    const network = await createOnnxRuntime().load(model);
    const huge = 2 ** 60;
    expect(only(await network.run(Float32Array.of(huge, 0), [1, 2]))).toEqual([0, 2 ** 12]);
    expect(only(await network.run(Float32Array.of(0, huge), [1, 2]))).toEqual([0, -4 * huge]);
    expect(model.filter((byte, i) => byte !== before[i]).length).toBeLessThanOrEqual(8);
    await network.close();
  });
});

describe('protobufFields', () => {
  it.each([
    ['a varint without end', [0x08, 0xff]],
    ['a field beyond its message', [0x0a, 5, 1]],
    ['an unknown wire type', [0x0b]],
  ])('refuses %s', (_, bytes) => {
    expect(() => [...protobufFields(Uint8Array.from(bytes))]).toThrow(RangeError);
  });
});
