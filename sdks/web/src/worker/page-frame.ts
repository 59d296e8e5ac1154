/** A frame as canvases give it: RGBA, row by row. */
export interface PageFrame {
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/** A picture with the moment it was taken. */
export interface GrabbedFrame extends PageFrame {
  /** On the clock of `performance.now()`. */
  readonly capturedAtMs: number;
}
