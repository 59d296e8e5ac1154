/** Decoded picture: 8-bit RGB, interleaved, row by row, no padding. Whoever decoded it owns and wipes `data`. */
export interface RgbImage {
  /** Width in pixels. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
  /** `3 * width * height` bytes. */
  readonly data: Uint8Array;
}

/** A point in pixels of the decoded picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Axis-parallel box in pixels of the decoded picture; may reach beyond its edges. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Square of the given side around the centre of a box. */
export const squareAround = (box: Box, side: number): Box => ({
  x: box.x + box.width / 2 - side / 2,
  y: box.y + box.height / 2 - side / 2,
  width: side,
  height: side,
});
