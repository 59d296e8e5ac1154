import { beforeAll, describe, expect, it } from 'vitest';
import { decodeFaces, type Head, headsAt } from '../src/decode-faces.ts';
import { loadWeights } from '../src/detector-weights.ts';
import type { DetectorExports } from '../src/face-detector.ts';
import { letterboxOf, writeFrame } from '../src/frame-input.ts';
import { createFaceDetector, type FaceDetector, loadVisionModule, type VisionModule } from '../src/index.ts';
import { instantiate, type WasmMemory } from '../src/webassembly.ts';
import { photoFiles, readPhoto } from './photos.ts';
import { loadReferenceNetwork, type ReferenceNetwork } from './reference-network.ts';
import { builtFile } from './vision-files.ts';

const SIDE = 128;
const data = builtFile('vision.data');

interface Exports extends DetectorExports {
  readonly memory: WasmMemory;
  inputOffset(): number;
  detect(): void;
}

/** The module's input as the published network takes it: 128 x 128 RGB, interleaved. */
function readInput(wasm: Exports): Float32Array {
  const planes = new Float32Array(wasm.memory.buffer, wasm.inputOffset(), 131 * 432);
  const input = new Float32Array(3 * SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      for (let c = 0; c < 3; c++) {
        input[3 * (SIDE * y + x) + c] = planes[432 * (y + 1) + 72 * (2 * c + (x & 1)) + 4 + (x >> 1)];
      }
    }
  }
  return input;
}

const largestDifference = (a: Float32Array, b: Float32Array) =>
  a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);

describe.skipIf(data === undefined)('the detector network', () => {
  let module: VisionModule;
  let wasm: Exports;
  let heads: readonly Head[];
  let detector: FaceDetector;
  let reference: ReferenceNetwork;

  beforeAll(async () => {
    module = await loadVisionModule(builtFile('vision.wasm')!);
    wasm = instantiate<Exports>(module, 'detect');
    loadWeights(wasm, new Uint8Array(wasm.memory.buffer), data!);
    heads = headsAt(wasm.memory.buffer, wasm.head16Offset(), wasm.head8Offset());
    detector = createFaceDetector(module, data!);
    reference = await loadReferenceNetwork();
  });

  it('gives what ONNX Runtime gives for the same input, for noise of every strength', async () => {
    const planes = new Float32Array(wasm.memory.buffer, wasm.inputOffset(), 131 * 432);
    let seed = 1;
    for (const strength of [0, 0.1, 1]) {
      wasm.wipeFrame();
      for (let y = 1; y <= SIDE; y++) {
        for (let phase = 0; phase < 6; phase++) {
          for (let x = 4; x < 4 + SIDE / 2; x++) {
            seed = (Math.imul(seed, 1103515245) + 12345) | 0;
            planes[432 * y + 72 * phase + x] = strength * (seed / 2 ** 31);
          }
        }
      }
      const expected = await reference.run(readInput(wasm));
      wasm.detect();
      expect(largestDifference(expected.head16, heads[0].planes)).toBeLessThan(1e-3);
      expect(largestDifference(expected.head8, heads[1].planes)).toBeLessThan(1e-3);
    }
  });

  it('finds the faces of photographs where ONNX Runtime finds them, to a hundredth of a pixel', async () => {
    let facesFound = 0;
    for (const file of photoFiles) {
      const photo = await readPhoto(file, 640);
      writeFrame(wasm, new Uint8Array(wasm.memory.buffer), photo);
      const { head16, head8 } = await reference.run(readInput(wasm));
      const expected = decodeFaces(
        [
          { ...heads[0], planes: head16 },
          { ...heads[1], planes: head8 },
        ],
        letterboxOf(photo),
        0.5,
      );
      const found = detector.detect(photo);
      expect(found.length).toBe(expected.length);
      facesFound += found.length;
      found.forEach((face, i) => {
        for (const key of ['x0', 'y0', 'x1', 'y1'] as const) {
          expect(Math.abs(face[key] - expected[i][key])).toBeLessThan(0.01);
        }
        expect(Math.abs(face.score - expected[i].score)).toBeLessThan(1e-3);
        expect(face.keypoints.length).toBe(6);
        face.keypoints.forEach(({ x, y }, k) => {
          expect(Math.hypot(x - expected[i].keypoints[k].x, y - expected[i].keypoints[k].y)).toBeLessThan(
            0.02,
          );
        });
      });
    }
    expect(facesFound).toBeGreaterThanOrEqual(photoFiles.length);
  }, 120_000);

  it('keeps nothing of a frame in its memory', async () => {
    const photo = await readPhoto(photoFiles[0], 300);
    writeFrame(wasm, new Uint8Array(wasm.memory.buffer), photo);
    wasm.detect();
    wasm.wipeFrame();
    const clean = instantiate<Exports>(module, 'detect');
    loadWeights(clean, new Uint8Array(clean.memory.buffer), data!);
    expect(Buffer.compare(Buffer.from(wasm.memory.buffer), Buffer.from(clean.memory.buffer))).toBe(0);
  });
});
