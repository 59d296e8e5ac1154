import type { FaceBox } from './face-box.ts';
import type { Letterbox } from './frame-input.ts';
import { mergeOverlaps } from './merge-overlaps.ts';

const INPUT_SIDE = 128;
/** Values per anchor: centre, size, six key points. */
const VALUES = 16;
const KEYPOINTS = 6;

/** One output grid: for each value a plane of `cells` x `cells`, first the scores of all anchors. */
export interface Head {
  readonly planes: Float32Array;
  readonly cells: number;
  readonly anchors: number;
}

/** Planes of the two grids: 2 + 2 * 16 and 6 + 6 * 16, rounded up to a multiple of 4. */
export function headsAt(buffer: ArrayBufferLike, head16: number, head8: number): readonly Head[] {
  return [
    { planes: new Float32Array(buffer, head16, 36 * 256), cells: 16, anchors: 2 },
    { planes: new Float32Array(buffer, head8, 104 * 64), cells: 8, anchors: 6 },
  ];
}

/** Faces of both grids that score at least `minScore`, in pixels of the frame, best first. */
export function decodeFaces(heads: readonly Head[], box: Letterbox, minScore: number): FaceBox[] {
  const minLogit = Math.log(minScore / (1 - minScore));
  return mergeOverlaps(heads.flatMap((head) => candidatesOf(head, box, minLogit)));
}

function candidatesOf({ planes, cells, anchors }: Head, box: Letterbox, minLogit: number): FaceBox[] {
  const found: FaceBox[] = [];
  const count = cells * cells;
  for (let i = 0; i < anchors * count; i++) {
    const logit = planes[i]!;
    // Not `<`: a NaN is no face.
    if (!(logit >= minLogit)) continue;
    const cell = i % count;
    const first = (anchors + Math.floor(i / count) * VALUES) * count + cell;
    const unit = box.side / INPUT_SIDE;
    const anchorX = box.x + (((cell % cells) + 0.5) / cells) * box.side;
    const anchorY = box.y + ((Math.floor(cell / cells) + 0.5) / cells) * box.side;
    const value = (v: number) => planes[first + v * count]! * unit;
    const halfWidth = value(2) / 2;
    const halfHeight = value(3) / 2;
    found.push({
      score: 1 / (1 + Math.exp(-logit)),
      x0: anchorX + value(0) - halfWidth,
      y0: anchorY + value(1) - halfHeight,
      x1: anchorX + value(0) + halfWidth,
      y1: anchorY + value(1) + halfHeight,
      keypoints: Array.from({ length: KEYPOINTS }, (_, k) => ({
        x: anchorX + value(4 + 2 * k),
        y: anchorY + value(5 + 2 * k),
      })),
    });
  }
  return found;
}
