import { VisionError } from './vision-error.ts';

/** A picture: RGBA, 8 bits a value, row by row, as `ImageData` holds it. Alpha is ignored. */
export interface Frame {
  /** `4 * width * height` bytes; only read. */
  readonly pixels: Uint8Array | Uint8ClampedArray;
  /** 1..8192 */
  readonly width: number;
  /** 1..8192 */
  readonly height: number;
}

const MAX_SIDE = 8192;

const isSide = (value: number) => Number.isInteger(value) && value >= 1 && value <= MAX_SIDE;

/** @throws VisionError FRAME_INVALID */
export function checkFrame({ pixels, width, height }: Frame): void {
  if (!isSide(width) || !isSide(height)) {
    throw new VisionError('FRAME_INVALID', `A frame has 1 to ${MAX_SIDE} pixels a side`);
  }
  if (pixels.length !== 4 * width * height) {
    throw new VisionError('FRAME_INVALID', `${width} x ${height} pixels take ${4 * width * height} bytes`);
  }
}
