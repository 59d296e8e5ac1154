import type { Box, RgbImage } from '../image/rgb-image.ts';
import { cropResize } from '../image/sample.ts';
import type { Network } from '../runtime/inference-runtime.ts';
import type { FaceDetection, FaceDetector } from './face-detection.ts';
import { mergeOverlaps } from './merge-overlaps.ts';

/** Values per anchor: centre, size, six key points. */
const VALUES_PER_ANCHOR = 16;
const KEYPOINTS = 6;

/** Output layers of both published networks: grid cells per side, anchors per cell (BlazeFace, arXiv:1907.05047 §3). */
const LAYERS = [
  { scores: 'Identity:0', boxes: 'Identity_2:0', cells: 16, anchors: 2 },
  { scores: 'Identity_1:0', boxes: 'Identity_3:0', cells: 8, anchors: 6 },
] as const;

export interface BlazeFaceOptions {
  /** Side of the square input: 128 (front) or 256 (back). */
  readonly inputSide: 128 | 256;
  /** Least score of a candidate, 0..1. */
  readonly minScore: number;
}

/** The square that holds the whole picture, centred. */
const letterbox = (image: RgbImage): Box => {
  const side = Math.max(image.width, image.height);
  return { x: (image.width - side) / 2, y: (image.height - side) / 2, width: side, height: side };
};

interface LayerOutputs {
  readonly scores: Float32Array;
  readonly boxes: Float32Array;
  readonly cells: number;
  readonly anchors: number;
}

const decodeLayer = (layer: LayerOutputs, frame: Box, options: BlazeFaceOptions): FaceDetection[] => {
  const { scores, boxes, cells, anchors } = layer;
  const minLogit = Math.log(options.minScore / (1 - options.minScore));
  const unit = frame.width / options.inputSide;
  const found: FaceDetection[] = [];
  for (let i = 0; i < scores.length; i++) {
    if (scores[i] < minLogit) continue;
    const cell = Math.floor(i / anchors);
    const anchorX = frame.x + (((cell % cells) + 0.5) / cells) * frame.width;
    const anchorY = frame.y + ((Math.floor(cell / cells) + 0.5) / cells) * frame.height;
    const p = i * VALUES_PER_ANCHOR;
    const width = boxes[p + 2] * unit;
    const height = boxes[p + 3] * unit;
    const keypoints = Array.from({ length: KEYPOINTS }, (_, k) => ({
      x: anchorX + boxes[p + 4 + 2 * k] * unit,
      y: anchorY + boxes[p + 5 + 2 * k] * unit,
    }));
    found.push({
      score: 1 / (1 + Math.exp(-scores[i])),
      box: {
        x: anchorX + boxes[p] * unit - width / 2,
        y: anchorY + boxes[p + 1] * unit - height / 2,
        width,
        height,
      },
      keypoints,
    });
  }
  return found;
};

/** BlazeFace of MediaPipe: a letterboxed square in, overlapping candidates blended into faces. */
export const createBlazeFace = (network: Network, options: BlazeFaceOptions): FaceDetector => {
  const side = options.inputSide;
  const input = new Float32Array(3 * side * side);
  return {
    detect: async (image) => {
      const frame = letterbox(image);
      cropResize(image, frame, side, side, input, 'black');
      for (let i = 0; i < input.length; i++) input[i] = input[i] / 127.5 - 1;
      const outputs = await network.run(input, [1, side, side, 3]);
      input.fill(0);
      const candidates = LAYERS.flatMap(({ scores, boxes, cells, anchors }) =>
        decodeLayer(
          { scores: outputs.get(scores)!, boxes: outputs.get(boxes)!, cells, anchors },
          frame,
          options,
        ),
      );
      return mergeOverlaps(candidates);
    },
  };
};
