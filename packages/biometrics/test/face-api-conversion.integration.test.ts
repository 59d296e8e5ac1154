import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceApiLandmarksGraph, faceApiRecognitionGraph } from '../src/fetch/face-api-graphs.ts';
import { readTfjsWeights } from '../src/fetch/face-api-weights.ts';
import { FACE_API_MEAN, toPlanes } from '../src/image/pixels.ts';
import { createOnnxRuntime } from '../src/runtime/onnx-runtime.ts';

interface FaceApiTensor {
  dataSync(): Float32Array;
}

interface FaceApiNet {
  loadFromWeightMap(weights: unknown): void;
  forward(input: unknown): Promise<FaceApiTensor>;
}

/** The parts of face-api that serve as the oracle. */
interface FaceApi {
  readonly tf: {
    setBackend(name: string): Promise<boolean>;
    ready(): Promise<void>;
    readonly io: { decodeWeights(bin: ArrayBuffer, entries: unknown): unknown };
    tensor4d(values: Float32Array, shape: readonly number[]): unknown;
  };
  readonly FaceLandmark68Net: new () => FaceApiNet;
  readonly FaceRecognitionNet: new () => FaceApiNet;
}

const packageFolder = dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'));
const load = (file: string): Buffer => readFileSync(join(packageFolder, 'model', file));

/** face-api's browser bundle runs on its pure JavaScript backend once it believes in a window. */
const loadFaceApi = async (): Promise<FaceApi> => {
  const document = { createElement: () => ({ getContext: () => null }) };
  Object.assign(globalThis, { document, window: { document, addEventListener: () => {}, navigator: {} } });
  try {
    return (await import(join(packageFolder, 'dist', 'face-api.esm.js'))) as FaceApi;
  } finally {
    Reflect.deleteProperty(globalThis, 'document');
    Reflect.deleteProperty(globalThis, 'window');
  }
};

describe('the converted face-api networks', () => {
  let faceApi: FaceApi;
  beforeAll(async () => {
    faceApi = await loadFaceApi();
    await faceApi.tf.setBackend('cpu');
    await faceApi.tf.ready();
  });

  it.each([
    ['face_landmark_68_model', 'FaceLandmark68Net', faceApiLandmarksGraph, 112],
    ['face_recognition_model', 'FaceRecognitionNet', faceApiRecognitionGraph, 150],
  ] as const)('computes what face-api computes: %s', async (name, net, graph, side) => {
    const manifest = load(`${name}-weights_manifest.json`);
    const bin = load(`${name}.bin`);
    const pixels = new Float32Array(3 * side * side).map((_, i) =>
      Math.round(127 + 120 * Math.sin(i * 0.013)),
    );

    const oracle = new faceApi[net]();
    const entries = (JSON.parse(manifest.toString()) as [{ weights: unknown }])[0].weights;
    oracle.loadFromWeightMap(faceApi.tf.io.decodeWeights(new Uint8Array(bin).buffer, entries));
    const expected = (await oracle.forward(faceApi.tf.tensor4d(pixels, [1, side, side, 3]))).dataSync();

    const network = await createOnnxRuntime().load(graph(readTfjsWeights(manifest, bin)));
    const input = new Float32Array(pixels.length);
    toPlanes(pixels, 'RGB', FACE_API_MEAN, [1 / 255, 1 / 255, 1 / 255], input);
    const actual = (await network.run(input, [1, 3, side, side])).values().next().value!;
    expect(actual.length).toBe(expected.length);
    for (let i = 0; i < actual.length; i++) expect(Math.abs(actual[i] - expected[i])).toBeLessThan(1e-5);
    await network.close();
  });
});
