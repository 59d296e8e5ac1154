import { decodeFaces, headsAt } from './decode-faces.ts';
import { loadWeights, type WeightExports } from './detector-weights.ts';
import type { FaceBox } from './face-box.ts';
import { checkFrame, type Frame } from './frame.ts';
import { type FrameInputExports, letterboxOf, writeFrame } from './frame-input.ts';
import { VisionError } from './vision-error.ts';
import { instantiate, type VisionModule, type WasmMemory } from './webassembly.ts';

export interface FaceDetectorOptions {
  /** Least score of a face, above 0 and below 1. Default 0.5. */
  readonly minScore?: number;
}

/** Finds faces in frames, on the calling thread. */
export interface FaceDetector {
  /**
   * Faces of the frame, best score first. Nothing of the frame stays behind.
   * @throws VisionError FRAME_INVALID
   */
  detect(frame: Frame): FaceBox[];
}

/** Exports of both modules that the calling thread needs. */
export interface DetectorExports extends FrameInputExports, WeightExports {
  head16Offset(): number;
  head8Offset(): number;
  wipeFrame(): void;
}

interface SingleThreadExports extends DetectorExports {
  readonly memory: WasmMemory;
  detect(): void;
}

const DEFAULT_MIN_SCORE = 0.5;

/** @throws VisionError PARAMETERS_INVALID */
export function minScoreOf({ minScore = DEFAULT_MIN_SCORE }: FaceDetectorOptions): number {
  if (minScore > 0 && minScore < 1) return minScore;
  throw new VisionError('PARAMETERS_INVALID', 'The least score lies between 0 and 1');
}

/**
 * A detector in its own instance of `vision.wasm`. BlazeFace short range: faces within about two metres of a webcam.
 *
 * @param data the bytes of `vision.data`, only read
 * @throws VisionError MODULE_INVALID, DATA_INVALID, PARAMETERS_INVALID
 */
export function createFaceDetector(
  module: VisionModule,
  data: Uint8Array,
  options: FaceDetectorOptions = {},
): FaceDetector {
  const minScore = minScoreOf(options);
  const wasm = instantiate<SingleThreadExports>(module, 'detect');
  const memory = new Uint8Array(wasm.memory.buffer);
  loadWeights(wasm, memory, data);
  const heads = headsAt(wasm.memory.buffer, wasm.head16Offset(), wasm.head8Offset());
  return {
    detect(frame) {
      checkFrame(frame);
      writeFrame(wasm, memory, frame);
      wasm.detect();
      const faces = decodeFaces(heads, letterboxOf(frame), minScore);
      wasm.wipeFrame();
      return faces;
    },
  };
}
