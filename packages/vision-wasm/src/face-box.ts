/** A point in pixels of the frame. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A face found in a frame, in its pixels. */
export interface FaceBox {
  /** Confidence, 0..1. */
  readonly score: number;
  /** From the eyebrows to the chin, roughly; may reach beyond the frame. */
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  /** Right eye, left eye (of the person), nose tip, mouth centre, right ear, left ear. */
  readonly keypoints: readonly Point[];
}
