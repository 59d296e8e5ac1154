/** Pixels as a camera gave them, upright, row by row, no padding. */
export interface RawImage {
  /** One byte of luma per pixel, or three of interleaved sRGB. */
  readonly encoding: 'luma' | 'rgb';
  /** Width in pixels. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
  /** `width * height` or `3 * width * height` bytes. */
  readonly bytes: Uint8Array;
}

/** A picture to analyse: the bytes of a JPEG, PNG or BMP file, or raw pixels. */
export type ImageInput = Uint8Array | RawImage;
